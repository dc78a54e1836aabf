//! Whether posteriors mean what they say: truths are planted, and have to lie in their 90 % intervals nine times of ten.
//!
//! Simulation-based calibration (S. Talts and others, arXiv 1804.06788): a truth is a point that the priors drew and that was
//! simulated; what is seen of it has the data's deviations as noise; its posterior comes from emulators that do without it.

use overheard_model::streams::{At, Draws, NO_DAY, Stream, unit32_f64};

use super::data::Datum;
use super::history::{Emulated, weights};

/// Shares of a posterior between which a truth has to lie.
pub const INTERVAL: [f64; 2] = [0.05, 0.95];

/// Points of the pool that a posterior weighs.
const POOL: usize = 20_000;

/// By unknown, in how many of the posteriors of `truths` (places among `points`) the truth lay in its interval.
///
/// Of the pool so many are weighed that hundreds agree with what is seen of a truth: intervals from few points are too short.
pub fn covered(
    data: &[Datum],
    emulated: &Emulated,
    points: &[Vec<f64>],
    numbers: &[Vec<f64>],
    truths: usize,
    pool: &[Vec<f64>],
    seed: u64,
) -> Vec<usize> {
    let unknowns = points.first().map_or(0, Vec::len);
    let pool = &pool[..POOL.min(pool.len())];
    let mut covered = vec![0; unknowns];
    for truth in 0..truths {
        let seen: Vec<f64> = data
            .iter()
            .enumerate()
            .map(|(i, datum)| numbers[truth][i] + datum.deviation * noise(seed, truth, i))
            .collect();
        let log = |u: &Vec<f64>| emulated.log_likelihood(&seen, u, Some(truth));
        let logs: Vec<f64> = pool.iter().map(log).collect();
        let weights = weights(&logs);
        for (unknown, covered) in covered.iter_mut().enumerate() {
            let own = points[truth][unknown];
            let below = pool.iter().zip(&weights).filter(|(u, _)| u[unknown] < own);
            let share: f64 = below.map(|(_, w)| w).sum();
            *covered += usize::from((INTERVAL[0]..=INTERVAL[1]).contains(&share));
        }
    }
    covered
}

/// A normal number of mean 0 and deviation 1 (G. Box and M. Muller, *Annals of Mathematical Statistics* 29, 1958).
fn noise(seed: u64, truth: usize, datum: usize) -> f64 {
    let at = At {
        stratum: datum as u16,
        index: truth as u32,
        day: NO_DAY,
        stream: Stream::Points,
    };
    let [.., a, b] = Draws::new(seed ^ 0x5bc).block(at, 1);
    let radius = (-2.0 * libm::log(1.0 - unit32_f64(a))).sqrt();
    radius * libm::cos(2.0 * std::f64::consts::PI * unit32_f64(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::hypercube;

    /// Two unknowns of three are seen through noise. With the right deviation 90 % are covered; with one a third as large, as if
    /// one were surer than one is, far fewer: the check can fail.
    #[test]
    fn planted_truths_are_covered_and_false_certainty_is_seen() {
        let points = hypercube(300, 3, 1);
        let law = |u: &[f64]| vec![2.0 * u[0] + u[1], u[1] - u[0]];
        let numbers: Vec<Vec<f64>> = points.iter().map(|u| law(u)).collect();
        let pool = hypercube(4000, 3, 2);
        let datum = |deviation: f64| Datum {
            name: String::new(),
            key: String::new(),
            is_effect: true,
            published: 0.0,
            deviation,
        };
        let asked = |believed: f64| {
            let [data, claimed] = [0.3, believed].map(|d| vec![datum(d), datum(d)]);
            let emulated = Emulated::fit(&claimed, &points, &numbers).unwrap();
            covered(&data, &emulated, &points, &numbers, 200, &pool, 7)
        };
        // Of 200 at 90 %: 180 ± 4.2.
        let right = asked(0.3);
        assert!(right.iter().all(|n| (166..=194).contains(n)), "{right:?}");
        let sure = asked(0.1);
        assert!(sure[0] < 150 && sure[1] < 150, "{sure:?}");
        assert!((166..=194).contains(&sure[2]), "{sure:?}");
    }
}
