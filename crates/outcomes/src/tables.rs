//! `outcomes.csv` and `differences.csv`, written and read.

use std::io::{Read, Write};

use crate::error::OutcomeError;
use crate::estimates::Estimates;
use crate::key::{COLUMNS, Key};
use crate::number::{number, number_or_empty};

/// A row of `outcomes.csv` as read back.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeRow {
    pub arm: String,
    pub key: Key,
    /// NaN where the table leaves it empty: undefined.
    pub value: f64,
    pub std_error: Option<f64>,
}

/// A row of `differences.csv`: an arm against the first arm, or a run against another.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferenceRow {
    pub arm: String,
    pub key: Key,
    pub base_value: f64,
    pub value: f64,
    /// `value - base_value`, before either was rounded for the table.
    pub difference: f64,
    pub std_error: Option<f64>,
}

impl DifferenceRow {
    /// The difference in percent of the base value; none where that is 0 or undefined.
    pub fn change_percent(&self) -> Option<f64> {
        let change = 100.0 * self.difference / self.base_value.abs();
        change.is_finite().then_some(change)
    }
}

/// Writes `outcomes.csv`: `arm`, the key columns, `value`, `std_error`.
///
/// Every row of every cut is written, also where it is zero in all arms: the keys then do not depend on chance, and
/// runs can be paired row by row.
///
/// # Errors
/// Whatever the writer says.
pub fn write_outcomes(out: impl Write, estimates: &Estimates) -> Result<(), OutcomeError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header(&["value", "std_error"]))?;
    for row in estimates.rows() {
        let value = number(row.estimate.value);
        let error = number_or_empty(row.estimate.std_error());
        let key = row.key.fields();
        table.write_record(
            std::iter::once(row.arm)
                .chain(key)
                .chain([&*value, &*error]),
        )?;
    }
    table.flush()?;
    Ok(())
}

/// Every arm but the first against the first, row by row, with paired replicates: equal arms differ by exactly 0 ± 0.
/// Rows that only one of the two has are left out.
pub fn differences(estimates: &Estimates) -> impl Iterator<Item = DifferenceRow> {
    (1..estimates.arms().len()).flat_map(move |arm| {
        estimates
            .keys()
            .enumerate()
            .filter_map(move |(place, key)| {
                let (base, other) = (estimates.at(0, place)?, estimates.at(arm, place)?);
                let (difference, std_error) = other.difference(base);
                Some(DifferenceRow {
                    arm: estimates.arms()[arm].clone(),
                    key: key.clone(),
                    base_value: base.value,
                    value: other.value,
                    difference,
                    std_error,
                })
            })
    })
}

/// Writes `differences.csv`: `arm`, the key columns, `base_value`, `value`, `difference`, `std_error`.
///
/// # Errors
/// Whatever the writer says.
pub fn write_differences(
    out: impl Write,
    rows: impl IntoIterator<Item = DifferenceRow>,
) -> Result<(), OutcomeError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header(&["base_value", "value", "difference", "std_error"]))?;
    for row in rows {
        let numbers = [row.base_value, row.value, row.difference].map(number);
        let error = number_or_empty(row.std_error);
        let numbers = numbers.iter().chain([&error]).map(String::as_str);
        table.write_record(
            std::iter::once(&*row.arm)
                .chain(row.key.fields())
                .chain(numbers),
        )?;
    }
    table.flush()?;
    Ok(())
}

/// Reads an `outcomes.csv`.
///
/// # Errors
/// A table without `arm`, `measure` or `value`, or a number that is none, with its line.
pub fn read_outcomes(input: impl Read) -> Result<Vec<OutcomeRow>, OutcomeError> {
    read("outcomes.csv", input, |record| {
        Ok(OutcomeRow {
            arm: record.text("arm").to_owned(),
            key: record.key(),
            value: record.number("value")?.unwrap_or(f64::NAN),
            std_error: record.number("std_error")?,
        })
    })
}

/// Reads a `differences.csv`.
///
/// # Errors
/// As [`read_outcomes`].
pub fn read_differences(input: impl Read) -> Result<Vec<DifferenceRow>, OutcomeError> {
    read("differences.csv", input, |record| {
        let value = |name| Ok::<f64, OutcomeError>(record.number(name)?.unwrap_or(f64::NAN));
        Ok(DifferenceRow {
            arm: record.text("arm").to_owned(),
            key: record.key(),
            base_value: value("base_value")?,
            value: value("value")?,
            difference: value("difference")?,
            std_error: record.number("std_error")?,
        })
    })
}

