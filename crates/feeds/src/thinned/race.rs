//! Race weights of one app's ad slots for a row of people under one arm.
//!
//! Weights are in units of optimised demand at zero information; the market's value level enters through Λ only.

use overheard_model::block::{ROW, SLOTS, TRUE_SLOTS};
use overheard_model::race::RaceTable;

use super::people::{People, Row, SlotRows, Z};
use super::ranking::Ranking;
use crate::params::Params;

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
    /// Of `optimised`: what it has beyond the demand itself; that times true interest; the demand times true interest.
    pub steered: Row,
    pub steered_by_interest: Row,
    pub floor_by_interest: Row,
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
            floor_by_interest: Z,
            per_weight: Z,
            fill: Z,
            price: Z,
            chat: ChatRace {
                manual: S,
                manual_per_mass: S,
                steered: S,
                steered_per_mass: S,
                information_per_mass: S,
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
pub fn run<const CHATS: bool>(
    p: &Params,
    set: Setting,
    who: &People,
    ranking: &Ranking,
    app: usize,
    out: &mut Race,
) {
    match (p.square, p.broad) {
        (true, false) => weigh::<CHATS, true, false>(p, set, who, ranking, app, out),
        (true, true) => weigh::<CHATS, true, true>(p, set, who, ranking, app, out),
        (false, false) => weigh::<CHATS, false, false>(p, set, who, ranking, app, out),
        (false, true) => weigh::<CHATS, false, true>(p, set, who, ranking, app, out),
    }
}

/// `(1 + y)^α`: exactly where α is 2, else by the fitted polynomial.
#[inline(always)]
fn lifted<const SQUARE: bool>(p: &Params, y: f32) -> f32 {
    if SQUARE {
        (1.0 + y) * (1.0 + y)
    } else {
        p.lift.at(y)
    }
}

#[inline(always)]
fn weigh<const CHATS: bool, const SQUARE: bool, const BROAD: bool>(
    p: &Params,
    set: Setting,
    who: &People,
    ranking: &Ranking,
    app: usize,
    out: &mut Race,
) {
    let table: &RaceTable = &p.race;
    let (mut manual_all, mut custom_all, mut steered, mut predicted) = (Z, Z, Z, Z);
    let (mut clicked, mut clicked_by_interest) = ([Z; 2], [Z; 2]);
    let (mut steered_by_interest, mut floor_by_interest) = (Z, Z);
    let mut information = Z;
    let mut chat = Sums::default();
    for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
        let standing = s < TRUE_SLOTS;
        let behaviour = if standing { &who.behaviour[app][s] } else { &Z };
        let (mut manual, mut custom, mut optimised) = (Z, Z, Z);
        let mut own = OwnChats::default();
        for l in 0..ROW {
            let gate = who.gate[s][l];
            let xc = if CHATS {
                who.chat_ads[app][s][l] * gate
            } else {
                0.0
            };
            let x = behaviour[l] * gate + xc;
            let inverse = if CHATS { 1.0 / (x + p.kappa) } else { 0.0 };
            let q = if CHATS {
                x * inverse
            } else {
                ranking.strength[s][l] * gate
            };
            // Membership of lists: by the category's mass, `b x / (b x + κ)`, where lists are that coarse.
            let widened = if BROAD {
                let b = who.breadth[l];
                b / (1.0 + (b - 1.0) * q)
            } else {
                1.0
            };
            let gain = who.lift[l] * p.estimated(q);
            let lift = lifted::<SQUARE>(p, gain);
            let list = who.demand[0][s][l] * lift;
            manual[l] = list * (q * widened);
            custom[l] = who.demand[1][s][l] * lift;
            let demand = who.demand[2][s][l];
            // Scaled once the total is known.
            let best = demand * lifted::<SQUARE>(p, who.lift_optimised[l] * q);
            let beyond = best - demand;
            optimised[l] = best;
            manual_all[l] += manual[l];
            custom_all[l] += custom[l];
            predicted[l] += (manual[l] + custom[l]) * (1.0 + gain);
            steered[l] += beyond;
            let z = who.z[s][l];
            let true_gain = who.true_gain[s][l];
            for (kind, weight) in [manual[l], custom[l]].into_iter().enumerate() {
                let clicks = weight * true_gain;
                clicked[kind][l] += clicks;
                clicked_by_interest[kind][l] += clicks * z;
            }
            steered_by_interest[l] += beyond * z;
            floor_by_interest[l] += demand * z;
            let mut told = 0.0;
            if standing {
                told = who.resolution[l] / (1.0 + x * p.per_topic_information);
                information[l] += told * x;
            }
            if CHATS {
                let unit = list * (inverse * widened);
                let from_chat = unit * xc;
                // Where there is no mass at all, nothing is steered: any divisor will do.
                let steering = beyond / if x > 0.0 { x } else { 1.0 };
                let by_chat = steering * xc;
                let informing = told * xc;
                own.manual_per_mass[l] = unit * gate;
                own.manual[l] = from_chat;
                own.steered_per_mass[l] = steering * gate;
                own.steered[l] = by_chat;
                own.information_per_mass[l] = told * gate;
                chat.mass[l] += xc;
                chat.manual[l] += from_chat;
                chat.steered[l] += by_chat;
                chat.steered_by_interest[l] += by_chat * z;
                chat.information[l] += informing;
                chat.by_chance[l] += demand * informing;
                chat.clicked[l] += from_chat * true_gain;
                chat.clicked_by_interest[l] += from_chat * true_gain * z;
            }
        }
        out.manual[s] = manual;
        out.custom[s] = custom;
        out.optimised[s] = optimised;
        if CHATS {
            out.chat.manual_per_mass[s] = own.manual_per_mass;
            out.chat.manual[s] = own.manual;
            out.chat.steered_per_mass[s] = own.steered_per_mass;
            out.chat.steered[s] = own.steered;
            out.chat.information_per_mass[s] = own.information_per_mass;
        }
    }
    let (mut winner, mut all, mut spread, mut scale) = (Z, Z, Z, Z);
    let (mut broad, mut per_information) = (Z, Z);
    let (mut fill, mut price, mut per_weight) = (Z, Z, Z);
    let per_demand = 1.0 / set.optimised;
    for l in 0..ROW {
        let total = information[l] + who.context[l];
        let s2 = p.sigma2 * total / (total + p.information_half);
        let clicks = table.match_weight(s2);
        winner[l] = if SQUARE {
            clicks * clicks
        } else {
            table.winner_match(s2)
        };
        let matched = clicks * who.value_weight[l];
        all[l] = set.optimised * matched;
        spread[l] = set.optimised / (set.optimised + steered[l]);
        scale[l] = all[l] * spread[l] * per_demand;
        broad[l] = 1.0 / matched;
        if CHATS {
            // The exponents of the two matches share what they won together; information shares its own by mass.
            let t2 = who.value_variance[l];
            let both = s2 + t2;
            let own = s2 / if both > 0.0 { both } else { 1.0 };
            let safe = 1.0 / if total > 0.0 { total } else { 1.0 };
            per_information[l] = (1.0 - broad[l]) * own * safe;
        }
        let weight = manual_all[l] + custom_all[l] + all[l];
        let lambda = weight * set.lambda_per_weight;
        fill[l] = table.fill(lambda);
        price[l] = table.price(lambda);
        per_weight[l] = fill[l] / weight;
    }
    (out.winner, out.optimised_all, out.scale) = (winner, all, scale);
    (out.spread, out.broad, out.predicted) = (spread, broad, predicted);
    (out.fill, out.per_weight, out.price) = (fill, per_weight, price);
    out.lists = [manual_all, custom_all];
    (out.clicked, out.clicked_by_interest) = (clicked, clicked_by_interest);
    (out.steered, out.steered_by_interest) = (steered, steered_by_interest);
    out.floor_by_interest = floor_by_interest;
    if CHATS {
        out.per_information = per_information;
        chat.end(&per_information, &mut out.chat);
    }
}

