//! The exponential in double precision, for loops over lanes.

use std::f64::consts::LOG2_E;

/// ln 2 in two parts; multiples of the first by integers below 2¹¹ are exact.
pub(super) const LN_2_HIGH: f64 = 0.693_147_180_560_117_7;
pub(super) const LN_2_LOW: f64 = -1.723_944_452_561_483_5e-13;
/// Adding this to a float below 2⁵¹ in magnitude rounds it to the nearest integer (ties to even), which then sits in the
/// low bits of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// eˣ for −700 ≤ x ≤ 700; relative error below 4.5·10⁻¹⁶.
///
/// `x = n ln 2 + r` with |r| ≤ ½ ln 2, and of the series of `eʳ` (DLMF 4.2.19) the terms up to `r¹³`: what they leave out is
/// below 5·10⁻¹⁸. Straight-line, of operations that vectors of any width have.
#[inline(always)]
pub fn exp_f64(x: f64) -> f64 {
    let shifted = x * LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    // eʳ = 1 + r (1 + r/2 (1 + r/3 (…))), but for the first two.
    let mut series = 1.0 / 13.0;
    for k in [12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0] {
        series = (series * r + 1.0) * (1.0 / k);
    }
    let exponent = shifted
        .to_bits()
        .wrapping_sub(ROUND.to_bits())
        .wrapping_add(1023);
    (r * (r * series) + r + 1.0) * f64::from_bits(exponent << 52)
}
