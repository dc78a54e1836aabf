//! exp and ln in single precision, written so that a loop over an array of them becomes vector code on any target:
//! no branches, no calls, no fused operations, rounding by adding and subtracting 1.5·2²³.

/// Adding this to a float below 2²² in magnitude rounds it to the nearest integer (ties to even), which then sits in
/// the low bits of the sum.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts; multiples of the first by integers below 2⁹ are exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// eˣ, relative error below 1.5·10⁻⁷ for −87 ≤ x ≤ 88.
///
/// Beyond that range the value at its end: it neither overflows nor becomes subnormal. NaN stays NaN.
///
/// `x = n ln 2 + r` with |r| ≤ ½ ln 2 (W. J. Cody, W. Waite, *Software Manual for the Elementary Functions*, 1980, ch. 6),
/// and `eʳ` by the coefficients of Cephes `expf` (S. L. Moshier, 1989).
#[inline(always)]
pub fn exp_f32(x: f32) -> f32 {
    // Comparisons in this order let NaN through and compile to a single min and max.
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_2e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let exponent = shifted
        .to_bits()
        .wrapping_sub(ROUND.to_bits())
        .wrapping_add(127);
    let beyond_one = p * (r * r) + r;
    (beyond_one + 1.0) * f32::from_bits(exponent << 23)
}

/// ln x, relative error below 2·10⁻⁷ for finite x ≥ 2⁻¹²⁶.
///
/// Smaller and negative arguments are taken as 2⁻¹²⁶ (ln ≈ −87.34); infinities above and NaN give NaN.
/// Reduction to √½ ≤ m < √2 and the polynomial of Cephes `logf` (S. L. Moshier, 1989).
#[inline(always)]
pub fn ln_f32(x: f32) -> f32 {
    let x = if x < f32::MIN_POSITIVE {
        f32::MIN_POSITIVE
    } else {
        x
    };
    let offset = x
        .to_bits()
        .wrapping_sub(std::f32::consts::FRAC_1_SQRT_2.to_bits());
    let exponent = offset.cast_signed() >> 23;
    let m = f32::from_bits(x.to_bits().wrapping_sub((exponent << 23).cast_unsigned()));
    let n = exponent as f32;
    let f = m - 1.0;
    let square = f * f;
    let p = 7.037_683_6e-2;
    let p = p * f - 1.151_461e-1;
    let p = p * f + 1.167_699_9e-1;
    let p = p * f - 1.242_014_1e-1;
    let p = p * f + 1.424_932_3e-1;
    let p = p * f - 1.666_805_8e-1;
    let p = p * f + 2.000_071_5e-1;
    let p = p * f - 2.499_999_4e-1;
    let p = p * f + 0.333_333_3;
    let tail = p * f * square + n * LN_2_LOW - 0.5 * square;
    // Zero for every finite x; makes NaN of the bit pattern of an infinity or NaN.
    #[expect(clippy::eq_op, reason = "x − x is not 0 for all x")]
    let poison = x - x;
    n * LN_2_HIGH + (f + tail) + poison
}
