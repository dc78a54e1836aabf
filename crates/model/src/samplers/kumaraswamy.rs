//! A distribution on (0, 1) like the beta's, whose quantile has a closed form.

use crate::math::{exp, exp_m1, ln, ln_1p, ln_gamma};

/// Kumaraswamy's distribution, `P(X ≤ x) = 1 − (1 − xᵃ)ᵇ` (P. Kumaraswamy, J. Hydrology 46, 1980; M. C. Jones,
/// Statistical Methodology 6, 2009).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kumaraswamy {
    a: f64,
    b: f64,
}

impl Kumaraswamy {
    /// `None` unless both shapes are positive and finite.
    pub fn new(a: f64, b: f64) -> Option<Self> {
        let good = |x: f64| x > 0.0 && x.is_finite();
        (good(a) && good(b)).then_some(Kumaraswamy { a, b })
    }

    /// The member with the mean and variance of a beta distribution of this mean and concentration (sum of its two
    /// parameters): variance `mean (1 − mean) / (1 + concentration)`.
    ///
    /// `None` unless 0 < mean < 1 and 0.1 ≤ concentration ≤ 10⁴, or if the shapes that match are outside e^±20.
    pub fn beta_like(mean: f64, concentration: f64) -> Option<Self> {
        if !(mean > 0.0 && mean < 1.0 && (0.1..=1e4).contains(&concentration)) {
            return None;
        }
        let variance = mean * (1.0 - mean) / (1.0 + concentration);
        // For given a, the mean falls in b; along the curve of equal mean, the variance falls in a.
        let of_mean = |log_a: f64| {
            let a = exp(log_a);
            let log_b = bisect(-20.0, 20.0, |log_b| {
                Kumaraswamy { a, b: exp(log_b) }.mean() < mean
            });
            Kumaraswamy { a, b: exp(log_b) }
        };
        // Where even the largest b leaves the mean too high, a is far too large.
        let narrow =
            |law: Kumaraswamy| law.mean() > mean * (1.0 + 1e-5) || law.variance() < variance;
        let found = of_mean(bisect(-20.0, 20.0, |log_a| narrow(of_mean(log_a))));
        let matched = (found.mean() / mean - 1.0).abs() < 1e-6
            && (found.variance() / variance - 1.0).abs() < 1e-4;
        matched.then_some(found)
    }

    /// The quantile `(1 − (1 − u)^(1/b))^(1/a)`, increasing in `u`.
    #[inline]
    pub fn quantile(self, u: f64) -> f64 {
        let base = -exp_m1(ln_1p(-u) / self.b);
        exp(ln(base) / self.a)
    }

    /// `E X^n = Γ(1 + n/a) Γ(1 + b) / Γ(1 + n/a + b)`.
    pub fn moment(self, n: f64) -> f64 {
        let r = 1.0 + n / self.a;
        exp(ln_gamma(r) + ln_gamma(1.0 + self.b) - ln_gamma(r + self.b))
    }

    /// The mean.
    pub fn mean(self) -> f64 {
        self.moment(1.0)
    }

    /// The variance.
    pub fn variance(self) -> f64 {
        let mean = self.mean();
        self.moment(2.0) - mean * mean
    }
}

/// Where `reached` turns true on [`low`, `high`].
fn bisect(mut low: f64, mut high: f64, reached: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
