//! The full run in memory: shards in, estimates out. Nothing here touches a disk.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use overheard_actors::{Finished, Plan};
use overheard_model::tally::Tally;
use overheard_model::world::World;
use overheard_outcomes::{Arm, Detail, Estimates, Estimator, Frame};
use overheard_scenario::Scenario;

use crate::error::EngineError;
use crate::frame;
use crate::params::{Params, Tables, params};
use crate::pilot::{self, Path};
use crate::settings::{EngineKind, Tune};
use crate::shard::{self, Run, ShardRange};

/// A scenario with its path solved, ready to run its shards.
pub struct Prepared {
    pub scenario: Scenario,
    pub params: Params,
    pub path: Path,
    pub engine: EngineKind,
    pub shards: Vec<ShardRange>,
    /// Which rows its estimates are to have.
    pub detail: Detail,
}

impl Prepared {
    /// Resolves a scenario whose path is known for a run of its own people and seed.
    pub fn new(scenario: Scenario, path: Path, engine: EngineKind) -> Self {
        let tables = Tables::of(&scenario);
        Self::with(scenario, &tables, path, engine)
    }

    /// The same, of a scenario whose tables are there already.
    pub fn with(scenario: Scenario, tables: &Tables, path: Path, engine: EngineKind) -> Self {
        let world = Arc::new(frame::run_world(&scenario));
        let params = params(&scenario, tables, world, &path.start, &path.pacing);
        let shards = shard::shards(&params.world);
        Prepared {
            scenario,
            params,
            path,
            engine,
            shards,
            detail: Detail::Full,
        }
    }

    /// The frame of the run.
    pub fn world(&self) -> &World {
        &self.params.world
    }

    /// Numbers of all shards.
    pub fn all(&self) -> Vec<u32> {
        (0..self.shards.len() as u32).collect()
    }

    /// People of the given shards.
    pub fn people(&self, shards: &[u32]) -> u64 {
        let one = |n: &u32| self.shards[*n as usize].people();
        shards.iter().map(one).sum()
    }

    /// Person-days that the given shards take, warm-up included.
    pub fn person_days(&self, shards: &[u32]) -> u64 {
        self.people(shards) * self.world().window.simulated() as u64
    }

    /// Runs shards; hands each result to `done` with the shard's number, in any order. Says whether all were run, and which not
    /// at once.
    ///
    /// # Errors
    /// A shard failed twice, or what runs them failed.
    pub fn run(
        &self,
        todo: &[u32],
        tune: Tune,
        cancel: &AtomicBool,
        mut done: impl FnMut(u32, Vec<Tally>) -> ControlFlow<()>,
    ) -> Result<Finished, EngineError> {
        let run = Run {
            params: &self.params,
            engine: self.engine,
            tune,
            shards: &self.shards,
            todo,
        };
        let plan = Plan::new(tune.threads, tune.wiring);
        let finished = overheard_actors::run(&run, plan, cancel, |index, tallies| {
            done(todo[index], tallies)
        });
        Ok(finished?)
    }

    /// What the tallies are folded with.
    pub fn frame(&self) -> Frame {
        Frame {
            detail: self.detail,
            ..frame_of(&self.scenario, self.world())
        }
    }

    /// Rows of the market path: pacing and the share of bound budgets, by market and day.
    pub fn push_path(&self, estimates: &mut Estimates) {
        let days = frame::day_labels(&self.scenario, self.world().window);
        for (arm, markets) in self.path.summary.iter().enumerate() {
            for (m, by_day) in markets.iter().enumerate() {
                let market = overheard_model::ids::Market::ALL[m].name();
                for (day, (pacing, bound)) in days.iter().zip(by_day) {
                    estimates.push_path(arm, "pacing", market, day, *pacing);
                    estimates.push_path(arm, "budget_bound_share", market, day, *bound);
                }
            }
        }
        let day = days.first().map_or("", String::as_str);
        for (m, paid) in self.path.paid.iter().enumerate() {
            let market = overheard_model::ids::Market::ALL[m].name();
            if let Some([median, ninetieth]) = paid {
                let of = [("median", median), ("ninetieth-percentile", ninetieth)];
                for (bucket, price) in of {
                    estimates.push_paid_price(market, day, bucket, 1000.0 * price);
                }
            }
        }
    }
}

