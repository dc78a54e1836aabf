//! The platform's estimate of a true interest: weighted least squares in powers of its signal strength.

use overheard_feeds::{InterestEstimate, POWERS};

/// Normal equations: moments of the powers, and of the powers with the true interest.
#[derive(Clone, Copy, Default)]
pub struct Moments {
    powers: [[f64; POWERS]; POWERS],
    interest: [f64; POWERS],
}

/// A power whose part not told by lower ones is smaller than this share of it is left out.
const TOLD: f64 = 1e-11;

impl Moments {
    /// Takes in an interest `z` seen at strength `q`, with a weight.
    pub fn see(&mut self, q: f64, z: f64, weight: f64) {
        let mut powers = [q; POWERS];
        for i in 1..POWERS {
            powers[i] = powers[i - 1] * q;
        }
        for i in 0..POWERS {
            self.interest[i] += weight * powers[i] * z;
            for j in 0..=i {
                self.powers[i][j] += weight * powers[i] * powers[j];
            }
        }
    }

    pub fn add(&mut self, other: &Self) {
        for i in 0..POWERS {
            self.interest[i] += other.interest[i];
            for j in 0..=i {
                self.powers[i][j] += other.powers[i][j];
            }
        }
    }

    /// Solves by Cholesky's decomposition. Strength itself where nothing was seen.
    pub fn solve(&self) -> InterestEstimate {
        if self.powers[0][0] <= 0.0 {
            return InterestEstimate::STRENGTH;
        }
        let mut lower = [[0.0; POWERS]; POWERS];
        let mut half = [0.0; POWERS];
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for i in 0..POWERS {
            for j in 0..i {
                if lower[j][j] > 0.0 {
                    let rest = self.powers[i][j] - dot(&lower[i][..j], &lower[j][..j]);
                    lower[i][j] = rest / lower[j][j];
                }
            }
            let rest = self.powers[i][i] - dot(&lower[i][..i], &lower[i][..i]);
            if rest > TOLD * self.powers[i][i] {
                lower[i][i] = rest.sqrt();
                half[i] = (self.interest[i] - dot(&lower[i][..i], &half[..i])) / lower[i][i];
            }
        }
        let mut coefficients = [0.0; POWERS];
        for i in (0..POWERS).rev().filter(|&i| lower[i][i] > 0.0) {
            let told: f64 = (i + 1..POWERS).map(|k| lower[k][i] * coefficients[k]).sum();
            coefficients[i] = (half[i] - told) / lower[i][i];
        }
        InterestEstimate(coefficients.map(|c| c as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At many strengths a curve within reach is found; at one, the line through it.
    #[test]
    fn least_squares_finds_what_is_there() {
        let curve = |q: f64| q * (2.0 - q * (1.5 - 0.75 * q * q));
        let mut m = Moments::default();
        for i in 1..=50 {
            let q = f64::from(i) / 50.0;
            m.see(q, curve(q), 1.0 + q);
        }
        let found = m.solve();
        for q in [0.1, 0.35, 0.8, 1.0] {
            let off = f64::from(found.at(q as f32)) - curve(q);
            assert!(off.abs() < 1e-5, "at {q}: {off}");
        }

        let mut one = Moments::default();
        one.see(0.5, 0.2, 3.0);
        assert_eq!(one.solve().at(0.5), 0.2);
        assert_eq!(Moments::default().solve(), InterestEstimate::STRENGTH);
    }
}
