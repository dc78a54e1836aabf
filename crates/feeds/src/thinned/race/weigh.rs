//! The inner loop of the races: slot by slot, what weighs how much, and its sums, in explicit vectors.

use overheard_model::columns::{ROW, SLOTS, TRUE_SLOTS};
use overheard_model::vector::Vector;
use pulp::Simd;

use super::super::people::{People, Row, Z};
use super::super::ranking::Ranking;
use super::weights::Race;
use crate::params::Params;

/// Whose slots, and in which app.
#[derive(Clone, Copy)]
pub struct Of<'a> {
    pub p: &'a Params,
    pub who: &'a People,
    pub ranking: &'a Ranking,
    pub app: usize,
}

/// Writes the weights of a row's slots and all their sums.
#[inline(always)]
pub fn weigh<const CHATS: bool, const SQUARE: bool, const BROAD: bool, S: Simd>(
    simd: S,
    of: Of<'_>,
    out: &mut Race,
) {
    for h in 0..ROW / Vector::<S>::LANES {
        weigh_part::<CHATS, SQUARE, BROAD, S>(simd, of, h, out);
    }
}

#[inline(always)]
fn weigh_part<const CHATS: bool, const SQUARE: bool, const BROAD: bool, S: Simd>(
    simd: S,
    Of {
        p,
        who,
        ranking,
        app,
    }: Of<'_>,
    h: usize,
    out: &mut Race,
) {
    let get = |row: &Row| Vector::load(simd, &row.0, h);
    let constant = |value| Vector::splat(simd, value);
    let (zero, one) = (constant(0.0), constant(1.0));
    let (kappa, topic) = (constant(p.kappa), constant(p.per_topic_information));
    let (lift, lift_optimised) = (get(&who.lift), get(&who.lift_optimised));
    let resolution = get(&who.resolution);
    let (mut lists, mut clicked, mut clicked_by_interest) = ([zero; 2], [zero; 2], [zero; 2]);
    let (mut predicted, mut steered, mut steered_by_interest) = (zero, zero, zero);
    let mut information = zero;
    let mut chat = Chat::new(zero);
    for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
        let standing = s < TRUE_SLOTS;
        let gate = get(&who.gate[s]);
        let behaviour = get(if standing { &who.behaviour[app][s] } else { &Z });
        let (mut x, mut xc, mut inverse) = (behaviour * gate, zero, zero);
        let q = if CHATS {
            xc = Vector::load(simd, &who.chat_ads[app][s], h) * gate;
            x += xc;
            inverse = one / (x + kappa);
            x * inverse
        } else {
            get(&ranking.strength[s]) * gate
        };
        let gain = lift * estimated(p, constant, q);
        let lifted_by_gain = lifted::<SQUARE, S>(p, one, gain);
        let list = get(&who.demand[0][s]) * lifted_by_gain;
        // Membership of lists: by the category's mass, `b x / (b x + κ)`, where lists are that coarse.
        let mut member = q;
        if BROAD {
            let b = get(&who.breadth);
            let widened = b / (one + (b - one) * q);
            member = q * widened;
            inverse = inverse * widened;
        }
        let (manual, custom) = (list * member, get(&who.demand[1][s]) * lifted_by_gain);
        let demand = get(&who.demand[2][s]);
        // Scaled once the total is known.
        let optimised = demand * lifted::<SQUARE, S>(p, one, lift_optimised * q);
        let beyond = optimised - demand;
        manual.store(&mut out.manual[s].0, h);
        custom.store(&mut out.custom[s].0, h);
        optimised.store(&mut out.optimised[s].0, h);
        let (z, true_gain) = (get(&who.z[s]), get(&who.true_gain[s]));
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
            (unit * gate).store(&mut out.manual_per_mass[s].0, h);
            won.store(&mut out.manual[s].0, h);
            (steering * gate).store(&mut out.steered_per_mass[s].0, h);
            by_chat.store(&mut out.steered[s].0, h);
            (told * gate).store(&mut out.information_per_mass[s].0, h);
        }
    }
    for kind in 0..2 {
        lists[kind].store(&mut out.lists[kind].0, h);
        clicked[kind].store(&mut out.clicked[kind].0, h);
        clicked_by_interest[kind].store(&mut out.clicked_by_interest[kind].0, h);
    }
    predicted.store(&mut out.predicted.0, h);
    steered.store(&mut out.steered.0, h);
    steered_by_interest.store(&mut out.steered_by_interest.0, h);
    information.store(&mut out.information.0, h);
    if CHATS {
        let out = &mut out.chat;
        chat.mass.store(&mut out.mass.0, h);
        chat.manual.store(&mut out.manual_all.0, h);
        chat.steered.store(&mut out.steered_all.0, h);
        chat.steered_by_interest
            .store(&mut out.steered_by_interest.0, h);
        chat.information.store(&mut out.information.0, h);
        chat.by_chance.store(&mut out.by_chance.0, h);
        chat.clicked.store(&mut out.clicked.0, h);
        chat.clicked_by_interest
            .store(&mut out.clicked_by_interest.0, h);
    }
}

/// The platform's estimate of true interest, as [`InterestEstimate::at`](crate::estimate::InterestEstimate::at) has it.
#[inline(always)]
fn estimated<S: Simd>(p: &Params, constant: impl Fn(f32) -> Vector<S>, q: Vector<S>) -> Vector<S> {
    let zero = constant(0.0);
    let powers = p.estimate.0.iter().rev();
    powers
        .fold(zero, |sum, c| q * (sum + constant(*c)))
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
