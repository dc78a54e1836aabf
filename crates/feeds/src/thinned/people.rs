//! Sixteen people side by side: what the races read of them.
//!
//! Kernels know rows of sixteen, one person a lane: as many as a vector holds, so that what is worked out on the way stays in
//! registers. Most rows are sixteen neighbours of a leaf. People with chat signals are few and scattered, and they alone need
//! the spill slots and the chats' share of everything; they have seats side by side, and what is in columns is taken out for them.

use overheard_model::block::{ArmState, Ruled, Who};
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, Lane, ROW, SLOTS, STANDING, SlotSeats, TRUE_SLOTS};
use overheard_model::ids::App;

use super::offered::Offered;
use crate::params::{ArmParams, Params};
use crate::prices::DayDemand;

/// Rows in a leaf.
pub const ROWS: usize = LEAF / ROW;

/// One value per person of a row, on a cache line of its own: vectors that straddle two lines cost twice.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Row(pub [f32; ROW]);
/// One value per slot and person of a row.
pub type SlotRows = [Row; SLOTS];
/// A row of zeros.
pub const Z: Row = Row([0.0; ROW]);

impl Row {
    /// Whether all are +0, by their bits: comparing floats one by one would not be vector code.
    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.0.iter().fold(0, |bits, value| bits | value.to_bits()) == 0
    }
}

impl std::ops::Deref for Row {
    type Target = [f32; ROW];
    #[inline(always)]
    fn deref(&self) -> &[f32; ROW] {
        &self.0
    }
}

impl std::ops::DerefMut for Row {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f32; ROW] {
        &mut self.0
    }
}

const S: SlotRows = [Z; SLOTS];

/// Which people of a leaf stand in a row.
#[derive(Clone, Copy, Debug)]
pub enum Pick<'a> {
    /// The neighbours of row `r` of the leaf.
    Row(usize),
    /// Some who sit in a row of seats.
    Seats {
        row: usize,
        /// Their places in the row, and their lanes.
        people: &'a [(u8, u8)],
    },
}

impl Pick<'_> {
    /// Takes the people's values out of a column.
    #[inline(always)]
    pub fn take<T: Copy>(self, column: &[T; LEAF], row: &mut [T; ROW]) {
        match self {
            Pick::Row(r) => *row = column.as_chunks::<ROW>().0[r],
            Pick::Seats { people, .. } => {
                for (l, lane) in people {
                    row[usize::from(*l) % ROW] = column[usize::from(*lane) % LEAF];
                }
            }
        }
    }

    /// Puts the people's values into a column.
    #[inline(always)]
    pub fn put(self, row: &[f32; ROW], column: &mut Lane) {
        match self {
            Pick::Row(r) => column.as_chunks_mut::<ROW>().0[r] = *row,
            Pick::Seats { people, .. } => {
                for (l, lane) in people {
                    column[usize::from(*lane) % LEAF] = row[usize::from(*l) % ROW];
                }
            }
        }
    }

    /// Adds the people's values to a column.
    #[inline(always)]
    pub fn add(self, row: &[f32; ROW], column: &mut Lane) {
        match self {
            Pick::Row(r) => {
                let sum = &mut column.as_chunks_mut::<ROW>().0[r];
                for l in 0..ROW {
                    sum[l] += row[l];
                }
            }
            Pick::Seats { people, .. } => {
                for (l, lane) in people {
                    column[usize::from(*lane) % LEAF] += row[usize::from(*l) % ROW];
                }
            }
        }
    }

    /// 1 for people whose bit is set, else 0.
    pub fn flags(self, bits: u64) -> Row {
        let flag = |lane: usize| if bits >> lane & 1 == 1 { 1.0 } else { 0.0 };
        let mut row = Z;
        match self {
            Pick::Row(r) => row.0 = std::array::from_fn(|l| flag(r * ROW + l)),
            Pick::Seats { people, .. } => {
                for (l, lane) in people {
                    row[usize::from(*l)] = flag(usize::from(*lane));
                }
            }
        }
        row
    }
}

/// The people with live chat signals, bit per lane.
pub fn heard(state: &ArmState) -> u64 {
    state
        .signals
        .live()
        .iter()
        .fold(0, |bits, s| bits | 1 << s.lane)
}

