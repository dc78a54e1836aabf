//! Spend at a given pacing, and the pacing at which spend meets the budgets.

use overheard_model::auction::{Auction, Auctions, PLACES, Part};
use overheard_model::ids::AdKind;
use overheard_model::isa::Isa;
use overheard_model::race::{PaidPrices, RaceTable};

use crate::budgets::Budgets;

/// Auctions that are priced together.
const TOGETHER: usize = 64;

/// A number for every place that a part can name: looked up without asking whether it is there.
type PerPlace = [f64; PLACES];

/// An auction, and its weights at some pacing.
struct Weighed<'a> {
    /// Which of the lists of auctions it is in.
    list: usize,
    auction: &'a Auction,
    lists: &'a [Part],
    optimised: &'a [Part],
    all_optimised: f64,
    total: f64,
}

/// The weight of parts at some pacing: four sums side by side, none of which waits for another.
fn weigh(parts: &[Part], scale: &PerPlace) -> f64 {
    let weight = |part: &Part| f64::from(part.weight) * scale[usize::from(part.place)];
    let (fours, rest) = parts.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, part) in sums.iter_mut().zip(four) {
            *sum += weight(part);
        }
    }
    let [a, b, c, d] = sums;
    (a + b) + (c + d) + rest.iter().map(weight).sum::<f64>()
}

/// One market's demand side: what does not depend on people.
#[derive(Clone, Debug)]
pub struct Market<'a> {
    pub isa: Isa,
    pub race: &'a RaceTable,
    pub categories: usize,
    /// Share of each category in optimised demand at pacing 1; sums to 1.
    pub optimised: &'a [f64],
}

/// What a pacing multiplies the weight of each place by, and the weight of optimised ads on whatever topic.
#[derive(Clone, Debug)]
struct Scaled {
    scale: PerPlace,
    floor: f64,
}

/// The equilibrium of one market and day.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Per place (kind × category): [`Market::spend`] tells what is spent at it.
    pub pacing: Vec<f64>,
    pub iterations: u32,
    /// The largest relative change of the last iteration.
    pub residual: f64,
}

/// Iteration ends when no pacing changes by more than this: what single-precision prices can tell.
pub const TOLERANCE: f64 = 1e-8;
const MOST_ITERATIONS: u32 = 400;

