//! A leaf's day under one arm, row by row.

use overheard_model::block::Leaf;
use overheard_model::columns::{ROW, SLOTS, SPILL_SLOTS, TRUE_SLOTS, set_bits};
use overheard_model::ids::App;
use overheard_model::topics::NO_TOPIC;
use pulp::Simd;

use super::ads::{self, Factors, NO_ADS, Neighbours, Raced};
use super::displaced::{Side, Spilled, apart as apart_of, displace};
use super::offered::{Offer, Offered};
use super::people::{People, Pick, ROWS, Rules, Source, Z, heard, seated};
use super::race::{self, Race, Setting};
use super::ranking::Ranking;
use super::shown::{self, FlowSums, Shown, blind, flow, kind};
use crate::params::Params;
use crate::prices::DayDemand;

/// Where each app's race is found: under itself, or under an app before it in which all of a row who opened it have the same
/// profile.
type Shared = [usize; App::COUNT];
/// Each app has its own.
const OWN: Shared = {
    let (mut apps, mut app) = ([0; _], 0);
    while app < App::COUNT {
        apps[app] = app;
        app += 1;
    }
    apps
};
const NONE_SPILLED: Spilled = [[NO_TOPIC; ROW]; SPILL_SLOTS];

/// What the day brings to a leaf under one arm.
#[derive(Clone, Copy)]
pub struct Today<'a> {
    /// The knobs of the feeds.
    pub p: &'a Params,
    /// The arm.
    pub arm: usize,
    /// What each app offers.
    pub offers: &'a [Offer; App::COUNT],
    /// What the races of the day have in common.
    pub setting: Setting,
    /// The day's demand under the arm.
    pub demand: &'a DayDemand,
    /// And under the base arm.
    pub base_demand: &'a DayDemand,
    /// What applies to each person.
    pub rules: &'a Rules,
    /// Whether other arms will be held against the base arm today.
    pub compared: bool,
}

/// Room for the work on one leaf: made once, used for every leaf.
pub struct Rows {
    /// Today's, the same for all arms.
    pub offered: Offered,
    /// Flows of the leaves of a branch so far, by arm.
    pub flows: Box<[FlowSums]>,
    work: Work,
    /// The base arm's races today, where its people sit, and which of a row's apps share one: of people with chats nothing is
    /// shared there.
    base: [[Race; App::COUNT]; ROWS],
    shared: [Shared; ROWS],
    own: [Race; App::COUNT],
    /// The base arm's races of scattered people.
    beside: [Race; App::COUNT],
}

/// What one row's day is worked out in.
struct Work {
    people: People,
    shown: Shown,
    rankings: [Ranking; App::COUNT],
    /// Of the apps that were opened.
    factors: [Factors; App::COUNT],
}

/// The base arm's day of a row.
#[derive(Clone, Copy)]
struct Base<'a> {
    races: &'a [Race; App::COUNT],
    shared: &'a Shared,
}

/// Who stands in a row.
#[derive(Clone, Copy)]
struct Whom<'a> {
    pick: Pick<'a>,
    /// Those of them who take part in another row, bit per lane.
    without: u64,
    /// Those of them whom the base arm alone heard: their places, and their lanes.
    unheard: &'a [(u8, u8)],
    /// Their spilled topics, here and in the base arm.
    spilled: [Option<&'a Spilled>; 2],
}

impl Rows {
    /// Room for so many arms.
    pub fn new(arms: usize) -> Self {
        let races = || std::array::from_fn(|_| Race::default());
        Rows {
            offered: Offered::default(),
            flows: (0..arms).map(|_| FlowSums::default()).collect(),
            work: Work {
                people: People::default(),
                shown: Shown::default(),
                rankings: std::array::from_fn(|_| Ranking::default()),
                factors: [NO_ADS; App::COUNT],
            },
            base: std::array::from_fn(|_| races()),
            shared: [OWN; ROWS],
            own: races(),
            beside: races(),
        }
    }

