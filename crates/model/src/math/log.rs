//! The natural logarithm in double precision, for loops over lanes.

const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// What of the exponent's word is beyond 1, and where √½ begins.
const ONE: u32 = 0x3FF0_0000;
const ROOT: u32 = 0x3FE6_A09E;

/// ln x for normal, positive, finite x: the bits of [`ln`](super::ln), by the same steps in the same order (FreeBSD's
/// `e_log.c`), but straight-line.
#[inline(always)]
pub fn ln_f64(x: f64) -> f64 {
    let bits = x.to_bits();
    // x = 2ᵏ m with √½ ≤ m < √2.
    let high = ((bits >> 32) as u32).wrapping_add(ONE - ROOT);
    let k = (high >> 20).cast_signed() - 0x3FF;
    let high = (high & 0x000F_FFFF) + ROOT;
    let m = f64::from_bits((u64::from(high) << 32) | (bits & 0xFFFF_FFFF));
    let f = m - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w
        * (3.999_999_999_940_942e-1
            + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let odd = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239e-1
                + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    let k = f64::from(k);
    s * (half_square + (odd + even)) + k * LN_2_LOW - half_square + f + k * LN_2_HIGH
}
