//! The rows of `pairs.csv`: an arm beside another, draw by draw.

use std::io::Read;

use crate::bands::Band;
use crate::key::{COLUMNS, Key};
use crate::rows::{Record, TableError, all, each};

/// The columns of numbers in `pairs.csv`: of the ratio of the two arms, then of their difference.
pub const PAIR_NUMBERS: [&str; 14] = [
    "ratio_central",
    "ratio_p05",
    "ratio_p25",
    "ratio_p50",
    "ratio_p75",
    "ratio_p95",
    "ratio_draws",
    "difference_central",
    "difference_p05",
    "difference_p25",
    "difference_p50",
    "difference_p75",
    "difference_p95",
    "difference_draws",
];

/// A row of `pairs.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct PairRow {
    /// Name of the arm.
    pub arm: String,
    /// The arm that it is held against.
    pub against: String,
    /// What it is about.
    pub key: Key,
    /// Of the one over the other; none for a number that is a difference itself.
    pub ratio: Option<Band>,
    /// Of the one less the other.
    pub difference: Band,
}

impl PairRow {
    /// The header of the table.
    pub fn header() -> impl Iterator<Item = &'static str> {
        ["arm", "against"]
            .into_iter()
            .chain(COLUMNS)
            .chain(PAIR_NUMBERS)
    }

    /// The fields of the row, in the order of the header.
    pub fn fields(&self) -> Vec<String> {
        let head = [self.arm.as_str(), self.against.as_str()];
        let head = head.into_iter().chain(self.key.fields());
        let mut fields: Vec<String> = head.map(str::to_owned).collect();
        fields.extend(Band::fields_of(self.ratio.as_ref()));
        fields.extend(Band::fields_of(Some(&self.difference)));
        fields
    }
}

/// Reads a `pairs.csv`.
///
/// # Errors
/// A table without its columns, or a number that is none, with its line.
pub fn read_pairs(input: impl Read) -> Result<Vec<PairRow>, TableError> {
    let needed = [&["arm", "against", "measure"][..], &PAIR_NUMBERS].concat();
    let (ratio, difference) = PAIR_NUMBERS.split_at(PAIR_NUMBERS.len() / 2);
    let row = |record: &Record<'_>| {
        Ok(PairRow {
            arm: record.text("arm").to_owned(),
            against: record.text("against").to_owned(),
            key: record.key(),
            ratio: Band::read(record, ratio)?,
            difference: Band::read(record, difference)?.unwrap_or(Band::UNDEFINED),
        })
    };
    all(|take| each("pairs.csv", &needed, input, row, take))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_are_written() {
        let band = Band {
            central: 0.4,
            quantiles: Some([0.1, 0.2, 0.3, 0.4, 0.5]),
            draws: 64,
        };
        let row = |key: Key, ratio| PairRow {
            arm: "days-7".to_owned(),
            against: "as-announced".to_owned(),
            key,
            ratio,
            difference: band,
        };
        let rows = [
            row(Key::of("displaced_impressions"), Some(band)),
            row(Key::of("ad_clicks"), None),
        ];
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(PairRow::header()).unwrap();
        for row in &rows {
            out.write_record(row.fields()).unwrap();
        }
        let text = out.into_inner().unwrap();
        assert_eq!(read_pairs(&text[..]).unwrap(), rows);
    }
}
