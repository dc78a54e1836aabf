//! What a run needs of memory, told before it begins: a run that cannot end must not be simulated first.
//!
//! Two things grow with the question. The pilot's people are all in memory at once, each with a state per arm. And the tables: sums and replicates of every row and arm, beside them first the tallies of
//! the groups of a stratum, then the rows that the report reads back. A run's own people do not count: one block is there at a time.

use overheard_model::block::{ArmState, Leaf};
use overheard_model::columns::{LEAF, ROW};
use overheard_model::strata::REPLICATES;
use overheard_outcomes::{Frame, rows};
use overheard_scenario::Scenario;

use crate::frame;
use crate::settings::Tune;
use crate::simulate;

/// Bytes of one row's estimate with its replicates and whether there is one.
const ESTIMATE: u64 = 8 * (2 + REPLICATES as u64);
/// Measured: bytes of a row's key in the three lists that have it, and of a row that the report has read.
const KEY: u64 = 700;
const READ: u64 = 460;
/// Program, threads, charts (bytes).
const BASE: u64 = 64 << 20;

/// Bytes that a run needs at most, about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// While the pilot solves the market.
    pub pilot: u64,
    /// When the tables are made.
    pub tables: u64,
}

impl Need {
    /// The pilot is gone when the tables come.
    pub fn whole(&self) -> u64 {
        self.pilot.max(self.tables) + BASE
    }

    /// What a scenario's run needs.
    pub fn of(scenario: &Scenario, tune: Tune) -> Self {
        let mut simulated = scenario.clone();
        // The pilot simulates the month without a policy, too.
        simulated.arms.extend(scenario.status_quo());
        let world = frame::pilot_world(&simulated);
        let (arms, simulated) = (scenario.arms.len() as u64, simulated.arms.len() as u64);
        let tally = 8 * world.layout.cells() as u64;
        let leaf = size_of::<Leaf>() as u64 + simulated * state();
        let leaves: u64 = world.strata.iter().map(|s| s.people / LEAF as u64).sum();
        let threads = tune.threads.get() as u64;
        let frame = simulate::frame_of(scenario, &frame::run_world(scenario));
        Need {
            // What is looked for on the first day is looked for on a second copy.
            pilot: threads * simulated * tally
                + leaves * (leaf + size_of::<Leaf>() as u64 + state()),
            tables: tables(&frame, arms, tally) + threads * 8 * arms * tally,
        }
    }
}

/// An arm's state of a leaf, with seats for half of its people.
fn state() -> u64 {
    (size_of::<ArmState>() + LEAF / ROW / 2 * size_of::<overheard_model::block::ChatRow>()) as u64
}

fn tables(frame: &Frame, arms: u64, tally: u64) -> u64 {
    let rows = rows(frame) as u64;
    // Of the sums one arm is there twice while they are handed over. A group of several shards has sums twice as wide.
    let sums = rows * KEY + arms * rows * ESTIMATE;
    let folding = REPLICATES as u64 * arms * 2 * tally;
    let reading = (2 * arms - 1) * rows * READ;
    sums + folding.max(rows * ESTIMATE).max(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn need_grows_with_arms_cuts_and_pilot() {
        let need = |text: &str| {
            let file = overheard_scenario::ScenarioFile::parse("t.toml", text.as_bytes());
            let scenario = file.unwrap().scenario::<&str>(&[]).unwrap();
            Need::of(&scenario, Tune::new(std::num::NonZeroUsize::MIN))
        };
        let arms = "[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\n";
        let one = need("name = \"x\"\n");
        let two = need(arms);
        let cuts = need(&format!("report.cuts = [\"day*market*age*app\"]\n{arms}"));
        let people = need(&format!("pilot.people = 160_000\n{arms}"));
        assert!(two.tables > 3 * one.tables / 2 && two.pilot > 5 * one.pilot / 4);
        assert!(cuts.tables > 2 * two.tables && cuts.pilot == two.pilot);
        assert!(people.pilot > 5 * two.pilot && people.tables == two.tables);
    }
}
