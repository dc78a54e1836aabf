//! The day's auctions as the market sees them: the race weights of every person and app before pacing.

use overheard_model::auction::{Auction, Auctions, Part, place};
use overheard_model::block::{Block, Leaf};
use overheard_model::calendar::NEVER;
use overheard_model::columns::{ROW, SLOTS, TRUE_SLOTS};
use overheard_model::ids::{AdKind, App};
use overheard_model::isa::{Isa, Kernel};
use overheard_model::topics::NO_TOPIC;
use overheard_model::world::World;
use pulp::Simd;

use super::demand;
use super::offered::{Offer, Offered};
use super::people::{People, Pick, ROWS, Rules, Source, heard, seated};
use super::race::{self, Race, Setting};
use super::ranking::Ranking;
use crate::params::Params;

/// Collects auctions; keeps its scratch between calls.
pub struct Gatherer<'a> {
    p: &'a Params,
    world: &'a World,
    isa: Isa,
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
    races: Box<[Race; App::COUNT]>,
    ranking: Box<Ranking>,
    people: Box<People>,
    offered: Box<Offered>,
}

/// What a whole block's auctions have in common.
struct Common<'a> {
    p: &'a Params,
    world: &'a World,
    /// People represented by one, by app.
    weights: &'a [f64; App::COUNT],
    setting: Setting,
    lambda_per_weight: f64,
    reserve: f64,
}

/// A row of people whose auctions are collected.
#[derive(Clone, Copy)]
struct Whom<'a> {
    leaf: &'a Leaf,
    arm: usize,
    rules: &'a Rules,
    pick: Pick<'a>,
    /// Their lanes, place by place.
    lanes: &'a [u8],
    /// Those of them who take part in another row, bit per lane.
    without: u64,
}

impl<'a> Gatherer<'a> {
    /// A collector for one world and set of knobs.
    pub fn new(p: &'a Params, world: &'a World, isa: Isa) -> Self {
        Gatherer {
            p,
            world,
            isa,
            scratch: Scratch::default(),
        }
    }

    /// Appends the auctions of a block on its current day under one arm. `weights`: people represented by one, by app.
    pub fn gather(
        &mut self,
        block: &mut Block,
        arm: usize,
        weights: &[f64; App::COUNT],
        out: &mut Auctions,
    ) {
        self.isa.run_kernel(Gather {
            scratch: &mut self.scratch,
            p: self.p,
            world: self.world,
            block,
            arm,
            weights,
            out,
        });
    }
}

struct Gather<'a> {
    scratch: &'a mut Scratch,
    p: &'a Params,
    world: &'a World,
    block: &'a mut Block,
    arm: usize,
    weights: &'a [f64; App::COUNT],
    out: &'a mut Auctions,
}

impl Kernel for Gather<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Gather {
            scratch,
            p,
            world,
            block,
            arm,
            weights,
            out,
        } = self;
        let (day, market) = (block.day, world.market(block.stratum).index());
        let level = p.level_of(market, day, world.age(block.stratum).index());
        let offers: [Offer; App::COUNT] =
            std::array::from_fn(|app| Offer::new(p, app, day, market));
        let reserve = f64::from(offers[0].reserve);
        let lambda_per_weight = libm::pow(level / reserve, p.law.alpha());
        let common = Common {
            p,
            world,
            weights,
            setting: Setting {
                optimised: p.unpaced.optimised,
                lambda_per_weight: lambda_per_weight as f32,
            },
            lambda_per_weight,
            reserve,
        };
        let used = block.used();
        for leaf in &mut block.leaves[..used] {
            scratch.offered.read(p, &offers, day, leaf);
            let rules = &Rules::new(p, leaf.arms[arm].ruled(arm), day);
            // On no day: the feeds will look the day's own up.
            demand::look_up(&p.unpaced, rules, NEVER, leaf, arm);
            let leaf = &**leaf;
            let scattered = heard(&leaf.arms[arm]);
            for r in 0..ROWS {
                let lanes: [u8; ROW] = std::array::from_fn(|l| (r * ROW + l) as u8);
                let whom = Whom {
                    leaf,
                    arm,
                    rules,
                    pick: Pick::Row(r),
                    lanes: &lanes,
                    without: scattered,
                };
                scratch.row::<false, S>(simd, &common, whom, out);
            }
            for row in 0..leaf.arms[arm].seats.rows().count() {
                let lanes = leaf.arms[arm].seats.lanes(row);
                let (people, n) = seated(lanes, scattered);
                let people = &people[..n];
                let whom = Whom {
                    leaf,
                    arm,
                    rules,
                    pick: Pick::Seats { row, people },
                    lanes,
                    without: 0,
                };
                scratch.row::<true, S>(simd, &common, whom, out);
            }
        }
    }
}

