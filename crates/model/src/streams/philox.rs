//! Philox4x32-10 (J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
//! SC'11): a keyed bijection of 128-bit counters that passes BigCrush for counters that count.

const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// Golden ratio and √3 − 1: what is added to the key between rounds.
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: u32 = 10;

/// The four words that Philox4x32-10 makes of a counter under a key.
///
/// Words travel in the low halves of `u64`s whose upper halves are rubbish: the widening multiplication of vector
/// units takes its factors from just there, so loops over this function need no packing between rounds.
#[inline(always)]
pub const fn philox4x32(key: [u32; 2], counter: [u32; 4]) -> [u32; 4] {
    let [mut k0, mut k1] = key;
    let [c0, c1, c2, c3] = counter;
    let [mut c0, mut c1, mut c2, mut c3] = [c0 as u64, c1 as u64, c2 as u64, c3 as u64];
    let mut round = 0;
    while round < ROUNDS {
        let product0 = (c0 & 0xFFFF_FFFF) * MULTIPLIERS[0];
        let product1 = (c2 & 0xFFFF_FFFF) * MULTIPLIERS[1];
        c0 = (product1 >> 32) ^ c1 ^ k0 as u64;
        c2 = (product0 >> 32) ^ c3 ^ k1 as u64;
        c1 = product1;
        c3 = product0;
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
        round += 1;
    }
    [c0 as u32, c1 as u32, c2 as u32, c3 as u32]
}
