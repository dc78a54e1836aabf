//! The default engine: ad slots and organic items are integrated, only what changes state is drawn.
//!
//! ```text
//! leaf ─▶ offered ─▶ for each arm: rows of sixteen ─▶ race ─▶ ads, items ─▶ columns ─▶ sums ─▶ tallies
//!         (once)     neighbours; then the people with chat signals, side by side      └▶ marks
//! ```

mod ads;
mod auctions;
mod count;
mod demand;
mod displaced;
mod marks;
mod offered;
mod people;
mod race;
mod ranking;
mod rows;
mod shown;

use std::sync::Arc;

use overheard_model::block::{Block, Leaf, Ruled};
use overheard_model::columns::{BRANCH, LEAF};
use overheard_model::ids::App;
use overheard_model::isa::{Isa, Kernel};
use overheard_model::stage::{Stage, StageError};
use overheard_model::tally::{Additions, Count, TableId};
use overheard_model::world::World;
use pulp::Simd;

use crate::arm_day::ArmDay;
use crate::closing;
use crate::daily;
use crate::kept::Kept;
use crate::params::Params;
use crate::settle;
use crate::sums::Sums;
use count::{Common, Flows, count_app, count_blind, count_kinds, sum_blind};
use marks::Evening;
use offered::Offer;
use people::{Rules, heard};
use race::Setting;
use rows::{Rows, Today};
use shown::{FlowSums, blind, flow};

pub use auctions::Gatherer;

/// The feeds of the four apps, one after the other for the same few people: what a row of people reads and what it adds up
/// stays in the first cache.
pub struct Feeds {
    params: Arc<Params>,
    world: Arc<World>,
    isa: Isa,
    counts: bool,
    rows: Box<Rows>,
    words: Box<marks::Words>,
    sums: Sums,
    /// Of the leaves of a branch so far.
    common: Common,
    additions: Additions,
}

impl Feeds {
    /// The stage, with room for one leaf.
    pub fn new(params: Arc<Params>, world: Arc<World>, isa: Isa) -> Self {
        Feeds {
            sums: Sums::new(&world.layout),
            rows: Box::new(Rows::new(world.arms)),
            params,
            world,
            isa,
            counts: true,
            words: Box::new([[0; LEAF]; 4]),
            common: Common::default(),
            additions: Additions::default(),
        }
    }

    /// The same stage where nobody asks how much was shown, only what it did to people: nothing that they are shown is added to
    /// tallies.
    pub fn uncounted(self) -> Self {
        Feeds {
            counts: false,
            ..self
        }
    }

    /// Settles the morning of one leaf and arm: retired signals, and the day's demand for the topics of each slot.
    fn morning(&mut self, block: &mut Block, k: usize, arm: usize, rules: &Rules) {
        let d = ArmDay::of(&self.params, &self.world, Kept::Means, block, arm);
        let demand = d.p.demand_of(arm, d.market(), d.day);
        let leaf = &mut block.leaves[k];
        let state = &mut leaf.arms[arm];
        settle::morning(&d, state, &mut self.sums);
        state.exposure.chat_today = [[0.0; LEAF]; App::COUNT];
        demand::look_up(demand, rules, d.day, leaf, arm);
    }

    /// One leaf under one arm: what the four apps show.
    fn show(
        &mut self,
        block: &mut Block,
        k: usize,
        arm: usize,
        offers: &[Offer; App::COUNT],
        rules: &Rules,
    ) {
        let p = &*self.params;
        let (day, market) = (block.day, self.world.market(block.stratum).index());
        let age = self.world.age(block.stratum).index();
        let demand = p.demand_of(arm, market, day);
        let compared = (1..self.world.arms).any(|arm| block.is_apart(arm));
        let today = Today {
            p,
            arm,
            offers,
            setting: Setting {
                optimised: demand.optimised,
                lambda_per_weight: p.lambda_per_weight(market, day, age),
            },
            demand,
            base_demand: p.demand_of(0, market, day),
            rules,
            compared,
        };
        self.isa.run_kernel(Show {
            rows: &mut self.rows,
            today: &today,
            leaf: &mut block.leaves[k],
        });
    }

