//! A leaf's day under one arm, row by row.

use overheard_model::block::Leaf;
use overheard_model::columns::{ROW, SLOTS, SPILL_SLOTS, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::topics::{NO_TOPIC, TopicId};
use pulp::Simd;

use super::ads::{self, NO_ADS};
use super::displaced::{Side, displaced};
use super::offered::{Offer, Offered};
use super::people::{People, Pick, ROWS, Rules, Source, Z, heard, lanes, seated};
use super::race::{self, Race, Setting};
use super::ranking::Ranking;
use super::shown::{FlowSums, Shown, blind, flow, kind};
use crate::params::Params;
use crate::prices::DayDemand;

type Spilled = [[TopicId; ROW]; SPILL_SLOTS];
const NONE_SPILLED: Spilled = [[NO_TOPIC; ROW]; SPILL_SLOTS];

/// What the day brings to a leaf under one arm.
#[derive(Clone, Copy)]
pub struct Today<'a> {
    pub p: &'a Params,
    pub offers: &'a [Offer; App::COUNT],
    pub setting: Setting,
    pub demand: &'a DayDemand,
    pub base_demand: &'a DayDemand,
    pub rules: &'a Rules,
    /// Whether other arms will be held against the base arm.
    pub compared: bool,
}

/// Room for the work on one leaf: made once, used for every leaf.
pub struct Rows {
    /// Today's, the same for all arms.
    pub offered: Offered,
    /// Flows of the arm that was last shown.
    pub flows: FlowSums,
    people: People,
    shown: Shown,
    rankings: [Ranking; App::COUNT],
    /// The base arm's races today, where its people sit.
    base: [[Race; App::COUNT]; ROWS],
    own: [Race; App::COUNT],
    /// The base arm's races of scattered people.
    beside: [Race; App::COUNT],
}

impl Default for Rows {
    fn default() -> Self {
        let races = || std::array::from_fn(|_| Race::default());
        Rows {
            offered: Offered::default(),
            flows: FlowSums::default(),
            people: People::default(),
            shown: Shown::default(),
            rankings: std::array::from_fn(|_| Ranking::default()),
            base: std::array::from_fn(|_| races()),
            own: races(),
            beside: races(),
        }
    }
}

impl Rows {
    /// Shows everything that the day brings, under one arm; the base arm must come first.
    ///
    /// People with chat signals, here or in the base arm, take part in rows of their own only; if they opened nothing, in
    /// none.
    #[inline(always)]
    pub fn show<S: Simd>(&mut self, simd: S, today: &Today<'_>, leaf: &mut Leaf, arm: usize) {
        let base_heard = heard(&leaf.arms[0]);
        let heard = heard(&leaf.arms[arm]) | base_heard;
        let scattered = heard & self.offered.present;
        self.flows.clear();
        for r in 0..leaf.n.div_ceil(ROW) {
            let pick = Pick::Row(r);
            let state = &mut leaf.arms[arm];
            let people = &mut self.people;
            let from = Source {
                p: today.p,
                who: &leaf.who,
                offered: &self.offered,
                state,
                rules: today.rules,
            };
            people.read::<false>(from, pick, scattered);
            let (races, base) = if arm == 0 {
                (&mut self.base[r], None)
            } else {
                (&mut self.own, Some(&self.base[r]))
            };
            let spilled = [&NONE_SPILLED; 2];
            let rankings = &mut self.rankings;
            day::<false, S>(
                simd,
                today,
                people,
                rankings,
                races,
                base,
                spilled,
                &mut self.shown,
            );
            self.shown
                .end::<false>(state, people, &mut self.flows, today.p.split, pick);
        }
        let state = &mut leaf.arms[arm];
        for lane in lanes(scattered & state.seats.without()) {
            state.seats.give(lane);
        }
        for row in 0..state.seats.rows().count() {
            self.seated(simd, today, leaf, arm, row, scattered, base_heard);
        }
    }

