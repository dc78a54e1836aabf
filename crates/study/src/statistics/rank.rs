//! Correlations of ranks: how an outcome rises with an unknown, whatever the shape.

use super::matrix::inverse;

/// Ranks from 1, the mean of their places for equal values.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]).then(a.cmp(b)));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    while first < order.len() {
        let value = values[order[first]];
        let equal = order[first..].iter().take_while(|i| values[**i] == value);
        let end = first + equal.count().max(1);
        for i in &order[first..end] {
            ranks[*i] = 0.5 * (first + end + 1) as f64;
        }
        first = end;
    }
    ranks
}

/// Pearson's correlation; nothing where one of the two does not vary.
fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len() as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (mx, my) = (mean(x), mean(y));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        xx += (a - mx) * (a - mx);
        yy += (b - my) * (b - my);
        xy += (a - mx) * (b - my);
    }
    (xx > 0.0 && yy > 0.0).then(|| (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

/// Spearman's correlation of `y` with each of `x`, given by columns.
pub fn correlations(x: &[Vec<f64>], y: &[f64]) -> Vec<Option<f64>> {
    let y = ranks(y);
    x.iter()
        .map(|column| correlation(&ranks(column), &y))
        .collect()
}

/// Partial rank correlations: of what is left of `y` and of a column of `x` when the other columns have explained what they can
/// (R. L. Iman, W. J. Conover, *Technometrics* 21, 1979). With `P` the inverse of the matrix of all rank correlations it is
/// `-P_iy / √(P_ii P_yy)`. Nothing where there are too few rows, or columns that follow from others.
pub fn partial_correlations(x: &[Vec<f64>], y: &[f64]) -> Vec<Option<f64>> {
    let nothing = vec![None; x.len()];
    let moves = |column: &[f64]| column.windows(2).any(|pair| pair[0] != pair[1]);
    // What does not vary explains nothing, and would make the matrix singular.
    let moving: Vec<usize> = (0..x.len()).filter(|i| moves(&x[*i])).collect();
    if y.len() < moving.len() + 3 || !moves(y) {
        return nothing;
    }
    let columns = moving.iter().map(|i| ranks(&x[*i]));
    let all: Vec<Vec<f64>> = columns.chain([ranks(y)]).collect();
    let size = all.len();
    let mut matrix = vec![vec![0.0; size]; size];
    for i in 0..size {
        for j in 0..size {
            matrix[i][j] = correlation(&all[i], &all[j]).unwrap_or(f64::NAN);
        }
    }
    let Some(inverse) = inverse(matrix) else {
        return nothing;
    };
    let last = size - 1;
    let mut found = nothing;
    for (row, i) in moving.into_iter().enumerate() {
        let scale = (inverse[row][row] * inverse[last][last]).sqrt();
        let partial = -inverse[row][last] / scale;
        found[i] = partial.is_finite().then_some(partial.clamp(-1.0, 1.0));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::variance::tests::sample;

    #[test]
    fn equal_values_share_their_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        assert_eq!(ranks(&[f64::NAN]).len(), 1);
    }

    #[test]
    fn a_rising_law_correlates_fully_whatever_its_shape() {
        let x = vec![vec![0.1, 0.9, 0.4, 0.7], vec![1.0; 4]];
        let y: Vec<f64> = x[0].iter().map(|x| libm::exp(9.0 * x)).collect();
        assert_eq!(correlations(&x, &y), [Some(1.0), None]);
        let y: Vec<f64> = y.iter().map(|y| -y).collect();
        assert_eq!(correlations(&x, &y), [Some(-1.0), None]);
    }

    /// `y = 4 x₀ + x₁ + 0 x₂`: the second hides behind the first until that is taken out, the third never comes out. By hand for a
    /// sum of uniforms with equal spread: partial correlations are 1 without noise, plain ones 4/√17 and 1/√17 for the values; for
    /// ranks these are off by a few hundredths.
    #[test]
    fn partial_correlations_take_out_the_others() {
        let x: Vec<Vec<f64>> = (0..3).map(|d| sample(2000, 3, 5).swap_remove(d)).collect();
        let noise = sample(2000, 4, 6).swap_remove(3);
        let y: Vec<f64> = (0..2000)
            .map(|i| 4.0 * x[0][i] + x[1][i] + 0.1 * noise[i])
            .collect();
        let plain: Vec<f64> = correlations(&x, &y).into_iter().flatten().collect();
        let partial: Vec<f64> = partial_correlations(&x, &y).into_iter().flatten().collect();
        assert!(
            (plain[0] - 0.97).abs() < 0.02 && (plain[1] - 0.243).abs() < 0.06,
            "{plain:?}"
        );
        assert!(partial[0] > 0.98 && partial[1] > 0.9, "{partial:?}");
        assert!(
            plain[2].abs() < 0.07 && partial[2].abs() < 0.07,
            "{plain:?} {partial:?}"
        );
    }

    #[test]
    fn what_cannot_be_told_apart_is_nothing() {
        let x = vec![vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]; 2];
        let y = [2.0, 1.0, 4.0, 3.0, 6.0, 5.0];
        assert_eq!(partial_correlations(&x, &y), [None, None]);
        assert_eq!(partial_correlations(&x[..1], &y[..3]), [None]);
    }
}
