//! One ad slot: who bids, who wins, what it costs. Straight from the law, bid by bid.
//!
//! Ads of a kind with weight `M` worth more than `v` are Poisson in number with mean `M (v / level)^-α`, so its best and
//! second-best values are `level (E₁ / M)^(-1/α)` and `level ((E₁ + E₂) / M)^(-1/α)` with unit exponentials `E₁`, `E₂`:
//! the map takes the arrivals of a unit Poisson process to the values from the highest down. A slot's quality multiplies all
//! of them.

use overheard_model::columns::SLOTS;
use overheard_model::ids::AdKind;
use overheard_model::topics::TopicId;

use super::draws::Bids;
use super::person::{Interest, Person};
use crate::params::Params;
use crate::prices::DayDemand;

/// A kind of advertiser in a slot, by profile slot where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Manual(usize),
    Custom(usize),
    Optimised,
}

impl Kind {
    /// The kind of advertiser, whatever the slot.
    pub const fn advertiser(self) -> AdKind {
        match self {
            Kind::Manual(_) => AdKind::Manual,
            Kind::Custom(_) => AdKind::Custom,
            Kind::Optimised => AdKind::Optimised,
        }
    }

    /// The kind's place among a slot's draws.
    const fn place(self) -> u32 {
        (match self {
            Kind::Manual(slot) => slot,
            Kind::Custom(slot) => SLOTS + slot,
            Kind::Optimised => 2 * SLOTS,
        }) as u32
    }
}

/// A slot that was sold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sale {
    pub kind: Kind,
    /// Payment (USD).
    pub payment: f64,
}

/// What fills a slot, in the terms in which two arms are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Winner {
    Manual(TopicId),
    Custom(TopicId),
    /// An optimised ad on a topic of the profile in either arm, or on any other.
    Optimised(TopicId),
    OptimisedElsewhere,
    Nobody,
}

/// The auction that one person's slots in one app go through all day.
#[derive(Clone, Debug)]
pub struct Auction {
    alpha: f64,
    /// Standard deviation of the log quality of slots.
    quality: f64,
    /// Value level and reserve (USD per impression).
    level: f64,
    reserve: f64,
    /// Kinds that bid at all, with their weights, and the sum of these.
    bidders: Vec<(Kind, f64)>,
    total: f64,
    /// Chance that a slot is sold.
    pub fill: f64,
    /// What the matches multiply the weight of optimised ads by, and their winners' click rate and lift.
    pub match_weight: f64,
    pub winner_match: f64,
    pub winner_value: f64,
    /// What information has of the exponent of `match_weight`; off-platform data have the rest.
    pub information_share: f64,
    /// Share of optimised ads on each slot's topic that its signals steered there, and of all that nothing steered.
    pub steered: [f64; SLOTS],
    pub blind: f64,
    /// Weight of each topic in the choice of an optimised ad, cumulative over the taxonomy.
    topics: Vec<f64>,
}

impl Auction {
    /// A person's auction on a day of that demand.
    pub fn new(p: &Params, demand: &DayDemand, person: &Person, level: f64, reserve: f64) -> Self {
        let alpha = p.law.alpha();
        let kappa = f64::from(p.kappa);
        let mut bidders = Vec::new();
        let mut steered = [0.0; SLOTS];
        let mut tastes: Vec<f64> = demand.by_topic.iter().map(|d| f64::from(d[2])).collect();
        let blind: f64 = tastes.iter().sum();
        for (slot, interest) in person.held() {
            let [manual, custom, optimised] =
                demand.by_topic[interest.topic as usize].map(f64::from);
            let q = interest.strength(kappa);
            let lift = libm::pow(predicted_gain(p, person, interest), alpha);
            let membership = interest.membership(kappa, person.breadth);
            bidders.push((Kind::Manual(slot), manual * membership * lift));
            if interest.visited {
                bidders.push((Kind::Custom(slot), custom * lift));
            }
            let taste = libm::pow(
                1.0 + f64::from(p.mu_optimised) * person.resolution * q,
                alpha,
            );
            tastes[interest.topic as usize] += optimised * (taste - 1.0);
            steered[slot] = 1.0 - 1.0 / taste;
        }
        let (information, _) = person.information();
        let s2 = f64::from(p.sigma2) * information / (information + f64::from(p.information_half));
        let off_platform = person.off_platform;
        let t2 = f64::from(p.tau2) * off_platform / (off_platform + f64::from(p.value_half));
        let match_weight = p.law.match_weight(s2 + t2);
        bidders.push((Kind::Optimised, blind * match_weight));
        bidders.retain(|(_, weight)| *weight > 0.0);
        let total: f64 = bidders.iter().map(|b| b.1).sum();
        let all_tastes: f64 = tastes.iter().sum();
        let mut sum = 0.0;
        for taste in &mut tastes {
            sum += *taste;
            *taste = sum;
        }
        Auction {
            alpha,
            quality: libm::sqrt(p.quality),
            level,
            reserve,
            bidders,
            total,
            fill: p.law.fill(p.law.lambda(total, reserve / level)),
            match_weight,
            winner_match: p.law.winner_match(s2),
            winner_value: p.law.winner_match(t2),
            information_share: if s2 > 0.0 { s2 / (s2 + t2) } else { 0.0 },
            steered,
            blind: blind / all_tastes,
            topics: tastes,
        }
    }

