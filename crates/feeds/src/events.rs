//! The reference engine: every slot, every bid that matters, every ad and item, one person after the other, in double precision.
//!
//! Nothing is integrated, tabulated or taken in lanes; formulas are written a second time, from the law. What both
//! engines mean by reach, by the first ad of a signal or by a window is shared, since those are definitions.

mod ads;
mod auction;
mod counts;
mod day;
mod draws;
mod items;
#[cfg(test)]
pub(crate) mod people;
mod person;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use overheard_model::block::Block;
use overheard_model::columns::LEAF;
use overheard_model::ids::App;
use overheard_model::isa::Isa;
use overheard_model::stage::{Stage, StageError};
use overheard_model::tally::{Count, TableId, Tally};
use overheard_model::world::World;

use crate::arm_day::ArmDay;
use crate::closing;
use crate::daily;
use crate::kept::Kept;
use crate::params::Params;
use crate::settle;
use crate::sums::Sums;
use day::{AppDay, Visit};

/// The feed of one app, event by event; takes its part in place of [`crate::Feeds`].
pub struct EventsFeed {
    app: App,
    name: String,
    params: Arc<Params>,
    world: Arc<World>,
    /// Events of one step, by arm, on their way to the block's tallies.
    counts: Vec<Tally>,
    sums: Sums,
}

impl EventsFeed {
    /// The stage of one app.
    pub fn new(app: App, params: Arc<Params>, world: Arc<World>) -> Self {
        let counts = (0..world.arms).map(|_| Tally::new(&world.layout)).collect();
        EventsFeed {
            app,
            name: format!("feed:{app}"),
            sums: Sums::new(&world.layout),
            params,
            world,
            counts,
        }
    }

    fn morning(&mut self, block: &mut Block, k: usize, arm: usize) {
        let d = ArmDay::of(&self.params, &self.world, Kept::Counts, block, arm);
        let state = &mut block.leaves[k].arms[arm];
        settle::morning(&d, state, &mut self.sums);
        state.exposure.chat_today = [[0.0; LEAF]; App::COUNT];
        state.exposure.displaced_today = [0.0; LEAF];
    }

    fn evening(&mut self, block: &mut Block, k: usize, arm: usize) {
        let d = ArmDay::of(&self.params, &self.world, Kept::Counts, block, arm);
        let leaf = &mut block.leaves[k];
        let n = leaf.n;
        let x = &mut leaf.arms[arm].exposure;
        for l in 0..n {
            x.displaced[l] += x.displaced_today[l];
        }
        if d.is_reported() {
            let reached = |l: &usize| x.chat_today.iter().any(|app| app[*l] > 0.0);
            let people = (0..n).filter(reached).count() as f64;
            let cell = d.cell(TableId::ReachedDay, [d.day as usize]);
            self.sums.add(cell, people);
            daily::after_leaving(&d, leaf, &mut self.sums);
        }
        if d.is_last() {
            closing::close(&d, Isa::Scalar, leaf, &mut self.sums);
        }
    }
}

impl Stage for EventsFeed {
    fn name(&self) -> &str {
        &self.name
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        let (params, world) = (self.params.clone(), self.world.clone());
        let (day, stratum) = (block.day, block.stratum);
        let (first, last) = (
            self.app == App::ALL[0],
            self.app == App::ALL[App::COUNT - 1],
        );
        let arms: Vec<usize> = (0..self.world.arms)
            .filter(|arm| block.is_apart(*arm))
            .collect();
        let of = AppDay {
            p: &params,
            world: &world,
            stratum,
            day,
            app: self.app.index(),
        };
        if first && self.world.window.reported(day) {
            daily::count_active(&self.world, block);
        }
        for k in 0..block.used() {
            for arm in arms.iter().filter(|_| first) {
                self.morning(block, k, *arm);
                daily::empty_sums(&self.world, block, *arm, &mut self.sums);
            }
            let leaf = &mut block.leaves[k];
            for lane in 0..leaf.n {
                if let Some(visit) = Visit::new(of, leaf, lane) {
                    visit.run(leaf, &arms, &mut self.counts);
                }
            }
            for arm in arms.iter().filter(|_| last) {
                self.evening(block, k, *arm);
                daily::empty_sums(&self.world, block, *arm, &mut self.sums);
            }
        }
        for arm in arms {
            for to in block.counted_under(arm) {
                block.tallies[to].merge(&self.counts[arm]);
            }
            self.counts[arm].clear();
        }
        Ok(())
    }
}
