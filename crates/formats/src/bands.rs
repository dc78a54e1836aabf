//! The rows of `bands.csv`: what the assumptions leave open, beside the central run.

use std::io::Read;

use crate::key::Key;
use crate::number::{number, number_or_empty};
use crate::rows::{Record, TableError, all, each};

/// The shares at which a band has quantiles.
pub const BAND_SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The columns of numbers in `bands.csv`: of the value, then of the difference from the first arm.
pub const BAND_NUMBERS: [&str; 14] = [
    "central",
    "p05",
    "p25",
    "p50",
    "p75",
    "p95",
    "draws",
    "difference_central",
    "difference_p05",
    "difference_p25",
    "difference_p50",
    "difference_p75",
    "difference_p95",
    "difference_draws",
];

/// A number of the central run, and its quantiles over draws of what nobody knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Under the scenario as it is; NaN: undefined.
    pub central: f64,
    /// At [`BAND_SHARES`]; none without draws.
    pub quantiles: Option<[f64; 5]>,
    /// Draws in which the number is defined.
    pub draws: u64,
}

/// A row of `bands.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct BandRow {
    /// Name of the arm.
    pub arm: String,
    /// What it is about.
    pub key: Key,
    /// Of the value.
    pub value: Band,
    /// Of the difference from the first arm; none in the first arm itself.
    pub difference: Option<Band>,
}

impl Band {
    /// Of what is nowhere defined.
    pub(crate) const UNDEFINED: Band = Band {
        central: f64::NAN,
        quantiles: None,
        draws: 0,
    };

    fn fields(&self) -> [String; 7] {
        let [a, b, c, d, e] = match self.quantiles {
            Some(quantiles) => quantiles.map(|x| number_or_empty(Some(x))),
            None => Default::default(),
        };
        [number(self.central), a, b, c, d, e, self.draws.to_string()]
    }

    /// The fields of a band, all empty if there is none.
    pub(crate) fn fields_of(band: Option<&Band>) -> [String; 7] {
        band.map_or_else(Default::default, Band::fields)
    }

    /// The band in these seven columns; none where they are empty.
    pub(crate) fn read(record: &Record<'_>, columns: &[&str]) -> Result<Option<Self>, TableError> {
        let numbers: Vec<Option<f64>> = columns
            .iter()
            .map(|column| record.number(column))
            .collect::<Result<_, _>>()?;
        let quantiles: Option<Vec<f64>> = numbers[1..6].iter().copied().collect();
        Ok(numbers[6].map(|draws| Band {
            central: numbers[0].unwrap_or(f64::NAN),
            quantiles: quantiles.and_then(|list| list.try_into().ok()),
            draws: draws as u64,
        }))
    }
}

impl BandRow {
    /// The fields of the row, in the order of `arm`, the key and [`BAND_NUMBERS`].
    pub fn fields(&self) -> Vec<String> {
        let head = std::iter::once(self.arm.as_str()).chain(self.key.fields());
        let mut fields: Vec<String> = head.map(str::to_owned).collect();
        fields.extend(Band::fields_of(Some(&self.value)));
        fields.extend(Band::fields_of(self.difference.as_ref()));
        fields
    }
}

/// Reads a `bands.csv`.
///
/// # Errors
/// A table without its columns, or a number that is none, with its line.
pub fn read_bands(input: impl Read) -> Result<Vec<BandRow>, TableError> {
    let needed = [&["arm", "measure"][..], &BAND_NUMBERS].concat();
    let (value, difference) = BAND_NUMBERS.split_at(BAND_NUMBERS.len() / 2);
    let row = |record: &Record<'_>| {
        Ok(BandRow {
            arm: record.text("arm").to_owned(),
            key: record.key(),
            value: Band::read(record, value)?.unwrap_or(Band::UNDEFINED),
            difference: Band::read(record, difference)?,
        })
    };
    all(|take| each("bands.csv", &needed, input, row, take))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::header;

    #[test]
    fn rows_are_read_as_they_are_written() {
        let band = Band {
            central: 1.5,
            quantiles: Some([1.0, 2.0, 3.0, 4.0, 5.0]),
            draws: 64,
        };
        let rows = [
            BandRow {
                arm: "base".to_owned(),
                key: Key::of("chats"),
                value: Band {
                    quantiles: None,
                    draws: 0,
                    ..band
                },
                difference: None,
            },
            BandRow {
                arm: "policy".to_owned(),
                key: Key::of("ad_clicks"),
                value: band,
                difference: Some(band),
            },
        ];
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(header(&BAND_NUMBERS)).unwrap();
        for row in &rows {
            out.write_record(row.fields()).unwrap();
        }
        let text = out.into_inner().unwrap();
        assert_eq!(read_bands(&text[..]).unwrap(), rows);
    }
}
