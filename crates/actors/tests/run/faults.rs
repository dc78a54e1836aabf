//! What goes wrong is tried once more, then ends the run under its own name.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use overheard_actors::{RunError, Shard, Work};
use overheard_model::block::Block;
use overheard_model::stage::{Stage, StageError, Stages};

use crate::toy::{Fault, STAGES, Toy, outputs, plans};

#[test]
fn a_shard_that_fails_once_is_done_again_from_nothing() {
    for fault in [Fault::Panic, Fault::Error] {
        for plan in plans() {
            let toy = Toy::new(6, 3, 5).with_trap(2, 4, fault, 1);
            let (finished, outputs) = outputs(&toy, plan).unwrap();
            assert_eq!(outputs, toy.expected(), "{plan:?}");
            let [retried] = &finished.retried[..] else {
                panic!("one retry, not {:?}", finished.retried);
            };
            assert_eq!((&*retried.shard, &*retried.stage), ("toy/4", "signals"));
            assert!(retried.message.starts_with("the trap of shard 4"));
            // What the first try did is counted nowhere.
            assert_eq!((finished.blocks, finished.block_days), (6 * 3, 6 * 3 * 5));
        }
    }
}

#[test]
fn a_shard_that_fails_twice_ends_the_run_by_name() {
    for fault in [Fault::Panic, Fault::Error] {
        for stage in 0..STAGES.len() {
            for plan in plans() {
                let toy = Toy::new(6, 3, 5).with_trap(stage, 4, fault, usize::MAX);
                let error = outputs(&toy, plan).unwrap_err();
                let text = error.to_string();
                let RunError::Stage {
                    stage: name,
                    shard,
                    message,
                } = error
                else {
                    panic!("{text}");
                };
                assert_eq!((&*name, &*shard), (STAGES[stage], "toy/4"));
                assert!(message.starts_with("the trap of shard 4"), "{message}");
                assert_eq!(
                    message.contains("toy.rs:"),
                    fault == Fault::Panic,
                    "{message}"
                );
                assert!(
                    !message.contains("first try"),
                    "the same twice is said once: {message}"
                );
            }
        }
    }
}

#[test]
fn two_different_failures_are_both_told() {
    struct Moody(AtomicUsize);
    impl Stage for Moody {
        fn name(&self) -> &str {
            "moody"
        }
        fn step(&mut self, _: &mut Block) -> Result<(), StageError> {
            let message = format!("mood {}", self.0.load(Ordering::Relaxed));
            Err(StageError { message })
        }
    }
    let makes = AtomicUsize::new(0);
    let work = With::new(1, || {
        let mood = makes.fetch_add(1, Ordering::Relaxed);
        Stages {
            assistant: Box::new(Moody(AtomicUsize::new(mood))),
            ..Toy::new(0, 0, 0).stages()
        }
    });
    for plan in plans() {
        makes.store(1, Ordering::Relaxed);
        let error = outputs(&work, plan).unwrap_err();
        assert_eq!(
            error.to_string(),
            "stage `moody` failed twice on shard `toy/0`: mood 2 (at the first try: mood 1)"
        );
    }
}

/// Panics in the shard's own methods are failures like any other.
#[test]
fn every_method_of_a_shard_is_guarded() {
    for method in [
        "shard",
        "shard.load",
        "shard.advance",
        "shard.unload",
        "shard.finish",
    ] {
        for plan in plans() {
            let error = outputs(
                &Fragile {
                    method,
                    left: Arc::new(AtomicUsize::new(2)),
                },
                plan,
            )
            .unwrap_err();
            let RunError::Stage { stage, shard, .. } = error else {
                panic!("{error}");
            };
            assert_eq!((&*stage, &*shard), (method, "fragile"));
            let (finished, _) = outputs(
                &Fragile {
                    method,
                    left: Arc::new(AtomicUsize::new(1)),
                },
                plan,
            )
            .unwrap();
            assert_eq!(finished.retried.len(), 1);
        }
    }
}

