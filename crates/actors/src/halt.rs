//! The flag that ends a run early.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Whether the run is to end now: by the caller's flag or for a reason of its own.
pub(crate) struct Halt<'a> {
    cancel: &'a AtomicBool,
    own: AtomicBool,
}

impl<'a> Halt<'a> {
    pub(crate) fn new(cancel: &'a AtomicBool) -> Self {
        Self {
            cancel,
            own: AtomicBool::new(false),
        }
    }

    pub(crate) fn call(&self) {
        self.own.store(true, Ordering::Relaxed);
    }

    /// Read once per block-day. A caller's flag that was up once counts, also if it is taken down again.
    pub(crate) fn is_called(&self) -> bool {
        if self.own.load(Ordering::Relaxed) {
            return true;
        }
        let cancelled = self.cancel.load(Ordering::Relaxed);
        if cancelled {
            self.call();
        }
        cancelled
    }
}

/// Ends the run when its thread unwinds.
pub(crate) struct HaltOnPanic<'a>(&'a Halt<'a>);

impl<'a> HaltOnPanic<'a> {
    pub(crate) fn new(halt: &'a Halt<'a>) -> Self {
        Self(halt)
    }
}

impl Drop for HaltOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.call();
        }
    }
}
