//! `calibration.csv`: published figures against the run's own.

use serde::Deserialize;

/// One published figure.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct CalibrationRow {
    /// Number of the figure.
    pub id: String,
    /// What it is.
    pub figure: String,
    /// As published; text where it is not one number.
    pub published: String,
    /// As simulated; empty where the run does not produce it.
    pub simulated: String,
    /// How far apart they may be (%).
    pub tolerance_percent: String,
    /// Who published it.
    pub source: String,
    /// Why there is no simulated figure, or what to know about it.
    pub note: String,
}

impl CalibrationRow {
    /// Simulated over published, minus one (%); `None` where either is not a number or nothing was published but zero.
    pub fn deviation_percent(&self) -> Option<f64> {
        let published: f64 = self.published.trim().parse().ok()?;
        let simulated: f64 = self.simulated.trim().parse().ok()?;
        let percent = 100.0 * (simulated - published) / published.abs();
        percent.is_finite().then_some(percent)
    }

    /// The deviation in units of its tolerance: within ±1 is in.
    pub fn deviation_in_tolerances(&self) -> Option<f64> {
        let tolerance: f64 = self.tolerance_percent.trim().parse().ok()?;
        let units = self.deviation_percent()? / tolerance;
        units.is_finite().then_some(units)
    }

    /// Whether the simulated figure is within tolerance; `None` if that cannot be said.
    pub fn within(&self) -> Option<bool> {
        self.deviation_in_tolerances()
            .map(|units| units.abs() <= 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::CalibrationRow;

    #[test]
    fn deviation_in_units_of_tolerance() {
        let row = |published: &str, simulated: &str| CalibrationRow {
            published: published.into(),
            simulated: simulated.into(),
            tolerance_percent: "5".into(),
            ..CalibrationRow::default()
        };
        assert_eq!(row("200", "190").deviation_in_tolerances(), Some(-1.0));
        assert_eq!(row("200", "190").within(), Some(true));
        assert_eq!(row("200", "211").within(), Some(false));
        assert_eq!(row("5 points", "1").within(), None);
        assert_eq!(row("1", "").within(), None);
        assert_eq!(row("0", "1").within(), None);
    }
}
