//! Poisson counts of what happens to few people on a day: found by one comparison, counted side by side.

use overheard_model::columns::{LEAF, Lane, ROW};
use overheard_model::samplers::poisson_capped;
use overheard_model::streams::fine_f32;

/// Columns searched together: those of one block of random words.
const FOUR: usize = 4;
/// No count is larger. Of a mean of 2 that takes a share of 10⁻⁷, of a mean of 5 one of 6·10⁻⁴.
const MOST: usize = 12;

/// Those of a leaf, from `COLUMNS` columns, to whom something may have happened: the first `n` of as many as can be.
#[derive(Clone, Debug)]
pub struct Likely<const COLUMNS: usize> {
    n: usize,
    word: Box<[[u32; LEAF]; COLUMNS]>,
    mean: Box<[Lane; COLUMNS]>,
    /// 64 times the column, plus the lane.
    place: Box<[[u16; LEAF]; COLUMNS]>,
}

/// Some to whom something did happen, or not after all: as many as a row holds.
#[derive(Clone, Copy, Debug)]
pub struct Few {
    n: usize,
    place: [u16; ROW],
    /// How often, and the uniform that the number leaves (see [`poisson_capped`]).
    pub count: [u32; ROW],
    pub rest: [f32; ROW],
}

impl Few {
    /// Their columns and lanes.
    #[inline(always)]
    pub fn places(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let places = self.place.into_iter().take(self.n);
        places.map(|place| (usize::from(place) / LEAF, usize::from(place) % LEAF))
    }
}

impl<const COLUMNS: usize> Default for Likely<COLUMNS> {
    fn default() -> Self {
        Likely {
            n: 0,
            word: Box::new([[0; LEAF]; COLUMNS]),
            mean: Box::new([[0.0; LEAF]; COLUMNS]),
            place: Box::new([[0; LEAF]; COLUMNS]),
        }
    }
}

impl<const COLUMNS: usize> Likely<COLUMNS> {
    /// Takes those whose count may exceed 0 from four columns, the first of which is number `first`, given a random word
    /// and a mean each: as `1 - e^-m <= m`, nothing happens where the uniform is not below the mean.
    #[inline(always)]
    pub fn add(&mut self, first: usize, words: &[[u32; LEAF]; FOUR], mean: &[Lane; FOUR]) {
        let (word, means) = (self.word.as_flattened_mut(), self.mean.as_flattened_mut());
        let place = self.place.as_flattened_mut();
        let mut n = self.n;
        for (i, mut hits) in hits(words, mean).into_iter().enumerate() {
            while hits != 0 {
                let bit = hits.trailing_zeros() as usize;
                hits &= hits - 1;
                let at = ROW * (bit % ROW) + FOUR * i + bit / ROW;
                word[n] = words.as_flattened()[at];
                means[n] = mean.as_flattened()[at];
                place[n] = (LEAF * first + at) as u16;
                n += 1;
            }
        }
        self.n = n;
    }

    /// Counts them, and hands them over few by few; then there are none.
    #[inline(always)]
    pub fn count(&mut self, mut each: impl FnMut(&Few)) {
        let word = self.word.as_flattened().as_chunks::<ROW>().0;
        let mean = self.mean.as_flattened().as_chunks::<ROW>().0;
        let place = self.place.as_flattened().as_chunks::<ROW>().0;
        let rows = self.n.div_ceil(ROW);
        for (row, ((word, mean), place)) in word.iter().zip(mean).zip(place).take(rows).enumerate()
        {
            let (mut count, mut rest) = ([0; ROW], [0.0; ROW]);
            for k in 0..ROW {
                (count[k], rest[k]) = poisson_capped::<MOST>(fine_f32(word[k]), mean[k]);
            }
            each(&Few {
                n: ROW.min(self.n - ROW * row),
                place: *place,
                count,
                rest,
            });
        }
        self.n = 0;
    }
}

/// Where the uniform is below the mean, as bits: sixteen for the rows of the four columns, as seen by their first lanes,
/// then sixteen as seen by their second ones, and so on.
#[inline(always)]
fn hits(words: &[[u32; LEAF]; FOUR], mean: &[Lane; FOUR]) -> [u64; ROW / FOUR] {
    let (words, mean) = (words.as_flattened(), mean.as_flattened());
    let mut bits = [0u32; ROW];
    for k in 0..ROW {
        let mut seen = 0;
        for row in 0..ROW {
            let at = ROW * row + k;
            seen |= u32::from(fine_f32(words[at]) < mean[at]) << row;
        }
        bits[k] = seen;
    }
    std::array::from_fn(|i| {
        let four = |j: usize| u64::from(bits[FOUR * i + j]) << (ROW * j);
        four(0) | four(1) | four(2) | four(3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_found_where_it_belongs() {
        let mut state = 1u32;
        let mut random = || {
            state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            state
        };
        let mut likely = Likely::<{ 2 * FOUR }>::default();
        let mut want = Vec::new();
        for first in [0, FOUR] {
            let mut words = [[0; LEAF]; FOUR];
            let mut mean = [[0.0; LEAF]; FOUR];
            for column in 0..FOUR {
                for lane in 0..LEAF {
                    words[column][lane] = random();
                    mean[column][lane] = 0.3 * (random() >> 8) as f32 / (1 << 24) as f32;
                    let u = fine_f32(words[column][lane]);
                    let (count, rest) = poisson_capped::<MOST>(u, mean[column][lane]);
                    if count > 0 {
                        want.push((first + column, lane, count, rest));
                    }
                }
            }
            likely.add(first, &words, &mean);
        }
        for want in [want, Vec::new()] {
            let mut found = Vec::new();
            likely.count(|few| {
                for (k, (column, lane)) in few.places().enumerate() {
                    if few.count[k] > 0 {
                        found.push((column, lane, few.count[k], few.rest[k]));
                    }
                }
            });
            found.sort_by_key(|f| (f.0, f.1));
            assert_eq!(found, want);
        }
    }
}