    /// Shows everything that the day brings, under one arm; the base arm must come first.
    ///
    /// People with chat signals, here or in the base arm, take part in rows of their own only; if they opened nothing, in
    /// none.
    #[inline(always)]
    pub fn show<S: Simd>(&mut self, simd: S, today: &Today<'_>, leaf: &mut Leaf) {
        let [base_heard, own_heard] = [0, today.arm].map(|arm| heard(&leaf.arms[arm]));
        let scattered = (own_heard | base_heard) & self.offered.present;
        for r in 0..leaf.n.div_ceil(ROW) {
            let whom = Whom {
                pick: Pick::Row(r),
                without: scattered,
                unheard: &[],
                spilled: [None; 2],
            };
            self.row::<false, S>(simd, today, leaf, whom);
        }
        let seats = &mut leaf.arms[today.arm].seats;
        for lane in set_bits(scattered & seats.without()) {
            seats.give(lane);
        }
        for row in 0..seats.rows().count() {
            let lanes = leaf.arms[today.arm].seats.lanes(row);
            let (people, n) = seated(lanes, scattered);
            if n > 0 {
                let heard = [own_heard, base_heard];
                self.seated(simd, today, leaf, (row, &people[..n]), heard);
            }
        }
    }

    /// The day of people in a row of seats; the base arm's part of it is looked up, or left for the other arms.
    #[inline(always)]
    fn seated<S: Simd>(
        &mut self,
        simd: S,
        today: &Today<'_>,
        leaf: &mut Leaf,
        (row, people): (usize, &[(u8, u8)]),
        [own_heard, base_heard]: [u64; 2],
    ) {
        let arm = today.arm;
        let mut spilled = [NONE_SPILLED; 2];
        let places = people
            .iter()
            .map(|(l, lane)| (usize::from(*l), usize::from(*lane)));
        for (l, from) in places.clone() {
            for s in 0..SPILL_SLOTS {
                spilled[0][s][l] = leaf.arms[arm].spill_topic[s][from];
            }
        }
        if arm > 0 {
            for (l, from) in places.clone() {
                let heard = base_heard >> from & 1 == 1;
                let slots = if heard { SLOTS } else { TRUE_SLOTS };
                let opened = |app: &usize| self.offered.sessions[*app][from] > 0.0;
                for app in (0..App::COUNT).filter(opened) {
                    let r = from / ROW;
                    let base = &self.base[r][if heard { app } else { self.shared[r][app] }];
                    self.beside[app].copy_lane(l, base, from % ROW, slots);
                }
                if heard {
                    for s in 0..SPILL_SLOTS {
                        spilled[1][s][l] = leaf.arms[0].spill_topic[s][from];
                    }
                }
            }
        }
        let [own, base] = &spilled;
        let in_base = people.iter().any(|(_, lane)| base_heard >> lane & 1 == 1);
        let base_alone = base_heard & !own_heard & self.offered.present;
        let (unheard, n) = seated(leaf.arms[arm].seats.lanes(row), base_alone);
        let whom = Whom {
            pick: Pick::Seats { row, people },
            without: 0,
            unheard: &unheard[..n],
            spilled: [Some(own), in_base.then_some(base)],
        };
        let shared = self.row::<true, S>(simd, today, leaf, whom);
        if arm == 0 && today.compared {
            for (l, to) in places {
                for app in 0..App::COUNT {
                    let own = &self.own[shared[app]];
                    self.base[to / ROW][app].copy_lane(to % ROW, own, l, SLOTS);
                }
            }
        }
    }

    /// Reads a row's people, works out their day and writes it where it belongs. Says where their races are found.
    #[inline(always)]
    fn row<const CHATS: bool, S: Simd>(
        &mut self,
        simd: S,
        today: &Today<'_>,
        leaf: &mut Leaf,
        whom: Whom<'_>,
    ) -> Shared {
        let Whom { pick, without, .. } = whom;
        let state = &mut leaf.arms[today.arm];
        let from = Source {
            p: today.p,
            who: &leaf.who,
            offered: &self.offered,
            state,
            rules: today.rules,
            demand: today.demand,
        };
        self.work.people.read::<CHATS>(from, pick, without);
        if !self.work.people.opened.contains(&true) {
            shown::idle(&mut state.exposure, pick);
            return OWN;
        }
        let (races, base) = match (pick, today.arm) {
            (Pick::Row(r), 0) if today.compared => (&mut self.base[r], None),
            (Pick::Row(_) | Pick::Seats { .. }, 0) => (&mut self.own, None),
            (Pick::Row(r), _) => (&mut self.own, Some(&self.base[r])),
            (Pick::Seats { .. }, _) => (&mut self.own, Some(&self.beside)),
        };
        let base = base.map(|races| Base {
            races,
            shared: match pick {
                Pick::Row(r) => &self.shared[r],
                Pick::Seats { .. } => &OWN,
            },
        });
        let mut to = Neighbours {
            row: if let Pick::Row(r) = pick { r } else { 0 },
            exposure: &mut state.exposure,
        };
        let shared = self
            .work
            .day::<CHATS, S>(simd, today, races, base, whom.spilled, &mut to);
        if let (Pick::Row(r), 0) = (pick, today.arm) {
            self.shared[r] = shared;
        }
        let Work { people, shown, .. } = &mut self.work;
        shown.leave_to_columns(&mut state.exposure, whom.unheard);
        let sums = &mut self.flows[today.arm];
        shown.end::<CHATS>(state, people, sums, today.p.split, pick);
        shared
    }
}

