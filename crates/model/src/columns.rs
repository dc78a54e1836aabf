//! The shapes of columns: people are lanes, and everything that is said of them stands side by side.

/// People in a leaf: summed in a fixed order and rounded once (invariant 1).
pub const LEAF: usize = 64;
/// Leaves of a branch: what they were shown is summed in a fixed order and rounded once.
pub const BRANCH: usize = 4;
/// People in a row, as many as the widest vector holds.
pub const ROW: usize = 16;
/// Profile slots for true interests: six standing and two passing.
pub const TRUE_SLOTS: usize = STANDING + PASSING;
/// Profile slots for standing interests; they come first.
pub const STANDING: usize = 6;
/// Profile slots for passing intents, after the standing interests.
pub const PASSING: usize = 2;
/// Profile slots for what was misread, leaked from a neighbour, or missed by the detector.
pub const SPILL_SLOTS: usize = 4;
/// Slots of a profile, spilled topics last. What ads are shown in are ad slots.
pub const SLOTS: usize = TRUE_SLOTS + SPILL_SLOTS;

/// One value per person of a leaf.
pub type Lane = [f32; LEAF];
/// Who stands in each lane of a leaf: their indices within the stratum.
pub type Indices = [u32; LEAF];
/// One value per profile slot and person of a row.
pub type SlotSeats = [[f32; ROW]; SLOTS];

/// The bits that are set for anybody of a leaf.
#[inline(always)]
pub fn of_anybody(column: &[u8; LEAF]) -> u8 {
    column.iter().fold(0, |any, bits| any | bits)
}

/// The bits that are set in a mask, in order: of one of people, their lanes.
pub fn set_bits(mask: u64) -> impl Iterator<Item = usize> {
    let mut left = mask;
    std::iter::from_fn(move || {
        let bit = left.trailing_zeros() as usize;
        (left != 0).then(|| {
            left &= left - 1;
            bit
        })
    })
}

/// Scratch columns of a kernel, each on a cache line of its own: vectors that straddle two lines cost twice. Take it
/// apart where it is made: `let Columns([a, b]) = &mut Columns::<2>::default();`.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Columns<const N: usize>(pub [Lane; N]);

impl<const N: usize> Default for Columns<N> {
    fn default() -> Self {
        Columns([[0.0; LEAF]; N])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_a_mask_comes_once_in_order() {
        for mask in [0, 1, 1 << 63, !0, 0x0F0F_1234_8000_0001] {
            let expected: Vec<usize> = (0..64).filter(|l| mask >> l & 1 == 1).collect();
            assert_eq!(set_bits(mask).collect::<Vec<_>>(), expected);
        }
    }
}
