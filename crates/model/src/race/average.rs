//! Functions of Λ averaged over slots whose `ln Λ` is normal.

use std::f64::consts::LN_2;
use std::sync::LazyLock;

use crate::math::{exp, ln};

/// How far `ln Λ` of a slot lies from that of the mean slot: normal with this mean and standard deviation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Average {
    pub shift: f64,
    pub deviation: f64,
}

/// Half-width of the normal law in standard deviations: 2·10⁻⁹ of it lie beyond.
const REACH: f64 = 6.0;
const NODES: i32 = 48;

/// Nodes and weights of a standard normal law: the trapezoidal rule, which for a bell converges faster than any power of
/// the step (L. N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56, 2014).
pub(super) static NORMAL: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| {
    let bell = |k: i32| {
        let x = f64::from(k) * REACH / f64::from(NODES);
        (x, exp(-0.5 * x * x))
    };
    let total: f64 = (-NODES..=NODES).map(|k| bell(k).1).sum();
    let normed = |(x, weight)| (x, weight / total);
    (-NODES..=NODES).map(bell).map(normed).collect()
});

/// Steps of the grid to an octave.
const PER_OCTAVE: i32 = 64;

impl Average {
    /// The average of `f` for every Λ between two ends. `f` is called on an even grid of `ln Λ`; the average on that grid
    /// is a weighted sum of its values, and between grid points `ln f` is a cubic in `ln Λ`: relative errors below 10⁻⁸.
    pub fn of(self, (low, high): (f64, f64), f: impl Fn(f64) -> f64) -> impl Fn(f64) -> f64 {
        let step = LN_2 / f64::from(PER_OCTAVE);
        // Two points beyond each end, so that every cubic has its four.
        let first = (ln(low) / step).floor() as i32 - 2;
        let last = (ln(high) / step).ceil() as i32 + 2;
        let reach = (REACH * self.deviation / step).ceil() as i32;
        let at = |k: i32| f(exp(self.shift + f64::from(k) * step));
        let values: Vec<f64> = (first - reach..=last + reach).map(at).collect();
        let weights: Vec<f64> = if self.deviation > 0.0 {
            let bell = |k: i32| {
                let x = f64::from(k) * step / self.deviation;
                exp(-0.5 * x * x)
            };
            let total: f64 = (-reach..=reach).map(bell).sum();
            (-reach..=reach).map(|k| bell(k) / total).collect()
        } else {
            vec![1.0]
        };
        let logs: Vec<f64> = values
            .windows(weights.len())
            .map(|values| ln(values.iter().zip(&weights).map(|(v, w)| v * w).sum()))
            .collect();
        move |lambda| {
            let x = ln(lambda) / step - f64::from(first);
            let k = (x.floor() as usize).clamp(1, logs.len() - 3);
            let t = x - k as f64;
            let [a, b, c, d] = [logs[k - 1], logs[k], logs[k + 1], logs[k + 2]];
            // Lagrange's cubic through four points one step apart.
            let log = a * (-t * (t - 1.0) * (t - 2.0) / 6.0)
                + b * ((t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0)
                + c * (-(t + 1.0) * t * (t - 2.0) / 2.0)
                + d * ((t + 1.0) * t * (t - 1.0) / 6.0);
            exp(log)
        }
    }
}
