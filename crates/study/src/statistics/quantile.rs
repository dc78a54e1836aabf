//! Quantiles of a sample.

/// Quantiles at increasing shares, by linear interpolation between order statistics (type 7 of R. J. Hyndman and Y. Fan, *The
/// American Statistician* 50, 1996). None of an empty sample; numbers that are undefined do not count.
pub fn quantiles<const N: usize>(sample: &[f64], shares: [f64; N]) -> Option<[f64; N]> {
    let mut sorted: Vec<f64> = sample.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    Some(shares.map(|share| {
        let at = share * last as f64;
        let below = (at as usize).min(last);
        let above = (below + 1).min(last);
        sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
    }))
}

/// Quantiles of a weighted sample at increasing shares: the smallest value at and below which there is that share of all weight.
/// None of an empty sample.
pub fn weighted_quantiles<const N: usize>(
    sample: impl Iterator<Item = (f64, f64)>,
    shares: [f64; N],
) -> Option<[f64; N]> {
    let mut sorted: Vec<(f64, f64)> = sample.filter(|(x, w)| x.is_finite() && *w > 0.0).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let all: f64 = sorted.iter().map(|(_, w)| w).sum();
    let last = sorted.last()?.0;
    Some(shares.map(|share| {
        let mut sum = 0.0;
        let at = sorted.iter().find(|(_, w)| {
            sum += w;
            sum >= share * all
        });
        at.map_or(last, |(x, _)| *x)
    }))
}

/// The middle of a sample.
pub fn median(sample: &[f64]) -> Option<f64> {
    quantiles(sample, [0.5]).map(|[m]| m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_values_is_interpolated() {
        let sample = [4.0, 1.0, f64::NAN, 3.0, 2.0];
        assert_eq!(
            quantiles(&sample, [0.0, 0.05, 0.5, 1.0]),
            Some([1.0, 1.15, 2.5, 4.0])
        );
        assert_eq!(median(&[7.0]), Some(7.0));
        assert_eq!(median(&[f64::NAN]), None);
    }

    #[test]
    fn a_weight_is_as_many_equal_values() {
        let sample = [(3.0, 1.0), (1.0, 2.0), (2.0, 7.0), (9.0, 0.0)];
        let found = weighted_quantiles(sample.into_iter(), [0.05, 0.25, 0.5, 0.95]);
        assert_eq!(found, Some([1.0, 2.0, 2.0, 3.0]));
        assert_eq!(weighted_quantiles([].into_iter(), [0.5]), None);
    }

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }
}
