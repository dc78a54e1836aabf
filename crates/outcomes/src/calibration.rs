//! `calibration.csv`: the figures that the base arm is to meet, beside what it produced.

mod figures;
mod inputs;
mod published;

use std::io::Write;

use overheard_formats::{number, number_or_empty};

use crate::error::OutcomeError;

pub use inputs::CalibrationInputs;
/// One published figure and its simulated counterpart, in the figure's unit.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrationRow {
    pub id: u32,
    /// What it is, with its unit in brackets.
    pub figure: String,
    pub published: f64,
    /// `None` where the run's window or tables cannot tell; the note says why.
    pub simulated: Option<f64>,
    /// Allowed deviation (%).
    pub tolerance_percent: f64,
    /// Title and address of the publication.
    pub source: String,
    /// `100 (simulated / published - 1)`.
    pub deviation_percent: Option<f64>,
    pub note: String,
}

impl CalibrationRow {
    /// Whether the deviation is within the tolerance.
    pub fn within(&self) -> Option<bool> {
        self.deviation_percent
            .map(|d| d.abs() <= self.tolerance_percent)
    }
}

/// Dates (ISO) of the published user counts that row 4 compares the adoption curve with.
///
/// # Errors
/// A malformed data file.
pub fn adoption_dates() -> Result<Vec<String>, OutcomeError> {
    Ok(published::adoption()?
        .into_iter()
        .map(|(date, _)| date)
        .collect())
}

/// Every figure of `data/calibration.csv` as published, simulated by nobody.
///
/// # Errors
/// A malformed data file.
pub fn published_figures() -> Result<Vec<CalibrationRow>, OutcomeError> {
    let row = |figure: published::Figure| CalibrationRow {
        id: figure.id,
        figure: format!("{} [{}]", figure.figure, figure.unit),
        published: figure.value,
        simulated: None,
        tolerance_percent: figure.tolerance_percent,
        source: figure.source,
        deviation_percent: None,
        note: figure.note,
    };
    Ok(published::figures()?.into_iter().map(row).collect())
}

/// Every row of `data/calibration.csv`, computed from the base arm.
///
/// # Errors
/// A malformed data file.
pub fn calibration(inputs: CalibrationInputs) -> Result<Vec<CalibrationRow>, OutcomeError> {
    let adoption = published::adoption()?;
    let simulated = |mut row: CalibrationRow| {
        row.simulated = match row.id {
            4 => figures::worst_adoption(&adoption, inputs.adoption),
            id => figures::simulated(id, &inputs),
        };
        row.deviation_percent = row.simulated.map(|s| 100.0 * (s / row.published - 1.0));
        let computed = match figures::remark(row.id) {
            _ if row.simulated.is_none() => "this run's window or arms do not show it",
            remark => remark,
        };
        if !computed.is_empty() {
            let separator = if row.note.is_empty() { "" } else { "; " };
            row.note = format!("{}{separator}{computed}", row.note);
        }
        row
    };
    Ok(published_figures()?.into_iter().map(simulated).collect())
}

/// The columns of `calibration.csv`.
pub(crate) const COLUMNS: [&str; 9] = [
    "id",
    "figure",
    "published",
    "simulated",
    "tolerance_percent",
    "source",
    "deviation_percent",
    "within",
    "note",
];

/// Writes `calibration.csv`: `id`, `figure`, `published`, `simulated`, `tolerance_percent`, `source`,
/// `deviation_percent`, `within` (`yes`, `no` or empty), `note`.
///
/// # Errors
/// Whatever the writer says.
pub fn write_calibration(out: impl Write, rows: &[CalibrationRow]) -> Result<(), OutcomeError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for row in rows {
        let within = row.within().map_or("", |w| if w { "yes" } else { "no" });
        table.write_record([
            &row.id.to_string(),
            &row.figure,
            &number(row.published),
            &number_or_empty(row.simulated),
            &number(row.tolerance_percent),
            &row.source,
            &number_or_empty(row.deviation_percent),
            within,
            &row.note,
        ])?;
    }
    table.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests;
