//! Whether posteriors mean what they say: truths are planted, and have to lie in their 90 % intervals nine times of ten.
//!
//! Simulation-based calibration (S. Talts and others, arXiv 1804.06788): a truth is a point that the priors drew and that was
//! simulated; what is seen of it has the data's deviations as noise; its posterior comes from emulators that do without it.

use std::sync::atomic::AtomicBool;

use overheard_engine::Tune;
use overheard_model::streams::{At, Draws, NO_DAY, Stream, unit32_f64};

use super::data::Datum;
use super::history::Emulated;
use super::walkers::Walkers;
use crate::work::each;

/// Shares of a posterior between which a truth has to lie.
pub const INTERVAL: [f64; 2] = [0.05, 0.95];

/// Walkers of a truth's posterior, their steps, those of them by which they have left where they began, and every how many'th
/// counts from there.
const WALKERS: usize = 60;
const STEPS: u32 = 60;
const LEFT: u32 = 20;
const EVERY: u32 = 4;

/// Apart from other draws of a seed.
const PLANTED: u64 = 0x5bc << 32;

/// Truths, and what is known about where they lie.
pub struct Planted<'a> {
    pub data: &'a [Datum],
    /// Emulators, whose first points are these.
    pub emulated: &'a Emulated,
    /// What the priors drew, and the numbers simulated there.
    pub points: &'a [Vec<f64>],
    pub numbers: &'a [Vec<f64>],
    /// So many of the points are truths.
    pub truths: usize,
    /// Where walkers begin.
    pub pool: &'a [Vec<f64>],
    pub seed: u64,
}

impl Planted<'_> {
    /// By unknown, in how many of the posteriors the truth lay in its interval; nothing if somebody wished to stop.
    pub fn covered(&self, tune: Tune, cancel: &AtomicBool) -> Option<Vec<usize>> {
        let inside = each(self.truths, tune, cancel, &|truth| self.lies_inside(truth))?;
        let unknowns = self.points.first().map_or(0, Vec::len);
        let count = |unknown: usize| inside.iter().filter(|inside| inside[unknown]).count();
        Some((0..unknowns).map(count).collect())
    }

    /// By unknown, whether a truth lies in the interval of its posterior.
    fn lies_inside(&self, truth: usize) -> Vec<bool> {
        let seen: Vec<f64> = self
            .data
            .iter()
            .enumerate()
            .map(|(i, datum)| self.numbers[truth][i] + datum.deviation * noise(self.seed, truth, i))
            .collect();
        let likelihood = self.emulated.without(&seen, self.points.len(), truth);
        let seed = (self.seed ^ PLANTED).wrapping_add(truth as u64);
        let logs: Vec<f64> = self.pool.iter().map(|u| likelihood.log(u)).collect();
        let walkers = Walkers::begin(&likelihood, self.pool, &logs, WALKERS, seed);
        let own = &self.points[truth];
        let (mut below, mut all) = (vec![0u32; own.len()], 0u32);
        for walker in 0..walkers.len() {
            walkers.watch(walker, STEPS, &mut |step, u| {
                if step >= LEFT && step % EVERY == 0 {
                    all += 1;
                    for ((below, u), own) in below.iter_mut().zip(u).zip(own) {
                        *below += u32::from(u < own);
                    }
                }
            });
        }
        let share = |below: &u32| f64::from(*below) / f64::from(all);
        let inside = |below: &u32| (INTERVAL[0]..=INTERVAL[1]).contains(&share(below));
        below.iter().map(inside).collect()
    }
}

/// A normal number of mean 0 and deviation 1 (G. Box and M. Muller, *Annals of Mathematical Statistics* 29, 1958).
fn noise(seed: u64, truth: usize, datum: usize) -> f64 {
    let at = At {
        stratum: datum as u16,
        index: truth as u32,
        day: NO_DAY,
        stream: Stream::Points,
    };
    let [.., a, b] = Draws::new(seed ^ PLANTED).block(at, 1);
    let radius = (-2.0 * libm::log(1.0 - unit32_f64(a))).sqrt();
    radius * libm::cos(2.0 * std::f64::consts::PI * unit32_f64(b))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::plan::hypercube;

    /// Two unknowns of three are seen through noise. With the right deviation 90 % are covered; with one a third as large, as if
    /// one were surer than one is, far fewer: the check can fail.
    #[test]
    fn planted_truths_are_covered_and_false_certainty_is_seen() {
        let points = hypercube(300, 3, 1);
        let law = |u: &[f64]| vec![2.0 * u[0] + u[1], u[1] - u[0]];
        let numbers: Vec<Vec<f64>> = points.iter().map(|u| law(u)).collect();
        let pool = hypercube(1000, 3, 2);
        let datum = |deviation: f64| Datum {
            name: String::new(),
            key: String::new(),
            is_effect: true,
            published: 0.0,
            deviation,
        };
        let asked = |believed: f64, threads: usize| {
            let [data, claimed] = [0.3, believed].map(|d| vec![datum(d), datum(d)]);
            let tune = Tune {
                threads: NonZeroUsize::new(threads).unwrap(),
                ..Tune::new(NonZeroUsize::MIN)
            };
            let cancel = AtomicBool::new(false);
            let emulated = Emulated::fit(&claimed, &points, &numbers, 0, tune, &cancel);
            let planted = Planted {
                data: &data,
                emulated: &emulated.unwrap(),
                points: &points,
                numbers: &numbers,
                truths: 200,
                pool: &pool,
                seed: 7,
            };
            planted.covered(tune, &cancel).unwrap()
        };
        // Of 200 at 90 %: 180 ± 4.2.
        let right = asked(0.3, 1);
        assert_eq!(right, asked(0.3, 2));
        assert!(right.iter().all(|n| (166..=194).contains(n)), "{right:?}");
        let sure = asked(0.1, 2);
        assert!(sure[0] < 150 && sure[1] < 150, "{sure:?}");
        assert!((166..=194).contains(&sure[2]), "{sure:?}");
    }
}
