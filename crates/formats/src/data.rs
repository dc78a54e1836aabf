//! Tables of data that ship with the program: the text is compiled in, cells are found by the name of their column.

use csv::StringRecord;
use serde::de::DeserializeOwned;

/// A fault in a data file that ships with the program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct DataError {
    /// Name of the file.
    pub file: &'static str,
    /// Line of the fault, counted from 1; 0 when it is the file's as a whole.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

/// A table with named columns. Space around cells does not count.
#[derive(Clone, Debug)]
pub struct DataTable {
    file: &'static str,
    columns: StringRecord,
    rows: Vec<Result<StringRecord, DataError>>,
}

impl DataTable {
    /// Takes a text apart. A row that cannot be read is a fault when [`DataTable::rows`] comes to it.
    ///
    /// # Errors
    /// A header that cannot be read.
    pub fn parse(file: &'static str, text: &str) -> Result<Self, DataError> {
        let fault = |error: csv::Error, line| DataError {
            file,
            line: error.position().map_or(line, csv::Position::line),
            message: error.to_string(),
        };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let columns = reader.headers().map_err(|e| fault(e, 1))?.clone();
        let rows = reader.records();
        Ok(DataTable {
            file,
            columns,
            rows: rows.map(|row| row.map_err(|e| fault(e, 0))).collect(),
        })
    }

    /// A fault of a line, or with line 0 of the file as a whole.
    pub fn fault(&self, line: u64, message: String) -> DataError {
        DataError {
            file: self.file,
            line,
            message,
        }
    }

    /// Names of the columns, in their order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter()
    }

    /// The rows, in their order.
    pub fn rows(&self) -> impl Iterator<Item = Result<DataRow<'_>, DataError>> {
        self.rows.iter().map(move |row| match row {
            Ok(cells) => Ok(DataRow { table: self, cells }),
            Err(fault) => Err(fault.clone()),
        })
    }

    /// The first row with these cells: column and text.
    ///
    /// # Errors
    /// There is none, or a row before it cannot be read.
    pub fn find(&self, wanted: &[(&str, &str)]) -> Result<DataRow<'_>, DataError> {
        for row in self.rows() {
            let row = row?;
            if wanted
                .iter()
                .all(|(column, text)| row.text(column) == Ok(text))
            {
                return Ok(row);
            }
        }
        let cells: Vec<String> = wanted.iter().map(|(c, t)| format!("{c} `{t}`")).collect();
        Err(self.fault(0, format!("there is no row of {}", cells.join(", "))))
    }
}

/// A row of a [`DataTable`].
#[derive(Clone, Copy, Debug)]
pub struct DataRow<'a> {
    table: &'a DataTable,
    cells: &'a StringRecord,
}

impl<'a> DataRow<'a> {
    /// Where it begins.
    pub fn line(self) -> u64 {
        self.cells.position().map_or(0, csv::Position::line)
    }

    /// A fault of this row.
    pub fn fault(self, message: String) -> DataError {
        self.table.fault(self.line(), message)
    }

    /// The cells in the order of the columns.
    pub fn cells(self) -> impl Iterator<Item = &'a str> {
        self.cells.iter()
    }

    /// The cell of a column.
    ///
    /// # Errors
    /// There is no such column.
    pub fn text(self, column: &str) -> Result<&'a str, DataError> {
        let place = self.table.columns().position(|name| name == column);
        let cell = place.and_then(|place| self.cells.get(place));
        let missing = || format!("the column `{column}` is missing");
        cell.ok_or_else(|| self.table.fault(1, missing()))
    }

    /// A cell that is not empty.
    ///
    /// # Errors
    /// It is empty, or there is no such column.
    pub fn filled(self, column: &str) -> Result<&'a str, DataError> {
        match self.text(column)? {
            "" => Err(self.fault(format!("`{column}` is empty"))),
            text => Ok(text),
        }
    }

    /// A cell with a number.
    ///
    /// # Errors
    /// It holds no finite number, or there is no such column.
    pub fn number(self, column: &str) -> Result<f64, DataError> {
        let text = self.text(column)?;
        let number = text.parse().ok().filter(|x: &f64| x.is_finite());
        number.ok_or_else(|| self.fault(format!("{column}: `{text}` is not a number")))
    }

    /// The row as a type whose fields are named as the columns.
    ///
    /// # Errors
    /// A column that is missing, or a cell that is none of its field.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, DataError> {
        let row = self.cells.deserialize(Some(&self.table.columns));
        row.map_err(|e| self.fault(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name, share\n a , 0.5\nb,1O\nc\n";

    #[test]
    fn cells_are_found_by_column_and_faults_by_line() {
        let table = DataTable::parse("some.csv", TEXT).unwrap();
        let told = |error: DataError| error.to_string();
        let a = table.find(&[("name", "a")]).unwrap();
        assert_eq!((a.number("share"), a.line()), (Ok(0.5), 2));
        assert_eq!(
            a.text("size").map_err(told).unwrap_err(),
            "some.csv:1: the column `size` is missing"
        );
        let b = table.find(&[("name", "b")]).unwrap();
        assert_eq!(
            b.number("share").map_err(told).unwrap_err(),
            "some.csv:3: share: `1O` is not a number"
        );
        let short = table.find(&[("name", "c")]).map_err(told).unwrap_err();
        assert!(
            short.starts_with("some.csv:4: ") && short.contains("1 fields"),
            "{short}"
        );
        let whole = DataTable::parse("some.csv", "name\n").unwrap();
        assert_eq!(
            whole.find(&[("name", "d")]).map_err(told).unwrap_err(),
            "some.csv:0: there is no row of name `d`"
        );
    }
}
