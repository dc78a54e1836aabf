//! The inner loop of the races: slot by slot, what weighs how much, and its sums, in explicit vectors.

use overheard_model::columns::{ROW, SLOTS, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::vector::{Place, Vector};
use pulp::Simd;

use super::super::people::{People, Z};
use super::super::ranking::Ranking;
use super::weights::Race;
use crate::params::Params;

/// Whose slots, and by what they are ranked in each app.
#[derive(Clone, Copy)]
pub struct Of<'a> {
    pub p: &'a Params,
    pub who: &'a People,
    pub rankings: [&'a Ranking; App::COUNT],
}

/// Writes the weights of a row's slots in an app and all their sums.
#[inline(always)]
pub fn weigh<const CHATS: bool, const SQUARE: bool, const BROAD: bool, S: Simd>(
    simd: S,
    of: Of<'_>,
    app: usize,
    out: &mut Race,
) {
    for at in Place::all(simd, ROW) {
        weigh_part::<CHATS, SQUARE, BROAD, S>(at, of, app, out);
    }
}

#[inline(always)]
fn weigh_part<const CHATS: bool, const SQUARE: bool, const BROAD: bool, S: Simd>(
    at: Place<S>,
    Of { p, who, rankings }: Of<'_>,
    app: usize,
    out: &mut Race,
) {
    let (zero, one) = (at.of(0.0), at.of(1.0));
    let (kappa, topic) = (at.of(p.kappa), at.of(p.per_topic_information));
    let (lift, lift_optimised) = (at.get(&who.lift), at.get(&who.lift_optimised));
    let resolution = at.get(&who.resolution);
    let (mut lists, mut clicked, mut clicked_by_interest) = ([zero; 2], [zero; 2], [zero; 2]);
    let (mut predicted, mut steered, mut steered_by_interest) = (zero, zero, zero);
    let mut information = zero;
    let mut chat = Chat::new(zero);
    for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
        let standing = s < TRUE_SLOTS;
        let gate = at.get(&who.gate[s]);
        let behaviour = at.get(if standing { &who.behaviour[app][s] } else { &Z });
        let (mut x, mut xc, mut inverse) = (behaviour * gate, zero, zero);
        let q = if CHATS {
            xc = at.get(&who.chat_ads[app][s]) * gate;
            x += xc;
            inverse = one / (x + kappa);
            x * inverse
        } else {
            at.get(&rankings[app].strength[s]) * gate
        };
        let gain = lift * estimated(p, at, q);
        let lifted_by_gain = lifted::<SQUARE, S>(p, one, gain);
        let list = at.get(&who.demand[0][s]) * lifted_by_gain;
        // Membership of lists: by the category's mass, `b x / (b x + κ)`, where lists are that coarse.
        let mut member = q;
        if BROAD {
            let b = at.get(&who.breadth);
            let widened = b / (one + (b - one) * q);
            member = q * widened;
            inverse = inverse * widened;
        }
        let (manual, custom) = (list * member, at.get(&who.demand[1][s]) * lifted_by_gain);
        let demand = at.get(&who.demand[2][s]);
        // Scaled once the total is known.
        let optimised = demand * lifted::<SQUARE, S>(p, one, lift_optimised * q);
        let beyond = optimised - demand;
        at.put(&mut out.manual[s], manual);
        at.put(&mut out.custom[s], custom);
        at.put(&mut out.optimised[s], optimised);
        let (z, true_gain) = (at.get(&who.z[s]), at.get(&who.true_gain[s]));
        for (kind, weight) in [manual, custom].into_iter().enumerate() {
            let clicks = weight * true_gain;
            lists[kind] += weight;
            clicked[kind] += clicks;
            clicked_by_interest[kind] += clicks * z;
        }
        predicted += (manual + custom) * (one + gain);
        steered += beyond;
        steered_by_interest += beyond * z;
        let mut told = zero;
        if standing {
            told = resolution / (one + x * topic);
            information += told * x;
        }
        if CHATS {
            let unit = list * inverse;
            let won = unit * xc;
            // Where there is no mass at all, nothing is steered: any divisor will do.
            let steering = beyond / x.positive_or(one);
            let by_chat = steering * xc;
            let informing = told * xc;
            chat.mass += xc;
            chat.manual += won;
            chat.steered += by_chat;
            chat.steered_by_interest += by_chat * z;
            chat.information += informing;
            chat.by_chance += demand * informing;
            chat.clicked += won * true_gain;
            chat.clicked_by_interest += won * true_gain * z;
            let out = &mut out.chat;
            at.put(&mut out.manual_per_mass[s], unit * gate);
            at.put(&mut out.manual[s], won);
            at.put(&mut out.steered_per_mass[s], steering * gate);
            at.put(&mut out.steered[s], by_chat);
            at.put(&mut out.information_per_mass[s], told * gate);
        }
    }
    for kind in 0..2 {
        at.put(&mut out.lists[kind], lists[kind]);
        at.put(&mut out.clicked[kind], clicked[kind]);
        at.put(
            &mut out.clicked_by_interest[kind],
            clicked_by_interest[kind],
        );
    }
    at.put(&mut out.predicted, predicted);
    at.put(&mut out.steered, steered);
    at.put(&mut out.steered_by_interest, steered_by_interest);
    at.put(&mut out.information, information);
    if CHATS {
        let out = &mut out.chat;
        at.put(&mut out.mass, chat.mass);
        at.put(&mut out.manual_all, chat.manual);
        at.put(&mut out.steered_all, chat.steered);
        at.put(&mut out.steered_by_interest, chat.steered_by_interest);
        at.put(&mut out.information, chat.information);
        at.put(&mut out.by_chance, chat.by_chance);
        at.put(&mut out.clicked, chat.clicked);
        at.put(&mut out.clicked_by_interest, chat.clicked_by_interest);
    }
}

/// The platform's estimate of true interest, as [`InterestEstimate::at`](crate::estimate::InterestEstimate::at) has it.
#[inline(always)]
fn estimated<S: Simd>(p: &Params, at: Place<S>, q: Vector<S>) -> Vector<S> {
    let zero = at.of(0.0);
    let powers = p.estimate.0.iter().rev();
    powers
        .fold(zero, |sum, c| q * (sum + at.of(*c)))
        .positive_or(zero)
}

/// `(1 + y)^α`: exactly where α is 2, else by the fitted polynomial.
#[inline(always)]
fn lifted<const SQUARE: bool, S: Simd>(p: &Params, one: Vector<S>, y: Vector<S>) -> Vector<S> {
    if SQUARE {
        let lifted = one + y;
        lifted * lifted
    } else {
        y.each(|y| p.lift.at(y))
    }
}

/// Sums over slots of what chats won.
struct Chat<S: Simd> {
    mass: Vector<S>,
    manual: Vector<S>,
    steered: Vector<S>,
    steered_by_interest: Vector<S>,
    information: Vector<S>,
    by_chance: Vector<S>,
    clicked: Vector<S>,
    clicked_by_interest: Vector<S>,
}

impl<S: Simd> Chat<S> {
    #[inline(always)]
    fn new(zero: Vector<S>) -> Self {
        Chat {
            mass: zero,
            manual: zero,
            steered: zero,
            steered_by_interest: zero,
            information: zero,
            by_chance: zero,
            clicked: zero,
            clicked_by_interest: zero,
        }
    }
}
