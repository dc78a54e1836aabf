//! What single slots are sold for.

use super::law::RaceLaw;
use crate::math::pow;

/// Slots by their Λ, in sixteenths of an octave: enough to say which share of those sold cost how much.
#[derive(Clone, Debug)]
pub struct PaidPrices {
    law: RaceLaw,
    slots: Vec<f64>,
}

const PER_OCTAVE: f64 = 16.0;
/// Λ from 2^-20 to 2^44.
const LOW: f64 = -20.0;
const BINS: usize = 64 * 16;

impl PaidPrices {
    /// No slots yet, sold by this law.
    pub fn new(law: RaceLaw) -> Self {
        PaidPrices {
            law,
            slots: vec![0.0; BINS],
        }
    }

    /// Adds so many slots of one Λ.
    pub fn add(&mut self, lambda: f64, slots: f64) {
        if lambda > 0.0 {
            let bin = (libm::log2(lambda) - LOW) * PER_OCTAVE;
            self.slots[(bin.max(0.0) as usize).min(BINS - 1)] += slots;
        }
    }

    /// The price (reserves) that a share of the slots sold cost at most: 0.5 is the median. Nothing if none is sold.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let bins: Vec<(f64, f64)> = self
            .slots
            .iter()
            .enumerate()
            .filter(|(_, slots)| **slots > 0.0)
            .map(|(bin, slots)| (libm::exp2(LOW + (bin as f64 + 0.5) / PER_OCTAVE), *slots))
            .collect();
        let sum = |of: &dyn Fn(f64) -> f64| bins.iter().map(|(l, n)| n * of(*l)).sum::<f64>();
        let sold = sum(&|lambda| self.law.fill(lambda));
        if sold <= 0.0 {
            return None;
        }
        // How many more than that cost more, by the logarithm of the price.
        let beyond = |x: f64| {
            let paid_above = self.law.paid_above(pow(2.0, x));
            sum(&paid_above) / sold - (1.0 - share)
        };
        Some(pow(2.0, root(beyond, 0.0, 40.0)))
    }
}

/// Where a falling function crosses 0 between two places, to 1e-11; the end that is nearer where it does not. Halving, until
/// the function is nearly straight in between, then by the Illinois method (M. Dowell and P. Jarratt, *BIT* 11, 1971).
fn root(f: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let (mut a, mut b) = ((low, f(low)), (high, f(high)));
    if a.1 <= 0.0 {
        return low;
    }
    let (mut last, mut rose) = (high, None);
    for step in 0..60 {
        let x = if step < 5 {
            0.5 * (a.0 + b.0)
        } else {
            (a.0 * b.1 - b.0 * a.1) / (b.1 - a.1)
        };
        let y = f(x);
        if y == 0.0 || (x - last).abs() < 1e-11 {
            return x;
        }
        last = x;
        // An end that stays twice counts half, so that the other comes nearer.
        let (moved, stayed) = if y > 0.0 {
            (&mut a, &mut b)
        } else {
            (&mut b, &mut a)
        };
        if rose.replace(y > 0.0) == Some(y > 0.0) {
            stayed.1 *= 0.5;
        }
        *moved = (x, y);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn roots_are_found_with_few_evaluations() {
        for (at, steepness) in [(0.001, 0.3), (1.7, 4.0), (20.0, 0.05), (39.9, 2.0)] {
            let evaluated = std::cell::Cell::new(0);
            let f = |x: f64| {
                evaluated.set(evaluated.get() + 1);
                -libm::tanh(steepness * (x - at))
            };
            let found = root(f, 0.0, 40.0);
            assert!((found - at).abs() < 1e-9, "{found} for {at}");
            assert!(evaluated.get() < 25, "{} for {at}", evaluated.get());
        }
        assert_eq!(root(|_| -1.0, 0.0, 40.0), 0.0);
    }
}
