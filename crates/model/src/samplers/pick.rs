//! One of several, in proportion to weights.
//!
//! Weights are walked in their order, so an alternative is a stretch of the unit interval; one without weight has none and
//! is never picked. Sums that were made once are searched, weights that are only known now are taken off one by one.

use std::iter::Sum;
use std::ops::{Mul, Sub};

/// The first of some running sums that exceeds `u`; none if `u` lies beyond the last.
#[inline]
pub fn by_sums(u: f64, sums: &[f64]) -> Option<usize> {
    let index = sums.partition_point(|sum| *sum <= u);
    (index < sums.len()).then_some(index)
}

/// Running sums that are searched so often that it pays to keep them rounded to sixteen bits as well: few cache lines, counted
/// side by side and without a branch.
#[derive(Clone, Debug)]
pub struct Sums {
    exact: Box<[f64]>,
    /// As many as a vector holds at a time; no sum stands behind the last of them.
    rounded: Box<[[u16; WIDE]]>,
}

const WIDE: usize = 32;

impl Sums {
    /// Of ascending sums from 0 to 1.
    pub fn new(sums: Vec<f64>) -> Self {
        let of_some = |sums: &[f64]| {
            let mut rounded = [u16::MAX; WIDE];
            for (to, sum) in rounded.iter_mut().zip(sums) {
                *to = rounded_down(*sum);
            }
            rounded
        };
        Sums {
            rounded: sums.chunks(WIDE).map(of_some).collect(),
            exact: sums.into(),
        }
    }

    /// What [`by_sums`] finds for a `u` from 0 to 1.
    #[inline(always)]
    pub fn at(&self, u: f64) -> Option<usize> {
        let near = rounded_down(u);
        let mut below = [0; WIDE];
        for sums in &self.rounded {
            for k in 0..WIDE {
                below[k] += u16::from(sums[k] < near);
            }
        }
        // Which side of `u` those are on that have the same bits, these do not tell.
        let mut index = usize::from(below.iter().sum::<u16>());
        while self.rounded.as_flattened().get(index) == Some(&near)
            && self.exact.get(index).is_some_and(|sum| *sum <= u)
        {
            index += 1;
        }
        (index < self.exact.len()).then_some(index)
    }
}

#[inline(always)]
fn rounded_down(x: f64) -> u16 {
    (x * f64::from(1u32 << 16)) as u16
}

/// The weight in which a point lies, where weights are laid end to end from 0 on; none beyond the last.
#[inline]
pub fn at<W>(point: W, weights: impl IntoIterator<Item = W>) -> Option<usize>
where
    W: Copy + PartialOrd + Sub<Output = W>,
{
    let mut left = point;
    for (index, weight) in weights.into_iter().enumerate() {
        if left < weight {
            return Some(index);
        }
        left = left - weight;
    }
    None
}

/// [`at`] as straight-line code for loops over lanes, and what is left of the point beyond all weights: `N` and that where it
/// lies there. No weight may be negative: once the point is passed, what is left is below 0 and stays so.
#[inline(always)]
pub fn among<const N: usize>(point: f64, weights: &[f64; N]) -> (u32, f64) {
    walk(point, weights.iter().copied())
}

/// How many weights are passed from 0 on to a point, and what is left of it beyond all of them.
#[inline(always)]
fn walk<W>(point: W, weights: impl Iterator<Item = W>) -> (u32, W)
where
    W: Copy + PartialOrd + Sub<Output = W>,
{
    let (mut passed, mut left) = (0, point);
    for weight in weights {
        passed += u32::from(left >= weight);
        left = left - weight;
    }
    (passed, left)
}

/// A weight picked in proportion to its size, from a uniform; none if there is no weight at all. It is what [`at`] finds at that
/// part of their sum, but all weights are walked: where to stop would be a branch that nothing foretells. None may be negative, as
/// for [`among`].
#[inline]
pub fn by_weights<W>(u: W, weights: impl IntoIterator<Item = W, IntoIter: Clone>) -> Option<usize>
where
    W: Copy + Default + PartialOrd + Sub<Output = W> + Mul<Output = W> + Sum<W>,
{
    let weights = weights.into_iter();
    let total: W = weights.clone().sum();
    let (passed, left) = walk(u * total, weights.clone());
    if left < W::default() {
        return Some(passed as usize);
    }
    // The point was rounded up to the total.
    let with_weight = |(index, weight): (usize, W)| (weight > W::default()).then_some(index);
    weights.enumerate().filter_map(with_weight).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHTS: [f64; 6] = [0.0, 2.0, 0.0, 1.0, 5.0, 0.0];

    #[test]
    fn weights_are_picked_in_proportion_and_zeros_never() {
        const N: u32 = 8000;
        let sums = WEIGHTS.iter().scan(0.0, |sum, weight| {
            *sum += weight / 8.0;
            Some(*sum)
        });
        let sums: Vec<f64> = sums.collect();
        let rounded = Sums::new(sums.clone());
        let mut seen = [0; 6];
        for i in 0..N {
            let u = (f64::from(i) + 0.5) / f64::from(N);
            let picked = by_weights(u, WEIGHTS);
            assert_eq!(picked, by_sums(u, &sums));
            assert_eq!(picked, rounded.at(u));
            assert_eq!(picked, at(8.0 * u, WEIGHTS));
            assert_eq!(picked, Some(among(8.0 * u, &WEIGHTS).0 as usize));
            let single = WEIGHTS.map(|weight| weight as f32);
            assert_eq!(picked, by_weights(u as f32, single));
            seen[picked.unwrap_or(0)] += 1;
        }
        assert_eq!(seen, WEIGHTS.map(|weight| weight as u32 * N / 8));
    }

    /// Also where many sums have the same sixteen bits, and at the sums themselves.
    #[test]
    fn rounded_or_not_the_same_is_found() {
        for steps in [7.0, 100.0, 60_000.0] {
            let end = |k: u32| f64::from(k * k) / (steps * steps);
            let sums: Vec<f64> = (0..=100).map(end).filter(|sum| *sum <= 1.0).collect();
            let rounded = Sums::new(sums.clone());
            let near = |sum: f64| [sum.next_down(), sum, sum.next_up()];
            let grid = (0..1000).map(|k| f64::from(k) / 1000.0);
            for u in sums.iter().copied().flat_map(near).chain(grid) {
                assert_eq!(rounded.at(u), by_sums(u, &sums), "{steps} {u}");
            }
        }
    }

    #[test]
    fn beyond_the_end_is_nothing_or_the_last_that_has_weight() {
        assert_eq!(at(8.0, WEIGHTS), None);
        assert_eq!(among(8.5, &WEIGHTS), (6, 0.5));
        assert_eq!(by_weights(1.0, WEIGHTS), Some(4));
        assert_eq!(by_weights(0.5, [0.0, 0.0]), None);
        assert_eq!(by_weights(0.5, [0.0; 0]), None);
        assert_eq!(by_sums(1.0, &[0.4, 1.0]), None);
        assert_eq!(by_sums(0.5, &[]), None);
        assert_eq!(Sums::new(vec![0.4, 1.0]).at(1.0), None);
        assert_eq!(Sums::new(Vec::new()).at(0.5), None);
    }
}
