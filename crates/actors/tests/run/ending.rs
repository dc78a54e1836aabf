//! The ways a run ends early.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use overheard_actors::{Shard, Work, run};
use overheard_model::block::Block;
use overheard_model::stage::Stages;

use crate::toy::{Toy, plans};

#[test]
fn a_cancelled_run_begins_nothing() {
    for plan in plans() {
        let toy = Toy::new(10, 2, 2);
        let finished = run(&toy, plan, &AtomicBool::new(true), |_, _| {
            panic!("a result of a run that was cancelled before it began")
        })
        .unwrap();
        assert!(finished.cancelled);
        assert_eq!(finished.shards, 0);
        assert_eq!(toy.made.load(Ordering::Relaxed), 0);
    }
}

/// A shard may take tens of seconds: a cancelled one is dropped at the end of a day. (This one would take weeks.)
#[test]
fn a_cancelled_run_does_not_wait_for_its_shards() {
    for plan in plans() {
        let toy = Toy::new(3, 1, i32::MAX);
        let cancel = AtomicBool::new(false);
        let begun = Instant::now();
        let finished = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(30));
                cancel.store(true, Ordering::Relaxed);
            });
            run(&toy, plan, &cancel, |_, _| ControlFlow::Continue(())).unwrap()
        });
        assert!(finished.cancelled && finished.shards == 0);
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn breaking_off_ends_the_run_and_the_calls() {
    for plan in plans() {
        let mut calls = 0;
        let finished = run(
            &Toy::new(1_000, 1, 10),
            plan,
            &AtomicBool::new(false),
            |_, _| {
                calls += 1;
                if calls == 3 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        )
        .unwrap();
        assert!(finished.cancelled);
        assert_eq!((finished.shards, calls), (3, 3));
    }
}

/// Cancelled when all is done: then nothing is missing, and the run says so.
#[test]
fn a_cancel_after_the_last_shard_is_no_cancel() {
    for plan in plans() {
        let cancel = AtomicBool::new(false);
        let mut left = 5;
        let finished = run(&Toy::new(5, 1, 2), plan, &cancel, |_, _| {
            left -= 1;
            cancel.store(left == 0, Ordering::Relaxed);
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(!finished.cancelled);
    }
}

/// The caller's own panic passes through, and the workers do not finish their month first. (It would take weeks.)
#[test]
fn a_panic_of_the_caller_stops_the_workers() {
    for plan in plans() {
        let cancel = AtomicBool::new(false);
        let result = std::panic::catch_unwind(|| {
            run(&Uneven, plan, &cancel, |_, ()| panic!("the caller's panic"))
        });
        let payload = result.unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"the caller's panic"));
    }
}

/// Shard 0 is short, the others endless.
struct Uneven;

struct Endless {
    days: i32,
    loaded: bool,
}

impl Shard for Endless {
    type Output = ();

    fn load(&mut self, block: &mut Block) -> bool {
        block.day = 0;
        !std::mem::replace(&mut self.loaded, true)
    }

    fn advance(&mut self, block: &mut Block) -> bool {
        block.day += 1;
        block.day < self.days
    }

    fn unload(&mut self, _: &mut Block) {}

    fn finish(self) {}
}

impl Work for Uneven {
    type Shard = Endless;

    fn shards(&self) -> usize {
        4
    }

    fn name(&self, index: usize) -> String {
        index.to_string()
    }

    fn shard(&self, index: usize) -> Endless {
        Endless {
            days: if index == 0 { 1 } else { i32::MAX },
            loaded: false,
        }
    }

    fn stages(&self) -> Stages {
        Toy::new(0, 0, 0).stages()
    }

    fn block(&self) -> Box<Block> {
        Box::default()
    }
}
