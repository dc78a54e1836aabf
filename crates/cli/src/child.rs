//! A run in a process of its own, and what it took: memory and time of one run are not those of another.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use overheard_engine::run::MANIFEST;
use overheard_study::Sample;

use crate::fault::Interrupted;

/// So often is looked whether the run has ended: what its wall time may be off by.
const LOOK: Duration = Duration::from_millis(1);

/// Runs this program with these arguments, which name `folder` as the run's, and measures it. Nothing of the folder stays.
///
/// # Errors
/// The run did not come to its end, or the caller's flag went up.
pub fn measured(
    arguments: &[OsString],
    folder: &Path,
    cancel: &AtomicBool,
) -> anyhow::Result<Sample> {
    let talk = folder.with_extension("stderr");
    let cpu_before = cpu_of_children();
    let begun = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs_err::File::create(&talk)?.into_parts().0)
        .spawn()?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if cancel.load(Ordering::Relaxed) {
            child.kill()?;
            child.wait()?;
            return Err(Interrupted { resume: None }.into());
        }
        std::thread::sleep(LOOK);
    };
    let wall_seconds = begun.elapsed().as_secs_f64();
    let cpu_seconds = cpu_of_children().zip(cpu_before).map(|(a, b)| a - b);
    if cancel.load(Ordering::Relaxed) {
        return Err(Interrupted { resume: None }.into());
    }
    // A finding is a result, too.
    if !matches!(status.code(), Some(0 | 1)) {
        let said = fs_err::read_to_string(&talk)?;
        anyhow::bail!("a run ended with {status}: {}", said.trim_end());
    }
    let manifest: serde_json::Value =
        serde_json::from_str(&fs_err::read_to_string(folder.join(MANIFEST))?)?;
    fs_err::remove_dir_all(folder)?;
    Ok(Sample {
        wall_seconds,
        cpu_seconds,
        person_days: manifest["person_days"].as_u64().unwrap_or(0),
        peak_memory_bytes: manifest["peak_memory_bytes"].as_u64(),
    })
}

/// Core time of all children that have ended [s]; nothing where the system does not tell.
fn cpu_of_children() -> Option<f64> {
    cpu_in(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

/// The two times of waited-for children in such a line, in ticks of a hundredth of a second (proc(5), `cutime`, `cstime`).
fn cpu_in(stat: &str) -> Option<f64> {
    const TICK: f64 = 0.01;
    // The program's name, in brackets, may hold anything; the state after it is the third field, the times are 16 and 17.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(16 - 3);
    let mut next = || times.next()?.parse::<u64>().ok();
    Some(TICK * (next()? + next()?) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_children_are_found_whatever_the_program_is_called() {
        let stat = "77 (a ) b) S 1 77 77 0 -1 4194560 99 88 7 6 5 4 123 45 20 0 3 0 4242 1 2";
        assert_eq!(cpu_in(stat), Some(1.68));
        assert_eq!(cpu_in("77 (overheard) S 1"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_tells_of_children() {
        assert!(cpu_of_children().is_some());
    }
}
