//! A table of a run's folder as Parquet: the cells of its CSV, each column of the type that `datapackage.json` gives it.
//!
//! It is made of the text of the table and of nothing else, so no number can be another one than in the text: a column of numbers
//! holds, for every cell, the double that its decimal reads as. An empty cell is a null.

#[cfg(feature = "parquet")]
mod written;

use std::io::{Read, Write};

use crate::error::OutcomeError;
use crate::package::TableFile;

/// Whether this build can write Parquet: whether it has the feature `parquet`.
pub const PARQUET: bool = cfg!(feature = "parquet");

/// Writes a table again as Parquet, from its CSV.
///
/// # Errors
/// The CSV is not that table, a cell is not of its column's type, whatever reader and writer say, or this build has no Parquet.
#[cfg(feature = "parquet")]
pub fn write_parquet(
    table: TableFile,
    csv: impl Read,
    mut out: impl Write,
) -> Result<(), OutcomeError> {
    Ok(out.write_all(&written::bytes(table, csv)?)?)
}

/// Without the feature `parquet` there is nothing to write with.
///
/// # Errors
/// Always.
#[cfg(not(feature = "parquet"))]
pub fn write_parquet(_: TableFile, _: impl Read, _: impl Write) -> Result<(), OutcomeError> {
    Err(OutcomeError::Parquet(
        "this build cannot write it".to_owned(),
    ))
}