/// Stages whose every part panics, destructors and names included, still end in an error, not in a hang or an abort.
#[test]
fn nothing_a_stage_does_gets_past_the_ring() {
    struct Wreck;
    impl Stage for Wreck {
        fn name(&self) -> &str {
            panic!("no name")
        }
        fn step(&mut self, _: &mut Block) -> Result<(), StageError> {
            struct Bomb;
            impl Drop for Bomb {
                fn drop(&mut self) {
                    panic!("from the payload");
                }
            }
            std::panic::panic_any(Bomb)
        }
    }
    impl Drop for Wreck {
        fn drop(&mut self) {
            panic!("from the destructor");
        }
    }
    for place in 0..STAGES.len() {
        let work = With::new(2, || {
            let mut stages = Toy::new(0, 0, 0).stages();
            *match place {
                0 => &mut stages.users,
                1 => &mut stages.assistant,
                2 => &mut stages.extractor,
                app => &mut stages.feeds[app - 3],
            } = Box::new(Wreck);
            stages
        });
        for plan in plans() {
            let error = outputs(&work, plan).unwrap_err();
            let RunError::Stage { stage, .. } = error else {
                panic!("{error}");
            };
            assert_eq!(stage, "unnamed");
        }
    }
}

#[test]
fn stages_that_cannot_be_made_are_an_error() {
    let work = With::new(1, || panic!("no stages today"));
    for plan in plans() {
        let error = outputs(&work, plan).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("stage `stages` failed twice on shard `toy/0`: no stages today")
        );
    }
}

/// A day without feeds is a short one, not an endless one.
#[test]
fn a_day_may_have_no_feeds() {
    let work = With::new(3, || Stages {
        feeds: Vec::new(),
        ..Toy::new(0, 0, 0).stages()
    });
    for plan in plans() {
        let (finished, _) = outputs(&work, plan).unwrap();
        assert_eq!((finished.shards, finished.block_days), (3, 3 * 2 * 4));
    }
}

#[test]
fn results_that_were_finished_before_the_error_are_passed_on() {
    for plan in plans().into_iter().filter(|plan| plan.threads.get() == 1) {
        let toy = Toy::new(6, 1, 1).with_trap(6, 3, Fault::Error, usize::MAX);
        let mut passed = Vec::new();
        let cancel = AtomicBool::new(false);
        overheard_actors::run(&toy, plan, &cancel, |shard, _| {
            passed.push(shard);
            std::ops::ControlFlow::Continue(())
        })
        .unwrap_err();
        assert_eq!(passed, [0, 1, 2]);
    }
}

/// A toy with stages of the test's own.
struct With<F> {
    toy: Toy,
    stages: F,
}

impl<F: Fn() -> Stages + Sync> With<F> {
    fn new(shards: usize, stages: F) -> Self {
        Self {
            toy: Toy::new(shards, 2, 4),
            stages,
        }
    }
}

impl<F: Fn() -> Stages + Sync> Work for With<F> {
    type Shard = <Toy as Work>::Shard;

    fn shards(&self) -> usize {
        self.toy.shards()
    }

    fn name(&self, index: usize) -> String {
        self.toy.name(index)
    }

    fn shard(&self, index: usize) -> Self::Shard {
        self.toy.shard(index)
    }

    fn stages(&self) -> Stages {
        (self.stages)()
    }

    fn block(&self) -> Box<Block> {
        self.toy.block()
    }
}

/// One shard of one block and day; `method` panics `left` times.
#[derive(Clone)]
struct Fragile {
    method: &'static str,
    left: Arc<AtomicUsize>,
}

impl Fragile {
    fn touch(&self, method: &str) {
        let left = &self.left;
        let spend =
            || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        assert!(method != self.method || spend().is_err(), "{method} broke");
    }
}

impl Work for Fragile {
    type Shard = FragileShard;

    fn shards(&self) -> usize {
        1
    }

    fn name(&self, _: usize) -> String {
        "fragile".to_owned()
    }

    fn shard(&self, _: usize) -> FragileShard {
        self.touch("shard");
        FragileShard {
            of: self.clone(),
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

struct FragileShard {
    of: Fragile,
    loaded: bool,
}

impl Shard for FragileShard {
    type Output = ();

    fn load(&mut self, _: &mut Block) -> bool {
        self.of.touch("shard.load");
        !std::mem::replace(&mut self.loaded, true)
    }

    fn advance(&mut self, _: &mut Block) -> bool {
        self.of.touch("shard.advance");
        false
    }

    fn unload(&mut self, _: &mut Block) {
        self.of.touch("shard.unload");
    }

    fn finish(self) {
        self.of.touch("shard.finish");
    }
}
