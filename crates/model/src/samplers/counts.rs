//! Counts.

use crate::math::{exp, exp_f32, exp_f64};

/// The largest mean that [`poisson_count`] takes; e⁻ᵐ is still a normal number.
const MAX_MEAN: f64 = 700.0;

/// The Poisson count at probability `u`: the smallest `n` with P(N ≤ n) ≥ u; 0 for a mean of 0 or less or NaN.
///
/// Sequential search from 0, so the cost grows with the count: meant for means up to about 50, exact (to the rounding
/// of the sum, 10⁻¹⁵ in probability) up to 700, where larger means are clamped. Increasing in `u` and in `mean`.
pub fn poisson_count(u: f64, mean: f64) -> u32 {
    debug_assert!(u > 0.0 && u < 1.0);
    if mean.is_nan() || mean <= 0.0 {
        return 0;
    }
    let mean = mean.min(MAX_MEAN);
    poisson_count_given(u, mean, exp(-mean))
}

/// P(N = 0) for a mean from 0 to 700, in straight-line code for loops over lanes: what [`poisson_count_given`] begins at.
#[inline(always)]
pub fn poisson_none(mean: f64) -> f64 {
    exp_f64(-mean.min(MAX_MEAN))
}

/// [`poisson_count`] of a mean from 0 to 700 whose P(N = 0) is known.
#[inline]
pub fn poisson_count_given(u: f64, mean: f64, none: f64) -> u32 {
    let mut probability = none;
    let mut below = probability;
    let mut n = 0;
    while below < u {
        n += 1;
        // Most that happens happens once, and a division takes its time.
        probability *= if n == 1 { mean } else { mean / f64::from(n) };
        let next = below + probability;
        // Beyond the mode the sum stops growing once a term falls below its last bit: u is inside the rounding error.
        if next == below && f64::from(n) > mean {
            break;
        }
        below = next;
    }
    n
}

/// Poisson counts of one mean, at most so many: the sums that [`poisson_count`] makes anew for every count.
#[derive(Clone, Debug)]
pub struct PoissonTable {
    /// P(N ≤ 0), P(N ≤ 1) …
    below: Box<[f64]>,
}

impl PoissonTable {
    /// Counts of this mean, as [`poisson_count`] takes it, and not above `most`.
    pub fn new(mean: f64, most: u32) -> Self {
        let mean = if mean > 0.0 { mean.min(MAX_MEAN) } else { 0.0 };
        let mut probability = exp(-mean);
        let mut sum = probability;
        let below = (1..=most).map(|n| {
            let below = sum;
            probability *= mean / f64::from(n);
            sum += probability;
            below
        });
        PoissonTable {
            below: below.collect(),
        }
    }

    /// The count at probability `u`: that of [`poisson_count`], or the most.
    #[inline]
    pub fn at(&self, u: f64) -> u32 {
        self.below.iter().take_while(|below| **below < u).count() as u32
    }
}

/// The largest float below 1.
pub const BELOW_ONE: f32 = 1.0 - 0.5 * f32::EPSILON;

/// The Poisson count, at most `CAP`, of a small mean: how many of the tails `P(N ≥ 1) … P(N ≥ CAP)` exceed `u`; and how far
/// between two tails `u` lies. Given the count that is a uniform in [0, 1) itself, for what else there is to be decided, as fine as
/// the count leaves of the bits of `u`.
///
/// Give it [`fine_f32`](crate::streams::fine_f32), whose resolution is finest near 0, where the large counts are: note
/// that small `u` are large counts, as in [`poisson_count`] at `1 − u`. Straight-line code for loops over lanes.
/// Tails are right to a relative 10⁻⁶ for means up to 2. Negative means and NaN give 0.
///
/// The cap takes counts above it for `CAP`, and so loses `Σ_{k>CAP} P(N ≥ k)` of the mean; for `CAP = 5` a share of
/// 1·10⁻⁸ of a mean of 0.05, 2·10⁻⁶ at 0.15, 4·10⁻⁵ at 0.5 and 7·10⁻⁴ at 1.
#[inline(always)]
pub fn poisson_capped<const CAP: usize>(u: f32, mean: f32) -> (u32, f32) {
    let mean = if mean > 0.0 { mean } else { 0.0 };
    poisson_capped_given::<CAP>(u, mean, exp_f32(-mean))
}

/// [`poisson_capped`] of a mean of 0 or more, given the chance of nothing, `e⁻ᵐ`. Loops over many lanes make that in a loop
/// before: two short chains of operations, of which those of several lanes go on at once, instead of a long one.
#[inline(always)]
pub fn poisson_capped_given<const CAP: usize>(u: f32, mean: f32, none: f32) -> (u32, f32) {
    const { assert!(CAP >= 1 && CAP <= 16) };
    // Probabilities of 1, 2 … CAP, then their sums from the far end: all terms positive, so no cancellation. Plain
    // counting up, because reversed and inclusive ranges keep the compiler from vectorising the caller.
    let mut probability = none;
    let mut terms = [0.0; CAP];
    for (k, term) in terms.iter_mut().enumerate() {
        probability = probability * mean * (1.0 / (k + 1) as f32);
        *term = probability;
    }
    // What lies beyond CAP, relative to P(N = CAP): m/(c+1) (1 + m/(c+2) (1 + …)), eight terms.
    let mut beyond = 0.0;
    for j in 0..8 {
        beyond = (1.0 + beyond) * mean * (1.0 / (CAP + 8 - j) as f32);
    }
    let mut tail = probability * beyond;
    // The last tail that u reaches, the first that it does not, and how many there are of these: tails only grow.
    let (mut low, mut high, mut count) = (0.0, 1.0, CAP as u32);
    for k in 0..CAP {
        tail += terms[CAP - 1 - k];
        let below = u < tail;
        let least = if tail < high { tail } else { high };
        low = if below { low } else { tail };
        high = if below { least } else { high };
        count = if below { count } else { (CAP - 1 - k) as u32 };
    }
    (count, ((u - low) / (high - low)).min(BELOW_ONE))
}
