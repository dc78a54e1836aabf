//! Signals: what the platform takes from people and keeps about them.
//!
//! Third stage of the ring. Reads today's behaviours, visits, clicks and candidate chats; writes the profile part of each
//! [`ArmState`](overheard_model::block::ArmState): account groups, signal mass, spill slots, live signals.

mod accounts;
mod extract;
mod gamma_table;
mod outcome;
mod params;
mod profile;
mod slots;
mod start;

use std::sync::Arc;

use overheard_model::block::{Block, Leaf};
use overheard_model::isa::Isa;
use overheard_model::stage::{Stage, StageError};
use overheard_model::tally::{Additions, Count, TableId};
use overheard_model::world::World;

use extract::Extractor;

pub use accounts::group;
pub use gamma_table::GammaTable;
pub use outcome::{ChatOutcome, Found, Place, Reading, Verdict, outcome};
pub use params::{ArmParams, ClickFeedback, Params};

/// The stage.
#[derive(Debug)]
pub struct Signals {
    params: Arc<Params>,
    world: Arc<World>,
    isa: Isa,
    /// What the day comes to under one arm.
    counted: Additions,
}

impl Signals {
    /// The stage.
    pub fn new(params: Arc<Params>, world: Arc<World>, isa: Isa) -> Self {
        Signals {
            params,
            world,
            isa,
            counted: Additions::default(),
        }
    }

    /// Sets up the account groups of arms that begin today, and the start profile.
    fn begin(&self, stratum: u16, leaf: &mut Leaf, arm: usize, first_day: bool) {
        let Leaf { who, arms, n, .. } = leaf;
        let state = &mut arms[arm];
        for lane in 0..*n {
            let applies = &self.params.arms[state.ruled_by(arm, lane)];
            let joined = std::array::from_fn(|k| who.u_joined[k][lane]);
            let reach = accounts::reach(applies, who.apps[lane], joined);
            for (column, mask) in state.reach.iter_mut().zip(reach) {
                column[lane] = mask;
            }
        }
        if first_day {
            let place = start::Place {
                stratum,
                market: self.world.market(stratum).index(),
                first_day: self.world.window.first(),
            };
            start::draw(&self.params, arm, &self.world.draws, self.isa, place, leaf);
        }
    }
}

impl Stage for Signals {
    fn name(&self) -> &str {
        "signals"
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        let (stratum, day, used) = (block.stratum, block.day, block.used());
        let first_day = day == self.world.window.first();
        for arm in 0..self.world.arms {
            if !block.is_apart(arm) {
                continue;
            }
            let begins = if arm == 0 {
                first_day
            } else {
                day == block.diverges[arm]
            };
            let extractor = Extractor {
                p: &self.params,
                world: &self.world,
                stratum,
                day,
                arm,
            };
            for k in 0..used {
                let leaf = &mut block.leaves[k];
                if begins {
                    self.begin(stratum, leaf, arm, first_day);
                }
                let evicted = slots::renew(leaf, arm);
                if self.world.window.reported(day) {
                    let cell = self.world.layout.cell(TableId::Evictions, []);
                    self.counted.add(cell, f64::from(evicted));
                }
                let params = &*self.params;
                let rules = profile::Rules::new(params, leaf.arms[arm].ruled(arm));
                self.isa.run(
                    #[inline(always)]
                    || profile::take_in(params, &rules, leaf, arm),
                );
                extractor.expire(leaf);
                extractor.run(leaf, &mut self.counted);
            }
            extract::tally(block, arm, &mut self.counted);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use overheard_model::calendar::Window;
    use overheard_model::streams::Draws;
    use overheard_model::tally::Layout;
    use overheard_model::world::World;
    use overheard_scenario::{Scenario, taxonomy};

    pub fn world(scenario: &Scenario, days: usize) -> World {
        let taxonomy = taxonomy().clone();
        World {
            draws: Draws::new(1),
            window: Window {
                warm_up: 0,
                days: days as i32,
            },
            layout: Layout::new(days, taxonomy.categories.len()),
            strata: Vec::new(),
            minors: Vec::new(),
            taxonomy,
            arms: scenario.arms.len(),
            diverges: Vec::new(),
        }
    }
}
