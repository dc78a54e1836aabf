//! One person's visit to one app on one day, under every arm that is simulated on its own.

use overheard_model::block::{Exposure, Leaf};
use overheard_model::calendar::Day;
use overheard_model::ids::App;
use overheard_model::streams::{At, Stream};
use overheard_model::tally::{Count, TableId, Tally};
use overheard_model::world::World;

use super::ads::{Pair, Viewer};
use super::auction::{Auction, Sale};
use super::counts::Counts;
use super::draws::DayDraws;
use super::items::Ranking;
use super::person::Person;
use crate::params::Params;

/// One app's day in one stratum.
#[derive(Clone, Copy, Debug)]
pub struct AppDay<'a> {
    /// The knobs of all arms.
    pub p: &'a Params,
    /// The frame of the run.
    pub world: &'a World,
    /// The people's stratum.
    pub stratum: u16,
    /// The day.
    pub day: Day,
    /// Index of the app.
    pub app: usize,
}

/// What the visit is, the same in every arm.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    of: AppDay<'a>,
    lane: usize,
    sessions: f64,
    draws: DayDraws,
}

/// One arm's view of it.
struct View {
    arm: usize,
    person: Person,
    auction: Auction,
}

impl View {
    fn side(&self) -> (&Person, &Auction) {
        (&self.person, &self.auction)
    }
}

impl<'a> Visit<'a> {
    /// `None` if the person did not open the app today.
    pub fn new(of: AppDay<'a>, leaf: &Leaf, lane: usize) -> Option<Self> {
        if leaf.today.opened[lane] >> of.app & 1 == 0 {
            return None;
        }
        let at = At {
            stratum: of.stratum,
            index: leaf.index[lane],
            day: of.day,
            stream: Stream::EventsFeed,
        };
        Some(Visit {
            of,
            lane,
            sessions: f64::from(of.p.sessions[of.app]) * f64::from(leaf.who.activity[lane]),
            draws: DayDraws {
                draws: of.world.draws,
                at,
                app: of.app,
            },
        })
    }

    /// Shows all ads and items, and counts them by arm.
    pub fn run(&self, leaf: &mut Leaf, arms: &[usize], tallies: &mut [Tally]) {
        let views: Vec<View> = arms.iter().map(|arm| self.view(leaf, *arm)).collect();
        for arm in arms {
            if let Some(mut counts) = self.counts(&mut tallies[*arm]) {
                counts.add(counts.today(TableId::ActiveDayApp), 1.0);
                counts.add(counts.today(TableId::Sessions), self.sessions);
            }
        }
        self.ads(leaf, &views, tallies);
        self.items(leaf, &views, tallies);
    }

    fn view(&self, leaf: &Leaf, arm: usize) -> View {
        let (p, market) = (self.of.p, self.of.world.market(self.of.stratum).index());
        let person = Person::new(p, leaf, arm, self.lane, self.of.app, self.of.day);
        let demand = p.demand_of(arm, market, self.of.day);
        let age = self.of.world.age(self.of.stratum).index();
        let level = p.level_of(market, self.of.day, age);
        let reserve = p.reserve * p.base_level[market];
        let auction = Auction::new(p, demand, &person, level, reserve);
        View {
            arm,
            person,
            auction,
        }
    }

    fn viewer<'b>(&'b self, view: &'b View) -> Viewer<'b> {
        Viewer {
            p: self.of.p,
            world: self.of.world,
            person: &view.person,
            day: self.of.day,
            app: self.of.app,
            lane: self.lane,
        }
    }

    /// Nothing is counted on the days of a warm-up.
    fn counts<'b>(&'b self, tally: &'b mut Tally) -> Option<Counts<'b>> {
        self.of
            .world
            .window
            .reported(self.of.day)
            .then_some(Counts {
                tally,
                layout: &self.of.world.layout,
                day: self.of.day as usize,
                app: self.of.app,
            })
    }

    /// Mean number of ad slots offered.
    fn slots(&self, leaf: &Leaf) -> f64 {
        let from = self.of.p.whatsapp_ads_from[self.of.world.market(self.of.stratum).index()];
        if self.of.app == App::Whatsapp.index() && self.of.day < from {
            return 0.0;
        }
        let per_session = f64::from(self.of.p.slots_per_session[self.of.app]);
        self.sessions * per_session * f64::from(leaf.who.ad_load[self.lane])
    }

    fn ads(&self, leaf: &mut Leaf, views: &[View], tallies: &mut [Tally]) {
        let mean = self.slots(leaf);
        for view in views {
            let unmarked = mean * self.viewer(view).unmarked(&view.auction);
            let x = &mut leaf.arms[view.arm].exposure;
            x.expected[self.lane] += unmarked as f32;
            let by_category = self.viewer(view).by_category(&view.auction);
            for (category, chance) in by_category.iter().enumerate() {
                let ads = (mean * chance) as f32;
                x.add_ads(by_category.len(), category, self.lane, ads);
            }
        }
        let base = &views[0];
        let pairs: Vec<Pair<'_>> = views
            .iter()
            .map(|v| Pair::new(base.side(), v.side()))
            .collect();
        for number in 0..self.draws.slots(mean) {
            let drawn = self.draws.slot(number);
            let mut bids = self.draws.bids(number);
            let mut in_base: Option<Sale> = None;
            for (view, pair) in views.iter().zip(&pairs) {
                let sale = view.auction.run(&mut bids, drawn.quality);
                if view.arm == 0 {
                    in_base = sale;
                }
                let displaced = view.arm > 0 && pair.displaced(in_base, &drawn);
                let state = &mut leaf.arms[view.arm];
                let mut counts = self.counts(&mut tallies[view.arm]);
                if let Some(counts) = &mut counts {
                    self.count_slot(view, displaced, counts);
                }
                displace(&mut state.exposure, self.lane, displaced);
                if let Some(sale) = sale {
                    let viewer = self.viewer(view);
                    viewer.show(&view.auction, sale, &drawn, state, &mut counts);
                }
            }
        }
    }

    fn count_slot(&self, view: &View, displaced: bool, counts: &mut Counts<'_>) {
        counts.add(counts.today(TableId::Slots), 1.0);
        if self.of.p.split {
            let side = usize::from(!view.person.treated);
            counts.add(self.of.world.layout.cell(TableId::SplitSlots, [side]), 1.0);
        }
        if displaced {
            counts.add(counts.today(TableId::Displaced), 1.0);
            if view.person.is_heard() {
                let at = [self.of.day as usize, self.of.app, 0];
                counts.add(self.of.world.layout.cell(TableId::HeldDisplaced, at), 1.0);
            }
        }
    }

    fn items(&self, leaf: &mut Leaf, views: &[View], tallies: &mut [Tally]) {
        let mean = self.sessions * f64::from(self.of.p.items_per_session[self.of.app]);
        let rankings: Vec<Ranking> = views
            .iter()
            .map(|v| Ranking::new(&self.viewer(v)))
            .collect();
        for number in 0..self.draws.items(mean) {
            let drawn = self.draws.item(number);
            for (view, ranking) in views.iter().zip(&rankings) {
                let state = &mut leaf.arms[view.arm];
                let mut counts = self.counts(&mut tallies[view.arm]);
                ranking.offer(&self.viewer(view), &drawn, state, &mut counts);
            }
        }
    }
}

fn displace(x: &mut Exposure, lane: usize, displaced: bool) {
    x.displaced_today[lane] += f32::from(u8::from(displaced));
}