impl Work {
    /// The day of one row: app by app the ranking, the race, and how much of it the base arm would not have shown; then slot
    /// by slot what all apps showed.
    #[inline(always)]
    fn day<const CHATS: bool, S: Simd>(
        &mut self,
        simd: S,
        today: &Today<'_>,
        races: &mut [Race; App::COUNT],
        base: Option<Base<'_>>,
        [own_spilled, base_spilled]: [Option<&Spilled>; 2],
        to: &mut Neighbours<'_>,
    ) -> Shared {
        let Work {
            people,
            shown,
            rankings,
            factors,
        } = self;
        let p = today.p;
        shown.displaced_today = Z;
        shown.blind = [Z; blind::COUNT];
        shown.kinds = [Z; kind::COUNT];
        let (mut shared, mut ranked) = (OWN, OWN);
        // Apps whose profile no app before them has, and the `n` whose races are run: others share one of these.
        let mut first = [false; App::COUNT];
        let (mut run, mut n) = ([0; App::COUNT], 0);
        let mut apart = [Z; App::COUNT];
        for app in 0..App::COUNT {
            if !people.opened[app] {
                shown.chat_today[app] = Z;
                rankings[app].items = Z;
                continue;
            }
            // What was taken over holds for those who opened the app alone.
            let alike = |other: &usize| first[*other] && people.alike::<CHATS>(app, *other);
            let like = (0..app).find(alike);
            first[app] = like.is_none();
            // Chats that choose ads need not be those that choose content.
            match like.filter(|_| !CHATS) {
                Some(other) => {
                    ranked[app] = other;
                    let (before, others) = rankings.split_at_mut(app);
                    others[0].sums = before[other].sums;
                }
                None => rankings[app].rank::<CHATS, S>(simd, p, people, app),
            }
            rankings[app].show::<CHATS, S>(simd, p, people, app, shown);
            if today.offers[app].slots_per_session > 0.0 {
                match like.filter(|other| run[..n].contains(other)) {
                    Some(other) => shared[app] = other,
                    None => {
                        run[n] = app;
                        n += 1;
                    }
                }
            }
        }
        let of = race::Of {
            p,
            who: people,
            rankings: ranked.map(|app| &rankings[app]),
        };
        race::run::<CHATS, S>(simd, of, today.setting, &run[..n], races);
        for app in (0..App::COUNT).filter(|app| people.opened[*app]) {
            let offer = today.offers[app];
            if offer.slots_per_session > 0.0 {
                let race = &races[shared[app]];
                let of = Raced {
                    p,
                    offer,
                    race,
                    who: people,
                    app,
                };
                ads::flows::<CHATS, S>(simd, of, &mut factors[app], shown);
                shown.flows[app][flow::DISPLACED] = Z;
                shown.flows[app][flow::HELD_DISPLACED] = Z;
                if let Some(base) = base {
                    let own = Side {
                        race,
                        demand: today.demand,
                        spilled: own_spilled,
                    };
                    let before = Side {
                        race: &base.races[base.shared[app]],
                        demand: today.base_demand,
                        spilled: base_spilled,
                    };
                    let slots = &people.slots[app];
                    apart[app] = if !CHATS && shared[app] < app && shared[app] == base.shared[app] {
                        apart[shared[app]]
                    } else {
                        apart_of::<CHATS, S>(simd, [own, before], slots)
                    };
                    let held = CHATS.then_some(&race.chat.held);
                    displace(simd, &apart[app], slots, held, app, shown);
                }
            } else {
                factors[app] = NO_ADS;
                shown.flows[app][..flow::PER_SHARE].fill(Z);
                shown.flows[app][flow::OWN..].fill(Z);
                shown.chat_today[app] = Z;
            }
        }
        let day = ads::Day {
            who: people,
            apps: factors,
            races: shared.map(|app| &races[app]),
            rankings: std::array::from_fn(|app| (&rankings[app].items, &rankings[ranked[app]])),
        };
        ads::by_slot::<CHATS, S>(simd, p, &day, to, shown);
        if CHATS {
            ads::earn(simd, &day, shown);
        }
        shared
    }
}
