//! Two things at once.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;

/// Does `own` here and `other` beside it, or after it where a run has one thread alone, and gives what both come to.
pub fn beside<A, B: Send>(
    threads: NonZeroUsize,
    own: impl FnOnce() -> A,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if threads.get() == 1 {
        return (own(), other());
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let own = own();
        (
            own,
            other.join().unwrap_or_else(|panic| resume_unwind(panic)),
        )
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
