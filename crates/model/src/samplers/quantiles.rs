//! Quantiles of densities, read off an even grid.

use std::sync::LazyLock;

/// Quantiles on an even grid of midpoints, read by linear interpolation.
#[derive(Clone, Debug)]
pub struct Quantiles {
    values: Vec<f32>,
}

const NODES: usize = 2048;

impl Quantiles {
    /// From a quantile function on (0, 1).
    pub fn of(quantile: impl Fn(f64) -> f64) -> Self {
        Quantiles {
            values: (0..NODES)
                .map(|i| quantile((i as f64 + 0.5) / NODES as f64) as f32)
                .collect(),
        }
    }

    /// From a density on [0, `high`], given as a function of `x` and `high - x` (so that neither end loses digits), by
    /// numerical integration.
    pub fn of_density(high: f64, density: impl Fn(f64, f64) -> f64) -> Self {
        let mut cumulative = Vec::with_capacity(STEPS + 1);
        cumulative.push(0.0);
        let mut sum = 0.0;
        for place in Place::grid() {
            let (x, rest) = place.parts(high);
            sum += density(x, rest) * place.slope(high);
            cumulative.push(sum);
        }
        Self::of(|u| {
            let target = u * sum;
            let i = cumulative.partition_point(|c| *c <= target).clamp(1, STEPS);
            let (a, b) = (cumulative[i - 1], cumulative[i]);
            let part = if b > a { (target - a) / (b - a) } else { 0.5 };
            Place::at((i as f64 - 1.0 + part) / STEPS as f64)
                .parts(high)
                .0
        })
    }

    /// Beta distribution of given mean and concentration (sum of its two shapes).
    pub fn beta(mean: f64, concentration: f64) -> Self {
        let (a, b) = (mean * concentration, (1.0 - mean) * concentration);
        Self::of_density(1.0, |x, rest| {
            libm::exp((a - 1.0) * libm::log(x) + (b - 1.0) * libm::log(rest))
        })
    }

    /// The quantiles of the grid's midpoints.
    pub fn nodes(&self) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().map(|v| f64::from(*v))
    }

    /// The quantile at `u`.
    pub fn at(&self, u: f64) -> f32 {
        let x = (u * NODES as f64 - 0.5).clamp(0.0, (NODES - 1) as f64);
        let i = (x as usize).min(NODES - 2);
        let part = (x - i as f64) as f32;
        self.values[i] + (self.values[i + 1] - self.values[i]) * part
    }

    /// Mean of the grid.
    pub fn mean(&self) -> f64 {
        self.values.iter().map(|v| f64::from(*v)).sum::<f64>() / NODES as f64
    }
}

/// Steps of a numerical integration.
const STEPS: usize = 20_000;

/// A place on a grid that thickens at both ends, where densities may grow without bound:
/// x / high = t⁵ / (t⁵ + (1 − t)⁵).
#[derive(Clone, Copy, Debug)]
struct Place {
    /// t⁵, (1 − t)⁵ and (t (1 − t))⁴.
    powers: [f64; 3],
}

impl Place {
    fn at(t: f64) -> Self {
        Place {
            powers: [
                libm::pow(t, 5.0),
                libm::pow(1.0 - t, 5.0),
                libm::pow(t * (1.0 - t), 4.0),
            ],
        }
    }

    /// The middles of all steps, which every density shares.
    fn grid() -> &'static [Place] {
        static GRID: LazyLock<Vec<Place>> = LazyLock::new(|| {
            let middle = |i| Place::at((i as f64 + 0.5) / STEPS as f64);
            (0..STEPS).map(middle).collect()
        });
        &GRID
    }

    /// x and high − x.
    fn parts(self, high: f64) -> (f64, f64) {
        let [a, b, _] = self.powers;
        (high * a / (a + b), high * b / (a + b))
    }

    /// dx / dt.
    fn slope(self, high: f64) -> f64 {
        let [a, b, both] = self.powers;
        high * 5.0 * both / ((a + b) * (a + b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beta_table_has_the_mean() {
        for mean in [0.1, 0.467, 0.68, 0.889] {
            let table = Quantiles::beta(mean, 1.6);
            assert!(
                (table.mean() - mean).abs() < 2e-3,
                "{mean}: {}",
                table.mean()
            );
        }
    }
}