/// The people of a mask who sit in a row of seats: their places, and their lanes.
pub fn seated(lanes: &[u8], mask: u64) -> ([(u8, u8); ROW], usize) {
    let (mut people, mut n) = ([(0, 0); ROW], 0);
    for (l, lane) in lanes.iter().enumerate() {
        if mask >> lane & 1 == 1 {
            people[n] = (l as u8, *lane);
            n += 1;
        }
    }
    (people, n)
}

/// What applies to each person of a leaf under an arm: the arm's own rules where treated, the base arm's elsewhere.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Rules {
    pub resolution: Lane,
    pub breadth: Lane,
    pub context: Lane,
    /// 1 where off-platform visits may choose ads.
    pub use_off_platform: Lane,
    /// What the day counts in sums that are discounted to the anchor.
    pub discount: Lane,
}

impl Rules {
    /// On a day.
    pub fn new(p: &Params, ruled: Ruled, day: Day) -> Self {
        let since = (day - p.anchor(day)) as usize;
        let pick = |get: &dyn Fn(&ArmParams) -> f32| ruled.column(|arm| get(&p.arms[arm]));
        Rules {
            resolution: pick(&|a| a.resolution),
            breadth: pick(&|a| a.list_breadth),
            context: pick(&|a| a.use_context * p.context),
            use_off_platform: pick(&|a| a.use_off_platform),
            discount: pick(&|a| a.discount[since]),
        }
    }
}

/// Inputs of the day's races for the people of a row.
///
/// Columns that only chats fill (`chat_*`, spill slots) are read by kernels with chats alone, and stale otherwise; so are
/// those of an app that nobody opened.
#[derive(Clone, Debug)]
pub struct People {
    pub sessions: [Row; App::COUNT],
    /// Whether anybody opened the app.
    pub opened: [bool; App::COUNT],
    /// Ad slots offered; 0 for lanes that are empty or belong to another row.
    pub slots: [Row; App::COUNT],
    pub resolution: Row,
    pub breadth: Row,
    pub context: Row,
    pub discount: Row,
    /// What the match of who buys multiplies the weight of optimised ads by.
    pub value_weight: Row,
    pub value_variance: Row,
    /// Purchases after a click on an optimised ad, `a + b z`: all, and those that the ad caused.
    pub bought: [Row; 2],
    pub caused: [Row; 2],
    /// What a unit of estimated interest adds to the action rate of lists (`μ r`), and of signal to that of optimised ads (`μ_o r`).
    pub lift: Row,
    pub lift_optimised: Row,
    /// True interest, and the action rate of lists that follows from it.
    pub z: SlotRows,
    pub true_gain: SlotRows,
    /// Demand of optimised ads times true interest, over the slots of true interests.
    pub floor_by_interest: Row,
    /// 1 where ads may be chosen by the slot: 0 where they are not personalised, and where the person hid the topic.
    pub gate: SlotRows,
    /// Demand for the slot's topic: manual; custom, 0 where no visit is recent or the gate is shut; optimised.
    pub demand: [SlotRows; 3],
    pub behaviour: [[Row; TRUE_SLOTS]; App::COUNT],
    pub chat_ads: [SlotSeats; App::COUNT],
    pub chat_content: [SlotSeats; App::COUNT],
}

impl Default for People {
    fn default() -> Self {
        People {
            sessions: [Z; App::COUNT],
            opened: [false; App::COUNT],
            slots: [Z; App::COUNT],
            resolution: Z,
            breadth: Z,
            value_weight: Z,
            value_variance: Z,
            bought: [Z; 2],
            caused: [Z; 2],
            context: Z,
            discount: Z,
            lift: Z,
            lift_optimised: Z,
            z: S,
            true_gain: S,
            floor_by_interest: Z,
            gate: S,
            demand: [S; 3],
            behaviour: [[Z; TRUE_SLOTS]; App::COUNT],
            chat_ads: [[[0.0; ROW]; SLOTS]; App::COUNT],
            chat_content: [[[0.0; ROW]; SLOTS]; App::COUNT],
        }
    }
}

/// A leaf's day under one arm, where people are read from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub p: &'a Params,
    pub who: &'a Who,
    pub offered: &'a Offered,
    pub state: &'a ArmState,
    pub rules: &'a Rules,
    pub demand: &'a DayDemand,
}

