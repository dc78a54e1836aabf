//! The law in double precision: the formulas of the parent module.

use super::average::{Average, NORMAL};
use crate::math::{exp, exp_m1, gamma_lower, pow};

/// A race with tail index `α`: the smaller, the more a few rich bids dominate. Slots of unequal quality, if `ω² > 0`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RaceLaw {
    alpha: f64,
    /// Log-variance `ω²` of what slots are worth to all bidders alike.
    quality: f64,
}

impl RaceLaw {
    /// `None` unless ½ < α < ∞, where the expected second price is finite.
    pub fn new(alpha: f64) -> Option<Self> {
        (alpha > 0.5 && alpha.is_finite()).then_some(RaceLaw {
            alpha,
            quality: 0.0,
        })
    }

    /// The same race for slots whose value to every bidder has log-variance `quality`, mean 1.
    pub fn with_quality(self, quality: f64) -> Self {
        RaceLaw {
            quality: quality.max(0.0),
            ..self
        }
    }

    /// How `ln Λ` spreads over slots.
    pub(super) fn average(self) -> Average {
        Average {
            shift: -0.5 * self.alpha * self.quality,
            deviation: self.alpha * libm::sqrt(self.quality),
        }
    }

    /// The tail index.
    pub const fn alpha(self) -> f64 {
        self.alpha
    }

    /// Expected number of ads above the reserve, `Λ = W ρ^-α`.
    pub fn lambda(self, weight: f64, reserve: f64) -> f64 {
        weight * pow(reserve, -self.alpha)
    }

    /// Probability that the slot is sold: `1 - e^-Λ`, averaged over slots.
    pub fn fill(self, lambda: f64) -> f64 {
        self.averaged(lambda, |lambda| self.fill_of(lambda))
    }

    /// Expected payment per slot offered, in units of the reserve: `g(Λ)`, averaged over slots.
    pub fn payment_in_reserves(self, lambda: f64) -> f64 {
        self.averaged(lambda, |lambda| self.payment_of(lambda))
    }

    /// Probability that a slot is sold at more than `price` reserves, by its Λ; at one reserve this is not yet
    /// [`fill`](Self::fill), as a lone ad pays just that.
    pub fn paid_above(self, price: f64) -> impl Fn(f64) -> f64 {
        let scale = pow(price.max(1.0), -self.alpha);
        move |lambda| {
            self.averaged(lambda, |lambda| {
                let y = lambda * scale;
                -exp_m1(-y) - y * exp(-y)
            })
        }
    }

    fn averaged(self, lambda: f64, of: impl Fn(f64) -> f64) -> f64 {
        if self.quality == 0.0 || lambda <= 0.0 {
            return of(lambda);
        }
        let average = self.average();
        NORMAL
            .iter()
            .map(|(x, weight)| weight * of(lambda * exp(average.shift + average.deviation * x)))
            .sum()
    }

    /// [`fill`](Self::fill) of slots of one quality.
    pub(super) fn fill_of(self, lambda: f64) -> f64 {
        -exp_m1(-lambda)
    }

    /// [`payment_in_reserves`](Self::payment_in_reserves) of slots of one quality.
    pub(super) fn payment_of(self, lambda: f64) -> f64 {
        if lambda <= 0.0 {
            return 0.0;
        }
        let inverse = 1.0 / self.alpha;
        pow(lambda, inverse) * gamma_lower(2.0 - inverse, lambda) + lambda * exp(-lambda)
    }

    /// What optimised delivery multiplies its kind's weight by: `exp(α (α - 1) s²/2)`, `s²` the log-variance of all that
    /// is matched.
    pub fn match_weight(self, s2: f64) -> f64 {
        exp(0.5 * self.alpha * (self.alpha - 1.0) * s2)
    }

    /// Mean match of the winning optimised ad, by which its click rate is multiplied, or what it adds to purchases:
    /// `exp(α s²)`, `s²` the log-variance of that match.
    pub fn winner_match(self, s2: f64) -> f64 {
        exp(self.alpha * s2)
    }
}
