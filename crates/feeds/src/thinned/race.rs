//! Race weights of one app's ad slots for the 64 people of a leaf, under one arm.
//!
//! Weights are in units of optimised demand at zero information; the market's value level enters through Λ only.

use overheard_model::block::{Columns, LEAF, Lane, SLOTS, SlotLanes, TRUE_SLOTS, Who};
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
    /// Part of `manual` that goes back to chats, and `manual` per unit of mass: written only where there are chats.
    pub manual_chat: SlotLanes,
    pub manual_per_mass: SlotLanes,
    /// Optimised ads on the slot's topic, before `scale`; any topic of that demand has the demand itself.
    pub optimised: SlotLanes,
    /// Weight per unit of `optimised`: the whole of optimised ads, shared out over topics.
    pub scale: Lane,
    /// All optimised ads; the part won by information; chats' share of information; per unit of information.
    pub optimised_all: Lane,
    pub informed: Lane,
    pub chat_share: Lane,
    pub informed_per_mass: Lane,
    /// Share of optimised ads whose topic is drawn as if nothing were known about topics.
    pub spread: Lane,
    /// Click multiplier of optimised winners.
    pub winner: Lane,
    /// Lists' weights times the gain in clicks that the platform itself predicts.
    pub predicted: Lane,
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
            scale: Z,
            optimised_all: Z,
            informed: Z,
            chat_share: Z,
            informed_per_mass: Z,
            spread: Z,
            winner: Z,
            predicted: Z,
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

/// The part of a profile that one app's ads look at.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    pub behaviour: &'a [Lane; TRUE_SLOTS],
    pub chat: &'a SlotLanes,
    pub shown: &'a SlotLanes,
}

/// Fills `out` for one app of one arm: with chats or without, and for the two ways to raise a lift to the power α.
#[inline(always)]
pub fn run(p: &Params, set: Setting<'_>, who: &Who, profile: Profile<'_>, out: &mut Race) {
    match (set.chats, p.square) {
        (false, true) => weigh::<false, true>(p, set, who, profile, out),
        (true, true) => weigh::<true, true>(p, set, who, profile, out),
        (false, false) => weigh::<false, false>(p, set, who, profile, out),
        (true, false) => weigh::<true, false>(p, set, who, profile, out),
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
    set: Setting<'_>,
    who: &Who,
    profile: Profile<'_>,
    out: &mut Race,
) {
    let table: &RaceTable = &p.race;
    let Columns(
        [
            sum,
            extra,
            predicted,
            manual_chat,
            information,
            chat_information,
        ],
    ) = &mut Columns::<6>::default();
    // One slot's columns. They live outside the loop, so that they are cleared once and not for every slot.
    let Columns(
        [
            behaviour,
            recent,
            manual,
            custom,
            optimised,
            per_mass,
            from_chat,
        ],
    ) = &mut Columns::<7>::default();
    for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
        let standing = s < TRUE_SLOTS;
        if standing {
            *behaviour = profile.behaviour[s];
            recent_visits(p, set.day, who, s, recent);
        } else {
            (*behaviour, *recent) = (Z, Z);
        }
        let [for_manual, for_custom, for_optimised] = set.demand;
        for l in 0..LEAF {
            let gate = who.personalised[l] * profile.shown[s][l];
            let xc = if CHATS {
                profile.chat[s][l] * gate
            } else {
                0.0
            };
            let x = behaviour[l] * gate + xc;
            let inverse = 1.0 / (x + p.kappa);
            let q = x * inverse;
            let gain = p.mu * set.resolution[l] * p.estimated(q);
            let lift = lifted::<SQUARE>(p, gain);
            let unit = for_manual[s][l] * lift * inverse;
            manual[l] = unit * x;
            custom[l] = for_custom[s][l] * recent[l] * gate * lift;
            let demand = for_optimised[s][l];
            // Scaled once the total is known.
            let best = demand * lifted::<SQUARE>(p, p.mu_optimised * set.resolution[l] * q);
            optimised[l] = best;
            let lists = manual[l] + custom[l];
            sum[l] += lists;
            predicted[l] += lists * (1.0 + gain);
            extra[l] += best - demand;
            if standing {
                information[l] += set.resolution[l] * x;
            }
            if CHATS {
                per_mass[l] = unit * gate;
                from_chat[l] = unit * xc;
                manual_chat[l] += unit * xc;
                if standing {
                    chat_information[l] += set.resolution[l] * xc;
                }
            }
        }
        out.manual[s] = *manual;
        out.custom[s] = *custom;
        out.optimised[s] = *optimised;
        if CHATS {
            out.manual_per_mass[s] = *per_mass;
            out.manual_chat[s] = *from_chat;
        }
    }
    let Columns(
        [
            winner,
            all,
            informed,
            share,
            informed_per_mass,
            spread,
            weight,
            scale,
            lambda,
            chat_weight,
        ],
    ) = &mut Columns::<10>::default();
    for l in 0..LEAF {
        let total = information[l] + set.context[l];
        let s2 = p.sigma2 * total / (total + p.information_half);
        let safe = 1.0 / if total > 0.0 { total } else { 1.0 };
        winner[l] = table.winner_match(s2);
        all[l] = set.optimised * table.match_weight(s2);
        informed[l] = all[l] - set.optimised;
        spread[l] = set.optimised / (set.optimised + extra[l]);
        scale[l] = all[l] * spread[l] * (1.0 / set.optimised);
        weight[l] = sum[l] + all[l];
        lambda[l] = weight[l] * set.lambda_per_weight;
        if CHATS {
            share[l] = chat_information[l] * safe;
            informed_per_mass[l] = informed[l] * safe * set.resolution[l];
            chat_weight[l] = manual_chat[l] + informed[l] * share[l];
        }
    }
    let Columns([fill, payment]) = &mut Columns::<2>::default();
    for l in 0..LEAF {
        let outcome = table.outcome(lambda[l]);
        (fill[l], payment[l]) = (outcome.fill, outcome.payment);
    }
    let Columns([per_weight, price]) = &mut Columns::<2>::default();
    for l in 0..LEAF {
        per_weight[l] = fill[l] / weight[l];
        price[l] = payment[l] / fill[l];
    }
    (out.winner, out.optimised_all, out.scale) = (*winner, *all, *scale);
    (out.informed, out.chat_share) = (*informed, *share);
    (out.informed_per_mass, out.spread) = (*informed_per_mass, *spread);
    (out.chat, out.predicted) = (*chat_weight, *predicted);
    (out.fill, out.per_weight, out.price) = (*fill, *per_weight, *price);
}

/// 1 where an off-platform visit on the slot's topic is recent enough for a custom audience.
#[inline(always)]
fn recent_visits(p: &Params, day: Day, who: &Who, slot: usize, recent: &mut Lane) {
    let since = (day - p.custom_window) as i16;
    for l in 0..LEAF {
        recent[l] = if who.last_visit[slot][l] > since {
            1.0
        } else {
            0.0
        };
    }
}
