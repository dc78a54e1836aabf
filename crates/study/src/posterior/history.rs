//! History matching: points that the data do not rule out, wave after wave, and what they weigh.
//!
//! After P. Craig, M. Goldstein, A. Seheult and J. Smith (*Case Studies in Bayesian Statistics* III, 1997) and I. Vernon, M.
//! Goldstein and R. Bower (*Bayesian Analysis* 5, 2010): a point is implausible if an emulated number is further than three
//! standard deviations from what was published, counting the publication's error, the model's discrepancy and the emulator's
//! own. Not approximate Bayesian computation by rejection: a point takes seconds, and of a hundred that the priors allow about
//! one agrees with everything.

use super::data::Datum;
use super::emulator::Emulator;

/// Standard deviations beyond which a point is implausible.
const IMPLAUSIBLE: f64 = 3.0;

/// An emulator of each datum, and the datum's standard deviation.
#[derive(Clone, Debug)]
pub struct Emulated {
    deviations: Vec<f64>,
    emulators: Vec<Emulator>,
}

impl Emulated {
    /// Fits emulators to the numbers of points; nothing if these are too few.
    pub fn fit(data: &[Datum], points: &[Vec<f64>], numbers: &[Vec<f64>]) -> Option<Self> {
        let emulator = |datum: usize| {
            let y: Vec<f64> = numbers.iter().map(|n| n[datum]).collect();
            Emulator::fit(points, &y)
        };
        let emulators = (0..data.len()).map(emulator).collect::<Option<_>>()?;
        Some(Emulated {
            deviations: data.iter().map(|d| d.deviation).collect(),
            emulators,
        })
    }

    /// By datum, by how many standard deviations a point is off what was `seen`.
    fn off(&self, seen: &[f64], u: &[f64], without: Option<usize>) -> Vec<f64> {
        let pairs = self.deviations.iter().zip(&self.emulators).zip(seen);
        let one = |((deviation, emulator), seen): ((&f64, &Emulator), &f64)| {
            let variance = deviation * deviation + emulator.variance;
            (emulator.at(u, without) - seen) / variance.sqrt()
        };
        pairs.map(one).collect()
    }

    /// Which points of a pool are not implausible.
    pub fn plausible(&self, seen: &[f64], pool: &[Vec<f64>]) -> Vec<usize> {
        let plausible = |u: &Vec<f64>| {
            let off = self.off(seen, u, None);
            off.iter().all(|z| z.abs() <= IMPLAUSIBLE)
        };
        (0..pool.len()).filter(|i| plausible(&pool[*i])).collect()
    }

    /// The logarithm of the likelihood of what was seen, as emulated, but for a constant.
    pub fn log_likelihood(&self, seen: &[f64], u: &[f64], without: Option<usize>) -> f64 {
        let off = self.off(seen, u, without);
        -0.5 * off.iter().map(|z| z * z).sum::<f64>()
    }

    /// Standard deviation of each emulator.
    pub fn deviations(&self) -> Vec<f64> {
        self.emulators.iter().map(|e| e.variance.sqrt()).collect()
    }
}

/// The logarithm of the likelihood of what was published, as simulated, but for a constant.
pub fn log_likelihood(data: &[Datum], numbers: &[f64]) -> f64 {
    let off = |(datum, x): (&Datum, &f64)| (x - datum.published) / datum.deviation;
    -0.5 * data
        .iter()
        .zip(numbers)
        .map(|pair| off(pair).powi(2))
        .sum::<f64>()
}

/// Weights that sum to 1, from their logarithms.
pub fn weights(logs: &[f64]) -> Vec<f64> {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let all: Vec<f64> = logs.iter().map(|x| libm::exp(x - most)).collect();
    let sum: f64 = all.iter().sum();
    all.into_iter().map(|w| w / sum).collect()
}

/// So many equal draws are as good: `1 / Σ w²` (L. Kish, *Survey Sampling*, 1965).
pub fn effective(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|w| w * w).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_weights_are_worth_all() {
        assert!((effective(&weights(&[3.0; 50])) - 50.0).abs() < 1e-9);
        assert!((effective(&weights(&[0.0, -1e6])) - 1.0).abs() < 1e-9);
    }
}
