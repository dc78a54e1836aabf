//! Whether the memory that a run needs is there, before it begins, and what it took.

use std::path::Path;

use overheard_scenario::Scenario;

use crate::settings::Tune;

use super::failure::RunFailure;
use super::need::Need;
use super::request::Event;

/// What nobody has to be told of (bytes).
const SMALL: u64 = 1 << 30;

/// Says what a large run needs; a pilot that was `solved` before needs nothing.
///
/// # Errors
/// There is not so much.
pub fn check(
    scenario: &Scenario,
    tune: Tune,
    solved: bool,
    events: &mut dyn FnMut(Event),
) -> Result<(), RunFailure> {
    let mut need = Need::of(scenario, tune);
    if solved {
        need.pilot = 0;
    }
    let needed = need.whole();
    match free(tune) {
        Some(free) if needed > free => return Err(RunFailure::Memory { need, free }),
        _ if needed > SMALL => events(Event::Memory { needed }),
        _ => {}
    }
    Ok(())
}

/// Bytes that this process can still have; nothing where the system does not tell.
fn free(tune: Tune) -> Option<u64> {
    /// Of an address space each thread reserves so much, and of the rest some is lost between allocations.
    const RESERVED: u64 = 128 << 20;
    let reserved = tune.threads.get() as u64 * RESERVED;
    let machine = text("/proc/meminfo").and_then(|t| kib(&t, "MemAvailable:"));
    let own = || kib(&text("/proc/self/status")?, "VmSize:");
    let limit = text("/proc/self/limits").and_then(|t| address_space(&t));
    let address_space =
        limit.and_then(|limit| Some(limit.saturating_sub(own()? + reserved) / 5 * 4));
    let group = text("/proc/self/cgroup").and_then(|t| group(&t));
    [machine, address_space, group].into_iter().flatten().min()
}

/// The largest resident memory of this process so far (bytes).
pub fn peak_memory() -> Option<u64> {
    kib(&text("/proc/self/status")?, "VmHWM:")
}

fn text(path: impl AsRef<Path>) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// A number of kibibytes after a name, in bytes.
fn kib(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The soft limit of the address space.
fn address_space(text: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|l| l.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// What the control groups that the process is in leave of their limits. What they hold of files can be dropped.
fn group(text: &str) -> Option<u64> {
    let own = text.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let root = Path::new("/sys/fs/cgroup");
    let folder = root.join(own);
    let groups = folder.ancestors().take_while(|f| f.starts_with(root));
    groups.filter_map(left).min()
}

fn left(group: &Path) -> Option<u64> {
    let text = |name: &str| text(group.join(name));
    let limit: u64 = text("memory.max")?.trim().parse().ok()?;
    let used: u64 = text("memory.current")?.trim().parse().ok()?;
    let stat = text("memory.stat")?;
    let files = stat.lines().find_map(|line| line.strip_prefix("file "));
    let files: u64 = files?.trim().parse().ok()?;
    Some(limit.saturating_sub(used.saturating_sub(files)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_understood() {
        let meminfo = "MemTotal:       24577768 kB\nMemAvailable:   23111224 kB\n";
        assert_eq!(kib(meminfo, "MemAvailable:"), Some(23_111_224 * 1024));
        assert_eq!(kib(meminfo, "SwapFree:"), None);
        let limits = |soft: &str| {
            format!("Max address space         {soft}            unlimited            bytes\n")
        };
        assert_eq!(address_space(&limits("1073741824")), Some(1 << 30));
        assert_eq!(address_space(&limits("unlimited")), None);
    }
}
