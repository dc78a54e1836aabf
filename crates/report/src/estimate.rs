//! Values with standard errors, and the little arithmetic a report needs.

pub use overheard_formats::Z95;

/// A value and its standard error, both in the unit of the measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Standard error; zero where the table gives none.
    pub std_error: f64,
}

impl Estimate {
    /// A value and its standard error.
    pub fn new(value: f64, std_error: f64) -> Self {
        Self { value, std_error }
    }

    /// Half the width of the 95 % interval.
    pub fn half_width(self) -> f64 {
        Z95 * self.std_error
    }

    /// The 95 % interval.
    pub fn interval(self) -> (f64, f64) {
        (
            self.value - self.half_width(),
            self.value + self.half_width(),
        )
    }

    /// Whether a count rests on so few simulated people that its size cannot be told: its error is more than half of it.
    pub fn is_too_few(self) -> bool {
        self.std_error > 0.5 * self.value.abs()
    }

    /// Both multiplied by `factor`.
    pub fn times(self, factor: f64) -> Self {
        Self::new(self.value * factor, self.std_error * factor.abs())
    }

    /// The sum of estimates whose covariance is unknown: errors add up, which is never too narrow.
    pub fn sum(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        parts
            .into_iter()
            .reduce(|a, b| Self::new(a.value + b.value, a.std_error + b.std_error))
    }

    /// `self / whole` where the covariance is unknown: `(s_a + r s_b) / b`, the triangle inequality, which is never too narrow.
    /// `None` when `whole` is not positive.
    pub fn share_of(self, whole: Self) -> Option<Self> {
        if whole.value <= 0.0 {
            return None;
        }
        let ratio = self.value / whole.value;
        let error = (self.std_error + ratio.abs() * whole.std_error) / whole.value;
        Some(Self::new(ratio, error))
    }

    /// For a chart, as `factor` times itself.
    pub(crate) fn plotted(self, factor: f64) -> overheard_charts::Estimate {
        let scaled = self.times(factor);
        overheard_charts::Estimate::new(scaled.value, scaled.half_width())
    }
}

#[cfg(test)]
mod tests {
    use super::Estimate;

    #[test]
    fn errors_of_shares_and_sums_are_never_too_narrow() {
        let (a, b) = (Estimate::new(10.0, 1.0), Estimate::new(200.0, 4.0));
        let share = a.share_of(b).unwrap();
        assert_eq!(share.value, 0.05);
        // The largest error any correlation allows: numerator and denominator perfectly opposed.
        let worst = (11.0 / 196.0 - 9.0 / 204.0) / 2.0;
        assert!(share.std_error > 0.99 * worst, "{share:?} {worst}");
        assert_eq!(Estimate::sum([a, a]), Some(Estimate::new(20.0, 2.0)));
        assert_eq!(Estimate::sum([]), None);
        assert_eq!(a.share_of(Estimate::new(0.0, 0.0)), None);
    }
}