pub(crate) fn header<'a>(values: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    std::iter::once("arm")
        .chain(COLUMNS)
        .chain(values.iter().copied())
}

/// The text of a table, and where its header stands: what is before it are remarks.
#[derive(Clone, Debug)]
pub(crate) struct Text<'a> {
    table: &'static str,
    bytes: &'a [u8],
    header: usize,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl<'a> Text<'a> {
    /// A table whose header begins at a byte.
    pub fn new(table: &'static str, bytes: &'a [u8], header: usize) -> Self {
        let end = |(i, byte): (usize, &u8)| match byte {
            b'\n' => Some(i),
            b'\r' => (bytes.get(i + 1) != Some(&b'\n')).then_some(i),
            _ => None,
        };
        Text {
            table,
            bytes,
            header,
            ends: bytes.iter().enumerate().filter_map(end).collect(),
        }
    }

    /// The line, as an editor counts, of a record that is said to begin at a byte. There the reader stood when it had
    /// taken the one before: the rest of a line's end (of `\r\n`), empty lines and remarks may still lie between.
    fn line(&self, byte: u64) -> u64 {
        let mut at = (self.header + byte as usize).min(self.bytes.len());
        loop {
            match self.bytes.get(at) {
                Some(b'\r' | b'\n') => at += 1,
                Some(b'#') => {
                    let rest = self.bytes[at..].iter();
                    at += rest.take_while(|b| !matches!(b, b'\r' | b'\n')).count();
                }
                _ => break,
            }
        }
        1 + self.ends.partition_point(|end| *end < at) as u64
    }

    fn fault(&self, position: Option<&csv::Position>, message: String) -> OutcomeError {
        OutcomeError::Table {
            table: self.table,
            line: self.line(position.map_or(0, csv::Position::byte)),
            message,
        }
    }

    /// What the reader of the records found, at the file's own line.
    fn unreadable(&self, error: csv::Error) -> OutcomeError {
        let message = match error.kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => format!("{len} fields under {expected_len} columns"),
            csv::ErrorKind::Utf8 { .. } => "not UTF-8 text".to_owned(),
            _ => return error.into(),
        };
        self.fault(error.position(), message)
    }

    /// Reads a table that has at least `arm`, `measure` and `value`; `known` judges the others.
    pub fn read<T>(
        &self,
        known: impl Fn(&str) -> Result<(), String>,
        row: impl Fn(Record) -> Result<T, OutcomeError>,
    ) -> Result<Vec<T>, OutcomeError> {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(&self.bytes[self.header..]);
        let header = reader.headers().map_err(|e| self.unreadable(e))?.clone();
        for column in ["arm", "measure", "value"] {
            if !header.iter().any(|h| h == column) {
                let message = format!("there is no column `{column}`");
                return Err(self.fault(None, message));
            }
        }
        for (place, column) in header.iter().enumerate() {
            known(column).map_err(|message| self.fault(None, message))?;
            if header.iter().take(place).any(|before| before == column) {
                return Err(self.fault(None, format!("the column `{column}` is there twice")));
            }
        }
        let mut rows = Vec::new();
        for fields in reader.records() {
            rows.push(row(Record {
                text: self,
                header: &header,
                fields: &fields.map_err(|e| self.unreadable(e))?,
            })?);
        }
        Ok(rows)
    }
}

/// One record of a table, its fields found by column name.
pub(crate) struct Record<'a> {
    text: &'a Text<'a>,
    header: &'a csv::StringRecord,
    fields: &'a csv::StringRecord,
}

impl Record<'_> {
    /// Empty if the table has no such column.
    pub fn text(&self, column: &str) -> &str {
        let place = self.header.iter().position(|h| h == column);
        place.and_then(|i| self.fields.get(i)).unwrap_or_default()
    }

    pub fn key(&self) -> Key {
        Key::from_fields(COLUMNS.into_iter().map(|c| self.text(c)))
    }

    /// `None` where the field is empty.
    pub fn number(&self, column: &str) -> Result<Option<f64>, OutcomeError> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.fault(format!("{column}: `{text}` is not a number"))),
        }
    }

    /// Where it begins in the file.
    pub fn line(&self) -> u64 {
        self.text.line(self.byte())
    }

    /// Where it begins, for [`Text::line`].
    fn byte(&self) -> u64 {
        self.fields.position().map_or(0, csv::Position::byte)
    }

    pub fn fault(&self, message: String) -> OutcomeError {
        self.text.fault(self.fields.position(), message)
    }
}

