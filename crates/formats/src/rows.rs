//! The rows of `outcomes.csv` and `differences.csv`: their columns, and how they are read.
//!
//! Whoever writes the tables (`outcomes`) and whoever reads them (`report`) have these columns and no others.

use std::cell::OnceCell;
use std::io::Read;

use crate::key::{COLUMNS, Key};

/// The columns of numbers in `outcomes.csv`.
pub const OUTCOME_NUMBERS: [&str; 2] = ["value", "std_error"];
/// The columns of numbers in `differences.csv`.
pub const DIFFERENCE_NUMBERS: [&str; 4] = ["base_value", "value", "difference", "std_error"];

/// Standard errors in half of a 95 % interval: the 97.5 % quantile of the normal distribution.
pub const Z95: f64 = 1.959_963_984_540_054;

/// Why a table of a run could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It is not what its header or its columns promise.
    #[error("{table}, line {line}: {message}")]
    Malformed {
        /// What messages call the table.
        table: &'static str,
        /// Line as an editor counts, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// It is no CSV at all.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// It could not be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A row of `outcomes.csv` as read back.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeRow {
    /// Name of the arm.
    pub arm: String,
    /// What it is about.
    pub key: Key,
    /// NaN where the table leaves it empty: undefined.
    pub value: f64,
    /// `None` where the table leaves it empty: without sampling error.
    pub std_error: Option<f64>,
}

/// A row of `differences.csv`: an arm against the first arm, or a run against another.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferenceRow {
    /// Name of the arm that is not the base.
    pub arm: String,
    /// What it is about.
    pub key: Key,
    /// NaN: undefined, as the next two.
    pub base_value: f64,
    /// Of the arm that is not the base.
    pub value: f64,
    /// `value - base_value`, before either was rounded for the table.
    pub difference: f64,
    /// Of the difference; `None` if one of the two has none.
    pub std_error: Option<f64>,
}

impl DifferenceRow {
    /// Half of the 95 % interval of the difference, in the unit of the measure.
    pub fn half_width(&self) -> Option<f64> {
        self.std_error.map(|error| Z95 * error)
    }

    /// The difference in percent of the base value; none where that is 0 or undefined.
    pub fn change_percent(&self) -> Option<f64> {
        change_percent(self.base_value, self.difference)
    }
}

/// A difference in percent of what it is from; none where that is 0 or undefined.
pub fn change_percent(base: f64, difference: f64) -> Option<f64> {
    let change = 100.0 * difference / base.abs();
    change.is_finite().then_some(change)
}

/// Header of a table with these columns of numbers behind `arm` and the key.
pub fn header<'a>(values: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    std::iter::once("arm")
        .chain(COLUMNS)
        .chain(values.iter().copied())
}

/// The text of a table, and where its header stands: what is before it are remarks.
#[derive(Clone, Debug)]
pub struct TableText<'a> {
    table: &'static str,
    bytes: &'a [u8],
    header: usize,
    /// Where each line ends: looked for when somebody asks for a line.
    ends: OnceCell<Vec<usize>>,
}

impl<'a> TableText<'a> {
    /// A table whose header begins at a byte.
    pub fn new(table: &'static str, bytes: &'a [u8], header: usize) -> Self {
        TableText {
            table,
            bytes,
            header,
            ends: OnceCell::new(),
        }
    }

    fn ends(&self) -> &[usize] {
        let end = |(i, byte): (usize, &u8)| match byte {
            b'\n' => Some(i),
            b'\r' => (self.bytes.get(i + 1) != Some(&b'\n')).then_some(i),
            _ => None,
        };
        let bytes = self.bytes.iter().enumerate();
        self.ends.get_or_init(|| bytes.filter_map(end).collect())
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
        1 + self.ends().partition_point(|end| *end < at) as u64
    }

    fn fault(&self, position: Option<&csv::Position>, message: String) -> TableError {
        TableError::Malformed {
            table: self.table,
            line: self.line(position.map_or(0, csv::Position::byte)),
            message,
        }
    }

