//! One person's visit to one app on one day, under every arm that has a life of its own.

use overheard_model::block::{Exposure, Leaf};
use overheard_model::calendar::Day;
use overheard_model::ids::App;
use overheard_model::streams::{At, Stream};
use overheard_model::tally::{TableId, Tally};
use overheard_model::world::World;

use super::ads::{Pair, Viewer};
use super::auction::{Auction, Sale};
use super::book::Book;
use super::items::Ranking;
use super::person::Person;
use super::whims::Whims;
use crate::kept::Kept;
use crate::params::Params;

/// What the visit is, the same in every arm.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    p: &'a Params,
    world: &'a World,
    stratum: u16,
    day: Day,
    app: usize,
    lane: usize,
    sessions: f64,
    whims: Whims,
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
    pub fn new(
        p: &'a Params,
        world: &'a World,
        stratum: u16,
        day: Day,
        app: usize,
        leaf: &Leaf,
        lane: usize,
    ) -> Option<Self> {
        if leaf.today.opened[lane] >> app & 1 == 0 {
            return None;
        }
        let at = At {
            stratum,
            index: leaf.first + lane as u32,
            day,
            stream: Stream::EventsFeed,
        };
        Some(Visit {
            p,
            world,
            stratum,
            day,
            app,
            lane,
            sessions: f64::from(p.sessions[app]) * f64::from(leaf.who.activity[lane]),
            whims: Whims {
                draws: world.draws,
                at,
                app,
            },
        })
    }

    /// Shows all ads and items, and counts them by arm.
    pub fn pass(&self, leaf: &mut Leaf, arms: &[usize], counts: &mut [Tally]) {
        let views: Vec<View> = arms.iter().map(|arm| self.view(leaf, *arm)).collect();
        for arm in arms {
            if let Some(mut book) = self.book(&mut counts[*arm]) {
                book.one(TableId::ActiveDayApp, book.today());
                book.add(TableId::Sessions, book.today(), self.sessions);
            }
        }
        self.ads(leaf, &views, counts);
        self.items(leaf, &views, counts);
    }

    fn view(&self, leaf: &Leaf, arm: usize) -> View {
        let (p, market) = (self.p, self.world.market(self.stratum).index());
        let person = Person::new(p, leaf, arm, self.lane, self.app, self.day);
        let demand = p.demand_of(arm, market, self.day);
        let age = self.world.age(self.stratum).index();
        let level = p.level_of(market, self.day, age);
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
            p: self.p,
            world: self.world,
            person: &view.person,
            day: self.day,
            app: self.app,
            lane: self.lane,
        }
    }

    /// Nothing is counted on the days of a warm-up.
    fn book<'b>(&'b self, tally: &'b mut Tally) -> Option<Book<'b>> {
        self.world.window.reported(self.day).then_some(Book {
            tally,
            layout: &self.world.layout,
            day: self.day as usize,
            app: self.app,
        })
    }

    /// Mean number of ad slots offered.
    fn slots(&self, leaf: &Leaf) -> f64 {
        let from = self.p.whatsapp_ads_from[self.world.market(self.stratum).index()];
        if self.app == App::Whatsapp.index() && self.day < from {
            return 0.0;
        }
        let per_session = f64::from(self.p.slots_per_session[self.app]);
        self.sessions * per_session * f64::from(leaf.who.ad_load[self.lane])
    }

    fn ads(&self, leaf: &mut Leaf, views: &[View], counts: &mut [Tally]) {
        let mean = self.slots(leaf);
        for view in views {
            let unmarked = mean * self.viewer(view).unmarked(&view.auction);
            Kept::expect(&mut leaf.arms[view.arm].exposure, self.lane, unmarked);
        }
        let base = &views[0];
        let pairs: Vec<Pair<'_>> = views
            .iter()
            .map(|v| Pair::new(base.side(), v.side()))
            .collect();
        for number in 0..self.whims.slots(mean) {
            let fate = self.whims.fate(number);
            let mut in_base: Option<Sale> = None;
            for (view, pair) in views.iter().zip(&pairs) {
                let sale = view.auction.run(&self.whims, number, fate.quality);
                if view.arm == 0 {
                    in_base = sale;
                }
                let displaced = view.arm > 0 && pair.displaced(in_base, &fate);
                let state = &mut leaf.arms[view.arm];
                let mut book = self.book(&mut counts[view.arm]);
                if let Some(book) = &mut book {
                    self.count_slot(view, displaced, book);
                }
                displace(&mut state.exposure, self.lane, displaced);
                if let Some(sale) = sale {
                    let viewer = self.viewer(view);
                    viewer.show(&view.auction, sale, &fate, state, &mut book);
                }
            }
        }
    }

    fn count_slot(&self, view: &View, displaced: bool, book: &mut Book<'_>) {
        book.one(TableId::Slots, book.today());
        if self.p.split {
            book.one(TableId::SplitSlots, usize::from(!view.person.treated));
        }
        if displaced {
            book.one(TableId::Displaced, book.today());
            if view.person.is_heard() {
                book.one(TableId::HeldDisplaced, book.today());
            }
        }
    }

    fn items(&self, leaf: &mut Leaf, views: &[View], counts: &mut [Tally]) {
        let mean = self.sessions * f64::from(self.p.items_per_session[self.app]);
        let rankings: Vec<Ranking> = views
            .iter()
            .map(|v| Ranking::new(&self.viewer(v)))
            .collect();
        for number in 0..self.whims.items(mean) {
            let choice = self.whims.choice(number);
            for (view, ranking) in views.iter().zip(&rankings) {
                let state = &mut leaf.arms[view.arm];
                let mut book = self.book(&mut counts[view.arm]);
                ranking.offer(&self.viewer(view), &choice, state, &mut book);
            }
        }
    }
}

fn displace(x: &mut Exposure, lane: usize, displaced: bool) {
    x.displaced_today[lane] += f32::from(u8::from(displaced));
}
