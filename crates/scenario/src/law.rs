//! How the plausible values of an unknown lie between their ends.

/// A distribution over a range: triangular where one value is the most plausible, uniform where none is. A range of a factor
/// of ten or more is spread over the logarithm.
///
/// Triangular, not the smoother PERT: a judgement gives three numbers and no more, and PERT makes of them a distribution about a
/// quarter narrower, that is, knowledge which nobody has. And its quantile is a root, not the inverse of an incomplete beta
/// function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// Smallest plausible value.
    pub low: f64,
    /// Most plausible value, if one is.
    pub mode: Option<f64>,
    /// Largest plausible value.
    pub high: f64,
}

/// From this ratio of the ends on, values are spread over their logarithm.
const DECADE: f64 = 10.0;

impl Law {
    /// Over a range of which no value is more plausible than another.
    pub const fn over(low: f64, high: f64) -> Self {
        Law {
            low,
            mode: None,
            high,
        }
    }

    /// Whether values are spread over their logarithm.
    pub fn is_logarithmic(&self) -> bool {
        self.low > 0.0 && self.high >= DECADE * self.low
    }

    /// The value below which a share `u` of the distribution lies.
    ///
    /// Triangular over `a`, `m`, `b`, with `p = (m - a) / (b - a)`: `a + √(u (b - a) (m - a))` for `u < p`, else
    /// `b - √((1 - u) (b - a) (b - m))`.
    pub fn quantile(&self, u: f64) -> f64 {
        let scale = |x: f64| match self.is_logarithmic() {
            true => libm::log(x),
            false => x,
        };
        let (a, b) = (scale(self.low), scale(self.high));
        if u <= 0.0 || u >= 1.0 {
            return if u <= 0.0 { self.low } else { self.high };
        }
        let x = match self.mode.map(scale) {
            None => a + u * (b - a),
            Some(m) if u * (b - a) < m - a => a + (u * (b - a) * (m - a)).sqrt(),
            Some(m) => b - ((1.0 - u) * (b - a) * (b - m)).sqrt(),
        };
        let x = match self.is_logarithmic() {
            true => libm::exp(x),
            false => x,
        };
        // The exponential of a logarithm need not be the number itself.
        x.clamp(self.low, self.high)
    }

    /// In words: `0.5 to 10, most plausibly 3 (log scale)`.
    pub fn words(&self) -> String {
        let mut words = format!("{} to {}", self.low, self.high);
        if let Some(mode) = self.mode {
            words += &format!(", most plausibly {mode}");
        }
        if self.is_logarithmic() {
            words += " (log scale)";
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(law: Law, of: impl Fn(f64) -> f64) -> f64 {
        let n = 100_000;
        let at = |i| of(law.quantile((f64::from(i) + 0.5) / f64::from(n)));
        (0..n).map(at).sum::<f64>() / f64::from(n)
    }

    #[test]
    fn quantiles_are_of_the_triangle() {
        let law = Law {
            low: 1.0,
            mode: Some(2.0),
            high: 6.0,
        };
        assert!(!law.is_logarithmic());
        // Mean (a + m + b) / 3, variance (a² + m² + b² - am - ab - mb) / 18.
        let m = mean(law, |x| x);
        assert!((m - 3.0).abs() < 1e-4, "{m}");
        let v = mean(law, |x| (x - 3.0) * (x - 3.0));
        assert!((v - 21.0 / 18.0).abs() < 1e-3, "{v}");
        assert_eq!((law.quantile(0.0), law.quantile(1.0)), (1.0, 6.0));
        assert!((law.quantile(0.2) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn decades_are_spread_over_the_logarithm() {
        let law = Law {
            low: 0.001,
            mode: None,
            high: 1.0,
        };
        assert!((law.quantile(1.0 / 3.0) / 0.01 - 1.0).abs() < 1e-12);
        let law = Law {
            mode: Some(0.01),
            ..law
        };
        let m = mean(law, libm::log10);
        assert!((m + 5.0 / 3.0).abs() < 1e-4, "{m}");
    }

    /// Also where the most plausible value is an end.
    #[test]
    fn no_value_leaves_the_range() {
        for (low, mode, high) in [(0.0, 0.0, 1.0), (0.8, 1.0, 1.0), (0.3, 0.3, 300.0)] {
            let law = Law {
                low,
                mode: Some(mode),
                high,
            };
            let values: Vec<f64> = (0..=100)
                .map(|i| law.quantile(f64::from(i) / 100.0))
                .collect();
            assert!(values.is_sorted() && values.iter().all(|x| (low..=high).contains(x)));
            assert_eq!((values[0], values[100]), (low, high));
        }
    }
}
