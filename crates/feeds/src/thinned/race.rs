//! Race weights of one app's ad slots for a row of people under one arm.
//!
//! Weights are in units of optimised demand at zero information; the market's value level enters through Λ only.

mod weigh;

use overheard_model::columns::{ROW, SLOTS};
use overheard_model::race::RaceTable;
use overheard_model::vector::Place;
use pulp::Simd;

use super::people::{People, Row, SlotRows, Z};
use super::ranking::Ranking;
use crate::params::Params;
use weigh::{Of, weigh};

const S: SlotRows = [Z; SLOTS];

/// Weights, and what follows from them, per slot offered.
#[derive(Clone, Debug)]
pub struct Race {
    /// Manual interest lists and custom audiences by profile slot.
    pub manual: SlotRows,
    pub custom: SlotRows,
    /// Optimised ads on the slot's topic, before `scale`; any topic of that demand has the demand itself.
    pub optimised: SlotRows,
    /// Weight per unit of `optimised`: the whole of optimised ads, shared out over topics.
    pub scale: Row,
    /// All optimised ads.
    pub optimised_all: Row,
    /// Share of optimised ads whose topic is drawn as if nothing were known about topics. The others are steered: they
    /// go back to the signals on their topic.
    pub spread: Row,
    /// Of those drawn blindly, the share that would have won had nothing been known, and what a unit of information won.
    pub broad: Row,
    pub per_information: Row,
    /// Click multiplier of optimised winners.
    pub winner: Row,
    /// Lists' weights times the gain in clicks that the platform itself predicts.
    pub predicted: Row,
    /// By kind of list, manual and custom: all weights; times the true gain in clicks; times true interest too.
    pub lists: [Row; 2],
    pub clicked: [Row; 2],
    pub clicked_by_interest: [Row; 2],
    /// Of `optimised`: what it has beyond the demand itself; that times true interest.
    pub steered: Row,
    pub steered_by_interest: Row,
    /// What the profile tells.
    pub information: Row,
    /// fill / W, and payment over fill [reserves].
    pub per_weight: Row,
    pub fill: Row,
    pub price: Row,
    /// What goes back to chats: written only where there are any.
    pub chat: ChatRace,
}

/// Chats' part of a race.
#[derive(Clone, Debug)]
pub struct ChatRace {
    /// Part of `manual` that goes back to chats, and `manual` per unit of mass; of what is steered, likewise.
    pub manual: SlotRows,
    pub manual_per_mass: SlotRows,
    pub steered: SlotRows,
    pub steered_per_mass: SlotRows,
    /// Information per unit of mass.
    pub information_per_mass: SlotRows,
    /// Chats' mass, and their information.
    pub mass: Row,
    pub information: Row,
    /// Share that chats' information won of optimised ads drawn blindly.
    pub share: Row,
    /// Sums of `manual`, of `steered`, and of the latter times true interest.
    pub manual_all: Row,
    pub steered_all: Row,
    pub steered_by_interest: Row,
    /// Of `optimised`: what is on a chat's topic though it came there blindly, won by that chat.
    pub by_chance: Row,
    /// Chats' part of the race's.
    pub clicked: Row,
    pub clicked_by_interest: Row,
    /// 1 where chats are part of the profile that chooses ads here.
    pub held: Row,
}

impl Default for Race {
    fn default() -> Self {
        Race {
            manual: S,
            custom: S,
            optimised: S,
            scale: Z,
            optimised_all: Z,
            spread: Z,
            broad: Z,
            per_information: Z,
            winner: Z,
            predicted: Z,
            lists: [Z; 2],
            clicked: [Z; 2],
            clicked_by_interest: [Z; 2],
            steered: Z,
            steered_by_interest: Z,
            information: Z,
            per_weight: Z,
            fill: Z,
            price: Z,
            chat: ChatRace {
                manual: S,
                manual_per_mass: S,
                steered: S,
                steered_per_mass: S,
                information_per_mass: S,
                mass: Z,
                information: Z,
                share: Z,
                manual_all: Z,
                steered_all: Z,
                steered_by_interest: Z,
                by_chance: Z,
                clicked: Z,
                clicked_by_interest: Z,
                held: Z,
            },
        }
    }
}

impl Race {
    /// Copies a person's lane from another race: what the comparison of two arms reads.
    #[inline(always)]
    pub fn copy_lane(&mut self, to: usize, from: &Race, lane: usize, slots: usize) {
        for s in 0..slots {
            self.manual[s][to] = from.manual[s][lane];
            self.custom[s][to] = from.custom[s][lane];
            self.optimised[s][to] = from.optimised[s][lane];
        }
        self.scale[to] = from.scale[lane];
        self.optimised_all[to] = from.optimised_all[lane];
        self.spread[to] = from.spread[lane];
        self.per_weight[to] = from.per_weight[lane];
        self.fill[to] = from.fill[lane];
    }
}

