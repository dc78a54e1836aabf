//! The judge: every slot, every bid that matters, every ad and item, one person after the other, in double precision.
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

use overheard_model::block::{Block, LEAF, Leaf};
use overheard_model::calendar::Day;
use overheard_model::ids::App;
use overheard_model::stage::{Stage, StageError};
use overheard_model::tally::{Count, TableId, Tally};
use overheard_model::world::World;

use crate::closing;
use crate::daily;
use crate::kept::Kept;
use crate::params::Params;
use crate::settle;
use crate::sums::Sums;

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

    fn morning(&mut self, day: Day, leaf: &mut Leaf, arm: usize) {
        let state = &mut leaf.arms[arm];
        let (p, world) = (&self.params, &self.world);
        settle::morning(p, world, Kept::Counts, arm, state, day, &mut self.sums);
        state.exposure.chat_today = [[0.0; LEAF]; App::COUNT];
        state.exposure.displaced_today = [0.0; LEAF];
    }

    fn evening(&mut self, stratum: u16, day: Day, leaf: &mut Leaf, arm: usize) {
        let (p, world) = (&*self.params, &*self.world);
        let n = leaf.n;
        let x = &mut leaf.arms[arm].exposure;
        for l in 0..n {
            x.displaced[l] += x.displaced_today[l];
        }
        if world.window.reported(day) {
            let reached = |l: &usize| x.chat_today.iter().any(|app| app[*l] > 0.0);
            let people = (0..n).filter(reached).count() as f64;
            let cell = world.layout.cell(TableId::ReachedDay, [day as usize]);
            self.sums.add(cell, people);
            daily::after_leaving(world, day, leaf, arm, &mut self.sums);
        }
        if day == world.window.days - 1 {
            closing::close(p, world, Kept::Counts, stratum, leaf, arm, &mut self.sums);
        }
    }
}

impl Stage for EventsFeed {
    fn name(&self) -> &str {
        &self.name
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        let (day, stratum) = (block.day, block.stratum);
        let (first, last) = (
            self.app == App::ALL[0],
            self.app == App::ALL[App::COUNT - 1],
        );
        let arms: Vec<usize> = (0..self.world.arms)
            .filter(|arm| block.is_apart(*arm))
            .collect();
        if first && self.world.window.reported(day) {
            daily::count_active(&self.world, block);
        }
        for k in 0..block.used() {
            for arm in arms.iter().filter(|_| first) {
                self.morning(day, &mut block.leaves[k], *arm);
                daily::empty_sums(&self.world, block, *arm, &mut self.sums);
            }
            let leaf = &mut block.leaves[k];
            for lane in 0..leaf.n {
                if let Some(visit) = day::Visit::new(
                    &self.params,
                    &self.world,
                    stratum,
                    day,
                    self.app.index(),
                    leaf,
                    lane,
                ) {
                    visit.run(leaf, &arms, &mut self.counts);
                }
            }
            for arm in arms.iter().filter(|_| last) {
                self.evening(stratum, day, &mut block.leaves[k], *arm);
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