impl Scratch {
    #[inline(always)]
    fn row<const CHATS: bool, S: Simd>(
        &mut self,
        simd: S,
        common: &Common<'_>,
        whom: Whom<'_>,
        out: &mut Auctions,
    ) {
        let Whom {
            leaf, arm, lanes, ..
        } = whom;
        let from = Source {
            p: common.p,
            who: &leaf.who,
            offered: &self.offered,
            state: &leaf.arms[arm],
            rules: whom.rules,
            demand: &common.p.unpaced,
        };
        self.people.read::<CHATS>(from, whom.pick, whom.without);
        let raced = if CHATS { SLOTS } else { TRUE_SLOTS };
        let mut known = [Known::default(); ROW];
        for (known, lane) in known.iter_mut().zip(lanes) {
            let topics = topics(leaf, arm, usize::from(*lane));
            *known = Known::new(common.world, &topics[..raced]);
        }
        let mut raced = [false; App::COUNT];
        for app in 0..App::COUNT {
            let offering = |l: &usize| self.people.slots[app][*l] > 0.0;
            if !(0..ROW).any(|l| offering(&l)) {
                continue;
            }
            let (p, who) = (common.p, &*self.people);
            // Apps of joined accounts have one profile.
            let alike = |other: &usize| raced[*other] && who.alike::<CHATS>(app, *other);
            let of = (0..app).find(alike).unwrap_or(app);
            if of == app {
                raced[app] = true;
                self.ranking.rank::<CHATS, S>(simd, p, who, app);
                let of = race::Of {
                    p,
                    who,
                    rankings: [&self.ranking; App::COUNT],
                };
                race::weights::<CHATS, S>(simd, of, common.setting, &[app], &mut self.races);
            }
            for l in (0..lanes.len()).filter(offering) {
                self.append(common, &mut known[l], l, [app, of], out);
            }
        }
    }

    /// Appends a person's slots in an app, whose race is found under the same app or another.
    #[inline(always)]
    fn append(
        &self,
        c: &Common<'_>,
        known: &mut Known,
        l: usize,
        [app, of]: [usize; 2],
        out: &mut Auctions,
    ) {
        let slots = f64::from(self.people.slots[app][l]) * c.weights[app];
        if let Some(k) = known.auctions[of] {
            out.list[k].slots += slots;
            return;
        }
        let race = &self.races[of];
        let categories = c.world.taxonomy.categories.len();
        let (mut lists, mut optimised) = (Parts::<{ 2 * SLOTS }>::new(), Parts::<SLOTS>::new());
        for (s, category) in known.slots() {
            let at = |kind| place(kind, category, categories) as u8;
            lists.push(at(AdKind::Manual), race.manual[s][l]);
            lists.push(at(AdKind::Custom), race.custom[s][l]);
            let beyond = race.optimised[s][l] - self.people.demand[2][s][l];
            let weight = beyond / c.p.unpaced.optimised;
            optimised.push(at(AdKind::Optimised), weight);
        }
        let matched = f64::from(race.optimised_all[l]);
        // Of a row that is not alike, some may be.
        let same = |k: &usize| {
            out.list[*k].matched == matched && out.parts(*k) == (lists.get(), optimised.get())
        };
        if let Some(k) = known.auctions.iter().copied().flatten().find(same) {
            known.auctions[of] = Some(k);
            out.list[k].slots += slots;
            return;
        }
        known.auctions[of] = Some(out.list.len());
        out.lists.extend_from_slice(lists.get());
        out.optimised.extend_from_slice(optimised.get());
        out.push(Auction {
            slots,
            lambda_per_weight: c.lambda_per_weight,
            reserve: c.reserve,
            matched,
            lists: 0,
            optimised: 0,
        });
    }
}

/// The slots of a person that hold a topic, and its category; the person's auctions so far, by the app of the race.
#[derive(Clone, Copy, Default)]
struct Known {
    slots: [(u8, u8); SLOTS],
    n: usize,
    auctions: [Option<usize>; App::COUNT],
}

impl Known {
    fn new(world: &World, topics: &[u8]) -> Self {
        let mut known = Known::default();
        for (s, topic) in topics.iter().enumerate() {
            if *topic != NO_TOPIC {
                known.slots[known.n] = (s as u8, world.taxonomy.category_of(*topic) as u8);
                known.n += 1;
            }
        }
        known
    }

    fn slots(&self) -> impl Iterator<Item = (usize, usize)> {
        let slots = self.slots[..self.n].iter();
        slots.map(|(slot, category)| (usize::from(*slot), usize::from(*category)))
    }
}

/// Parts of one auction: written without asking whether they weigh anything, and kept if so.
struct Parts<const MOST: usize> {
    parts: [Part; MOST],
    n: usize,
}

impl<const MOST: usize> Parts<MOST> {
    fn new() -> Self {
        let parts = [Part {
            place: 0,
            weight: 0.0,
        }; MOST];
        Parts { parts, n: 0 }
    }

    #[inline(always)]
    fn push(&mut self, place: u8, weight: f32) {
        self.parts[self.n] = Part { place, weight };
        self.n += usize::from(weight > 0.0);
    }

    fn get(&self) -> &[Part] {
        &self.parts[..self.n]
    }
}

/// The topic of each slot of a person.
fn topics(leaf: &Leaf, arm: usize, lane: usize) -> [u8; SLOTS] {
    std::array::from_fn(|s| match s.checked_sub(TRUE_SLOTS) {
        None => leaf.who.topics[s][lane],
        Some(spill) => leaf.arms[arm].spill_topic[spill][lane],
    })
}