    /// What the reader of the records found, at the file's own line.
    fn unreadable(&self, error: csv::Error) -> TableError {
        let message = match error.kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => format!("{len} fields under {expected_len} columns"),
            csv::ErrorKind::Utf8 { .. } => "not UTF-8 text".to_owned(),
            _ => return error.into(),
        };
        self.fault(error.position(), message)
    }

    /// Calls `row` with every record of a table that has at least the columns `needed`; `known` judges all of them.
    ///
    /// # Errors
    /// What `known` and `row` say, a column that is missing or there twice, and what is no table at all.
    pub fn each(
        &self,
        needed: &[&str],
        known: impl Fn(&str) -> Result<(), String>,
        mut row: impl FnMut(Record<'_>) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(&self.bytes[self.header..]);
        let header = reader.headers().map_err(|e| self.unreadable(e))?.clone();
        for column in needed {
            if !header.iter().any(|h| h == *column) {
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
        let key = COLUMNS.map(|column| header.iter().position(|h| h == column));
        let mut fields = csv::StringRecord::new();
        while reader
            .read_record(&mut fields)
            .map_err(|e| self.unreadable(e))?
        {
            row(Record {
                text: self,
                header: &header,
                key: &key,
                fields: &fields,
            })?;
        }
        Ok(())
    }
}

/// One record of a table, its fields found by column name.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    text: &'a TableText<'a>,
    header: &'a csv::StringRecord,
    /// Where the columns of the key are.
    key: &'a [Option<usize>; COLUMNS.len()],
    fields: &'a csv::StringRecord,
}

impl Record<'_> {
    /// Empty if the table has no such column.
    pub fn text(&self, column: &str) -> &str {
        let place = self.header.iter().position(|h| h == column);
        place.and_then(|i| self.fields.get(i)).unwrap_or_default()
    }

    /// What it is about.
    pub fn key(&self) -> Key {
        let field = |place: &Option<usize>| place.and_then(|i| self.fields.get(i));
        Key::from_fields(
            self.key
                .iter()
                .map(|place| field(place).unwrap_or_default()),
        )
    }

    /// `None` where the field is empty.
    ///
    /// # Errors
    /// It holds no finite number.
    pub fn number(&self, column: &str) -> Result<Option<f64>, TableError> {
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

    /// Where it begins, for [`TableText::line`].
    fn byte(&self) -> u64 {
        self.fields.position().map_or(0, csv::Position::byte)
    }

    /// A row of `outcomes.csv`.
    ///
    /// # Errors
    /// A number that is none.
    pub fn outcome(&self) -> Result<OutcomeRow, TableError> {
        Ok(OutcomeRow {
            arm: self.text("arm").to_owned(),
            key: self.key(),
            value: self.number("value")?.unwrap_or(f64::NAN),
            std_error: self.number("std_error")?,
        })
    }

    fn difference(&self) -> Result<DifferenceRow, TableError> {
        let value = |name| Ok::<f64, TableError>(self.number(name)?.unwrap_or(f64::NAN));
        Ok(DifferenceRow {
            arm: self.text("arm").to_owned(),
            key: self.key(),
            base_value: value("base_value")?,
            value: value("value")?,
            difference: value("difference")?,
            std_error: self.number("std_error")?,
        })
    }

    /// A fault of this record.
    pub fn fault(&self, message: String) -> TableError {
        self.text.fault(self.fields.position(), message)
    }
}

/// Calls `take` with every row of an `outcomes.csv`.
///
/// # Errors
/// A table without `arm`, `measure` or `value`, or a number that is none, with its line.
pub fn each_outcome(input: impl Read, take: impl FnMut(OutcomeRow)) -> Result<(), TableError> {
    let needed = ["arm", "measure", "value"];
    each("outcomes.csv", &needed, input, |row| row.outcome(), take)
}

/// Calls `take` with every row of a `differences.csv`.
///
/// # Errors
/// As [`each_outcome`], but that `base_value` and `difference` must be there too.
pub fn each_difference(
    input: impl Read,
    take: impl FnMut(DifferenceRow),
) -> Result<(), TableError> {
    let needed = ["arm", "measure", "base_value", "value", "difference"];
    each(
        "differences.csv",
        &needed,
        input,
        |row| row.difference(),
        take,
    )
}

/// Reads an `outcomes.csv`.
///
/// # Errors
/// As [`each_outcome`].
pub fn read_outcomes(input: impl Read) -> Result<Vec<OutcomeRow>, TableError> {
    all(|take| each_outcome(input, take))
}

/// Reads a `differences.csv`.
///
/// # Errors
/// As [`each_difference`].
pub fn read_differences(input: impl Read) -> Result<Vec<DifferenceRow>, TableError> {
    all(|take| each_difference(input, take))
}

/// All rows of a table that is read row by row.
pub(crate) fn all<T>(
    read: impl FnOnce(&mut dyn FnMut(T)) -> Result<(), TableError>,
) -> Result<Vec<T>, TableError> {
    let mut rows = Vec::new();
    read(&mut |row| rows.push(row))?;
    Ok(rows)
}

/// Reads a table that has at least the columns `needed`, whatever else it has.
pub(crate) fn each<T>(
    table: &'static str,
    needed: &[&str],
    mut input: impl Read,
    row: impl Fn(&Record<'_>) -> Result<T, TableError>,
    mut take: impl FnMut(T),
) -> Result<(), TableError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let text = TableText::new(table, &bytes, 0);
    text.each(needed, |_| Ok(()), |record| row(&record).map(&mut take))
}

#[cfg(test)]
mod tests {
    use super::*;

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
