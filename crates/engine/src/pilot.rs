//! The pilot: a small population of its own that finds the start state and solves the market, day by day.
//!
//! It does not depend on the run's seed, people or engine, so every run of a scenario meets the same prices. Its people
//! stay in memory and move through the days together: the day's states, then pacing, then the day's ads.

mod start;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use overheard_feeds::{DayDemand, Feeds, Gatherer, Pacing};
use overheard_market::{
    Auctions, Budgets, Market as AdMarket, Response, Solution, bound_places, paced,
};
use overheard_model::block::Block;
use overheard_model::calendar::Day;
use overheard_model::ids::{AdKind, Market};
use overheard_model::isa::Isa;
use overheard_model::stage::{Stage, StageError};
use overheard_model::tally::TableId;
use overheard_model::world::World;
use overheard_scenario::Scenario;

use crate::frame;
use crate::settings::EngineKind;
use crate::shard::{self, Params};

pub use start::Start;

/// The market path of a scenario: what the full run is simulated under.
#[derive(Clone, Debug)]
pub struct Path {
    pub start: Start,
    /// Per arm.
    pub pacing: Vec<Pacing>,
    /// Expected spend the path was solved for [USD], per arm and market, over the reported days.
    pub spend: Vec<[f64; Market::COUNT]>,
    /// Per arm, market and reported day: spend-weighted mean pacing, and the share of budgets that bind.
    pub summary: Vec<Vec<Vec<(f64, f64)>>>,
    /// The most iterations any day took.
    pub iterations: u32,
}

/// A block of the pilot's people.
struct Party {
    place: Place,
    /// Filled on the first day, by the thread that takes it.
    block: Block,
    /// The day's auctions by arm, of the arms that stand apart.
    auctions: Vec<Auctions>,
}

impl Party {
    /// Auctions under an arm; a party that has not parted from the base meets the market as the base does.
    fn auctions(&self, arm: usize) -> &Auctions {
        &self.auctions[if self.block.is_apart(arm) { arm } else { 0 }]
    }
}

/// People of the pilot in a block.
const BLOCK: u64 = 256;

/// Solves the path. Returns nothing when cancelled.
///
/// # Errors
/// A stage failed.
pub fn solve(
    scenario: &Scenario,
    isa: Isa,
    threads: NonZeroUsize,
    cancel: &AtomicBool,
    mut progress: impl FnMut(Day, Day),
) -> Result<Option<Path>, StageError> {
    let world = Arc::new(frame::pilot_world(scenario));
    let start = start::find(scenario, isa, threads)?;
    let mut pilot = Pilot::new(scenario, world.clone(), &start, isa, threads);
    for day in world.window.first()..world.window.days {
        if cancel.load(Ordering::Relaxed) {
            return Ok(None);
        }
        progress(day - world.window.first(), world.window.simulated());
        pilot.day(day)?;
    }
    Ok(Some(pilot.finish(start)))
}

/// Resolved parameters of a run under a path.
pub fn params(scenario: &Scenario, world: Arc<World>, start: &Start, pacing: &[Pacing]) -> Params {
    let (signals, feeds) = platform(scenario, &world, start, pacing);
    Params {
        users: Arc::new(overheard_users::Params::new(scenario, &world)),
        assistant: Arc::new(overheard_assistant::Params::new(scenario, &world)),
        signals,
        feeds,
        world,
    }
}

/// The parameters that a path shows in.
fn platform(
    scenario: &Scenario,
    world: &World,
    start: &Start,
    pacing: &[Pacing],
) -> (Arc<overheard_signals::Params>, Arc<overheard_feeds::Params>) {
    let curve = frame::demand_curve(scenario, world.window);
    let (feedback, estimate) = (start.feedback, start.estimate);
    (
        Arc::new(overheard_signals::Params::new(scenario, world, feedback)),
        Arc::new(overheard_feeds::Params::new(
            scenario, world, &curve, pacing, estimate,
        )),
    )
}

/// Where the pilot's blocks begin, stratum by stratum: stratum, first person, people.
type Place = (u16, u64, u64);

fn places(world: &World) -> Vec<Place> {
    let of = |(stratum, people): (usize, u64)| {
        let firsts = (0..people).step_by(BLOCK as usize);
        firsts.map(move |first| (stratum as u16, first, BLOCK.min(people - first)))
    };
    let people = world.strata.iter().map(|s| s.people);
    people.enumerate().flat_map(of).collect()
}

fn load(world: &World, block: &mut Block, (stratum, first, people): Place) {
    shard::load(world, block, stratum, 0, first, people);
}

