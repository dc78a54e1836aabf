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
    /// All optimised ads, and the part won by information.
    pub optimised_all: Row,
    pub informed: Row,
    /// Share of optimised ads whose topic is drawn as if nothing were known about topics.
    pub spread: Row,
    /// Click multiplier of optimised winners.
    pub winner: Row,
    /// Lists' weights times the gain in clicks that the platform itself predicts.
    pub predicted: Row,
    /// Lists' weights times the true gain in clicks; the same times true interest; `optimised` times true interest.
    pub clicked: Row,
    pub clicked_by_interest: Row,
    pub optimised_by_interest: Row,
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
    /// Part of `manual` that goes back to chats, and `manual` per unit of mass.
    pub manual: SlotRows,
    pub manual_per_mass: SlotRows,
    /// Chats' share of information; what information won, per unit of it.
    pub share: Row,
    pub informed_per_mass: Row,
    /// Sum of `manual` and of `informed * share`.
    pub all: Row,
    /// Chats' part of the race's.
    pub clicked: Row,
    pub clicked_by_interest: Row,
}

impl Default for Race {
    fn default() -> Self {
        Race {
            manual: S,
            custom: S,
            optimised: S,
            scale: Z,
            optimised_all: Z,
            informed: Z,
            spread: Z,
            winner: Z,
            predicted: Z,
            clicked: Z,
            clicked_by_interest: Z,
            optimised_by_interest: Z,
            per_weight: Z,
            fill: Z,
            price: Z,
            chat: ChatRace {
                manual: S,
                manual_per_mass: S,
                share: Z,
                informed_per_mass: Z,
                all: Z,
                clicked: Z,
                clicked_by_interest: Z,
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

/// Fills `out` for one app: with chats or without, and for the two ways to raise a lift to the power α. Without chats the
/// strength of a slot's signals is the ranking's, where the gate is open.
#[inline(always)]
pub fn run<const CHATS: bool>(
    p: &Params,
    set: Setting,
    who: &People,
    ranking: &Ranking,
    app: usize,
    out: &mut Race,
) {
    if p.square {
        weigh::<CHATS, true>(p, set, who, ranking, app, out);
    } else {
        weigh::<CHATS, false>(p, set, who, ranking, app, out);
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
fn weigh<const CHATS: bool, const SQUARE: bool>(
    p: &Params,
    set: Setting,
    who: &People,
    ranking: &Ranking,
    app: usize,
    out: &mut Race,
) {
    let table: &RaceTable = &p.race;
    let (mut sum, mut extra, mut predicted, mut information) = (Z, Z, Z, Z);
    let (mut clicked, mut clicked_by_interest, mut optimised_by_interest) = (Z, Z, Z);
    let (mut manual_chat, mut chat_information) = (Z, Z);
    let (mut clicked_chat, mut clicked_chat_by_interest) = (Z, Z);
    for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
        let standing = s < TRUE_SLOTS;
        let behaviour = if standing { &who.behaviour[app][s] } else { &Z };
        let (mut manual, mut custom, mut optimised) = (Z, Z, Z);
        let (mut per_mass, mut from_chat) = (Z, Z);
        for l in 0..ROW {
            let gate = who.gate[s][l];
            let resolution = who.resolution[l];
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
            let gain = who.lift[l] * p.estimated(q);
            let lift = lifted::<SQUARE>(p, gain);
            let list = who.demand[0][s][l] * lift;
            manual[l] = list * q;
            custom[l] = who.demand[1][s][l] * lift;
            let demand = who.demand[2][s][l];
            // Scaled once the total is known.
            let best = demand * lifted::<SQUARE>(p, who.lift_optimised[l] * q);
            optimised[l] = best;
            let lists = manual[l] + custom[l];
            sum[l] += lists;
            predicted[l] += lists * (1.0 + gain);
            extra[l] += best - demand;
            let z = who.z[s][l];
            let true_gain = who.true_gain[s][l];
            let clicks = lists * true_gain;
            clicked[l] += clicks;
            clicked_by_interest[l] += clicks * z;
            optimised_by_interest[l] += best * z;
            if standing {
                information[l] += resolution * x;
            }
            if CHATS {
                let unit = list * inverse;
                per_mass[l] = unit * gate;
                from_chat[l] = unit * xc;
                manual_chat[l] += from_chat[l];
                clicked_chat[l] += from_chat[l] * true_gain;
                clicked_chat_by_interest[l] += from_chat[l] * true_gain * z;
                if standing {
                    chat_information[l] += resolution * xc;
                }
            }
        }
        out.manual[s] = manual;
        out.custom[s] = custom;
        out.optimised[s] = optimised;
        if CHATS {
            out.chat.manual_per_mass[s] = per_mass;
            out.chat.manual[s] = from_chat;
        }
    }
    let (mut winner, mut all, mut informed, mut spread, mut scale) = (Z, Z, Z, Z, Z);
    let (mut fill, mut price, mut per_weight) = (Z, Z, Z);
    let (mut share, mut informed_per_mass, mut chat_weight) = (Z, Z, Z);
    let per_demand = 1.0 / set.optimised;
    for l in 0..ROW {
        let total = information[l] + who.context[l];
        let s2 = p.sigma2 * total / (total + p.information_half);
        let matched = table.match_weight(s2);
        winner[l] = if SQUARE {
            matched * matched
        } else {
            table.winner_match(s2)
        };
        all[l] = set.optimised * matched;
        informed[l] = all[l] - set.optimised;
        spread[l] = set.optimised / (set.optimised + extra[l]);
        scale[l] = all[l] * spread[l] * per_demand;
        let weight = sum[l] + all[l];
        let lambda = weight * set.lambda_per_weight;
        fill[l] = table.fill(lambda);
        price[l] = table.price(lambda);
        per_weight[l] = fill[l] / weight;
        if CHATS {
            let safe = 1.0 / if total > 0.0 { total } else { 1.0 };
            share[l] = chat_information[l] * safe;
            informed_per_mass[l] = informed[l] * safe * who.resolution[l];
            chat_weight[l] = manual_chat[l] + informed[l] * share[l];
        }
    }
    (out.winner, out.optimised_all, out.scale) = (winner, all, scale);
    (out.informed, out.spread, out.predicted) = (informed, spread, predicted);
    (out.fill, out.per_weight, out.price) = (fill, per_weight, price);
    (out.clicked, out.clicked_by_interest) = (clicked, clicked_by_interest);
    out.optimised_by_interest = optimised_by_interest;
    if CHATS {
        (out.chat.share, out.chat.all) = (share, chat_weight);
        out.chat.informed_per_mass = informed_per_mass;
        out.chat.clicked = clicked_chat;
        out.chat.clicked_by_interest = clicked_chat_by_interest;
    }
}
