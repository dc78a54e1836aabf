//! The published figures that a base arm is to meet, beside what a run made of them.

use overheard_model::adoption;
use overheard_outcomes::{
    CalibrationInputs, CalibrationRow, Estimates, OutcomeError, adoption_dates, calibration,
};

use crate::simulate::Prepared;

/// Every figure of `data/calibration.csv`, from the estimates of a run.
///
/// # Errors
/// The estimates are not of this run.
pub fn figures(
    prepared: &Prepared,
    estimates: &Estimates,
) -> Result<Vec<CalibrationRow>, OutcomeError> {
    let world = prepared.world();
    calibration(CalibrationInputs {
        estimates,
        strata: &world.strata,
        undeclared_minors: &world.minors,
        adoption: &adoption_curve()?,
    })
}

/// The model's users at the dates at which counts were published (million).
fn adoption_curve() -> Result<Vec<f64>, OutcomeError> {
    let users = |text: String| {
        let date = text.parse().unwrap_or(jiff::civil::Date::ZERO);
        adoption::users(overheard_scenario::days_since_launch(date))
    };
    Ok(adoption_dates()?.into_iter().map(users).collect())
}
