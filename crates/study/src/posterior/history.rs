//! History matching: points that the data do not rule out, wave after wave, and what they weigh.
//!
//! After P. Craig, M. Goldstein, A. Seheult and J. Smith (*Case Studies in Bayesian Statistics* III, 1997) and I. Vernon, M.
//! Goldstein and R. Bower (*Bayesian Analysis* 5, 2010): a point is implausible if an emulated number is further than three
//! standard deviations from what was published, counting the publication's error, the model's discrepancy and the emulator's
//! own. Not approximate Bayesian computation by rejection: a point takes seconds, and of a hundred that the priors allow about
//! one agrees with everything.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

use overheard_engine::Tune;

use super::data::Datum;
use super::emulator::{Emulator, Law, even};
use crate::work::each;

/// Standard deviations beyond which a point is implausible.
const IMPLAUSIBLE: f64 = 3.0;

/// An emulator of each datum, and the datum's standard deviation.
#[derive(Clone, Debug)]
pub struct Emulated {
    deviations: Vec<f64>,
    points: Vec<Vec<f64>>,
    /// The first of the points that lie where the data are.
    near: usize,
    emulators: Vec<Emulator>,
    /// By datum and unknown.
    steepness: Vec<Vec<f64>>,
}

impl Emulated {
    /// Fits emulators to the numbers of points, of which those from `near` on lie where the data are; nothing if these are too
    /// few, or somebody wished to stop.
    pub fn fit(
        data: &[Datum],
        points: &[Vec<f64>],
        numbers: &[Vec<f64>],
        near: usize,
        tune: Tune,
        cancel: &AtomicBool,
    ) -> Option<Self> {
        let points: Vec<Vec<f64>> = points.iter().map(|u| even(u)).collect();
        let emulator = |datum: usize| {
            let y: Vec<f64> = numbers.iter().map(|n| n[datum]).collect();
            let emulator = Emulator::fit(&points, &y)?;
            let steepness = emulator.steepness(&points);
            Some((emulator, steepness))
        };
        let fitted = each(data.len(), tune, cancel, &emulator)?;
        let fitted = fitted.into_iter().collect::<Option<Vec<_>>>()?;
        let (emulators, steepness) = fitted.into_iter().unzip();
        Some(Emulated {
            deviations: data.iter().map(|d| d.deviation).collect(),
            near: if near < numbers.len() { near } else { 0 },
            steepness,
            points,
            emulators,
        })
    }

    /// Standard deviation of each emulator where the data are.
    pub fn deviations(&self) -> Vec<f64> {
        let near = self.near..self.points.len();
        let one = |e: &Emulator| e.variance(near.clone()).sqrt();
        self.emulators.iter().map(one).collect()
    }

    /// How likely it is to see something: emulators err as at the points that lie where the data are.
    pub fn nearby<'a>(&'a self, seen: &'a [f64]) -> Likelihood<'a> {
        let laws = self.emulators.iter().map(|e| Cow::Borrowed(e.law()));
        self.likelihood(seen, laws, self.near..self.points.len())
    }

    /// The same if it is seen anywhere in the priors: emulators err as at the first points, of which so many are from there.
    pub fn anywhere<'a>(&'a self, seen: &'a [f64], priors: usize) -> Likelihood<'a> {
        let laws = self.emulators.iter().map(|e| Cow::Borrowed(e.law()));
        self.likelihood(seen, laws, 0..priors)
    }

    /// The same, known without one of the points.
    pub fn without<'a>(&'a self, seen: &'a [f64], priors: usize, point: usize) -> Likelihood<'a> {
        let law = |e: &Emulator| Cow::Owned(e.law_without(&self.points, point));
        self.likelihood(seen, self.emulators.iter().map(law), 0..priors)
    }

    fn likelihood<'a>(
        &'a self,
        seen: &'a [f64],
        laws: impl Iterator<Item = Cow<'a, Law>>,
        of: Range<usize>,
    ) -> Likelihood<'a> {
        let pairs = self.emulators.iter().zip(laws).zip(&self.deviations);
        let one = |((emulator, law), deviation): ((&'a Emulator, Cow<'a, Law>), &f64)| {
            let variance = deviation * deviation + emulator.variance(of.clone());
            (emulator, law, variance)
        };
        Likelihood {
            seen,
            emulated: pairs.map(one).collect(),
            steepness: &self.steepness,
        }
    }
}

/// How likely what was seen is at a point, as emulated.
pub struct Likelihood<'a> {
    seen: &'a [f64],
    /// By datum: its emulator, what that goes by, and the variance of the datum and the emulator together.
    emulated: Vec<(&'a Emulator, Cow<'a, Law>, f64)>,
    steepness: &'a [Vec<f64>],
}

impl Likelihood<'_> {
    /// By datum, by how many standard deviations a point is off.
    fn off(&self, u: &[f64]) -> impl Iterator<Item = f64> {
        let at = even(u);
        let pairs = self.emulated.iter().zip(self.seen);
        pairs.map(move |((emulator, law, variance), seen)| {
            (emulator.at(law, &at) - seen) / variance.sqrt()
        })
    }

    /// Whether a point is not implausible.
    pub fn plausible(&self, u: &[f64]) -> bool {
        self.off(u).all(|z| z.abs() <= IMPLAUSIBLE)
    }

    /// The logarithm, but for a constant.
    pub fn log(&self, u: &[f64]) -> f64 {
        -0.5 * self.off(u).map(|z| z * z).sum::<f64>()
    }

    /// By unknown, how much the data hang on it: sum of squares of their slopes, in their deviations, over a deviation of the
    /// prior.
    pub fn pull(&self) -> Vec<f64> {
        let mut pull = vec![0.0; self.steepness.first().map_or(0, Vec::len)];
        for ((.., variance), steepness) in self.emulated.iter().zip(self.steepness) {
            for (sum, steep) in pull.iter_mut().zip(steepness) {
                *sum += steep * steep / variance;
            }
        }
        pull
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
