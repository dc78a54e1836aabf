//! How unequally something falls on people.

/// Gini coefficient of an amount over people, from a histogram of `(people, their amount)` in ascending order of amount
/// per person, and `nobody` people who have none of it.
///
/// With population shares `p_i` and cumulative amount shares `L_i`, the Lorenz curve drawn straight within bins gives
/// `G = 1 - Σ p_i (L_{i-1} + L_i)`; people with nothing add no area. Straight lines leave out the inequality within
/// bins: at most `(√r - 1)/(√r + 1)` of a bin's own share of people times its share of the amount, for bins whose ends
/// have the ratio `r` (0.044 for quarter octaves), so a few thousandths if the bins are many. Undefined (NaN) if nobody
/// has anything.
pub fn gini(nobody: f64, bins: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let (people, amount) = bins
        .clone()
        .fold((nobody, 0.0), |(people, amount), (p, a)| {
            (people + p, amount + a)
        });
    if people <= 0.0 || amount <= 0.0 {
        return f64::NAN;
    }
    let (mut below, mut area) = (0.0, 0.0);
    for (p, a) in bins {
        area += p * (below + below + a);
        below += a;
    }
    1.0 - area / (people * amount)
}

/// Share of an amount that falls on the `top` part of people, those with the most of it: the Lorenz curve of [`gini`] read
/// from its upper end. Undefined (NaN) if nobody has anything.
pub fn held_by_top(
    nobody: f64,
    bins: impl DoubleEndedIterator<Item = (f64, f64)> + Clone,
    top: f64,
) -> f64 {
    let people: f64 = nobody + bins.clone().map(|(people, _)| people).sum::<f64>();
    let (mut left, mut held, mut whole) = (top * people, 0.0, 0.0);
    for (people, amount) in bins.rev().filter(|(people, _)| *people > 0.0) {
        whole += amount;
        held += amount * (left / people).clamp(0.0, 1.0);
        left -= people;
    }
    if whole > 0.0 { held / whole } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_top_holds_is_read_off_the_curve() {
        let bins = [(3.0, 6.0), (1.0, 5.0), (2.0, 16.0)];
        let held = |top| held_by_top(2.0, bins.into_iter(), top);
        assert_eq!((held(0.0), held(1.0)), (0.0, 1.0));
        // Of eight people the upper two, the upper three, the upper one, those who have any.
        for (top, amount) in [(0.25, 16.0), (0.375, 21.0), (0.125, 8.0), (0.75, 27.0)] {
            assert!((held(top) - amount / 27.0).abs() < 1e-15, "{top}");
        }
        assert!(held_by_top(5.0, [(0.0, 0.0)].into_iter(), 0.1).is_nan());
    }

    /// Twice the area between curve and diagonal.
    #[test]
    fn the_curve_is_that_of_the_coefficient() {
        const N: u32 = 8000;
        let bins = [(3.0, 6.0), (1.0, 5.0), (2.0, 16.0), (0.0, 0.0)];
        let middle = |i: u32| (f64::from(i) + 0.5) / f64::from(N);
        let area: f64 = (0..N)
            .map(|i| held_by_top(2.0, bins.into_iter(), middle(i)))
            .sum();
        let coefficient = 2.0 * area / f64::from(N) - 1.0;
        assert!((coefficient - gini(2.0, bins.into_iter())).abs() < 1e-6);
    }

    /// Half the mean absolute difference over the mean, by the sorted formula.
    fn exact(amounts: &[f64]) -> f64 {
        let mut sorted = amounts.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len() as f64;
        let total: f64 = sorted.iter().sum();
        let ranked: f64 = sorted
            .iter()
            .enumerate()
            .map(|(i, x)| (i as f64 + 1.0) * x)
            .sum();
        2.0 * ranked / (n * total) - (n + 1.0) / n
    }

    #[test]
    fn the_sorted_formula_is_the_mean_difference() {
        let x = [0.0, 1.0, 4.0, 4.0, 9.0];
        let differences: f64 = x
            .iter()
            .flat_map(|a| x.iter().map(move |b| f64::abs(a - b)))
            .sum();
        assert!((exact(&x) - differences / (2.0 * 25.0 * 3.6)).abs() < 1e-12);
    }

    #[test]
    fn equal_amounts_within_bins_are_exact() {
        let amounts = [0.0, 0.0, 2.0, 2.0, 2.0, 5.0, 8.0, 8.0];
        let bins = [(3.0, 6.0), (1.0, 5.0), (2.0, 16.0)];
        assert!((gini(2.0, bins.into_iter()) - exact(&amounts)).abs() < 1e-12);
    }

    #[test]
    fn quarter_octaves_are_fine_enough() {
        // A skewed amount with a third of zeros, binned as the tallies are.
        let amounts: Vec<f64> = (0..30_000)
            .map(|i| {
                let u = (f64::from(i) + 0.5) / 20_000.0;
                if u >= 1.0 {
                    0.0
                } else {
                    0.05 * (1.0 / u - 1.0).powf(0.7)
                }
            })
            .collect();
        let mut bins = [(0.0, 0.0); 64];
        let mut nobody = 0.0;
        for &x in &amounts {
            if x > 0.0 {
                let bin = ((x.log2() + 8.0) * 4.0).floor().clamp(0.0, 63.0) as usize;
                bins[bin].0 += 1.0;
                bins[bin].1 += x;
            } else {
                nobody += 1.0;
            }
        }
        let (grouped, exact) = (gini(nobody, bins.into_iter()), exact(&amounts));
        assert!(
            grouped <= exact && exact - grouped < 2e-3,
            "{grouped} {exact}"
        );
    }

    #[test]
    fn extremes() {
        assert_eq!(gini(0.0, [(10.0, 30.0)].into_iter()), 0.0);
        assert!((gini(999.0, [(1.0, 5.0)].into_iter()) - 0.999).abs() < 1e-12);
        assert!(gini(5.0, [(0.0, 0.0)].into_iter()).is_nan());
    }
}