/// Works through a list in as many threads as there are, each with what `begin` makes for it; results in the order of the
/// list. Threads take the next piece of work when they have done one, since some are heavier.
fn each<T: Send, R: Send, W: FnMut(T) -> Result<R, StageError>>(
    list: impl ExactSizeIterator<Item = T> + Send,
    threads: NonZeroUsize,
    begin: impl Fn() -> W + Sync,
) -> Result<Vec<R>, StageError> {
    let panicked = || StageError {
        message: "the pilot panicked".to_owned(),
    };
    let mut results: Vec<Option<R>> = Vec::new();
    results.resize_with(list.len(), || None);
    let queue = Mutex::new(list.enumerate());
    let worker = || {
        let mut work = begin();
        let mut done = Vec::new();
        loop {
            let next = queue.lock().map_err(|_| panicked())?.next();
            let Some((k, item)) = next else {
                return Ok::<_, StageError>(done);
            };
            done.push((k, work(item)?));
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.get()).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            for (k, result) in worker.join().map_err(|_| panicked())?? {
                results[k] = Some(result);
            }
        }
        Ok(())
    })?;
    Ok(results.into_iter().flatten().collect())
}

struct Pilot {
    world: Arc<World>,
    params: Params,
    isa: Isa,
    threads: NonZeroUsize,
    parties: Vec<Party>,
    bound: Vec<bool>,
    base_pacing: f32,
    slack: f64,
    response: Response,
    elasticity: f64,
    pacing: Vec<Pacing>,
    spend: Vec<[f64; Market::COUNT]>,
    summary: Vec<Vec<Vec<(f64, f64)>>>,
    iterations: u32,
}

impl Pilot {
    fn new(
        scenario: &Scenario,
        world: Arc<World>,
        start: &Start,
        isa: Isa,
        threads: NonZeroUsize,
    ) -> Self {
        let v = &scenario.world;
        let categories = world.taxonomy.categories.len();
        let pacing = vec![Pacing::new(world.window, categories, 1.0); world.arms];
        let params = params(scenario, world.clone(), start, &pacing);
        let empty = vec![vec![(1.0, 0.0); world.window.days as usize]; Market::COUNT];
        let party = |place| Party {
            place,
            block: Block::default(),
            auctions: vec![Auctions::default(); world.arms],
        };
        Pilot {
            parties: places(&world).into_iter().map(party).collect(),
            bound: bound_places(
                &world.draws,
                categories,
                v.number("market.budget_bound_share"),
            ),
            base_pacing: v.number("market.pacing_base") as f32,
            slack: v.number("market.slack"),
            response: Response::named(v.choice("market.response")),
            elasticity: v.number("market.elasticity"),
            spend: vec![[0.0; Market::COUNT]; world.arms],
            summary: vec![empty; world.arms],
            iterations: 0,
            pacing,
            params,
            isa,
            threads,
            world,
        }
    }

    fn day(&mut self, day: Day) -> Result<(), StageError> {
        self.morning(day)?;
        self.price(day)?;
        if day + 1 == self.world.window.days {
            // Nobody asks any more what its ads did to people.
            return Ok(());
        }
        self.evening()
    }

    /// Users, assistant and signals; then each party's auctions under every arm that stands apart.
    fn morning(&mut self, day: Day) -> Result<(), StageError> {
        let (params, world, isa) = (&self.params, &*self.world, self.isa);
        each(self.parties.iter_mut(), self.threads, || {
            let mut stages = morning_stages(params, isa);
            let mut gatherer = Gatherer::new(isa);
            move |party: &mut Party| {
                let block = &mut party.block;
                if day == world.window.first() {
                    load(world, block, party.place);
                }
                block.day = day;
                for stage in &mut stages {
                    stage.step(block)?;
                }
                let weight = world.strata[block.stratum as usize].weight();
                for (arm, auctions) in party.auctions.iter_mut().enumerate() {
                    auctions.clear();
                    if block.is_apart(arm) {
                        gatherer.gather(&params.feeds, world, block, arm, weight, auctions);
                    }
                }
                Ok(())
            }
        })
        .map(|_| ())
    }

    /// Solves the day's pacing of every market and arm, and writes it where the feeds will read it.
    fn price(&mut self, day: Day) -> Result<(), StageError> {
        let returns = (self.response == Response::Elastic).then(|| self.returns());
        let solved = each(0..Market::COUNT, self.threads, || {
            |m| Ok(self.equilibria(m, returns.as_deref()))
        })?;
        let reported = self.world.window.reported(day);
        let categories = self.world.taxonomy.categories.len();
        for (m, arms) in solved.into_iter().enumerate() {
            for (arm, solution) in arms.into_iter().enumerate() {
                self.iterations = self.iterations.max(solution.iterations);
                if reported {
                    self.spend[arm][m] += solution.spend.iter().sum::<f64>();
                    self.summary[arm][m][day as usize] = summary(&solution);
                }
                for kind in AdKind::ALL {
                    let at = kind.index() * categories;
                    self.pacing[arm]
                        .of_mut(m, day, *kind)
                        .copy_from_slice(&solution.pacing[at..at + categories]);
                }
            }
        }
        self.write_demand(day);
        Ok(())
    }

