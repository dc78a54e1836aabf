//! Race weights of the apps' ad slots for a row of people under one arm.
//!
//! Weights are in units of optimised demand at zero information; the market's value level enters through Λ only.

mod weigh;
mod weights;

use overheard_model::columns::ROW;
use overheard_model::ids::App;
use overheard_model::race::RaceTable;
use overheard_model::vector::{Place, Vector};
use pulp::Simd;

use super::people::{People, Row, Z};
use crate::params::Params;
use weigh::weigh;

pub use weigh::Of;
pub use weights::Race;

/// What one app, market and day bring to all people alike.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Weight of optimised demand at zero information.
    pub optimised: f32,
    /// Λ per unit of weight.
    pub lambda_per_weight: f32,
}

/// Fills the races of some apps: with chats or without, for the two ways to raise a lift to the power α, and for lists by topic or
/// by category. Without chats the strength of a slot's signals is the ranking's, where the gate is open.
///
/// What follows from what is a long way in each race; so all go it side by side, step by step.
#[inline(always)]
pub fn run<const CHATS: bool, S: Simd>(
    simd: S,
    of: Of<'_>,
    set: Setting,
    apps: &[usize],
    races: &mut [Race; App::COUNT],
) {
    let lambda = weights::<CHATS, S>(simd, of, set, apps, races);
    for app in apps {
        let out = &mut races[*app];
        let [fill, price] = of.p.race.sold(&lambda[*app].0);
        (out.fill, out.price) = (Row(fill), Row(price));
        for at in Place::all(simd, ROW) {
            // `weighed` left the weight there.
            let per_weight = at.get(&fill) / at.get(&out.per_weight);
            at.put(&mut out.per_weight, per_weight);
        }
        if CHATS {
            let chat = &mut out.chat;
            for l in 0..ROW {
                chat.held[l] = if chat.mass[l] > 0.0 { 1.0 } else { 0.0 };
            }
        }
    }
}

/// The part of it that does not sell the slot: all weights, and Λ. Exponentials and tables are looked up for whole rows.
#[inline(always)]
pub fn weights<const CHATS: bool, S: Simd>(
    simd: S,
    of: Of<'_>,
    set: Setting,
    apps: &[usize],
    races: &mut [Race; App::COUNT],
) -> [Row; App::COUNT] {
    let (p, who) = (of.p, of.who);
    for app in apps {
        let out = &mut races[*app];
        match (p.square, p.broad) {
            (true, false) => weigh::<CHATS, true, false, S>(simd, of, *app, out),
            (true, true) => weigh::<CHATS, true, true, S>(simd, of, *app, out),
            (false, false) => weigh::<CHATS, false, false, S>(simd, of, *app, out),
            (false, true) => weigh::<CHATS, false, true, S>(simd, of, *app, out),
        }
    }
    let table: &RaceTable = &p.race;
    let [mut s2, mut clicks] = [[Z; App::COUNT]; 2];
    for app in apps {
        let (out, s2, clicks) = (&mut races[*app], &mut s2[*app], &mut clicks[*app]);
        for at in Place::all(simd, ROW) {
            let total = at.get(&out.information) + at.get(&who.context);
            let known = at.of(p.sigma2) * total / (total + at.of(p.information_half));
            at.put(s2, known);
        }
        for l in 0..ROW {
            clicks[l] = table.match_weight(s2[l]);
        }
        if !p.square {
            for l in 0..ROW {
                out.winner[l] = table.winner_match(s2[l]);
            }
        }
    }
    let mut lambda = [Z; App::COUNT];
    for app in apps {
        let known = [&s2[*app], &clicks[*app]];
        for at in Place::all(simd, ROW) {
            let of_part = weighed::<CHATS, S>(at, p, set, who, known, &mut races[*app]);
            at.put(&mut lambda[*app], of_part);
        }
    }
    lambda
}

/// Writes all optimised ads' weight, and what of it knows nothing of topics; Λ.
#[inline(always)]
fn weighed<const CHATS: bool, S: Simd>(
    at: Place<S>,
    p: &Params,
    set: Setting,
    who: &People,
    [s2, clicks]: [&Row; 2],
    out: &mut Race,
) -> Vector<S> {
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
    weight * at.of(set.lambda_per_weight)
}
