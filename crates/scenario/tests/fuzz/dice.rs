//! Numbers that look random and are always the same.

/// SplitMix64: G. L. Steele, D. Lea and C. H. Flood (2014).
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// Of a seed and a number; others are others.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut dice = Dice(seed);
        dice.0 = dice.next() ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        dice
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number below `end`, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}