    /// What every arm pays in a market: the base arm at its own pacing, the others as the market responds.
    fn equilibria(&self, m: usize, returns: Option<&[[f64; Market::COUNT]]>) -> Vec<Solution> {
        let feeds = &self.params.feeds;
        let market = AdMarket {
            isa: self.isa,
            race: &feeds.race,
            categories: self.world.taxonomy.categories.len(),
            optimised: &feeds.unpaced.category_share,
        };
        let at = |auctions: &[&Auctions], pacing: &[f32]| Solution {
            spend: market.spend(auctions, pacing),
            pacing: pacing.to_vec(),
            iterations: 0,
            residual: 0.0,
        };
        let base = at(&self.auctions(m, 0), &paced(&self.bound, self.base_pacing));
        let budgets = Budgets::of_base(&self.bound, self.slack, &base.spend);
        let apart = |arm: usize| self.of_market(m).any(|party| party.block.is_apart(arm));
        let mut solutions = vec![base];
        for arm in 1..self.world.arms {
            let base = &solutions[0];
            let solution = if !apart(arm) {
                base.clone()
            } else if self.response == Response::FixedPacing {
                at(&self.auctions(m, arm), &base.pacing)
            } else {
                let relative = returns.map_or(1.0, |r| r[arm][m] / r[0][m]);
                let elasticity = if relative.is_finite() {
                    self.elasticity
                } else {
                    0.0
                };
                let amounts = budgets.answered(relative, elasticity);
                market.solve(&self.auctions(m, arm), &amounts, |_| ())
            };
            solutions.push(solution);
        }
        solutions
    }

    fn of_market(&self, market: usize) -> impl Iterator<Item = &Party> {
        let world = &*self.world;
        let of = move |party: &&Party| world.market(party.block.stratum).index() == market;
        self.parties.iter().filter(of)
    }

    /// What a market's people bring under an arm.
    fn auctions(&self, market: usize, arm: usize) -> Vec<&Auctions> {
        let parties = self.of_market(market);
        parties.map(|party| party.auctions(arm)).collect()
    }

    fn write_demand(&mut self, day: Day) {
        let first = self.world.window.first();
        let taxonomy = &self.world.taxonomy;
        #[expect(
            clippy::expect_used,
            reason = "the stages that shared the parameters were dropped with the morning"
        )]
        let feeds = Arc::get_mut(&mut self.params.feeds)
            .expect("no stage is alive between morning and evening");
        for (arm, path) in self.pacing.iter().enumerate() {
            for m in 0..Market::COUNT {
                let kinds =
                    [AdKind::Manual, AdKind::Custom, AdKind::Optimised].map(|k| path.of(m, day, k));
                feeds.demand[arm][m][(day - first) as usize] = DayDemand::new(
                    taxonomy,
                    feeds.law.alpha(),
                    feeds.manual_demand,
                    feeds.custom_demand,
                    kinds,
                );
            }
        }
    }

    fn evening(&mut self) -> Result<(), StageError> {
        let (params, isa) = (&self.params, self.isa);
        each(self.parties.iter_mut(), self.threads, || {
            let mut feeds = Feeds::new(params.feeds.clone(), params.world.clone(), isa);
            move |party: &mut Party| feeds.step(&mut party.block)
        })
        .map(|_| ())
    }

    /// Attributed conversions per USD so far, per arm and market.
    fn returns(&self) -> Vec<[f64; Market::COUNT]> {
        let layout = &self.world.layout;
        (0..self.world.arms)
            .map(|arm| {
                let mut won = [0.0; Market::COUNT];
                let mut spent = [0.0; Market::COUNT];
                for Party { block, .. } in &self.parties {
                    let m = self.world.market(block.stratum).index();
                    let weight = self.world.strata[block.stratum as usize].weight();
                    let sum = |table: TableId| -> f64 {
                        let at = layout.offset(table);
                        block.tallies[arm].cells[at..at + layout.len(table)]
                            .iter()
                            .map(|c| *c as f64)
                            .sum::<f64>()
                            * weight
                    };
                    won[m] += sum(TableId::Conversions);
                    spent[m] += sum(TableId::Spend);
                }
                std::array::from_fn(|m| {
                    if spent[m] > 0.0 {
                        won[m] / spent[m]
                    } else {
                        f64::NAN
                    }
                })
            })
            .collect()
    }

    fn finish(self, start: Start) -> Path {
        Path {
            start,
            pacing: self.pacing,
            spend: self.spend,
            summary: self.summary,
            iterations: self.iterations,
        }
    }
}

/// Spend-weighted mean pacing, and the share of budgets that bind.
fn summary(solution: &Solution) -> (f64, f64) {
    let total: f64 = solution.spend.iter().sum();
    let pairs = solution.pacing.iter().zip(&solution.spend);
    let mean = pairs.map(|(l, s)| f64::from(*l) * s).sum::<f64>() / total;
    let bound = solution.pacing.iter().filter(|l| **l < 0.999_99).count();
    let share = bound as f64 / solution.pacing.len() as f64;
    (if total > 0.0 { mean } else { 1.0 }, share)
}

fn morning_stages(p: &Params, isa: Isa) -> Vec<Box<dyn Stage>> {
    shard::stages(p, EngineKind::Thinned, isa)
        .into_iter()
        .take(3)
        .collect()
}
