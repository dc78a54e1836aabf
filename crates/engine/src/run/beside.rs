//! Two things at once.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread::Builder;

/// Does `own` here and `other` beside it, and gives what both come to. Where a run has one thread alone, or the system has no other
/// to give, `other` is done after `own`.
pub fn beside<A, B: Send>(
    threads: NonZeroUsize,
    own: impl FnOnce() -> A,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if threads.get() == 1 {
        return (own(), other());
    }
    // A thread that is refused takes what it was to do with it.
    let left = Mutex::new(Some(other));
    let take = || left.lock().ok().and_then(|mut other| other.take());
    std::thread::scope(|scope| {
        let thread = Builder::new().spawn_scoped(scope, || take().map(|other| other()));
        let own = own();
        let other = match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => take().map(|other| other()),
        };
        #[expect(clippy::expect_used, reason = "nobody else takes it")]
        (own, other.expect("it was there to be done"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_done_on_any_threads() {
        for threads in [1, 2] {
            let threads = NonZeroUsize::new(threads).unwrap();
            assert_eq!(beside(threads, || 1, || "two"), (1, "two"));
            let fell = std::panic::catch_unwind(|| beside(threads, || 1, || panic!("fell")));
            assert!(fell.is_err(), "a panic is lost");
        }
    }
}