    /// Adds a branch's flows under an arm to the tallies that count it.
    fn count(&mut self, block: &mut Block, arm: usize) {
        let (p, layout) = (&*self.params, &self.world.layout);
        let (sums, common) = (&self.rows.flows[arm], &self.common);
        let mut flows = [Flows::NONE; App::COUNT];
        let mut blind = [0.0; blind::COUNT];
        self.isa.run(
            #[inline(always)]
            || {
                for app in common.opened() {
                    flows[app.index()] = Flows::of(sums, app.index());
                }
                blind = sum_blind(sums);
            },
        );
        let out = &mut self.additions;
        out.clear();
        for app in common.opened() {
            let place = (block.day, app);
            count_app(p, layout, place, common, &flows[app.index()], out);
        }
        count_blind(layout, block.day, &blind, out);
        let whole = [flow::IMPRESSIONS, flow::SPEND, flow::CLICKS, flow::BOUGHT]
            .map(|f| flows.iter().map(|app| app.all[f]).sum());
        count_kinds(p, layout, sums, whole, out);
        for to in block.counted_under(arm) {
            block.tallies[to].take(out);
        }
    }

    /// After the last app of the day: marks, reach of the day, displaced, signals' first ads; on the last day, the window.
    fn evening(&mut self, block: &mut Block, k: usize, arm: usize) {
        let d = ArmDay::of(&self.params, &self.world, Kept::Means, block, arm);
        let leaf = &mut *block.leaves[k];
        let evening = Evening {
            d,
            index: &leaf.index,
            n: leaf.n,
            heard: heard(&leaf.arms[arm]) & self.rows.offered.present,
        };
        let state = &mut leaf.arms[arm];
        let before = state.marks.len();
        marks::mark(&evening, state, self.isa, &self.words);
        if arm > 0 {
            for l in 0..LEAF {
                state.exposure.displaced[l] += state.exposure.displaced_today[l];
            }
        }
        if !state.signals.is_empty() && d.is_reported() {
            let reached = marks::reached(&evening, state, before);
            let cell = d.cell(TableId::ReachedDay, [d.day as usize]);
            self.sums.add(cell, reached);
            daily::after_leaving(&d, leaf, &mut self.sums);
            settle::first_ads(&d, &mut leaf.arms[arm], &mut self.sums);
        }
        if d.is_last() {
            closing::close(&d, self.isa, leaf, &mut self.sums);
        }
    }
}

/// A leaf's day under an arm, as a kernel.
struct Show<'a, 'b> {
    rows: &'a mut Rows,
    today: &'a Today<'b>,
    leaf: &'a mut Leaf,
}

impl Kernel for Show<'_, '_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        self.rows.show(simd, self.today, self.leaf);
    }
}

impl Stage for Feeds {
    fn name(&self) -> &str {
        "feeds"
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        let day = block.day;
        let reported = self.counts && self.world.window.reported(day);
        if reported {
            daily::count_active(&self.world, block);
        }
        let (params, arms) = (self.params.clone(), self.world.arms);
        let market = self.world.market(block.stratum).index();
        let offers: [Offer; App::COUNT] =
            std::array::from_fn(|app| Offer::new(&params, app, day, market));
        // By arm: most leaves of a block are all treated, and have one day's rules.
        let mut rules_of: Vec<Option<(Ruled, Rules)>> = vec![None; arms];
        for k in 0..block.used() {
            let leaf = &*block.leaves[k];
            let (draws, stratum) = (self.world.draws, block.stratum);
            let (rows, words, common) = (&mut *self.rows, &mut *self.words, &mut self.common);
            if k % BRANCH == 0 {
                *common = Common::default();
                rows.flows.fill_with(FlowSums::default);
            }
            self.isa.run(
                #[inline(always)]
                || {
                    marks::draw(&draws, stratum, day, leaf, words);
                    rows.offered.read(&params, &offers, day, leaf);
                    common.add(&params, &rows.offered);
                },
            );
            let counts = reported && (k % BRANCH == BRANCH - 1 || k + 1 == block.used());
            for arm in 0..arms {
                if !block.is_apart(arm) {
                    continue;
                }
                let ruled = block.leaves[k].arms[arm].ruled(arm);
                let rules = match &mut rules_of[arm] {
                    Some((same, rules)) if *same == ruled => &*rules,
                    others => &others.insert((ruled, Rules::new(&params, ruled, day))).1,
                };
                self.morning(block, k, arm, rules);
                self.show(block, k, arm, &offers, rules);
                if counts {
                    self.count(block, arm);
                }
                self.evening(block, k, arm);
                daily::empty_sums(&self.world, block, arm, &mut self.sums);
            }
        }
        Ok(())
    }
}