/// What the tallies of a scenario are folded with.
pub(crate) fn frame_of(scenario: &Scenario, world: &World) -> Frame {
    Frame {
        layout: world.layout.clone(),
        days: frame::day_labels(scenario, world.window),
        categories: world.taxonomy.categories.clone(),
        arms: scenario
            .arms
            .iter()
            .map(|a| Arm {
                name: a.name.clone(),
                split: a.values.number("policy.treated_share") < 1.0,
            })
            .collect(),
        strata: world.strata.clone(),
        detail: Detail::Full,
        cuts: scenario.world.cuts("report.cuts").to_vec(),
    }
}

/// Puts shard results, which come in any order, into estimates: those of a stratum that is not due yet wait.
pub struct Folder<'a> {
    estimator: Estimator,
    shards: &'a [ShardRange],
    waiting: BTreeMap<u32, Vec<Tally>>,
    /// Shards of each stratum that have not come yet.
    missing: Vec<u32>,
    due: usize,
}

impl<'a> Folder<'a> {
    /// # Errors
    /// The frame does not fit the layout.
    pub fn new(prepared: &'a Prepared) -> Result<Self, EngineError> {
        let mut missing = vec![0; prepared.world().strata.len()];
        for shard in &prepared.shards {
            missing[shard.stratum as usize] += 1;
        }
        let estimator = Estimator::new(prepared.frame())?;
        let mut folder = Folder {
            estimator,
            shards: &prepared.shards,
            waiting: BTreeMap::new(),
            missing,
            due: 0,
        };
        folder.advance()?;
        Ok(folder)
    }

    /// Takes one shard's tallies.
    ///
    /// # Errors
    /// They do not fit.
    pub fn take(&mut self, number: u32, tallies: Vec<Tally>) -> Result<(), EngineError> {
        let shard = self.shards[number as usize];
        if shard.stratum as usize == self.due {
            self.add(shard, tallies)?;
            self.advance()
        } else {
            self.waiting.insert(number, tallies);
            Ok(())
        }
    }

    fn add(&mut self, shard: ShardRange, tallies: Vec<Tally>) -> Result<(), EngineError> {
        self.missing[shard.stratum as usize] -= 1;
        Ok(self
            .estimator
            .add(shard.stratum as usize, shard.group as usize, tallies)?)
    }

    /// Moves past complete strata and takes up what waited for the next.
    fn advance(&mut self) -> Result<(), EngineError> {
        while self.due < self.missing.len() && self.missing[self.due] == 0 {
            self.due += 1;
            while let Some(entry) = self.waiting.first_entry() {
                let shard = self.shards[*entry.key() as usize];
                if shard.stratum as usize != self.due {
                    break;
                }
                let tallies = entry.remove();
                self.add(shard, tallies)?;
            }
        }
        Ok(())
    }

    /// # Errors
    /// Shards are missing.
    pub fn finish(self) -> Result<Estimates, EngineError> {
        let missing: u32 = self.missing.iter().sum();
        if missing > 0 {
            return Err(EngineError::Missing(missing));
        }
        Ok(self.estimator.finish()?)
    }
}

/// A whole run in memory: pilot, shards, estimates. For tests, calibration and small questions.
///
/// # Errors
/// Whatever fails; cancelling is an error here.
pub fn simulate(
    scenario: &Scenario,
    engine: EngineKind,
    tune: Tune,
) -> Result<(Prepared, Estimates), EngineError> {
    let cancel = AtomicBool::new(false);
    let path = pilot::solve(scenario, tune.isa, tune.threads, &cancel, |_, _| ())?
        .ok_or(EngineError::Cancelled)?;
    simulate_on(scenario, path, engine, tune)
}

/// [`simulate`] under a path that is already solved.
///
/// # Errors
/// Whatever fails.
pub fn simulate_on(
    scenario: &Scenario,
    path: Path,
    engine: EngineKind,
    tune: Tune,
) -> Result<(Prepared, Estimates), EngineError> {
    let cancel = AtomicBool::new(false);
    let prepared = Prepared::new(scenario.clone(), path, engine);
    let mut folder = Folder::new(&prepared)?;
    let mut fault = None;
    prepared.run(
        &prepared.all(),
        tune,
        &cancel,
        |shard, tallies| match folder.take(shard, tallies) {
            Ok(()) => ControlFlow::Continue(()),
            Err(e) => {
                fault = Some(e);
                ControlFlow::Break(())
            }
        },
    )?;
    if let Some(e) = fault {
        return Err(e);
    }
    let mut estimates = folder.finish()?;
    prepared.push_path(&mut estimates);
    Ok((prepared, estimates))
}