impl People {
    /// Reads the people that `pick` names; none of those in `without` is offered anything.
    #[inline(always)]
    pub fn read<const CHATS: bool>(&mut self, from: Source<'_>, pick: Pick<'_>, without: u64) {
        let Source {
            p,
            who,
            offered,
            state,
            rules,
            ..
        } = from;
        for app in 0..App::COUNT {
            pick.take(&offered.sessions[app], &mut self.sessions[app]);
            pick.take(&offered.slots[app], &mut self.slots[app]);
        }
        match pick {
            Pick::Row(r) => {
                let without = without >> (r * ROW) & 0xFFFF;
                if without != 0 {
                    for l in (0..ROW).filter(|l| without >> l & 1 == 1) {
                        for app in 0..App::COUNT {
                            (self.sessions[app][l], self.slots[app][l]) = (0.0, 0.0);
                        }
                    }
                }
            }
            Pick::Seats { people, .. } => {
                let there = people.iter().fold(0u32, |bits, (l, _)| bits | 1 << l);
                for l in (0..ROW).filter(|l| there >> l & 1 == 0) {
                    for app in 0..App::COUNT {
                        (self.sessions[app][l], self.slots[app][l]) = (0.0, 0.0);
                    }
                }
            }
        }
        for app in 0..App::COUNT {
            self.opened[app] = !self.sessions[app].is_zero();
            if self.opened[app] {
                for s in 0..TRUE_SLOTS {
                    pick.take(&state.behaviour[app][s], &mut self.behaviour[app][s]);
                }
            }
        }
        pick.take(&rules.resolution, &mut self.resolution);
        pick.take(&rules.breadth, &mut self.breadth);
        pick.take(&rules.context, &mut self.context);
        for s in 0..TRUE_SLOTS {
            pick.take(&who.z[s], &mut self.z[s]);
        }
        match pick {
            Pick::Row(_) => {
                for kind in 0..3 {
                    for s in 0..TRUE_SLOTS {
                        let column = &state.exposure.demand[kind][s];
                        pick.take(column, &mut self.demand[kind][s]);
                    }
                }
            }
            Pick::Seats { people, .. } => self.look_up(from, people),
        }
        if CHATS {
            pick.take(&rules.discount, &mut self.discount);
            for s in TRUE_SLOTS..SLOTS {
                pick.take(&state.spill_z[s - TRUE_SLOTS], &mut self.z[s]);
            }
            if let Pick::Seats { row, .. } = pick {
                let row = state.seats.row(row);
                for app in (0..App::COUNT).filter(|app| self.opened[*app]) {
                    self.chat_ads[app] = row.ads[app];
                    self.chat_content[app] = row.content[app];
                }
            }
        }
        let mut personalised = Z;
        pick.take(&who.personalised, &mut personalised);
        let mut off_platform = Z;
        pick.take(&state.off_platform, &mut off_platform);
        self.match_buyers(p, &off_platform, &personalised);
        for l in 0..ROW {
            self.lift[l] = p.mu * self.resolution[l];
            self.lift_optimised[l] = p.mu_optimised * self.resolution[l];
        }
        let (mut hidden, mut visits, mut recent) = ([0; ROW], [0; ROW], [0; ROW]);
        pick.take(&state.hidden, &mut hidden);
        pick.take(&offered.recent, &mut visits);
        for l in 0..ROW {
            recent[l] = u16::from(visits[l]);
        }
        let mut floor = Z;
        for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
            let (mut gate, mut custom, mut true_gain) = (Z, Z, Z);
            for l in 0..ROW {
                if s < TRUE_SLOTS {
                    floor[l] += self.demand[2][s][l] * self.z[s][l];
                }
                let open = hidden[l] >> s & 1 == 0;
                gate[l] = if open { personalised[l] } else { 0.0 };
                let visited = recent[l] >> s & 1 == 1;
                custom[l] = if visited {
                    self.demand[1][s][l] * gate[l]
                } else {
                    0.0
                };
                true_gain[l] = 1.0 + self.lift[l] * self.z[s][l];
            }
            (self.gate[s], self.demand[1][s], self.true_gain[s]) = (gate, custom, true_gain);
        }
        self.floor_by_interest = floor;
    }
}

