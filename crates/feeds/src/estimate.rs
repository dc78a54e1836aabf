//! What the platform takes a true interest to be, from the strength of its signal.

/// Powers of signal strength in the estimate. Visits are heavy and rare, likes light and many, so the true interest behind a
/// strength is no straight line: with three powers, tenths of the estimate were up to 8 % off; with six, under 3 %.
pub const POWERS: usize = 6;

/// The estimate `ẑ(q) = a₁ q + a₂ q² + …`, 0 where there is no signal. One for all markets, ages and arms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InterestEstimate(pub [f32; POWERS]);

impl InterestEstimate {
    /// Signal strength itself: what is assumed before anything was measured.
    pub const STRENGTH: Self = {
        let mut coefficients = [0.0; POWERS];
        coefficients[0] = 1.0;
        Self(coefficients)
    };

    /// The estimate at signal strength `q`, by Horner's rule; never less than nothing.
    #[inline(always)]
    pub fn at(&self, q: f32) -> f32 {
        let sum = self.0.iter().rev().fold(0.0, |sum, c| q * (sum + c));
        if sum > 0.0 { sum } else { 0.0 }
    }

    /// Its largest value, of a hundred.
    pub fn highest(&self) -> f32 {
        (0..=100)
            .map(|i| self.at(i as f32 / 100.0))
            .fold(0.0, f32::max)
    }
}
