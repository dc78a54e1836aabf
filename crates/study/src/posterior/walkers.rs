//! Points drawn in proportion to what emulators weigh: walkers that begin in a pool of the priors, and go on by Metropolis's rule
//! (N. Metropolis and others, *Journal of Chemical Physics* 21, 1953).
//!
//! Of a hundred unknowns the data hang on some twenty, so a walker's steps are of two kinds in turn: some of the unknowns are drawn
//! anew from the priors, the more rarely the more the data hang on them; or all move a little, the less the more the data hang
//! on them. Both are as likely back as forth under the priors, in whose places (0 to 1, uniform) walkers walk.

use std::sync::atomic::AtomicBool;

use overheard_engine::Tune;
use overheard_model::streams::{At, Draws, Stream, unit32_f64};

use super::history::{Likelihood, weights};
use crate::plan::drawn;
use crate::work::each;

/// Chance that an unknown is drawn anew on which no datum hangs.
const ANEW: f64 = 0.5;
/// Length of a small step, in deviations of an unknown under the data.
const LITTLE: f64 = 0.35;

/// Apart from other draws of a seed.
const WALKED: u64 = 0x3a_1c;

/// Where walkers begin and how they go on.
pub struct Walkers<'a> {
    likelihood: &'a Likelihood<'a>,
    draws: Draws,
    /// By unknown, how many times narrower than its prior the data alone would make it, squared, less 1.
    pull: Vec<f64>,
    /// Where each begins: places in the pool.
    begin: Vec<usize>,
    pool: &'a [Vec<f64>],
}

impl<'a> Walkers<'a> {
    /// So many walkers, begun where the pool, whose likelihoods have these logarithms, agrees with the data.
    pub fn begin(
        likelihood: &'a Likelihood<'a>,
        pool: &'a [Vec<f64>],
        logs: &[f64],
        n: usize,
        seed: u64,
    ) -> Self {
        let often = drawn(&weights(logs), n);
        let begin = often.iter().enumerate();
        Walkers {
            likelihood,
            draws: Draws::new(seed ^ WALKED),
            pull: likelihood.pull(),
            begin: begin
                .flat_map(|(i, n)| std::iter::repeat_n(i, *n))
                .collect(),
            pool,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.begin.len()
    }

    /// Where all stand after so many steps; nothing if somebody wished to stop.
    pub fn walk(&self, steps: u32, tune: Tune, cancel: &AtomicBool) -> Option<Vec<Vec<f64>>> {
        each(self.len(), tune, cancel, &|walker| {
            let mut end = Vec::new();
            self.watch(walker, steps, &mut |_, u| end = u.to_vec());
            end
        })
    }

    /// Shows where a walker stands after each of so many steps.
    pub fn watch(&self, walker: usize, steps: u32, visit: &mut dyn FnMut(u32, &[f64])) {
        let mut u = self.pool[self.begin[walker]].clone();
        let mut log = self.likelihood.log(&u);
        for step in 0..steps {
            let at = |place: usize| At {
                stratum: place as u16,
                index: walker as u32,
                day: step as i32,
                stream: Stream::Points,
            };
            let mut next = u.clone();
            for (unknown, place) in next.iter_mut().enumerate() {
                let [a, b, ..] = self.draws.units(at(unknown), 0);
                let pull = 1.0 + self.pull[unknown];
                match step % 2 {
                    0 if a < ANEW / pull => *place = b,
                    0 => {}
                    _ => *place = reflected(*place + LITTLE * (2.0 * a - 1.0) / pull.sqrt()),
                }
            }
            let there = self.likelihood.log(&next);
            let [.., chance] = self.draws.block(at(next.len()), 0).map(unit32_f64);
            if libm::log(chance) < there - log {
                (u, log) = (next, there);
            }
            visit(step, &u);
        }
    }
}

/// Back into 0 to 1 from a step beyond.
fn reflected(u: f64) -> f64 {
    let there = u.rem_euclid(2.0);
    if there > 1.0 { 2.0 - there } else { there }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::plan::hypercube;
    use crate::posterior::data::Datum;
    use crate::posterior::history::Emulated;

    /// Two of six unknowns are seen, as a sum and through a curve: walkers begun in a small pool have the means and deviations of a
    /// large sample of the priors, weighed; and those that nobody sees are as in the priors.
    #[test]
    fn walkers_are_where_the_weights_are() {
        let law = |u: &Vec<f64>| vec![u[0] + u[1], libm::exp(u[1])];
        let datum = |published: f64, deviation: f64| Datum {
            name: String::new(),
            key: String::new(),
            is_effect: true,
            published,
            deviation,
        };
        let data = [datum(1.1, 0.15), datum(2.0, 0.4)];
        let points = hypercube(200, 6, 1);
        let numbers: Vec<Vec<f64>> = points.iter().map(law).collect();
        let (tune, cancel) = (Tune::new(NonZeroUsize::MIN), AtomicBool::new(false));
        let emulated = Emulated::fit(&data, &points, &numbers, 0, tune, &cancel).unwrap();
        let seen = [1.1, 2.0];
        let likelihood = emulated.nearby(&seen);
        let moments = |sample: &[(Vec<f64>, f64)], unknown: usize| {
            let mean: f64 = sample.iter().map(|(u, w)| w * u[unknown]).sum();
            let square: f64 = sample
                .iter()
                .map(|(u, w)| w * (u[unknown] - mean).powi(2))
                .sum();
            (mean, square.sqrt())
        };
        let large = hypercube(20_000, 6, 3);
        let logs: Vec<f64> = large.iter().map(|u| likelihood.log(u)).collect();
        let weighed: Vec<_> = large.iter().cloned().zip(weights(&logs)).collect();
        let pool = hypercube(200, 6, 2);
        let logs: Vec<f64> = pool.iter().map(|u| likelihood.log(u)).collect();
        let walkers = Walkers::begin(&likelihood, &pool, &logs, 600, 5);
        let end = walkers.walk(60, tune, &cancel).unwrap();
        let walked: Vec<_> = end.into_iter().map(|u| (u, 1.0 / 600.0)).collect();
        for unknown in 0..6 {
            let [(mean, deviation), (own_mean, own_deviation)] =
                [&weighed, &walked].map(|sample| moments(sample, unknown));
            let error = deviation / 600f64.sqrt();
            assert!(
                (own_mean - mean).abs() < 4.0 * error,
                "{unknown}: {own_mean}, {mean}"
            );
            assert!((own_deviation / deviation - 1.0).abs() < 0.13, "{unknown}");
        }
        // The same comparison sees walkers that stand elsewhere: of what is seen the priors are wider by half.
        let (_, prior) = moments(
            &large.iter().cloned().map(|u| (u, 5e-5)).collect::<Vec<_>>(),
            1,
        );
        let (_, walked) = moments(&walked, 1);
        assert!(walked < prior * 0.8, "{walked} and {prior}");
    }

    #[test]
    fn steps_beyond_the_priors_come_back() {
        for (u, back) in [(0.25, 0.25), (-0.25, 0.25), (1.25, 0.75), (2.25, 0.25)] {
            assert!((reflected(u) - back).abs() < 1e-12, "{u}");
        }
    }
}
