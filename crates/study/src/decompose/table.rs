//! `decomposition.csv`.

use std::io::Write;

use overheard_formats::{number, number_or_empty};
use overheard_outcomes::Estimate;

use super::shares::Decomposition;

/// Its columns.
const COLUMNS: [&str; 10] = [
    "measure",
    "source",
    "bucket",
    "provision",
    "alone",
    "alone_std_error",
    "last",
    "last_std_error",
    "shapley",
    "shapley_std_error",
];
/// Stands where others have a provision, in the row of what all of them do together.
const TOGETHER: &str = "all together";

/// Writes a row for each number and provision, and one for all provisions together.
///
/// # Errors
/// Whatever the writer says.
pub fn write_decomposition(out: impl Write, found: &[Decomposition]) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for number_apart in found {
        let key = &number_apart.key;
        let mut row = |provision: &str, estimates: [&Estimate; 3]| {
            let cells = estimates.map(|e| [number(e.value), number_or_empty(e.std_error())]);
            let about = [
                key.measure(),
                key.get(overheard_formats::Column::Source),
                key.get(overheard_formats::Column::Bucket),
                provision,
            ];
            let cells = cells.as_flattened().iter().map(String::as_str);
            table.write_record(about.into_iter().chain(cells))
        };
        for c in &number_apart.contributions {
            row(&c.provision, [&c.alone, &c.last, &c.shapley])?;
        }
        let together = number_apart.all.minus(&number_apart.none);
        row(TOGETHER, [&together; 3])?;
    }
    Ok(table.flush()?)
}
