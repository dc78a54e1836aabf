//! exp and ln in single precision, written so that a loop over an array of them becomes vector code on any target:
//! no branches, no calls, no fused operations, rounding by adding and subtracting 1.5·2²³.

/// Adding this to a float below 2²² in magnitude rounds it to the nearest integer (ties to even), which then sits in
/// the low bits of the sum.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts; multiples of the first by integers below 2⁹ are exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// `x = n ln 2 + r` with |r| ≤ ½ ln 2: `2ⁿ` and `eʳ − 1`, for x clamped to −87..88.
///
/// Cody–Waite reduction and the polynomial of Cephes `expf` (S. L. Moshier, 1989).
#[inline(always)]
fn reduced(x: f32) -> (f32, f32) {
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
    (f32::from_bits(exponent << 23), p * (r * r) + r)
}

/// eˣ, relative error below 1.5·10⁻⁷ for −87 ≤ x ≤ 88.
///
/// Beyond that range the value at its end: it neither overflows nor becomes subnormal. NaN stays NaN.
#[inline(always)]
pub fn exp_f32(x: f32) -> f32 {
    let (scale, beyond_one) = reduced(x);
    (beyond_one + 1.0) * scale
}

/// eˣ − 1 without cancellation near 0, relative error below 4·10⁻⁷ for −87 ≤ x ≤ 88; outside as [`exp_f32`].
#[inline(always)]
pub fn exp_m1_f32(x: f32) -> f32 {
    let (scale, beyond_one) = reduced(x);
    beyond_one * scale + (scale - 1.0)
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

/// xʸ for x > 0 as exp(y ln x): relative error below 2·10⁻⁷ (1 + |y ln x|).
#[inline(always)]
pub fn pow_f32(x: f32, y: f32) -> f32 {
    exp_f32(y * ln_f32(x))
}
