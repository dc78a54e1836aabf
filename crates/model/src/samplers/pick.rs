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
    let (mut index, mut left) = (0, point);
    for weight in weights {
        index += u32::from(left >= *weight);
        left -= *weight;
    }
    (index, left)
}

/// A weight picked in proportion to its size, from a uniform; none if there is no weight at all. It is what [`at`] finds at that
/// part of their sum, but all weights are walked: where to stop would be a branch that nothing foretells. None may be negative, as for [`among`].
#[inline]
pub fn by_weights<W>(u: W, weights: impl IntoIterator<Item = W, IntoIter: Clone>) -> Option<usize>
where
    W: Copy + Default + PartialOrd + Sub<Output = W> + Mul<Output = W> + Sum<W>,
{
    let weights = weights.into_iter();
    let total: W = weights.clone().sum();
    let mut left = u * total;
    let (mut n, mut before) = (0, 0);
    for weight in weights.clone() {
        before += usize::from(left >= weight);
        left = left - weight;
        n += 1;
    }
    if before < n {
        return Some(before);
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
        let mut seen = [0; 6];
        for i in 0..N {
            let u = (f64::from(i) + 0.5) / f64::from(N);
            let picked = by_weights(u, WEIGHTS);
            assert_eq!(picked, by_sums(u, &sums));
            assert_eq!(picked, at(8.0 * u, WEIGHTS));
            assert_eq!(picked, Some(among(8.0 * u, &WEIGHTS).0 as usize));
            let single = WEIGHTS.map(|weight| weight as f32);
            assert_eq!(picked, by_weights(u as f32, single));
            seen[picked.unwrap_or(0)] += 1;
        }
        assert_eq!(seen, WEIGHTS.map(|weight| weight as u32 * N / 8));
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
    }
}
