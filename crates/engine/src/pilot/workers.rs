//! The pilot's threads.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};

use overheard_actors::message_of;
use overheard_model::stage::StageError;
use rayon::iter::{ParallelBridge, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// As many threads as a run was given.
pub struct Workers {
    pool: ThreadPool,
}

impl Workers {
    /// # Errors
    /// The system has no more threads to give.
    pub fn new(threads: NonZeroUsize) -> Result<Self, StageError> {
        let pool = ThreadPoolBuilder::new().num_threads(threads.get()).build();
        let pool = pool.map_err(|cause| StageError {
            message: cause.to_string(),
        })?;
        Ok(Workers { pool })
    }

    /// Works through a list, each thread with what `begin` makes for it; results in the order of the list. Threads take the
    /// next piece of work when they have done one, since some are heavier.
    ///
    /// # Errors
    /// One of those that `work` gave, or it panicked.
    pub fn each<T: Send, R: Send, W: FnMut(T) -> Result<R, StageError>>(
        &self,
        list: impl Iterator<Item = T> + Send,
        begin: impl Fn() -> W + Send + Sync,
    ) -> Result<Vec<R>, StageError> {
        let numbered = list.enumerate().par_bridge();
        let worked = numbered.map_init(&begin, |work, (k, item)| Ok((k, work(item)?)));
        // Whatever was being worked on is thrown away with the pilot.
        let done = catch_unwind(AssertUnwindSafe(|| {
            self.pool.install(|| worked.collect::<Result<Vec<_>, _>>())
        }));
        let mut results = done.map_err(|panic| StageError {
            message: format!("{} (panicked)", message_of(panic)),
        })??;
        results.sort_unstable_by_key(|(k, _)| *k);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(message: &str) -> StageError {
        StageError {
            message: message.to_owned(),
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_list() {
        for threads in 1..=3 {
            let workers = Workers::new(NonZeroUsize::new(threads).unwrap()).unwrap();
            let squares = workers.each(0..1000u32, || |n| Ok(n * n)).unwrap();
            assert!(
                squares
                    .iter()
                    .enumerate()
                    .all(|(n, s)| (n * n) as u32 == *s)
            );
            let odd = |n| if n == 77 { Err(error("seven")) } else { Ok(n) };
            let failed = workers.each(0..1000, || odd);
            assert_eq!(failed.unwrap_err().to_string(), "seven");
            let fell = workers.each(0..10, || |_: i32| -> Result<i32, _> { panic!("at {}", 3) });
            assert_eq!(fell.unwrap_err().to_string(), "at 3 (panicked)");
        }
    }
}