impl Market<'_> {
    /// Number of budgets.
    pub fn places(&self) -> usize {
        AdKind::COUNT * self.categories
    }

    /// Expected spend per place at this pacing.
    ///
    /// A part wins in proportion to its paced weight `M λ^α`; the payment per slot depends on the total weight alone.
    pub fn spend(&self, auctions: &[&Auctions], pacing: &[f64]) -> Vec<f64> {
        self.scaled_back(&self.unit_spend(auctions, pacing, |_, _| ()), pacing)
    }

    /// The same, and of each list of auctions its slots and their expected spend (USD).
    pub fn spend_and_revenue(
        &self,
        auctions: &[&Auctions],
        pacing: &[f64],
    ) -> (Vec<f64>, Vec<[f64; 2]>) {
        let mut revenue = vec![[0.0; 2]; auctions.len()];
        let unit = self.unit_spend(auctions, pacing, |w, payment| {
            let [slots, spend] = &mut revenue[w.list];
            *slots += w.auction.slots;
            *spend += w.auction.slots * f64::from(payment) * w.auction.reserve;
        });
        (self.scaled_back(&unit, pacing), revenue)
    }

    /// Spend per place, of what it is divided by `λ^α`.
    fn scaled_back(&self, unit: &PerPlace, pacing: &[f64]) -> Vec<f64> {
        let alpha = self.race.law().alpha();
        unit.iter()
            .zip(pacing)
            .map(|(u, l)| u * libm::pow(*l, alpha))
            .collect()
    }

    /// Spend per place divided by `λ^α` of that place: `Σ slots · M · P(W)/W`. Tells `also` of every auction and its payment.
    fn unit_spend(
        &self,
        auctions: &[&Auctions],
        pacing: &[f64],
        mut also: impl FnMut(&Weighed<'_>, f32),
    ) -> PerPlace {
        let first = AdKind::Optimised.index() * self.categories;
        let at = self.scaled(pacing);
        let mut unit = [0.0; PLACES];
        // What every person's optimised ads add to each category, in proportion to its demand.
        let mut everybody = 0.0;
        let mut pay = |parts: &[Part], per_weight: f64| {
            for part in parts {
                unit[usize::from(part.place)] += per_weight * f64::from(part.weight);
            }
        };
        self.priced(auctions, &at, |w, payment| {
            also(w, payment);
            let auction = w.auction;
            let per_weight = auction.slots * f64::from(payment) * auction.reserve / w.total;
            // Topics of optimised ads are drawn in proportion to floor and extra together.
            let per_topic_weight =
                per_weight * w.all_optimised / (at.floor + weigh(w.optimised, &at.scale));
            everybody += per_topic_weight;
            pay(w.lists, per_weight);
            pay(w.optimised, per_topic_weight);
        });
        for c in 0..self.categories {
            unit[first + c] += everybody * self.optimised[c];
        }
        unit
    }

    /// What a pacing does to weights.
    fn scaled(&self, pacing: &[f64]) -> Scaled {
        let alpha = self.race.law().alpha();
        let mut scale = [0.0; PLACES];
        for (scale, l) in scale.iter_mut().zip(pacing) {
            *scale = libm::pow(*l, alpha);
        }
        let first = AdKind::Optimised.index() * self.categories;
        let floor = (0..self.categories)
            .map(|c| self.optimised[c] * scale[first + c])
            .sum();
        Scaled { scale, floor }
    }

    /// Every auction, with its expected payment per slot (reserves).
    fn priced<'b>(
        &self,
        auctions: &[&'b Auctions],
        Scaled { scale, floor }: &Scaled,
        mut done: impl FnMut(&Weighed<'b>, f32),
    ) {
        let mut some: Vec<Weighed> = Vec::with_capacity(TOGETHER);
        let of =
            |(list, own): (usize, &&'b Auctions)| own.iter().map(move |auction| (list, auction));
        let mut all = auctions.iter().enumerate().flat_map(of).peekable();
        while all.peek().is_some() {
            some.clear();
            let mut lambda = [0.0f32; TOGETHER];
            for (lambda, (list, (auction, lists, optimised))) in lambda.iter_mut().zip(&mut all) {
                let all_optimised = floor * auction.matched;
                let total = weigh(lists, scale) + all_optimised;
                *lambda = (total * auction.lambda_per_weight) as f32;
                some.push(Weighed {
                    list,
                    auction,
                    lists,
                    optimised,
                    all_optimised,
                    total,
                });
            }
            let payment = self.payments(&lambda);
            some.iter().zip(payment).for_each(|(w, p)| done(w, p));
        }
    }

    /// What slots are sold for at this pacing, in reserves.
    pub fn paid_prices(&self, auctions: &[&Auctions], pacing: &[f64]) -> PaidPrices {
        let at = self.scaled(pacing);
        let mut prices = PaidPrices::new(self.race.law());
        self.priced(auctions, &at, |w, _| {
            prices.add(w.total * w.auction.lambda_per_weight, w.auction.slots);
        });
        prices
    }

    fn payments(&self, lambda: &[f32; TOGETHER]) -> [f32; TOGETHER] {
        self.isa.run(
            #[inline(always)]
            || self.race.payment(lambda),
        )
    }

    /// What each budget answers to a pacing: `min(1, (B_k / u_k)^(1/α))`, `u_k` the spend per unit of `λ_k^α`. A place whose
    /// budget nobody knows stays where it is.
    fn response(&self, auctions: &[&Auctions], budgets: &Budgets, pacing: &[f64]) -> Vec<f64> {
        let inverse = 1.0 / self.race.law().alpha();
        let unit = self.unit_spend(auctions, pacing, |_, _| ());
        let answers = budgets.amounts.iter().zip(&unit).zip(pacing);
        let answer = |((budget, unit), pacing): ((&Option<f64>, &f64), &f64)| match budget {
            Some(budget) if *unit > 0.0 => libm::pow(budget / unit, inverse).min(1.0),
            Some(_) => 1.0,
            None => *pacing,
        };
        answers.map(answer).collect()
    }

    /// The pacing at which every budget is met or slack; a place whose budget nobody knows keeps its pacing of `before`.
    ///
    /// Iterates `λ_k <- min(1, (B_k / u_k)^(1/α))`, `u_k` the spend per unit of `λ_k^α`, from `start`: yesterday's pacing is
    /// nearly today's. For α > 1 payment per weight `P(W)/W` falls in `W`, so `u` rises when anybody's `λ` falls and the map
    /// is isotone. `P` itself rises in `W`: with all `λ` times `t > 1`, `u` falls by less than `t^α`, and the map grows by
    /// less than `t`. Such a map has one positive fixed point, where each budget is met or unpaced, and its iterates come to
    /// it from any positive start (U. Krause, *Positive Dynamical Systems in Discrete Time*, 2015, ch. 4); from `λ = 1` they
    /// fall to it monotonically. (With optimised topics competing inside one match the map is isotone up to that competition;
    /// the tests check the path, and other starts.) While steps get smaller, what the last two say of the rest of the way is
    /// gone at once.
    pub fn solve(
        &self,
        auctions: &[&Auctions],
        budgets: &Budgets,
        before: &[f64],
        start: &[f64],
    ) -> Solution {
        let known = budgets.amounts.iter().zip(before.iter().zip(start));
        let begin = |(budget, (before, start)): (&Option<f64>, (&f64, &f64))| match budget {
            Some(_) => *start,
            None => *before,
        };
        let mut from: Vec<f64> = known.map(begin).collect();
        let mut last: Option<Step> = None;
        let mut iterations = 0;
        loop {
            let step = Step::new(&from, self.response(auctions, budgets, &from));
            iterations += 1;
            if step.length <= TOLERANCE || iterations == MOST_ITERATIONS {
                return Solution {
                    pacing: step.to,
                    iterations,
                    residual: step.length,
                };
            }
            from = match &last {
                Some(last) if step.length < last.length => step.beyond(last),
                _ => step.to.clone(),
            };
            last = Some(step);
        }
    }
}

/// A step of the iteration.
struct Step {
    to: Vec<f64>,
    /// By how much each place moved.
    by: Vec<f64>,
    /// The largest move.
    length: f64,
}

impl Step {
    fn new(from: &[f64], to: Vec<f64>) -> Self {
        let by: Vec<f64> = to.iter().zip(from).map(|(to, from)| to - from).collect();
        let length = by.iter().fold(0.0, |most, by| f64::max(most, by.abs()));
        Step { to, by, length }
    }

    /// Where steps lead that shrink as they did since the last one: the point between and beyond both ends at which what they
    /// moved by, taken linearly, is least (Anderson's mixing of depth 1: D. G. Anderson, *Journal of the ACM* 12, 1965).
    fn beyond(&self, last: &Step) -> Vec<f64> {
        let (mut along, mut square) = (0.0, 0.0);
        for (by, before) in self.by.iter().zip(&last.by) {
            let less = before - by;
            along += by * less;
            square += less * less;
        }
        let further = if square > 0.0 { along / square } else { 0.0 };
        let ends = self.to.iter().zip(&last.to);
        let reached = |(to, before): (&f64, &f64)| {
            let beyond = to + further * (to - before);
            if beyond > 0.0 { beyond.min(1.0) } else { *to }
        };
        ends.map(reached).collect()
    }
}

#[cfg(test)]
mod tests;
