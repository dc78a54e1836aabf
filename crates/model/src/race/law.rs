//! The law in double precision: the formulas of the parent module.

use crate::math::{exp, exp_m1, gamma, gamma_lower, pow};

/// A race with tail index `α`: the smaller, the more a few rich bids dominate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RaceLaw {
    alpha: f64,
}

impl RaceLaw {
    /// `None` unless ½ < α < ∞, where the expected second price is finite.
    pub fn new(alpha: f64) -> Option<Self> {
        (alpha > 0.5 && alpha.is_finite()).then_some(RaceLaw { alpha })
    }

    /// The tail index.
    pub const fn alpha(self) -> f64 {
        self.alpha
    }

    /// Expected number of ads above the reserve, `Λ = W ρ^-α`.
    pub fn lambda(self, weight: f64, reserve: f64) -> f64 {
        weight * pow(reserve, -self.alpha)
    }

    /// Probability that the slot is sold, `1 - e^-Λ`.
    pub fn fill(self, lambda: f64) -> f64 {
        -exp_m1(-lambda)
    }

    /// Expected payment per slot offered, in units of the reserve: `g(Λ)`.
    pub fn payment_in_reserves(self, lambda: f64) -> f64 {
        if lambda <= 0.0 {
            return 0.0;
        }
        let inverse = 1.0 / self.alpha;
        pow(lambda, inverse) * gamma_lower(2.0 - inverse, lambda) + lambda * exp(-lambda)
    }

    /// Expected payment per slot offered, USD: `P(W, ρ)`. A reserve of 0 is allowed.
    pub fn payment(self, weight: f64, reserve: f64) -> f64 {
        if reserve > 0.0 {
            reserve * self.payment_in_reserves(self.lambda(weight, reserve))
        } else {
            let inverse = 1.0 / self.alpha;
            pow(weight, inverse) * gamma(2.0 - inverse)
        }
    }

    /// What optimised delivery multiplies its kind's weight by: `exp(α (α - 1) s²/2)`, `s²` the log-variance of the
    /// match.
    pub fn match_weight(self, s2: f64) -> f64 {
        exp(0.5 * self.alpha * (self.alpha - 1.0) * s2)
    }

    /// Mean match of the winning optimised ad, by which its click rate is multiplied: `exp(α s²)`.
    pub fn winner_match(self, s2: f64) -> f64 {
        exp(self.alpha * s2)
    }

    /// What a fixed multiplier of a kind's action rate does to its weight: `m^α`.
    pub fn lifted(self, multiplier: f64) -> f64 {
        pow(multiplier, self.alpha)
    }
}
