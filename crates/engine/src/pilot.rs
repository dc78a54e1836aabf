//! The pilot: a small population of its own that finds the start state and solves the market, day by day.
//!
//! It does not depend on the run's seed, people or engine, so every run of a scenario meets the same prices. Its people
//! stay in memory and move through the days together: the day's states, then pacing, then the day's ads.

mod error;
mod estimate;
mod lent;
mod places;
mod start;
mod workers;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use overheard_feeds::{DayDemand, Feeds, Gatherer, Pacing};
use overheard_market::{
    Auctions, Budgets, Market as AdMarket, Response, Solution, bound_places, paced,
};
use overheard_model::block::Block;
use overheard_model::calendar::Day;
use overheard_model::ids::{AdKind, App, Market};
use overheard_model::isa::Isa;
use overheard_model::stage::{Stage, StageError};
use overheard_model::world::World;
use overheard_scenario::Scenario;

use crate::frame;
use crate::params::{Params, Start, Tables, params};
use crate::settings::{EngineKind, Tune};
use crate::shard;

use lent::Lent;
use places::{Place, load, places};
use workers::Workers;

/// The market path of a scenario: what the full run is simulated under.
#[derive(Clone, Debug)]
pub struct Path {
    pub start: Start,
    /// Per arm.
    pub pacing: Vec<Pacing>,
    /// Expected spend the path was solved for (USD), per arm and market, over the reported days.
    pub spend: Vec<[f64; Market::COUNT]>,
    /// Relative standard error of that spend, slots being known, under the status quo, by market: the pilot's people are a sample.
    pub spend_error: [f64; Market::COUNT],
    /// Per arm, market and reported day: spend-weighted mean pacing, and the share of budgets that bind, of those that spend.
    pub summary: Vec<Vec<Vec<(f64, f64)>>>,
    /// What single slots are sold for under the status quo on the first reported day: median and ninetieth percentile, by
    /// market (USD).
    pub paid: [Option<[f64; 2]>; Market::COUNT],
    /// By how much a pacing still moved when the solver of the worst day stopped (0 to 1).
    pub residual: f64,
}

/// A block of the pilot's people.
struct PilotBlock {
    place: Place,
    /// Filled on the first day, by the thread that takes it.
    block: Block,
    /// The day's auctions by arm, of the arms that stand apart.
    auctions: Vec<Auctions>,
    /// Slots of its people, and what was paid for them under the status quo, on the reported days so far (USD).
    revenue: [f64; 2],
    /// Conversions of its people and what was paid for their slots so far (fixed point), by arm.
    returns: Vec<[i64; 2]>,
}

impl PilotBlock {
    fn is_in(&self, world: &World, market: usize) -> bool {
        world.market(self.block.stratum).index() == market
    }

    /// Auctions under an arm; a block that has not parted from the base meets the market as the base does.
    fn auctions(&self, arm: usize) -> &Auctions {
        &self.auctions[if self.block.is_apart(arm) { arm } else { 0 }]
    }
}

/// Solves the path. Returns nothing when cancelled.
///
/// # Errors
/// A stage failed.
pub fn solve(
    scenario: &Scenario,
    isa: Isa,
    threads: NonZeroUsize,
    cancel: &AtomicBool,
    progress: impl FnMut(Day, Day),
) -> Result<Option<Path>, StageError> {
    let tables = Tables::of(scenario);
    let tune = Tune {
        isa,
        ..Tune::new(threads)
    };
    solve_with(scenario, &tables, tune, Asked::Market, cancel, progress)
}

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The prices that people's feeds are under.
    Prices,
    /// Besides, the market itself, day by day: what is spent, by whom and at which pacing.
    Market,
}

/// The same, of a scenario whose tables are there already.
///
/// # Errors
/// A stage failed.
pub fn solve_with(
    scenario: &Scenario,
    tables: &Tables,
    tune: Tune,
    asked: Asked,
    cancel: &AtomicBool,
    mut progress: impl FnMut(Day, Day),
) -> Result<Option<Path>, StageError> {
    let arms = scenario.arms.len();
    let mut scenario = scenario.clone();
    // Budgets are what the market spent before there was a policy, whichever arm comes first.
    let status_quo = match scenario.status_quo() {
        Some(arm) => {
            scenario.arms.push(arm);
            arms
        }
        None => 0,
    };
    let scenario = &scenario;
    let isa = tune.isa;
    let workers = Workers::new(tune.threads)?;
    let found = start::find(scenario, tables, status_quo, isa, &workers)?;
    let mut pilot = Pilot::new(scenario, tables, status_quo, &found, isa, workers);
    pilot.asked = asked;
    let window = pilot.world.window;
    for day in window.first()..window.days {
        if cancel.load(Ordering::Relaxed) {
            return Ok(None);
        }
        progress(day - window.first(), window.simulated());
        pilot.day(day)?;
    }
    Ok(Some(pilot.finish(found.start, arms)))
}

