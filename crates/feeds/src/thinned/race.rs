//! Race weights of one app's ad slots for the 64 people of a leaf, under one arm.
//!
//! Weights are in units of optimised demand at zero information; the market's value level enters through Λ only.

use overheard_model::block::{LEAF, Lane, SLOTS, SlotLanes, TRUE_SLOTS, Who};
use overheard_model::calendar::Day;
use overheard_model::race::RaceTable;

use crate::params::Params;

const Z: Lane = [0.0; LEAF];
const S: SlotLanes = [Z; SLOTS];

/// Weights, and what follows from them, per slot offered.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Race {
    /// Manual interest lists and custom audiences by profile slot.
    pub manual: SlotLanes,
    pub custom: SlotLanes,
    /// Part of `manual` that goes back to chats, and `manual` per unit of mass.
    pub manual_chat: SlotLanes,
    pub manual_per_mass: SlotLanes,
    /// Optimised ads on the slot's topic, and the part of it that any topic of that demand has.
    pub optimised: SlotLanes,
    pub optimised_floor: SlotLanes,
    /// All optimised ads; the part won by information; chats' share of information; per unit of information.
    pub optimised_all: Lane,
    pub informed: Lane,
    pub chat_share: Lane,
    pub informed_per_mass: Lane,
    /// Share of optimised ads whose topic is drawn as if nothing were known about topics.
    pub spread: Lane,
    /// Click multiplier of optimised winners.
    pub winner: Lane,
    /// Sum of `manual_chat` and `informed * chat_share`.
    pub chat: Lane,
    /// fill / W, and payment over fill [reserves].
    pub per_weight: Lane,
    pub fill: Lane,
    pub price: Lane,
}

impl Default for Race {
    fn default() -> Self {
        Race {
            manual: S,
            custom: S,
            manual_chat: S,
            manual_per_mass: S,
            optimised: S,
            optimised_floor: S,
            optimised_all: Z,
            informed: Z,
            chat_share: Z,
            informed_per_mass: Z,
            spread: Z,
            winner: Z,
            chat: Z,
            per_weight: Z,
            fill: Z,
            price: Z,
        }
    }
}

/// Inputs that are not columns of the profile.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    pub day: Day,
    /// Weight of optimised demand at zero information.
    pub optimised: f32,
    /// Λ per unit of weight.
    pub lambda_per_weight: f32,
    pub demand: &'a [SlotLanes; 3],
    pub resolution: &'a Lane,
    pub context: &'a Lane,
    /// Whether any chat mass is there at all.
    pub chats: bool,
}

/// Fills `out` for one app of one arm.
#[inline(always)]
pub fn run(
    p: &Params,
    set: Setting<'_>,
    who: &Who,
    behaviour: &[Lane; TRUE_SLOTS],
    chat: &SlotLanes,
    shown: &SlotLanes,
    out: &mut Race,
) {
    let table: &RaceTable = &p.race;
    let mut sum = Z;
    let mut manual_chat = Z;
    let mut information = Z;
    let mut chat_information = Z;
    let mut extra = Z;
    let slots = if set.chats { SLOTS } else { TRUE_SLOTS };
    for s in slots..SLOTS {
        (
            out.manual[s],
            out.custom[s],
            out.manual_chat[s],
            out.optimised[s],
        ) = (Z, Z, Z, Z);
    }
    for s in 0..slots {
        let recent = recent_visits(p, set.day, who, s);
        let behaviour = if s < TRUE_SLOTS { behaviour[s] } else { Z };
        let (mut manual, mut custom, mut per_mass) = (Z, Z, Z);
        let (mut from_chat, mut optimised, mut mass, mut chat_mass) = (Z, Z, Z, Z);
        for l in 0..LEAF {
            let gate = who.personalised[l] * shown[s][l];
            let xc = chat[s][l] * gate;
            let x = behaviour[l] * gate + xc;
            let inverse = 1.0 / (x + p.kappa);
            let q = x * inverse;
            let lift = p.lift.at(p.mu * set.resolution[l] * p.estimated(q));
            let unit = set.demand[0][s][l] * lift * inverse;
            let lifted = p.lift.at(p.mu_optimised * set.resolution[l] * q);
            manual[l] = unit * x;
            custom[l] = set.demand[1][s][l] * recent[l] * gate * lift;
            per_mass[l] = unit * gate;
            from_chat[l] = unit * xc;
            // Scaled below, once the total is known.
            optimised[l] = set.demand[2][s][l] * lifted;
            mass[l] = x;
            chat_mass[l] = xc;
        }
        for l in 0..LEAF {
            extra[l] += optimised[l] - set.demand[2][s][l];
            sum[l] += manual[l] + custom[l];
            manual_chat[l] += from_chat[l];
        }
        if s < TRUE_SLOTS {
            for l in 0..LEAF {
                information[l] += set.resolution[l] * mass[l];
                chat_information[l] += set.resolution[l] * chat_mass[l];
            }
        }
        out.manual[s] = manual;
        out.custom[s] = custom;
        out.manual_per_mass[s] = per_mass;
        out.manual_chat[s] = from_chat;
        out.optimised[s] = optimised;
    }
    let (mut winner, mut all, mut informed, mut share, mut informed_per_mass) = (Z, Z, Z, Z, Z);
    let (mut spread, mut weight, mut scale) = (Z, Z, Z);
    for l in 0..LEAF {
        let total = information[l] + set.context[l];
        let s2 = p.sigma2 * total / (total + p.information_half);
        let safe = if total > 0.0 { total } else { 1.0 };
        winner[l] = table.winner_match(s2);
        all[l] = set.optimised * table.match_weight(s2);
        informed[l] = all[l] - set.optimised;
        share[l] = chat_information[l] / safe;
        informed_per_mass[l] = informed[l] / safe * set.resolution[l];
        spread[l] = set.optimised / (set.optimised + extra[l]);
        scale[l] = all[l] * spread[l] / set.optimised;
        weight[l] = sum[l] + all[l];
    }
    let (mut fill, mut per_weight, mut price, mut chat_weight) = (Z, Z, Z, Z);
    for l in 0..LEAF {
        let outcome = table.outcome(weight[l] * set.lambda_per_weight);
        fill[l] = outcome.fill;
        per_weight[l] = outcome.fill / weight[l];
        price[l] = outcome.payment / outcome.fill;
        chat_weight[l] = manual_chat[l] + informed[l] * share[l];
    }
    for s in 0..slots {
        let (mut optimised, mut floor) = (out.optimised[s], Z);
        for l in 0..LEAF {
            optimised[l] *= scale[l];
            floor[l] = set.demand[2][s][l] * scale[l];
        }
        out.optimised[s] = optimised;
        out.optimised_floor[s] = floor;
    }
    (out.winner, out.optimised_all) = (winner, all);
    (out.informed, out.chat_share) = (informed, share);
    (out.informed_per_mass, out.spread) = (informed_per_mass, spread);
    out.chat = chat_weight;
    (out.fill, out.per_weight, out.price) = (fill, per_weight, price);
}

/// 1 where an off-platform visit on the slot's topic is recent enough for a custom audience.
#[inline(always)]
fn recent_visits(p: &Params, day: Day, who: &Who, slot: usize) -> Lane {
    let mut recent = Z;
    if slot < TRUE_SLOTS {
        let since = (day - p.custom_window) as i16;
        for l in 0..LEAF {
            recent[l] = if who.last_visit[slot][l] > since {
                1.0
            } else {
                0.0
            };
        }
    }
    recent
}
