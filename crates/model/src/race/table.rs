//! The law for lanes: single precision, one table look-up.

use super::RaceLaw;
use crate::math::{LogTable, exp_f32};

/// Fill and payment of one slot offered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Probability that the slot is sold.
    pub fill: f32,
    /// Expected payment per slot offered, in units of the reserve.
    pub payment: f32,
}

/// [`RaceLaw`] in single precision: relative error below 10⁻⁶ for every Λ from 0 to 2⁴⁴, except that below 2⁻²⁰ both
/// functions are taken as proportional to Λ (relative error below 10⁻⁶ as well). Larger Λ give the values at 2⁴⁴; NaN
/// and negative Λ give 0.
#[derive(Clone, Debug)]
pub struct RaceTable {
    law: RaceLaw,
    fill: LogTable,
    payment: LogTable,
    /// α (α − 1) / 2 and α: the exponents per unit of s².
    weight_exponent: f32,
    match_exponent: f32,
}

impl RaceTable {
    /// Tabulates `law`.
    pub fn new(law: RaceLaw) -> Self {
        RaceTable {
            law,
            fill: LogTable::new(|lambda| law.fill(lambda)),
            payment: LogTable::new(|lambda| law.payment_in_reserves(lambda)),
            weight_exponent: (0.5 * law.alpha() * (law.alpha() - 1.0)) as f32,
            match_exponent: law.alpha() as f32,
        }
    }

    /// The law that is tabulated.
    pub const fn law(&self) -> RaceLaw {
        self.law
    }

    /// How far below the table `lambda` lies: 1 inside, proportional to Λ below.
    #[inline(always)]
    fn ramp(lambda: f32) -> f32 {
        let ramp = lambda * (1.0 / LogTable::MIN);
        let ramp = if ramp > 0.0 { ramp } else { 0.0 };
        if ramp < 1.0 { ramp } else { 1.0 }
    }

    /// Probability that the slot is sold.
    #[inline(always)]
    pub fn fill(&self, lambda: f32) -> f32 {
        self.fill.at(lambda) * Self::ramp(lambda)
    }

    /// Expected payment per slot offered in units of the reserve, `g(Λ)`: multiply by ρ for USD.
    #[inline(always)]
    pub fn payment(&self, lambda: f32) -> f32 {
        self.payment.at(lambda) * Self::ramp(lambda)
    }

    /// Both at once, for one look-up.
    #[inline(always)]
    pub fn outcome(&self, lambda: f32) -> Outcome {
        let cell = LogTable::cell(lambda);
        let ramp = Self::ramp(lambda);
        Outcome {
            fill: self.fill.get(cell) * ramp,
            payment: self.payment.get(cell) * ramp,
        }
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
