//! What part of an outcome's variance is an unknown's: indices of first and total order, from Saltelli's points.
//!
//! With `f_A`, `f_B` the outcome at the rows of the samples `A` and `B`, and `f_i` at the rows of `A` with the column `i` of `B`,
//!
//! ```text
//! first order  S_i = 1/N Σ f_B (f_i - f_A) / V        A. Saltelli and others, Computer Physics Communications 181, 2010, eq. (b)
//! total order  T_i = 1/2N Σ (f_A - f_i)² / V          M. J. W. Jansen, Computer Physics Communications 117, 1999, eq. (f) there
//! V                = variance of f_A and f_B together
//! ```
//!
//! Outcomes are taken from their mean first, which changes neither in expectation and makes the first far less noisy. Intervals
//! are percentiles of a bootstrap over rows (G. E. B. Archer and others, *Journal of Statistical Computation and Simulation* 58,
//! 1997).

use overheard_model::streams::{At, Draws, NO_DAY, Stream};

use super::quantile::quantiles;

/// The outcome at the points of Saltelli's scheme, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saltelli {
    /// At the rows of `A`.
    pub a: Vec<f64>,
    /// At the rows of `B`.
    pub b: Vec<f64>,
    /// Of each unknown, at the rows of `A` with its column of `B`.
    pub ab: Vec<Vec<f64>>,
}

/// An index with the ends of its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// Part of the variance.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Resamples of a bootstrap.
const RESAMPLES: u32 = 500;
/// Fewer rows say nothing.
const LEAST_ROWS: usize = 8;

impl Saltelli {
    /// The same without rows in which anything is undefined.
    fn defined(&self) -> Self {
        let whole = |row: &usize| {
            let ab = self.ab.iter().map(|column| column[*row]);
            ab.chain([self.a[*row], self.b[*row]]).all(f64::is_finite)
        };
        let rows: Vec<usize> = (0..self.a.len()).filter(whole).collect();
        let pick = |column: &[f64]| rows.iter().map(|row| column[*row]).collect();
        Saltelli {
            a: pick(&self.a),
            b: pick(&self.b),
            ab: self.ab.iter().map(|column| pick(column)).collect(),
        }
    }

    /// First and total order of an unknown over some rows, each as often as it is there.
    fn indices(&self, unknown: usize, rows: &[usize]) -> [f64; 2] {
        let n = rows.len() as f64;
        let sum = |of: &dyn Fn(usize) -> f64| rows.iter().map(|row| of(*row)).sum::<f64>();
        let mean = sum(&|i| self.a[i] + self.b[i]) / (2.0 * n);
        let square = |x: f64| (x - mean) * (x - mean);
        let variance = sum(&|i| square(self.a[i]) + square(self.b[i])) / (2.0 * n);
        let mixed = &self.ab[unknown];
        let first = sum(&|i| (self.b[i] - mean) * (mixed[i] - self.a[i])) / n;
        let total = sum(&|i| (self.a[i] - mixed[i]) * (self.a[i] - mixed[i])) / (2.0 * n);
        [first / variance, total / variance]
    }

    /// First and total order of each unknown; nothing where the outcome does not vary or there are too few rows.
    pub fn all(&self, seed: u64) -> Option<Vec<[Index; 2]>> {
        let own = self.defined();
        let n = own.a.len();
        let varies = own.a.iter().chain(&own.b).any(|x| *x != own.a[0]);
        if n < LEAST_ROWS || !varies {
            return None;
        }
        let rows: Vec<usize> = (0..n).collect();
        let resamples: Vec<Vec<usize>> = (0..RESAMPLES).map(|r| resample(n, r, seed)).collect();
        let one = |unknown: usize| {
            let value = own.indices(unknown, &rows);
            let again: Vec<[f64; 2]> = resamples
                .iter()
                .map(|rows| own.indices(unknown, rows))
                .collect();
            std::array::from_fn(|order| {
                let sample: Vec<f64> = again.iter().map(|index| index[order]).collect();
                let [low, high] = quantiles(&sample, [0.025, 0.975]).unwrap_or([f64::NAN; 2]);
                Index {
                    value: value[order],
                    low,
                    high,
                }
            })
        };
        Some((0..own.ab.len()).map(one).collect())
    }
}

/// `n` rows of `n`, drawn with replacement.
fn resample(n: usize, number: u32, seed: u64) -> Vec<usize> {
    let draws = Draws::new(seed);
    let at = At {
        stratum: 0,
        index: number,
        day: NO_DAY,
        stream: Stream::Bootstrap,
    };
    let words = (0..n.div_ceil(4) as u32).flat_map(|i| draws.block(at, i));
    // Multiply and shift: of n below 2³² no row is favoured by more than n / 2³².
    let row = |word: u32| ((u64::from(word) * n as u64) >> 32) as usize;
    words.take(n).map(row).collect()
}

#[cfg(test)]
pub mod tests;
