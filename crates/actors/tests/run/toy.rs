//! Work small enough to be checked by hand: a block carries a hash of all that happened to it.

use std::num::{NonZeroU8, NonZeroUsize};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use overheard_actors::{Finished, Plan, RunError, Shard, Wiring, Work, run};
use overheard_model::block::Block;
use overheard_model::stage::{Stage, StageError, Stages};

pub const STAGES: [&str; 7] = [
    "users",
    "assistant",
    "signals",
    "feed:facebook",
    "feed:instagram",
    "feed:whatsapp",
    "feed:messenger",
];

/// What a stage does when it meets block `block` of shard `shard` on day `day`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    Panic,
    Error,
}

/// When and how often something goes wrong.
#[derive(Clone)]
pub struct Trap {
    pub stage: usize,
    pub shard: u32,
    pub fault: Fault,
    /// Times it snaps; each time uses one up.
    pub times: Arc<AtomicUsize>,
}

impl Trap {
    fn snaps(&self) -> bool {
        self.times
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }
}

/// `shards` shards of `blocks` blocks of `days` days.
#[derive(Clone)]
pub struct Toy {
    pub shards: usize,
    pub blocks: u32,
    pub days: i32,
    pub trap: Option<Trap>,
    /// Blocks made by the worker, to see that their buffers are reused.
    pub made: Arc<AtomicUsize>,
}

impl Toy {
    pub fn new(shards: usize, blocks: u32, days: i32) -> Self {
        Self {
            shards,
            blocks,
            days,
            trap: None,
            made: Arc::default(),
        }
    }

    pub fn with_trap(mut self, stage: usize, shard: u32, fault: Fault, times: usize) -> Self {
        self.trap = Some(Trap {
            stage,
            shard,
            fault,
            times: Arc::new(AtomicUsize::new(times)),
        });
        self
    }

    /// What the shards must come to, worked out without any of the machinery.
    pub fn expected(&self) -> Vec<(usize, u64)> {
        let shard = |shard: usize| {
            let mut total = 0_u64;
            for block in 0..self.blocks {
                let mut people = seed(shard as u32, block);
                for day in 0..self.days {
                    for stage in 0..STAGES.len() {
                        people = mix(people, stage, day);
                    }
                }
                total = total.wrapping_add(u64::from(people));
            }
            (shard, total)
        };
        (0..self.shards).map(shard).collect()
    }
}

fn seed(shard: u32, block: u32) -> u32 {
    shard.wrapping_mul(1_000_003) ^ block.wrapping_mul(97)
}

/// Not commutative in its steps: a lost, doubled or reordered one shows.
fn mix(people: u32, stage: usize, day: i32) -> u32 {
    (people ^ (stage as u32 + 1))
        .wrapping_mul(0x9E37_79B1)
        .rotate_left(5)
        .wrapping_add(day as u32)
}

struct Mixer {
    stage: usize,
    trap: Option<Trap>,
}

impl Stage for Mixer {
    fn name(&self) -> &str {
        STAGES[self.stage]
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        block.people = mix(block.people, self.stage, block.day);
        match &self.trap {
            Some(trap) if trap.shard == u32::from(block.stratum) && trap.snaps() => {
                match trap.fault {
                    Fault::Panic => panic!("the trap of shard {}", block.stratum),
                    Fault::Error => Err(StageError {
                        message: format!("the trap of shard {}", block.stratum),
                    }),
                }
            }
            _ => Ok(()),
        }
    }
}

pub struct ToyShard {
    shard: u32,
    next: u32,
    blocks: u32,
    days: i32,
    total: u64,
}

impl Shard for ToyShard {
    type Output = u64;

    fn load(&mut self, block: &mut Block) -> bool {
        if self.next == self.blocks {
            return false;
        }
        block.day = 0;
        block.stratum = self.shard as u16;
        block.people = seed(self.shard, self.next);
        self.next += 1;
        true
    }

    fn advance(&mut self, block: &mut Block) -> bool {
        block.day += 1;
        block.day < self.days
    }

    fn unload(&mut self, block: &mut Block) {
        self.total = self.total.wrapping_add(u64::from(block.people));
    }

    fn finish(self) -> u64 {
        self.total
    }
}

impl Work for Toy {
    type Shard = ToyShard;

    fn shards(&self) -> usize {
        self.shards
    }

    fn name(&self, index: usize) -> String {
        format!("toy/{index}")
    }

    fn shard(&self, index: usize) -> ToyShard {
        ToyShard {
            shard: index as u32,
            next: 0,
            blocks: self.blocks,
            days: self.days,
            total: 0,
        }
    }

    fn stages(&self) -> Stages {
        let mixer = |stage| -> Box<dyn Stage> {
            let trap = self.trap.clone().filter(|trap| trap.stage == stage);
            Box::new(Mixer { stage, trap })
        };
        Stages {
            users: mixer(0),
            assistant: mixer(1),
            extractor: mixer(2),
            feeds: (3..STAGES.len()).map(mixer).collect(),
        }
    }

    fn block(&self) -> Box<Block> {
        self.made.fetch_add(1, Ordering::Relaxed);
        Box::default()
    }
}

pub fn plan(threads: usize, wiring: Wiring, credits: u8) -> Plan {
    Plan {
        threads: NonZeroUsize::new(threads).unwrap(),
        wiring,
        credits: NonZeroU8::new(credits).unwrap(),
    }
}

/// Every wiring with 1, 2, 3 and 8 threads and 1 and 3 credits.
pub fn plans() -> Vec<Plan> {
    let mut plans = Vec::new();
    for wiring in [Wiring::Inline, Wiring::Actors] {
        for threads in [1, 2, 3, 8] {
            for credits in [1, 3] {
                plans.push(plan(threads, wiring, credits));
            }
        }
    }
    plans
}

/// Results with the indices of their shards.
pub type Outputs<W> = Vec<(usize, <<W as Work>::Shard as Shard>::Output)>;

/// Runs to the end and gives the results in the order of the shards.
pub fn outputs<W: Work>(work: &W, plan: Plan) -> Result<(Finished, Outputs<W>), RunError> {
    let mut outputs = Vec::new();
    let finished = run(work, plan, &AtomicBool::new(false), |shard, output| {
        outputs.push((shard, output));
        ControlFlow::Continue(())
    })?;
    outputs.sort_by_key(|(shard, _)| *shard);
    Ok((finished, outputs))
}