/// What one app, market and day bring to all people alike.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Weight of optimised demand at zero information.
    pub optimised: f32,
    /// Λ per unit of weight.
    pub lambda_per_weight: f32,
}

/// Fills `out` for one app: with chats or without, for the two ways to raise a lift to the power α, and for lists by topic or
/// by category. Without chats the strength of a slot's signals is the ranking's, where the gate is open.
#[inline(always)]
pub fn run<const CHATS: bool, S: Simd>(
    simd: S,
    p: &Params,
    set: Setting,
    who: &People,
    ranking: &Ranking,
    app: usize,
    out: &mut Race,
) {
    let of = Of {
        p,
        who,
        ranking,
        app,
    };
    match (p.square, p.broad) {
        (true, false) => weigh::<CHATS, true, false, S>(simd, of, out),
        (true, true) => weigh::<CHATS, true, true, S>(simd, of, out),
        (false, false) => weigh::<CHATS, false, false, S>(simd, of, out),
        (false, true) => weigh::<CHATS, false, true, S>(simd, of, out),
    }
    price::<CHATS, S>(simd, p, set, who, out);
}

/// Prices the slot, once all weights are known. Exponentials and tables are looked up for whole rows.
#[inline(always)]
fn price<const CHATS: bool, S: Simd>(
    simd: S,
    p: &Params,
    set: Setting,
    who: &People,
    out: &mut Race,
) {
    let table: &RaceTable = &p.race;
    let (mut s2, mut clicks) = (Z, Z);
    for at in Place::all(simd, ROW) {
        let total = at.get(&out.information) + at.get(&who.context);
        let known = at.of(p.sigma2) * total / (total + at.of(p.information_half));
        at.put(&mut s2, known);
    }
    for l in 0..ROW {
        clicks[l] = table.match_weight(s2[l]);
    }
    if !p.square {
        for l in 0..ROW {
            out.winner[l] = table.winner_match(s2[l]);
        }
    }
    let mut lambda = Z;
    for at in Place::all(simd, ROW) {
        weighed::<CHATS, S>(at, p, set, who, [&s2, &clicks], &mut lambda, out);
    }
    for l in 0..ROW {
        [out.fill[l], out.price[l]] = table.sold(lambda[l]);
    }
    for at in Place::all(simd, ROW) {
        let fill = at.get(&out.fill);
        // `weighed` left the weight there.
        let per_weight = fill / at.get(&out.per_weight);
        at.put(&mut out.per_weight, per_weight);
    }
    if CHATS {
        let chat = &mut out.chat;
        for l in 0..ROW {
            chat.held[l] = if chat.mass[l] > 0.0 { 1.0 } else { 0.0 };
        }
    }
}

/// All optimised ads' weight, what of it knows nothing of topics, and Λ.
#[inline(always)]
fn weighed<const CHATS: bool, S: Simd>(
    at: Place<S>,
    p: &Params,
    set: Setting,
    who: &People,
    [s2, clicks]: [&Row; 2],
    lambda: &mut Row,
    out: &mut Race,
) {
    let (one, demand) = (at.of(1.0), at.of(set.optimised));
    let clicks = at.get(clicks);
    if p.square {
        at.put(&mut out.winner, clicks * clicks);
    }
    let matched = clicks * at.get(&who.value_weight);
    let all = demand * matched;
    let spread = demand / (demand + at.get(&out.steered));
    let broad = one / matched;
    at.put(&mut out.optimised_all, all);
    at.put(&mut out.spread, spread);
    at.put(&mut out.scale, all * spread * at.of(1.0 / set.optimised));
    at.put(&mut out.broad, broad);
    let weight = at.get(&out.lists[0]) + at.get(&out.lists[1]) + all;
    at.put(&mut out.per_weight, weight);
    at.put(lambda, weight * at.of(set.lambda_per_weight));
    if CHATS {
        // The exponents of the two matches share what they won together; information shares its own by mass.
        let s2 = at.get(s2);
        let own = s2 / (s2 + at.get(&who.value_variance)).positive_or(one);
        let total = at.get(&out.information) + at.get(&who.context);
        let safe = one / total.positive_or(one);
        let per_information = (one - broad) * own * safe;
        at.put(&mut out.per_information, per_information);
        let chat = &mut out.chat;
        at.put(&mut chat.share, at.get(&chat.information) * per_information);
        let by_chance = at.get(&chat.by_chance) * per_information;
        at.put(&mut chat.by_chance, by_chance);
    }
}
