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
        let above = |price: f64| sum(&|lambda| self.law.paid_above(lambda, price)) / sold;
        // Bisection on the logarithm of the price.
        let (mut low, mut high) = (0.0, 40.0);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if above(pow(2.0, middle)) > 1.0 - share {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(pow(2.0, low))
    }
}