    /// Runs the auction of a slot: the highest value wins if it reaches the reserve, and pays the second or the reserve.
    /// `quality`: standard normal.
    pub fn run(&self, bids: &mut Bids<'_>, quality: f64) -> Option<Sale> {
        // The lower an arrival over its weight, the higher the value: values need not be computed to be compared.
        let (mut winner, mut first, mut second) = (None, f64::INFINITY, f64::INFINITY);
        for bidder in &self.bidders {
            let y = bids.best(bidder.0.place()) / bidder.1;
            if y < first {
                (winner, first, second) = (Some(*bidder), y, first);
            } else if y < second {
                second = y;
            }
        }
        let (kind, weight) = winner?;
        // The winner's own kind may also have come second; what another kind's second-best was cannot matter.
        let second = second.min(bids.second_best(kind.place()) / weight);
        let better = libm::exp(self.quality * quality - 0.5 * self.quality * self.quality);
        let value = |y: f64| better * self.level * libm::pow(y, -1.0 / self.alpha);
        (value(first) >= self.reserve).then(|| Sale {
            kind,
            payment: value(second).max(self.reserve),
        })
    }

    /// The topic of an optimised ad.
    pub fn topic(&self, u: f64) -> TopicId {
        let total = self.topics.last().copied().unwrap_or(0.0);
        let topic = self.topics.partition_point(|c| *c <= u * total);
        topic.min(self.topics.len() - 1) as TopicId
    }

    /// Chance that an optimised ad is on this topic.
    pub fn topic_share(&self, topic: TopicId) -> f64 {
        let k = topic as usize;
        let below = if k == 0 { 0.0 } else { self.topics[k - 1] };
        (self.topics[k] - below) / self.topics.last().copied().unwrap_or(1.0)
    }

    /// Chance that a slot goes to a kind for which `of` holds.
    pub fn chance_of(&self, of: impl Fn(Kind) -> bool) -> f64 {
        let weight: f64 = self.bidders.iter().filter(|b| of(b.0)).map(|b| b.1).sum();
        self.fill * weight / self.total
    }

    /// Chance of a winner. `elsewhere`: chance that an optimised ad is on a topic that neither profile holds.
    pub fn chance(&self, winner: Winner, person: &Person, elsewhere: f64) -> f64 {
        let about = |slot: usize, topic| person.interests[slot].topic == topic;
        match winner {
            Winner::Manual(g) => self.chance_of(|k| matches!(k, Kind::Manual(s) if about(s, g))),
            Winner::Custom(g) => self.chance_of(|k| matches!(k, Kind::Custom(s) if about(s, g))),
            Winner::Optimised(g) => self.chance_of(|k| k == Kind::Optimised) * self.topic_share(g),
            Winner::OptimisedElsewhere => self.chance_of(|k| k == Kind::Optimised) * elsewhere,
            Winner::Nobody => 1.0 - self.fill,
        }
    }
}

/// What the platform expects the interest to multiply an ad's action rate by.
pub fn predicted_gain(p: &Params, person: &Person, interest: &Interest) -> f64 {
    let q = interest.strength(f64::from(p.kappa));
    let coefficients = p.estimate.0.iter().rev();
    let estimate = coefficients.fold(0.0, |sum, c| q * (sum + f64::from(*c)));
    1.0 + f64::from(p.mu) * person.resolution * estimate.max(0.0)
}
