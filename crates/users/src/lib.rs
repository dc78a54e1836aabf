//! Users: who people are, what they do on their own each day, and how they react to what they were shown.
//!
//! First stage of the ring. Reads yesterday's marks of the feeds; writes [`Who`](overheard_model::block::Who),
//! [`Today`](overheard_model::block::Today), the reactions and the pending clicks of each
//! [`ArmState`](overheard_model::block::ArmState).

mod age;
mod birth;
mod counts;
mod day;
mod even;
mod notices;
mod params;
mod passing;
mod reactions;
mod sketch;
mod spreads;
mod tables;
mod words;

use std::sync::Arc;

use overheard_model::block::Block;
use overheard_model::columns::{LEAF, TRUE_SLOTS};
use overheard_model::isa::Isa;
use overheard_model::stage::{Stage, StageError};
use overheard_model::world::World;

use counts::Likely;
use words::Words;

pub use params::Params;
pub use sketch::{Sketch, sketches};
pub use spreads::Spreads;

/// The stage.
#[derive(Debug)]
pub struct Users {
    params: Arc<Params>,
    world: Arc<World>,
    isa: Isa,
    words: Words,
    likely: Likely<TRUE_SLOTS>,
}

impl Users {
    /// The stage for one world.
    pub fn new(params: Arc<Params>, world: Arc<World>, isa: Isa) -> Self {
        Users {
            words: Words::new(world.draws),
            likely: Likely::default(),
            params,
            world,
            isa,
        }
    }
}

impl Stage for Users {
    fn name(&self) -> &str {
        "users"
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        let (p, world) = (&*self.params, &*self.world);
        let first_day = block.day == world.window.first();
        if first_day {
            let used = block.used();
            for leaf in &mut block.leaves[..used] {
                self.words
                    .draw(self.isa, block.stratum, &leaf.index, leaf.n);
                birth::be_born(p, world, self.isa, block.stratum, leaf, &self.words);
            }
        }
        reactions::absorb(p, world, block);
        reactions::part(p, world, block);
        let (stratum, day, used) = (block.stratum, block.day, block.used());
        for leaf in &mut block.leaves[..used] {
            leaf.today.renewed = [0; LEAF];
            if !first_day {
                passing::pass(p, world, self.isa, stratum, day, leaf);
            }
        }
        let (leaves, likely) = (&mut block.leaves[..used], &mut self.likely);
        self.isa.run(
            #[inline(always)]
            || {
                for leaf in leaves {
                    day::open(&world.draws, stratum, day, leaf);
                    day::behave(p, &world.draws, stratum, day, leaf, likely);
                }
            },
        );
        Ok(())
    }
}
