//! `measures.csv`: what the measures of a run are, their units, and over which columns their rows add up.

use std::io::Write;

use crate::error::OutcomeError;
use crate::measures::dictionary;

/// Writes `measures.csv`: `measure`, `unit`, `adds_up_over`, `meaning`.
///
/// # Errors
/// Whatever the writer says.
pub fn write_dictionary(out: impl Write) -> Result<(), OutcomeError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["measure", "unit", "adds_up_over", "meaning"])?;
    for entry in dictionary() {
        let columns: Vec<&str> = entry.adds_up_over.iter().map(|c| c.name()).collect();
        table.write_record([entry.measure, entry.unit, &columns.join(" "), entry.meaning])?;
    }
    table.flush()?;
    Ok(())
}