    #[inline(always)]
    #[expect(
        clippy::too_many_arguments,
        reason = "who sits there, and in which vectors"
    )]
    fn seated<S: Simd>(
        &mut self,
        simd: S,
        today: &Today<'_>,
        leaf: &mut Leaf,
        arm: usize,
        row: usize,
        mask: u64,
        base_heard: u64,
    ) {
        let (seated, n) = seated(leaf.arms[arm].seats.lanes(row), mask);
        let seated = &seated[..n];
        if seated.is_empty() {
            return;
        }
        let pick = Pick::Seats {
            row,
            people: seated,
        };
        let mut spilled = [NONE_SPILLED; 2];
        let places = seated
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
                    let base = &self.base[from / ROW][app];
                    self.beside[app].copy_lane(l, base, from % ROW, slots);
                }
                if heard {
                    for s in 0..SPILL_SLOTS {
                        spilled[1][s][l] = leaf.arms[0].spill_topic[s][from];
                    }
                }
            }
        }
        let state = &mut leaf.arms[arm];
        let people = &mut self.people;
        let from = Source {
            p: today.p,
            who: &leaf.who,
            offered: &self.offered,
            state,
            rules: today.rules,
        };
        people.read::<true>(from, pick, 0);
        let base = (arm > 0).then_some(&self.beside);
        let [own, beside] = &spilled;
        let (rankings, races) = (&mut self.rankings, &mut self.own);
        let spilled = [own, beside];
        day::<true, S>(
            simd,
            today,
            people,
            rankings,
            races,
            base,
            spilled,
            &mut self.shown,
        );
        self.shown
            .end::<true>(state, people, &mut self.flows, today.p.split, pick);
        if arm == 0 && today.compared {
            for (l, to) in places {
                for app in 0..App::COUNT {
                    self.base[to / ROW][app].copy_lane(to % ROW, &self.own[app], l, SLOTS);
                }
            }
        }
    }
}

/// The day of one row: app by app the ranking, the race, and how much of it the base arm would not have shown; then slot
/// by slot what all apps showed.
#[inline(always)]
#[expect(
    clippy::too_many_arguments,
    reason = "a row's day, and in which vectors"
)]
fn day<const CHATS: bool, S: Simd>(
    simd: S,
    today: &Today<'_>,
    people: &People,
    rankings: &mut [Ranking; App::COUNT],
    races: &mut [Race; App::COUNT],
    base: Option<&[Race; App::COUNT]>,
    [own_spilled, base_spilled]: [&Spilled; 2],
    shown: &mut Shown,
) {
    let p = today.p;
    shown.displaced_today = Z;
    shown.blind = [Z; blind::COUNT];
    shown.kinds = [Z; kind::COUNT];
    let mut factors = [NO_ADS; App::COUNT];
    for app in 0..App::COUNT {
        if people.sessions[app].is_zero() {
            // Nobody of the row opened it.
            shown.chat_today[app] = Z;
            rankings[app].items = Z;
            continue;
        }
        rankings[app].run::<CHATS, S>(simd, p, people, app, shown);
        let offer = today.offers[app];
        if offer.slots_per_session > 0.0 {
            let race = &mut races[app];
            race::run::<CHATS, S>(simd, p, today.setting, people, &rankings[app], app, race);
            let factors = &mut factors[app];
            ads::flows::<CHATS, S>(simd, p, offer, race, people, app, factors, shown);
            shown.flows[app][flow::DISPLACED] = Z;
            shown.flows[app][flow::HELD_DISPLACED] = Z;
            if let Some(base) = base {
                let own = Side {
                    race,
                    demand: today.demand,
                    spilled: own_spilled,
                };
                let base = Side {
                    race: &base[app],
                    demand: today.base_demand,
                    spilled: base_spilled,
                };
                let held = CHATS.then_some(&race.chat.held);
                displaced::<CHATS, S>(simd, own, base, &people.slots[app], held, app, shown);
            }
        } else {
            shown.flows[app][..flow::PER_SHARE].fill(Z);
            shown.flows[app][flow::OWN..].fill(Z);
            shown.chat_today[app] = Z;
        }
    }
    let day = ads::Day {
        who: people,
        apps: &factors,
        races,
        rankings,
    };
    ads::by_slot::<CHATS, S>(simd, p, &day, shown);
    if CHATS {
        ads::earn(simd, &day, shown);
    }
}