struct Pilot {
    asked: Asked,
    /// The arm without a policy that budgets come from.
    status_quo: usize,
    /// What a slot of the pilot's people stands for, beyond what its person does, by market and app.
    slots: [[f64; App::COUNT]; Market::COUNT],
    world: Arc<World>,
    params: Params,
    isa: Isa,
    workers: Workers,
    blocks: Vec<PilotBlock>,
    bound: Vec<bool>,
    /// Pacing of the status quo, as the feeds have it.
    before: Vec<f64>,
    /// The last day's solutions, by market and arm: where the next begin. At first the status quo's.
    solved: Vec<Vec<Vec<f64>>>,
    slack: f64,
    response: Response,
    elasticity: f64,
    pacing: Vec<Pacing>,
    spend: Vec<[f64; Market::COUNT]>,
    summary: Vec<Vec<Vec<(f64, f64)>>>,
    paid: [Option<[f64; 2]>; Market::COUNT],
    residual: f64,
}

impl Pilot {
    fn new(
        scenario: &Scenario,
        tables: &Tables,
        status_quo: usize,
        found: &start::Found,
        isa: Isa,
        workers: Workers,
    ) -> Self {
        let v = &scenario.world;
        let world = Arc::new(frame::pilot_world(scenario));
        let categories = world.taxonomy.categories.len();
        let pacing = vec![Pacing::new(world.window, categories, 1.0); world.arms];
        let params = params(scenario, tables, world.clone(), &found.start, &pacing);
        let share = v.number("market.budget_bound_share");
        let bound = bound_places(&world.draws, categories, share);
        let before = paced(&bound, f64::from(v.number("market.pacing_base") as f32));
        let empty = vec![vec![(1.0, 0.0); world.window.days as usize]; Market::COUNT];
        let block = |place| PilotBlock {
            place,
            block: Block::default(),
            auctions: vec![Auctions::default(); world.arms],
            revenue: [0.0; 2],
            returns: vec![[0; 2]; world.arms],
        };
        Pilot {
            asked: Asked::Market,
            blocks: places(&world).into_iter().map(block).collect(),
            solved: vec![vec![before.clone(); world.arms]; Market::COUNT],
            before,
            bound,
            slack: v.number("market.slack"),
            response: Response::named(v.choice("market.response")),
            elasticity: v.number("market.elasticity"),
            spend: vec![[0.0; Market::COUNT]; world.arms],
            summary: vec![empty; world.arms],
            paid: [None; Market::COUNT],
            residual: 0.0,
            status_quo,
            slots: found.slots,
            pacing,
            params,
            isa,
            workers,
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

    /// Whether anybody asks for the market of a day: where no arm has parted, its pacing is what it was before.
    fn is_solved(&self, day: Day) -> bool {
        let parted = |stratum: &Vec<Day>| stratum.iter().any(|from| *from <= day);
        self.asked == Asked::Market || self.world.diverges.iter().any(parted)
    }

    /// Users, assistant and signals; then each block's auctions under every arm that stands apart.
    fn morning(&mut self, day: Day) -> Result<(), StageError> {
        let solved = self.is_solved(day);
        let (params, world, isa) = (&self.params, &*self.world, self.isa);
        let slots = &self.slots;
        self.workers
            .each(self.blocks.iter_mut(), || {
                let mut stages = shard::stages(params, EngineKind::Thinned, isa);
                let mut gatherer = Gatherer::new(&params.feeds, world, isa);
                let mut tallies = Lent::new(world);
                move |own: &mut PilotBlock| {
                    let block = &mut own.block;
                    tallies.to(block, |block| {
                        if day == world.window.first() {
                            load(world, block, own.place);
                        }
                        block.day = day;
                        let mut stages = stages.morning();
                        stages.try_for_each(|stage| stage.step(block))
                    })?;
                    let weight = world.strata[block.stratum as usize].weight();
                    let market = world.market(block.stratum).index();
                    let weights = slots[market].map(|slots| weight * slots);
                    for (arm, auctions) in own.auctions.iter_mut().enumerate() {
                        auctions.clear();
                        if solved && block.is_apart(arm) {
                            gatherer.gather(block, arm, &weights, auctions);
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
        let solved = if self.is_solved(day) {
            self.workers.each(0..Market::COUNT, || {
                |m| Ok(self.equilibria(m, returns.as_deref()))
            })?
        } else {
            let arms = vec![self.as_before(Vec::new()); self.world.arms];
            vec![(arms, Vec::new()); Market::COUNT]
        };
        let reported = self.world.window.reported(day);
        let asked = self.asked == Asked::Market;
        let categories = self.world.taxonomy.categories.len();
        for (m, (arms, revenue)) in solved.into_iter().enumerate() {
            if reported && asked {
                self.count_revenue(m, &revenue);
            }
            for (arm, Priced { solution, spend }) in arms.into_iter().enumerate() {
                self.residual = self.residual.max(solution.residual);
                if reported {
                    self.spend[arm][m] += spend.iter().sum::<f64>();
                    self.summary[arm][m][day as usize] = summary(&solution.pacing, &spend);
                }
                for kind in AdKind::ALL {
                    let at = kind.index() * categories;
                    self.pacing[arm]
                        .of_mut(m, day, *kind)
                        .iter_mut()
                        .zip(&solution.pacing[at..at + categories])
                        .for_each(|(to, pacing)| *to = *pacing as f32);
                }
                self.solved[m][arm] = solution.pacing;
            }
        }
        if day == 0 && asked {
            let paid = self
                .workers
                .each(0..Market::COUNT, || |m| Ok(self.paid(m)))?;
            for (to, paid) in self.paid.iter_mut().zip(paid) {
                *to = paid;
            }
        }
        self.write_demand(day);
        Ok(())
    }

    /// The pacing of before, and what is spent at it.
    fn as_before(&self, spend: Vec<f64>) -> Priced {
        let solution = Solution {
            pacing: self.before.clone(),
            iterations: 0,
            residual: 0.0,
        };
        Priced { solution, spend }
    }

    fn market(&self) -> AdMarket<'_> {
        let feeds = &self.params.feeds;
        AdMarket {
            isa: self.isa,
            race: &feeds.race,
            categories: self.world.taxonomy.categories.len(),
            optimised: &feeds.unpaced.category_share,
        }
    }

    /// What every arm pays in a market: the status quo at its own pacing, the others as the market responds. An arm under
    /// which nobody's auctions are other than under the status quo has its pacing, bit for bit. What others spend is worked out if
    /// anybody asks for it. Besides, what the people of each block are paid for under the status quo: slots, and USD.
    fn equilibria(
        &self,
        m: usize,
        returns: Option<&[[f64; Market::COUNT]]>,
    ) -> (Vec<Priced>, Vec<[f64; 2]>) {
        let market = self.market();
        let before = &self.before;
        let asked = |auctions: &[&Auctions], pacing: &[f64]| match self.asked {
            Asked::Market => market.spend(auctions, pacing),
            Asked::Prices => Vec::new(),
        };
        let usual = self.auctions(m, self.status_quo);
        let (spend, revenue) = market.spend_and_revenue(&usual, before);
        let status_quo = self.as_before(spend);
        let budgets = Budgets::of_status_quo(&self.bound, self.slack, &status_quo.spend);
        let solution = |arm: usize| {
            let own = self.auctions(m, arm);
            // Blocks that have not parted have the base's auctions, not equal ones.
            let equal = |(a, b): (&&Auctions, &&Auctions)| std::ptr::eq(*a, *b) || a == b;
            if arm == self.status_quo || own.iter().zip(&usual).all(equal) {
                return status_quo.clone();
            }
            if self.response == Response::FixedPacing {
                return self.as_before(asked(&own, before));
            }
            let relative = returns.map_or(1.0, |r| r[arm][m] / r[self.status_quo][m]);
            let elasticity = if relative.is_finite() {
                self.elasticity
            } else {
                0.0
            };
            let budgets = budgets.answered(relative, elasticity);
            let start = &self.solved[m][arm];
            let solution = market.solve(&own, &budgets, before, start);
            let spend = asked(&own, &solution.pacing);
            Priced { solution, spend }
        };
        ((0..self.world.arms).map(solution).collect(), revenue)
    }

    /// What single slots of a market are sold for today under the status quo: median and ninetieth percentile (USD).
    fn paid(&self, m: usize) -> Option<[f64; 2]> {
        let usual = self.auctions(m, self.status_quo);
        let prices = self.market().paid_prices(&usual, &self.before);
        let feeds = &self.params.feeds;
        let reserve = feeds.reserve * feeds.base_level[m];
        Some([
            prices.quantile(0.5)? * reserve,
            prices.quantile(0.9)? * reserve,
        ])
    }

    /// Adds up what the people of a market's blocks are paid for today under the status quo.
    fn count_revenue(&mut self, market: usize, today: &[[f64; 2]]) {
        let world = &*self.world;
        let blocks = self
            .blocks
            .iter_mut()
            .filter(|own| own.is_in(world, market));
        for (own, today) in blocks.zip(today) {
            own.revenue = std::array::from_fn(|k| own.revenue[k] + today[k]);
        }
    }

    fn of_market(&self, market: usize) -> impl Iterator<Item = &PilotBlock> {
        let world = &*self.world;
        self.blocks
            .iter()
            .filter(move |own| own.is_in(world, market))
    }

    /// What a market's people bring under an arm.
    fn auctions(&self, market: usize, arm: usize) -> Vec<&Auctions> {
        let blocks = self.of_market(market);
        blocks.map(|own| own.auctions(arm)).collect()
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
        let counted = self.response == Response::Elastic;
        self.workers
            .each(self.blocks.iter_mut(), || {
                let world = &params.world;
                let mut feeds = Feeds::new(params.feeds.clone(), world.clone(), isa);
                if !counted {
                    feeds = feeds.uncounted();
                }
                let mut tallies = Lent::new(world);
                let mut before = tallies.returns(world);
                move |own: &mut PilotBlock| {
                    tallies.to(&mut own.block, |block| feeds.step(block))?;
                    if !counted {
                        return Ok(());
                    }
                    let now = tallies.returns(world);
                    for ((sum, now), before) in own.returns.iter_mut().zip(&now).zip(&before) {
                        *sum = std::array::from_fn(|k| sum[k] + now[k] - before[k]);
                    }
                    before = now;
                    Ok(())
                }
            })
            .map(|_| ())
    }

    /// Attributed conversions per USD so far, per arm and market.
    fn returns(&self) -> Vec<[f64; Market::COUNT]> {
        let of = |arm: usize, m: usize| {
            let mut sums = [0.0; 2];
            for own in self.of_market(m) {
                let weight = self.world.strata[own.block.stratum as usize].weight();
                for (sum, counted) in sums.iter_mut().zip(own.returns[arm]) {
                    *sum += weight * counted as f64;
                }
            }
            let [won, spent] = sums;
            if spent > 0.0 { won / spent } else { f64::NAN }
        };
        (0..self.world.arms)
            .map(|arm| std::array::from_fn(|m| of(arm, m)))
            .collect()
    }

    /// The path of the scenario's own arms.
    fn finish(mut self, start: Start, arms: usize) -> Path {
        self.pacing.truncate(arms);
        self.spend.truncate(arms);
        self.summary.truncate(arms);
        let spend_error = std::array::from_fn(|m| {
            let blocks = self.of_market(m);
            let of = |own: &PilotBlock| (own.block.stratum, own.revenue);
            error::relative(&blocks.map(of).collect::<Vec<_>>())
        });
        Path {
            start,
            spend_error,
            paid: self.paid,
            pacing: self.pacing,
            spend: self.spend,
            summary: self.summary,
            residual: self.residual,
        }
    }
}

/// A market and day under an arm, and what is spent per place (USD): empty if nobody asks.
#[derive(Clone)]
struct Priced {
    solution: Solution,
    spend: Vec<f64>,
}

/// Spend-weighted mean pacing, and the share of budgets that bind, of those that spend anything.
fn summary(pacing: &[f64], spend: &[f64]) -> (f64, f64) {
    let total: f64 = spend.iter().sum();
    let pairs = pacing.iter().zip(spend);
    let mean = pairs.map(|(l, s)| l * s).sum::<f64>() / total;
    let spending = || {
        let pairs = pacing.iter().zip(spend);
        pairs.filter(|(_, spend)| **spend > 0.0)
    };
    let bound = spending().filter(|(l, _)| **l < 0.999_99).count();
    let share = bound as f64 / spending().count().max(1) as f64;
    (if total > 0.0 { mean } else { 1.0 }, share)
}
