//! The natural logarithm in double precision, for loops over lanes.

use std::f64::consts::FRAC_1_SQRT_2;

use super::exp::{LN_2_HIGH, LN_2_LOW};

/// A float in which an integer put into the low bits counts as one.
const TWO_52: f64 = 4_503_599_627_370_496.0;
const MANTISSA: u64 = (1 << 52) - 1;

/// ln x for normal, positive, finite x; relative error below 4.5·10⁻¹⁶.
///
/// `x = 2ᵏ m` with √½ ≤ m < √2, and `ln m = 2 (s + s³/3 + s⁵/5 + …)`, `s = (m − 1)/(m + 1)` (DLMF 4.6.4). As s² < 0.02944,
/// what ten terms leave out is below a relative 3·10⁻¹⁷. Straight-line, of operations that vectors of any width have.
#[inline(always)]
pub fn ln_f64(x: f64) -> f64 {
    // k + 1023 in the upper bits; below them how far the mantissa of m is beyond that of √½.
    let offset = x
        .to_bits()
        .wrapping_add(1f64.to_bits() - FRAC_1_SQRT_2.to_bits());
    let k = f64::from_bits(TWO_52.to_bits() | offset >> 52) - (TWO_52 + 1023.0);
    let m = f64::from_bits(FRAC_1_SQRT_2.to_bits() + (offset & MANTISSA));
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut series = 1.0 / 19.0;
    for odd in [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = series * square + 1.0 / odd;
    }
    let twice = s + s;
    k * LN_2_HIGH + (twice + (twice * (square * series) + k * LN_2_LOW))
}
