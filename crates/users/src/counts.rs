//! Poisson counts of what happens to few people on a day: found by one comparison, counted side by side.

use overheard_model::columns::{LEAF, Lane, ROW};
use overheard_model::math::exp_f32;
use overheard_model::samplers::poisson_capped_given;
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
    /// The chance that nothing happens.
    none: Box<[Lane; COLUMNS]>,
    happened: Happened<COLUMNS>,
}

/// Those to whom something did happen, or not after all, and how often: the first `n`, which are taken one time each until
/// nobody is left.
#[derive(Clone, Debug)]
pub struct Happened<const COLUMNS: usize> {
    n: usize,
    /// 64 times the column, plus the lane.
    place: Box<[[u16; LEAF]; COLUMNS]>,
    /// How often, and the uniform that the number leaves (see [`overheard_model::samplers::poisson_capped`]).
    count: Box<[[u32; LEAF]; COLUMNS]>,
    rest: Box<[Lane; COLUMNS]>,
    /// What each of them is this time.
    kind: Box<[[u8; LEAF]; COLUMNS]>,
}

impl<const COLUMNS: usize> Default for Likely<COLUMNS> {
    fn default() -> Self {
        Likely {
            n: 0,
            word: Box::new([[0; LEAF]; COLUMNS]),
            mean: Box::new([[0.0; LEAF]; COLUMNS]),
            none: Box::new([[1.0; LEAF]; COLUMNS]),
            happened: Happened {
                n: 0,
                place: Box::new([[0; LEAF]; COLUMNS]),
                count: Box::new([[0; LEAF]; COLUMNS]),
                rest: Box::new([[0.0; LEAF]; COLUMNS]),
                kind: Box::new([[0; LEAF]; COLUMNS]),
            },
        }
    }
}

impl<const COLUMNS: usize> Likely<COLUMNS> {
    /// Takes those whose count may exceed 0 from four columns, the first of which is number `first`, given a random word
    /// and a mean each: as `1 - e^-m <= m`, nothing happens where the uniform is not below the mean.
    #[inline(always)]
    pub fn add(&mut self, first: usize, words: &[[u32; LEAF]; FOUR], mean: &[Lane; FOUR]) {
        let (word, means) = (self.word.as_flattened_mut(), self.mean.as_flattened_mut());
        let place = self.happened.place.as_flattened_mut();
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

    /// Counts them, and hands them over; then there are none. Only counts are made here: rows follow each other without
    /// a branch that would have to wait for one, so several are worked on at once.
    #[inline(always)]
    pub fn count(&mut self) -> &mut Happened<COLUMNS> {
        let rows = self.n.div_ceil(ROW);
        let word = self.word.as_flattened().as_chunks::<ROW>().0;
        let mean = self.mean.as_flattened().as_chunks::<ROW>().0;
        let none = self.none.as_flattened_mut().as_chunks_mut::<ROW>().0;
        for row in 0..rows {
            let mut nothing = [0.0; ROW];
            for k in 0..ROW {
                nothing[k] = exp_f32(-mean[row][k]);
            }
            none[row] = nothing;
        }
        let happened = &mut self.happened;
        let counts = happened.count.as_flattened_mut().as_chunks_mut::<ROW>().0;
        let rests = happened.rest.as_flattened_mut().as_chunks_mut::<ROW>().0;
        for row in 0..rows {
            let (mut count, mut rest) = ([0; ROW], [0.0; ROW]);
            for k in 0..ROW {
                (count[k], rest[k]) = poisson_capped_given::<MOST>(
                    fine_f32(word[row][k]),
                    mean[row][k],
                    none[row][k],
                );
            }
            (counts[row], rests[row]) = (count, rest);
        }
        happened.n = self.n;
        self.n = 0;
        happened
    }
}

impl<const COLUMNS: usize> Happened<COLUMNS> {
    /// Whether there are any.
    pub const fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Says of each what it is this time: `kind` tells it of a row of places from what their uniforms leave, and gives
    /// uniforms again for the next time.
    #[inline(always)]
    pub fn tell(&mut self, kind: impl Fn(&[u16; ROW], &[f32; ROW]) -> ([u8; ROW], [f32; ROW])) {
        let places = self.place.as_flattened().as_chunks::<ROW>().0;
        let rests = self.rest.as_flattened_mut().as_chunks_mut::<ROW>().0;
        let kinds = self.kind.as_flattened_mut().as_chunks_mut::<ROW>().0;
        for row in 0..self.n.div_ceil(ROW) {
            (kinds[row], rests[row]) = kind(&places[row], &rests[row]);
        }
    }

    /// Hands over column, lane, kind and 1 of each, or 0 where nothing happened, and keeps those to whom it happened more
    /// often: all alike, since a branch for each would be guessed wrong where it matters.
    #[inline(always)]
    pub fn take(&mut self, mut each: impl FnMut(usize, usize, u8, f32)) {
        let (place, kind) = (self.place.as_flattened_mut(), self.kind.as_flattened());
        let (count, rest) = (self.count.as_flattened_mut(), self.rest.as_flattened_mut());
        let mut kept = 0;
        for k in 0..self.n {
            let (at, times) = (usize::from(place[k]), count[k]);
            each(at / LEAF, at % LEAF, kind[k], times.min(1) as f32);
            (place[kept], count[kept], rest[kept]) = (place[k], times.wrapping_sub(1), rest[k]);
            kept += usize::from(times > 1);
        }
        self.n = kept;
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
    use overheard_model::samplers::poisson_capped;

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
                    for time in 0..count {
                        want.push((first + column, lane, (256.0 * rest) as u8 >> time));
                    }
                }
            }
            likely.add(first, &words, &mean);
        }
        for mut want in [want, Vec::new()] {
            let mut found = Vec::new();
            let happened = likely.count();
            // The kind is what the uniform leaves, as a whole number, and every time leaves half of it.
            while !happened.is_empty() {
                happened.tell(|_, rest| {
                    let kind = |rest: f32| (256.0 * rest) as u8;
                    (rest.map(kind), rest.map(|rest| 0.5 * rest))
                });
                happened.take(|column, lane, kind, one| {
                    if one > 0.0 {
                        found.push((column, lane, kind));
                    }
                });
            }
            found.sort_unstable();
            want.sort_unstable();
            assert_eq!(found, want);
        }
    }
}
