//! The law for lanes: single precision, one table look-up.

use super::RaceLaw;
use crate::math::{LogTable, exp_f32, exp_m1_f32};

/// [`RaceLaw`] in single precision: relative errors below 10⁻⁶ (2·10⁻⁶ for α < 1) for every Λ from 0 to 2⁴⁴. Larger Λ are
/// priced as 2⁴⁴; NaN and negative Λ are filled with probability 0.
#[derive(Clone, Debug)]
pub struct RaceTable {
    law: RaceLaw,
    price: LogTable,
    /// α (α − 1) / 2 and α: the exponents per unit of s².
    weight_exponent: f32,
    match_exponent: f32,
}

impl RaceTable {
    /// Tabulates `law`.
    pub fn new(law: RaceLaw) -> Self {
        RaceTable {
            law,
            price: LogTable::new(|lambda| law.payment_in_reserves(lambda) / law.fill(lambda)),
            weight_exponent: (0.5 * law.alpha() * (law.alpha() - 1.0)) as f32,
            match_exponent: law.alpha() as f32,
        }
    }

    /// The law that is tabulated.
    pub const fn law(&self) -> RaceLaw {
        self.law
    }

    /// Probability that the slot is sold.
    #[inline(always)]
    pub fn fill(&self, lambda: f32) -> f32 {
        let lambda = if lambda > 0.0 { lambda } else { 0.0 };
        -exp_m1_f32(-lambda)
    }

    /// Expected payment of a slot that is sold, in units of the reserve: multiply by ρ for USD. 1 as Λ → 0.
    #[inline(always)]
    pub fn price(&self, lambda: f32) -> f32 {
        self.price.at(lambda)
    }

    /// Expected payment per slot offered in units of the reserve, `g(Λ)`.
    #[inline(always)]
    pub fn payment(&self, lambda: f32) -> f32 {
        self.price(lambda) * self.fill(lambda)
    }

    /// [`RaceLaw::match_weight`]; relative error below 2·10⁻⁷ (1 + exponent).
    #[inline(always)]
    pub fn match_weight(&self, s2: f32) -> f32 {
        exp_f32(self.weight_exponent * s2)
    }

    /// [`RaceLaw::winner_match`]; relative error below 2·10⁻⁷ (1 + exponent).
    #[inline(always)]
    pub fn winner_match(&self, s2: f32) -> f32 {
        exp_f32(self.match_exponent * s2)
    }
}
