//! The law for lanes: single precision, two table look-ups.

use super::law::RaceLaw;
use crate::math::{LogTable, exp_f32};

const MIN: f32 = LogTable::MIN;

/// [`RaceLaw`] in single precision: relative errors below 10⁻⁶ (2·10⁻⁶ for α < 1, and 6·10⁻⁶ for Λ above 10⁻⁶ where ad
/// slots differ in quality) for every Λ from 0 to 2⁴⁴. Larger Λ are priced as 2⁴⁴; NaN and negative Λ are filled with
/// probability 0.
#[derive(Clone, Debug)]
pub struct RaceTable {
    law: RaceLaw,
    /// Fill, and price in reserves.
    sold: LogTable,
    /// α (α − 1) / 2 and α: the exponents per unit of s².
    weight_exponent: f32,
    match_exponent: f32,
}

impl RaceTable {
    /// Tabulates `law`.
    pub fn new(law: RaceLaw) -> Self {
        let average = law.average();
        let ends = (f64::from(MIN), f64::from(LogTable::MAX));
        let fill = average.of(ends, |lambda| law.fill_of(lambda));
        let payment = average.of(ends, |lambda| law.payment_of(lambda));
        RaceTable {
            law,
            sold: LogTable::new([&fill, &|lambda| payment(lambda) / fill(lambda)]),
            weight_exponent: (0.5 * law.alpha() * (law.alpha() - 1.0)) as f32,
            match_exponent: law.alpha() as f32,
        }
    }

    /// The law that is tabulated.
    pub const fn law(&self) -> RaceLaw {
        self.law
    }

    /// Of some slots: the probability that each is sold, and its expected payment if it is, in units of the reserve: multiply by ρ for
    /// USD. 1 as Λ → 0.
    #[inline(always)]
    pub fn sold<const L: usize>(&self, lambda: &[f32; L]) -> [[f32; L]; 2] {
        let [mut fill, price] = self.sold.at(lambda);
        for l in 0..L {
            // Below the table fill is proportional to Λ.
            let part = lambda[l] * (1.0 / MIN);
            let part = if part > 0.0 { part } else { 0.0 };
            let part = if part < 1.0 { part } else { 1.0 };
            fill[l] *= part;
        }
        [fill, price]
    }

    /// Expected payment per slot offered in units of the reserve, `g(Λ)`.
    #[inline(always)]
    pub fn payment<const L: usize>(&self, lambda: &[f32; L]) -> [f32; L] {
        let [fill, mut price] = self.sold(lambda);
        for l in 0..L {
            price[l] *= fill[l];
        }
        price
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
