//! A number and its delete-a-group jackknife.

use overheard_model::strata::REPLICATES;

/// An estimate from everybody, and the same estimate in 32 replicates that leave a group of people out each.
///
/// Any smooth function of estimates is estimated by applying it to the value and to each replicate, which is how ratios
/// and differences get their errors, correlations between arms included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub replicates: [f64; REPLICATES],
}

/// Errors below this part of the value are rounding of the weights, not sampling.
pub(crate) const ROUNDING: f64 = 1e-12;

impl Estimate {
    /// Nothing, in every replicate.
    pub const ZERO: Estimate = Estimate {
        value: 0.0,
        replicates: [0.0; REPLICATES],
    };

    /// A number that no person was drawn for: it has no replicates and no error.
    pub fn without_error(value: f64) -> Self {
        Estimate {
            value,
            replicates: [f64::NAN; REPLICATES],
        }
    }

    /// Standard error: `√((G-1)/G · Σ (θ_g - θ̄)²)` over the replicates (J. Shao and D. Tu, *The Jackknife and
    /// Bootstrap*, 1995, ch. 2; with groups left out: P. S. Kott, *Journal of Official Statistics* 17, 2001).
    /// `None` if the value or a replicate is undefined.
    pub fn std_error(&self) -> Option<f64> {
        if !self.value.is_finite() {
            return None;
        }
        let g = REPLICATES as f64;
        // Relative to the value: sums of large, nearly equal numbers would round.
        let mean: f64 = self.replicates.iter().map(|r| r - self.value).sum::<f64>() / g;
        let squares: f64 = self
            .replicates
            .iter()
            .map(|r| (r - self.value - mean) * (r - self.value - mean))
            .sum();
        let error = ((g - 1.0) / g * squares).sqrt();
        if !error.is_finite() {
            None
        } else if error < ROUNDING * self.value.abs() {
            Some(0.0)
        } else {
            Some(error)
        }
    }

    /// Applies a function to the value and to each replicate.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Estimate {
        self.zip_with(self, |a, _| f(a))
    }

    /// Applies a function to the values and, replicate by replicate, to the replicates.
    pub fn zip_with(&self, other: &Estimate, f: impl Fn(f64, f64) -> f64) -> Estimate {
        Estimate {
            value: f(self.value, other.value),
            replicates: std::array::from_fn(|g| f(self.replicates[g], other.replicates[g])),
        }
    }

    /// `self - base`, with the error of the difference; exactly 0 ± 0 for equal estimates.
    pub fn minus(&self, base: &Estimate) -> Estimate {
        self.zip_with(base, |a, b| a - b)
    }

    /// The difference from a base as it is published, with its error. What sums of the same flows leave when they were
    /// rounded at other places is no difference: where value and error are both below that, both are 0.
    pub fn difference(&self, base: &Estimate) -> (f64, Option<f64>) {
        let difference = self.minus(base);
        let (value, error) = (difference.value, difference.std_error());
        let least = ROUNDING * self.value.abs().max(base.value.abs());
        match error {
            Some(e) if value.abs() <= least && e <= least => (0.0, Some(0.0)),
            _ => (value, error),
        }
    }

    /// `self / below`; undefined (NaN) where `below` is 0.
    pub fn over(&self, below: &Estimate) -> Estimate {
        self.zip_with(below, |a, b| if b == 0.0 { f64::NAN } else { a / b })
    }

    /// Times a constant.
    pub fn scaled(&self, factor: f64) -> Estimate {
        self.map(|a| a * factor)
    }

    /// The sum, added in place.
    pub fn add(&mut self, other: &Estimate) {
        *self = self.zip_with(other, |a, b| a + b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replicates of the total of 32 equal groups.
    fn total(groups: &[f64; REPLICATES]) -> Estimate {
        let value: f64 = groups.iter().sum();
        Estimate {
            value,
            replicates: groups.map(|t| (value - t) * 32.0 / 31.0),
        }
    }

    fn wiggle(seed: u64) -> [f64; REPLICATES] {
        std::array::from_fn(|g| {
            let mut x = (g as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seed;
            x = (x ^ (x >> 31)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
            100.0 + (x >> 40) as f64 / (1u64 << 24) as f64
        })
    }

    #[test]
    fn the_error_of_a_total_is_the_textbook_one() {
        let groups = wiggle(1);
        let mean = groups.iter().sum::<f64>() / 32.0;
        let variance = groups.iter().map(|t| (t - mean) * (t - mean)).sum::<f64>() / 31.0;
        let error = total(&groups).std_error().unwrap();
        assert!((error / (32.0 * variance).sqrt() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_error_of_a_ratio_is_the_linearised_one() {
        let (a, b) = (wiggle(2), wiggle(3));
        let ratio = total(&a).over(&total(&b));
        let sum_b: f64 = b.iter().sum();
        let r = ratio.value;
        let residuals: f64 = a
            .iter()
            .zip(&b)
            .map(|(a, b)| (a - r * b) * (a - r * b))
            .sum();
        let linearised = (32.0 / 31.0 * residuals).sqrt() / sum_b;
        assert!((ratio.std_error().unwrap() / linearised - 1.0).abs() < 1e-3);
    }

    #[test]
    fn equal_estimates_differ_by_exactly_nothing() {
        let difference = total(&wiggle(4)).minus(&total(&wiggle(4)));
        assert_eq!((difference.value, difference.std_error()), (0.0, Some(0.0)));
    }

    #[test]
    fn what_rounding_leaves_is_no_difference() {
        let base = total(&wiggle(6));
        let mut dust = base;
        dust.replicates[3] += 1e-14 * base.value;
        assert_ne!(dust.minus(&base).std_error(), Some(0.0));
        assert_eq!(dust.difference(&base), (0.0, Some(0.0)));
        dust.value += 1e-9 * base.value;
        let (value, error) = dust.difference(&base);
        assert!(
            value > 0.0 && error.unwrap() > 0.0,
            "small, but not rounding"
        );
    }

    #[test]
    fn what_was_not_sampled_has_no_error() {
        assert_eq!(Estimate::without_error(3.0).std_error(), None);
        assert_eq!(total(&wiggle(5)).over(&Estimate::ZERO).std_error(), None);
        assert_eq!(total(&[7.0; 32]).std_error(), Some(0.0));
    }
}
