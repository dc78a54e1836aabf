//! The bytes of a Parquet file, made of the text of a table.

use std::io::Read;
use std::sync::Arc;

use csv::StringRecord;
use jiff::civil::{Date, date};
use parquet::data_type::{ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use crate::error::OutcomeError;
use crate::package::{Kind, TableFile};

/// Rows that are held at once, and written as a group.
const ROWS: usize = 1 << 16;

impl From<ParquetError> for OutcomeError {
    fn from(error: ParquetError) -> Self {
        OutcomeError::Parquet(error.to_string())
    }
}

/// A type as Parquet's message types name it: how it is stored, and what it means.
const fn types(kind: Kind) -> [&'static str; 2] {
    match kind {
        Kind::Text => ["BYTE_ARRAY", " (STRING)"],
        Kind::Number => ["DOUBLE", ""],
        Kind::Integer => ["INT64", ""],
        Kind::Date => ["INT32", " (DATE)"],
    }
}

/// Days since 1 January 1970.
fn days(text: &str) -> Option<i32> {
    let day: Date = text.parse().ok()?;
    Some(day.since(date(1970, 1, 1)).ok()?.get_days())
}

fn columns(table: TableFile) -> Vec<(&'static str, Kind)> {
    table
        .fields()
        .map(|(column, kind, _)| (column, kind))
        .collect()
}

/// The whole file.
pub fn bytes(table: TableFile, csv: impl Read) -> Result<Vec<u8>, OutcomeError> {
    let columns = columns(table);
    let mut reader = csv::Reader::from_reader(csv);
    let names = columns.iter().map(|(column, _)| *column);
    if !reader.headers()?.iter().eq(names) {
        let name = table.name();
        let found = format!("{name} has other columns than a table of that name");
        return Err(OutcomeError::Parquet(found));
    }
    let field = |(column, kind): &(&str, Kind)| {
        let [stored, means] = types(*kind);
        format!("OPTIONAL {stored} {column}{means}; ")
    };
    let fields: String = columns.iter().map(field).collect();
    let schema = parse_message_type(&format!("message {} {{ {fields}}}", table.stem()))?;
    let by = concat!("overheard version ", env!("CARGO_PKG_VERSION"));
    let properties = WriterProperties::builder().set_created_by(by.to_owned());
    let mut file =
        SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties.build()))?;
    let mut records = reader.into_records();
    loop {
        let rows: Vec<StringRecord> = records.by_ref().take(ROWS).collect::<Result<_, _>>()?;
        if rows.is_empty() {
            return Ok(file.into_inner()?);
        }
        let mut group = file.next_row_group()?;
        for (k, (column, kind)) in columns.iter().enumerate() {
            let Some(mut writer) = group.next_column()? else {
                break;
            };
            let of = Cells {
                column,
                rows: &rows,
                k,
            };
            match kind {
                Kind::Text => of.put::<ByteArrayType>(&mut writer, |t| Some(t.into()))?,
                Kind::Number => of.put::<DoubleType>(&mut writer, |t| t.parse().ok())?,
                Kind::Integer => of.put::<Int64Type>(&mut writer, |t| t.parse().ok())?,
                Kind::Date => of.put::<Int32Type>(&mut writer, days)?,
            }
            writer.close()?;
        }
        group.close()?;
    }
}

/// A column of some rows.
struct Cells<'a> {
    column: &'a str,
    rows: &'a [StringRecord],
    k: usize,
}

impl Cells<'_> {
    fn put<T: DataType>(
        &self,
        writer: &mut SerializedColumnWriter<'_>,
        read: impl Fn(&str) -> Option<T::T>,
    ) -> Result<(), OutcomeError> {
        let mut values = Vec::with_capacity(self.rows.len());
        let mut there = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            let cell = row.get(self.k).unwrap_or_default();
            there.push(i16::from(!cell.is_empty()));
            if cell.is_empty() {
                continue;
            }
            let Some(value) = read(cell) else {
                let line = row.position().map_or(0, csv::Position::line);
                let found = format!("line {line}: `{cell}` is no {}", self.column);
                return Err(OutcomeError::Parquet(found));
            };
            values.push(value);
        }
        writer
            .typed::<T>()
            .write_batch(&values, Some(&there), None)?;
        Ok(())
    }
}