/// What one slot's chats won.
#[derive(Clone, Copy)]
struct OwnChats {
    manual: Row,
    manual_per_mass: Row,
    steered: Row,
    steered_per_mass: Row,
    information_per_mass: Row,
}

impl Default for OwnChats {
    fn default() -> Self {
        OwnChats {
            manual: Z,
            manual_per_mass: Z,
            steered: Z,
            steered_per_mass: Z,
            information_per_mass: Z,
        }
    }
}

/// Sums over slots of what chats won.
#[derive(Clone, Copy)]
struct Sums {
    mass: Row,
    manual: Row,
    steered: Row,
    steered_by_interest: Row,
    information: Row,
    by_chance: Row,
    clicked: Row,
    clicked_by_interest: Row,
}

impl Default for Sums {
    fn default() -> Self {
        Sums {
            mass: Z,
            manual: Z,
            steered: Z,
            steered_by_interest: Z,
            information: Z,
            by_chance: Z,
            clicked: Z,
            clicked_by_interest: Z,
        }
    }
}

impl Sums {
    #[inline(always)]
    fn end(&self, per_information: &Row, out: &mut ChatRace) {
        for l in 0..ROW {
            out.share[l] = self.information[l] * per_information[l];
            out.by_chance[l] = self.by_chance[l] * per_information[l];
            out.held[l] = if self.mass[l] > 0.0 { 1.0 } else { 0.0 };
        }
        (out.manual_all, out.steered_all) = (self.manual, self.steered);
        out.steered_by_interest = self.steered_by_interest;
        (out.clicked, out.clicked_by_interest) = (self.clicked, self.clicked_by_interest);
    }
}
