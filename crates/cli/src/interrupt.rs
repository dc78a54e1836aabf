//! Signals. Ctrl-C: the first stops the run and keeps what is done, the second ends the program at once.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::voice::Screen;

/// What is left of what is stopped.
pub const SHARDS_STAY: &str = ", finished shards are kept";

/// See [`SHARDS_STAY`].
pub const POINTS_STAY: &str = ", finished points are kept";

/// See [`SHARDS_STAY`].
pub const NOTHING_STAYS: &str = "";

/// A flag that goes up when the user, or the system, asks the program to stop. The progress line then goes, and what is
/// left is told.
pub fn watch(screen: Arc<Screen>, left: &'static str) -> anyhow::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = flag.clone();
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        screen.close();
        let _ = writeln!(
            std::io::stderr(),
            "stopping{left}; once more to stop at once"
        );
    })?;
    Ok(flag)
}

/// Ends the program at the first Ctrl-C: where nothing is kept and nobody has to be told where to go on.
pub fn end_at_once() -> anyhow::Result<()> {
    Ok(ctrlc::set_handler(|| {
        let _ = writeln!(std::io::stderr(), "interrupted");
        std::process::exit(130);
    })?)
}

/// Makes a limit on the size of files an error of whoever writes: left alone, the system ends the program without a word.
pub fn outlive_file_limits() {
    #[cfg(unix)]
    {
        // Nobody looks at the flag: that the signal is caught is all there is to it. If it cannot be, the program can
        // still do whatever stays within the limit.
        let seen = Arc::new(AtomicBool::new(false));
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, seen);
    }
}