/// Reads a table that has at least `arm`, `measure` and `value`, whatever else it has.
fn read<T>(
    table: &'static str,
    mut input: impl Read,
    row: impl Fn(Record) -> Result<T, OutcomeError>,
) -> Result<Vec<T>, OutcomeError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    Text::new(table, &bytes, 0).read(|_| Ok(()), row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::estimates;

    fn written() -> (String, String) {
        let (mut outcomes, mut table) = (Vec::new(), Vec::new());
        write_outcomes(&mut outcomes, &estimates()).unwrap();
        write_differences(&mut table, differences(&estimates())).unwrap();
        (
            String::from_utf8(outcomes).unwrap(),
            String::from_utf8(table).unwrap(),
        )
    }

    #[test]
    fn headers_are_as_published() {
        let (outcomes, table) = written();
        assert!(outcomes.starts_with(
            "arm,measure,day,market,app,surface,age,topic,source,bucket,value,std_error\n\
             base,people,,,,,,,,,"
        ));
        assert!(table.starts_with(
            "arm,measure,day,market,app,surface,age,topic,source,bucket,base_value,value,difference,std_error\n"
        ));
    }

    #[test]
    fn tables_read_back() {
        let (outcomes, table) = written();
        let estimates = estimates();
        let rows = read_outcomes(outcomes.as_bytes()).unwrap();
        assert_eq!(rows.len(), estimates.rows().count());
        for (read, row) in rows.iter().zip(estimates.rows()) {
            assert_eq!((&*read.arm, &read.key), (row.arm, row.key));
            assert_eq!(number(read.value), number(row.estimate.value));
        }
        let differences = read_differences(table.as_bytes()).unwrap();
        assert!(differences.iter().all(|d| d.arm != "base"));
    }

    #[test]
    fn an_arm_that_equals_the_first_differs_by_exactly_nothing() {
        let twin: Vec<_> = differences(&estimates())
            .filter(|d| d.arm == "twin")
            .collect();
        assert!(twin.len() > 10_000);
        for row in twin {
            let defined = row.value.is_finite();
            assert!(!defined || row.difference == 0.0, "{}", row.key);
            let path = ["pacing", "budget_bound_share"].contains(&row.key.measure());
            assert_eq!(
                row.std_error,
                (defined && !path).then_some(0.0),
                "{}",
                row.key
            );
        }
    }

    #[test]
    fn faults_name_their_line() {
        let check = |text: &str, message: &str| {
            let error = read_outcomes(text.as_bytes()).unwrap_err().to_string();
            assert_eq!(error, message);
        };
        check(
            "arm,measure\n",
            "outcomes.csv, line 1: there is no column `value`",
        );
        check(
            "arm,measure,value\nbase,people,1\nbase,chats,1O\n",
            "outcomes.csv, line 3: value: `1O` is not a number",
        );
        check(
            "arm,measure,value\nbase,people,1\nbase,chats\n",
            "outcomes.csv, line 3: 2 fields under 3 columns",
        );
    }

    /// As an editor counts them, whatever ends a line, and whatever stands between records.
    #[test]
    fn lines_are_those_of_the_file() {
        for end in ["\n", "\r\n"] {
            for between in ["", "\n", "# a remark\n", "\n\n# one, two\n\n"] {
                let text = format!("arm,measure,value\nbase,people,1\n{between}base,chats,1O\n");
                let line = 1 + text[..text.find("base,chats").unwrap()]
                    .matches('\n')
                    .count();
                let error = read_outcomes(text.replace('\n', end).as_bytes()).unwrap_err();
                let told = format!("line {line}: value: `1O`");
                assert!(error.to_string().contains(&told), "{error}: {text:?}");
            }
        }
        // A field of several lines counts as many.
        let text = "arm,measure,value,note\nbase,people,1,\"a\r\nb\"\r\nbase,chats,1O,\r\n";
        let error = read_outcomes(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("line 4"), "{error}");
    }
}
