//! Same results, whatever the plan.

use std::sync::atomic::Ordering;

use overheard_actors::Wiring;

use crate::toy::{Toy, outputs, plan, plans};

#[test]
fn every_plan_gives_the_results_of_a_plain_loop() {
    let toy = Toy::new(20, 5, 31);
    for plan in plans() {
        let (finished, outputs) = outputs(&toy, plan).unwrap();
        assert_eq!(outputs, toy.expected(), "{plan:?}");
        assert!(!finished.cancelled);
        assert_eq!(finished.shards, 20);
        assert_eq!(finished.blocks, 20 * 5);
        assert_eq!(finished.block_days, 20 * 5 * 31);
        assert_eq!(finished.retried, []);
    }
}

#[test]
fn no_shards_is_a_finished_run() {
    for plan in plans() {
        let (finished, outputs) = outputs(&Toy::new(0, 1, 1), plan).unwrap();
        assert!(outputs.is_empty() && !finished.cancelled && finished.shards == 0);
    }
}

#[test]
fn a_shard_may_be_empty() {
    let toy = Toy::new(3, 0, 31);
    for plan in plans() {
        let (finished, outputs) = outputs(&toy, plan).unwrap();
        assert_eq!(outputs, [(0, 0), (1, 0), (2, 0)]);
        assert_eq!(finished.block_days, 0);
    }
}

#[test]
fn thousands_of_tiny_shards() {
    let toy = Toy::new(5_000, 1, 1);
    for wiring in [Wiring::Inline, Wiring::Actors] {
        let (_, outputs) = outputs(&toy, plan(3, wiring, 2)).unwrap();
        assert_eq!(outputs, toy.expected());
    }
}

/// Memory must not grow with people: a worker never holds more blocks than credits.
#[test]
fn blocks_are_made_once_per_credit_and_worker() {
    for plan in plans() {
        let toy = Toy::new(20, 10, 3);
        outputs(&toy, plan).unwrap();
        let credits = match plan.wiring {
            Wiring::Actors => usize::from(plan.credits.get()),
            Wiring::Inline => 1,
        };
        let made = toy.made.load(Ordering::Relaxed);
        assert!(
            made <= credits * plan.threads.get(),
            "{made} under {plan:?}"
        );
    }
}

/// The threads of this process that belong to a run.
#[cfg(target_os = "linux")]
#[test]
fn no_thread_outlives_its_run() {
    fn threads() -> usize {
        std::fs::read_dir("/proc/self/task").unwrap().count()
    }
    // Other tests come and go meanwhile, each with at most eight workers and itself; 100 leaked workers would show.
    let before = threads();
    let toy = Toy::new(4, 2, 2);
    for _ in 0..50 {
        for wiring in [Wiring::Inline, Wiring::Actors] {
            outputs(&toy, plan(4, wiring, 1)).unwrap();
        }
    }
    let after = threads();
    assert!(
        after < before + 100,
        "{before} threads before, {after} after 400 workers"
    );
}