impl People {
    /// The demand for what scattered people's slots hold: their topics lie closer together than columns of demand. What sits in spill
    /// slots is none for custom audiences, as nobody visits a site for what was misheard.
    #[inline(always)]
    fn look_up(&mut self, from: Source<'_>, people: &[(u8, u8)]) {
        let Source {
            who,
            state,
            rules,
            demand,
            ..
        } = from;
        let topics = who.topics.iter().chain(&state.spill_topic);
        for (s, topics) in topics.enumerate() {
            for (l, lane) in people {
                let (l, lane) = (usize::from(*l) % ROW, usize::from(*lane) % LEAF);
                let [manual, custom, optimised, _] = demand.lanes[usize::from(topics[lane])];
                self.demand[0][s][l] = manual;
                self.demand[1][s][l] = custom * rules.use_off_platform[lane];
                self.demand[2][s][l] = optimised;
            }
        }
    }

    /// Whether whoever opened `app` has the same profile in `other`, bit for bit: their races for ads are then the same.
    #[inline(always)]
    pub fn alike<const CHATS: bool>(&self, app: usize, other: usize) -> bool {
        let mut differ = [0u32; ROW];
        let (own, others) = (&self.behaviour[app], &self.behaviour[other]);
        see(&mut differ, &own[0], &others[0]);
        // Apps that are not alike differ in most slots, so the first tells.
        if self.any_opened(app, &differ) {
            return false;
        }
        for s in 1..TRUE_SLOTS {
            see(&mut differ, &own[s], &others[s]);
        }
        if CHATS {
            for s in 0..SLOTS {
                see(
                    &mut differ,
                    &self.chat_ads[app][s],
                    &self.chat_ads[other][s],
                );
            }
        }
        !self.any_opened(app, &differ)
    }

    /// Whether any of the people who opened an app is marked.
    #[inline(always)]
    fn any_opened(&self, app: usize, marked: &[u32; ROW]) -> bool {
        let mut any = 0;
        for l in 0..ROW {
            let opened = self.sessions[app][l] > 0.0;
            any |= if opened { marked[l] } else { 0 };
        }
        any != 0
    }

    /// What off-platform data tell of who buys.
    #[inline(always)]
    fn match_buyers(&mut self, p: &Params, off_platform: &Row, personalised: &Row) {
        let table = &p.race;
        let mut matched = Z;
        for l in 0..ROW {
            let mass = off_platform[l] * personalised[l];
            let t2 = p.tau2 * mass / (mass + p.value_half);
            self.value_variance[l] = t2;
            self.value_weight[l] = table.match_weight(t2);
            matched[l] = table.winner_match(t2);
        }
        for l in 0..ROW {
            let purchase = p.purchase.matched(f64::from(matched[l]));
            let [a, b] = purchase.attributed;
            (self.bought[0][l], self.bought[1][l]) = (a as f32, b as f32);
            let [a, b] = purchase.incremental;
            (self.caused[0][l], self.caused[1][l]) = (a as f32, b as f32);
        }
    }
}

/// Marks the people of whom two values differ in any bit.
#[inline(always)]
fn see(differ: &mut [u32; ROW], own: &[f32; ROW], others: &[f32; ROW]) {
    for l in 0..ROW {
        differ[l] |= own[l].to_bits() ^ others[l].to_bits();
    }
}

const _: () = assert!(STANDING < TRUE_SLOTS && ROWS * ROW == LEAF);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_of_a_mask_are_found_where_they_sit() {
        let (people, n) = seated(&[9, 63, 0, 4], 1 << 63 | 1 << 4 | 1 << 5);
        assert_eq!(people[..n], [(1, 63), (3, 4)]);
    }

    #[test]
    fn what_is_taken_goes_back_where_it_was() {
        let column: Lane = std::array::from_fn(|l| l as f32);
        let people = [(0, 3), (5, 63), (6, 17)];
        let seats = Pick::Seats {
            row: 0,
            people: &people,
        };
        for pick in [Pick::Row(2), seats] {
            let mut row = Z;
            pick.take(&column, &mut row);
            let mut copy = column;
            pick.put(&row, &mut copy);
            assert_eq!(copy, column);
            pick.add(&row, &mut copy);
            let added = |l: usize| match pick {
                Pick::Row(r) => l / ROW == r,
                Pick::Seats { .. } => people.iter().any(|(_, lane)| usize::from(*lane) == l),
            };
            for l in 0..LEAF {
                assert_eq!(copy[l], column[l] * if added(l) { 2.0 } else { 1.0 });
            }
        }
    }
}
