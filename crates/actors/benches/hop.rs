//! The price of the wiring: four stages that do nothing, so that all that is measured is the way between them.
//! `ItemsCount` counts hops: ns per hop = 1000 / (Mitem/s).

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use divan::counter::ItemsCount;
use overheard_actors::{Plan, Shard, Wiring, Work, run};
use overheard_model::block::Block;
use overheard_model::stage::{Stage, StageError, Stages};

const STAGES: usize = 4;
const DAYS: i32 = 100_000;

fn main() {
    divan::main();
}

#[divan::bench(args = [Wiring::Inline, Wiring::Actors])]
fn hop(bencher: divan::Bencher, wiring: Wiring) {
    bencher
        .counter(ItemsCount::new(DAYS as usize * STAGES))
        .bench(|| {
            let plan = Plan::new(NonZeroUsize::MIN, wiring);
            let cancel = AtomicBool::new(false);
            run(&Idle, plan, &cancel, |_, ()| ControlFlow::Continue(())).map(|done| done.block_days)
        });
}

/// Many shards of one block and one day: what a shard costs beyond its stages.
#[divan::bench(args = [Wiring::Inline, Wiring::Actors])]
fn shard(bencher: divan::Bencher, wiring: Wiring) {
    const SHARDS: usize = 10_000;
    bencher.counter(ItemsCount::new(SHARDS)).bench(|| {
        let plan = Plan::new(NonZeroUsize::MIN, wiring);
        let cancel = AtomicBool::new(false);
        run(&Tiny(SHARDS), plan, &cancel, |_, ()| {
            ControlFlow::Continue(())
        })
        .map(|done| done.block_days)
    });
}

struct Nothing;

impl Stage for Nothing {
    fn name(&self) -> &str {
        "nothing"
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        divan::black_box(block);
        Ok(())
    }
}

fn nothings() -> Stages {
    Stages {
        users: Box::new(Nothing),
        assistant: Box::new(Nothing),
        extractor: Box::new(Nothing),
        feeds: vec![Box::new(Nothing)],
    }
}

/// One block that lives `days` days.
struct OneBlock {
    days: i32,
    loaded: bool,
}

impl Shard for OneBlock {
    type Output = ();

    fn load(&mut self, block: &mut Block) -> bool {
        block.day = 1;
        !std::mem::replace(&mut self.loaded, true)
    }

    fn advance(&mut self, block: &mut Block) -> bool {
        block.day += 1;
        block.day <= self.days
    }

    fn unload(&mut self, _: &mut Block) {}

    fn finish(self) {}
}

struct Idle;

impl Work for Idle {
    type Shard = OneBlock;

    fn shards(&self) -> usize {
        1
    }

    fn name(&self, _: usize) -> String {
        "idle".to_owned()
    }

    fn shard(&self, _: usize) -> OneBlock {
        OneBlock {
            days: DAYS,
            loaded: false,
        }
    }

    fn stages(&self) -> Stages {
        nothings()
    }

    fn block(&self) -> Box<Block> {
        Box::default()
    }
}

struct Tiny(usize);

impl Work for Tiny {
    type Shard = OneBlock;

    fn shards(&self) -> usize {
        self.0
    }

    fn name(&self, index: usize) -> String {
        index.to_string()
    }

    fn shard(&self, _: usize) -> OneBlock {
        OneBlock {
            days: 1,
            loaded: false,
        }
    }

    fn stages(&self) -> Stages {
        nothings()
    }

    fn block(&self) -> Box<Block> {
        Box::default()
    }
}
