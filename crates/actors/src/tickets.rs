//! Who does which shard: a counter that all workers share.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The shards still to be handed out.
pub(crate) struct Tickets {
    next: AtomicUsize,
    total: usize,
}

impl Tickets {
    pub(crate) fn new(total: usize) -> Self {
        Self {
            next: AtomicUsize::new(0),
            total,
        }
    }

    /// The next index, given to one worker only. (Relaxed: the counter orders nothing but itself.)
    pub(crate) fn take(&self) -> Option<usize> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        (index < self.total).then_some(index)
    }

    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// How many were given out.
    pub(crate) fn taken(&self) -> usize {
        self.next.load(Ordering::Relaxed).min(self.total)
    }
}
