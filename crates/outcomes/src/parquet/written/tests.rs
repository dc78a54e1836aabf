//! Parquet is read back and held against the text that it was made of.

use std::io::{Seek, Write};

use overheard_formats::{Band, BandRow, Column, Key};
use parquet::file::reader::SerializedFileReader;
use parquet::record::Field;

use super::*;
use crate::fixtures::estimates;
use crate::{
    differences, published_figures, write_calibration, write_dictionary, write_differences,
    write_outcomes,
};

/// The first cell that is not that of the text; if there is none, how many had a value.
fn compare(table: TableFile, written: &[u8], csv: &[u8]) -> Result<usize, String> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(written).unwrap();
    file.rewind().unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let mut records = csv::Reader::from_reader(csv).into_records();
    let declared = columns(table);
    let mut filled = 0;
    for row in reader.into_iter() {
        let (row, record) = (
            row.unwrap(),
            records.next().ok_or("too many rows")?.unwrap(),
        );
        assert_eq!(row.len(), record.len());
        let cells = row.get_column_iter().zip(&declared).zip(&record);
        for (((column, field), (name, declared)), cell) in cells {
            assert_eq!(column, name);
            let (kind, same) = match field {
                Field::Null => (None, cell.is_empty()),
                Field::Str(text) => (Some(Kind::Text), text == cell),
                Field::Double(value) => {
                    let read: f64 = cell.parse().unwrap();
                    (Some(Kind::Number), value.to_bits() == read.to_bits())
                }
                Field::Long(value) => (Some(Kind::Integer), value.to_string() == cell),
                Field::Date(_) => (Some(Kind::Date), field.to_string() == cell),
                other => panic!("{column}: {other}"),
            };
            if !same {
                return Err(format!("{column}: {field} is not {cell}"));
            }
            assert!(kind.is_none_or(|kind| kind == *declared), "{column}");
            filled += usize::from(kind.is_some());
        }
    }
    match records.next() {
        None => Ok(filled),
        Some(_) => Err("rows are missing".to_owned()),
    }
}

/// How many cells of a table come back as they were; its bytes are the same whenever they are made.
fn returned(table: TableFile, csv: &[u8]) -> usize {
    let written = bytes(table, csv).unwrap();
    assert!(written == bytes(table, csv).unwrap(), "not the same twice");
    compare(table, &written, csv).unwrap()
}

fn bands() -> Vec<u8> {
    let band = |draws, central| Band {
        central,
        quantiles: (draws > 0).then_some([0.1, 0.2, 1.0 / 3.0, 0.4, 1e300]),
        draws,
    };
    let row = |value, difference| BandRow {
        arm: "a".to_owned(),
        key: Key::of("people").with(Column::Day, "2025-12-16"),
        value,
        difference,
    };
    let rows = [
        row(band(64, 0.1 + 0.2), None),
        row(band(0, f64::NAN), Some(band(7, -0.0))),
    ];
    let mut csv = csv::Writer::from_writer(Vec::new());
    let names = columns(TableFile::Bands).into_iter().map(|(name, _)| name);
    csv.write_record(names).unwrap();
    for row in rows {
        csv.write_record(row.fields()).unwrap();
    }
    csv.into_inner().unwrap()
}

fn effects() -> Vec<u8> {
    let head: Vec<&str> = columns(TableFile::Effects)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let row = "effect.some,meta,all,\"a \"\"ratio\"\", in words\",b,-3.5,,,-1.25,0.5,,no,somebody";
    format!("{}\n{row}\n", head.join(",")).into_bytes()
}

#[test]
fn every_cell_is_the_text_of_the_table() {
    use TableFile::{Bands, Calibration, Differences, Effects, Measures, Outcomes};
    let estimates = estimates();
    let mut tables =
        [Outcomes, Differences, Measures, Calibration].map(|table| (table, Vec::new()));
    write_outcomes(&mut tables[0].1, &estimates).unwrap();
    write_differences(&mut tables[1].1, differences(&estimates)).unwrap();
    write_dictionary(&mut tables[2].1).unwrap();
    write_calibration(&mut tables[3].1, &published_figures().unwrap()).unwrap();
    for (table, csv) in &tables {
        assert!(returned(*table, csv) > 100, "{table:?}");
    }
    assert_eq!(returned(Effects, &effects()), 10);
    assert_eq!(returned(Bands, &bands()), 2 * 3 + 7 + 1 + 7);
    // More than one group of rows.
    let head = b"measure,unit,adds_up_over,meaning\n".to_vec();
    let many = (0..ROWS + 5).fold(head, |mut csv, i| {
        writeln!(csv, "m{i},people,,\"one, of many\"").unwrap();
        csv
    });
    assert_eq!(returned(Measures, &many), 3 * (ROWS + 5));
}

const HEAD: &str = "arm,measure,day,market,app,surface,age,topic,source,bucket,value,std_error\n";

#[test]
fn numbers_keep_their_last_digit() {
    let values = [
        0.1 + 0.2,
        1.0 / 3.0,
        5e-324,
        -0.0,
        1.797e308,
        123_456_789.012_345_67,
    ];
    let rows = values.map(|v| format!("a,m,2025-12-16,,,,,,,,{v:?},\n"));
    let csv = HEAD.to_owned() + &rows.concat();
    assert_eq!(
        returned(TableFile::Outcomes, csv.as_bytes()),
        4 * values.len()
    );
}

/// A test that cannot fail would prove nothing.
#[test]
fn a_change_in_the_last_bit_is_seen() {
    let table = |value: f64, day: &str| format!("{HEAD}a,m,{day},,,,,,,,{value:?},0.5\n");
    let text = table(0.3, "2025-12-16");
    let found = |planted: &str| {
        let written = bytes(TableFile::Outcomes, planted.as_bytes()).unwrap();
        compare(TableFile::Outcomes, &written, text.as_bytes())
    };
    assert_eq!(found(&text), Ok(5));
    let message = found(&table(0.3f64.next_up(), "2025-12-16")).unwrap_err();
    assert!(message.starts_with("value: "), "{message}");
    let message = found(&table(0.3, "2025-12-17")).unwrap_err();
    assert_eq!(message, "day: 2025-12-17 is not 2025-12-16");
    let message = found(&table(0.3, "")).unwrap_err();
    assert_eq!(message, "day: null is not 2025-12-16");
    assert_eq!(found(HEAD), Err("rows are missing".to_owned()));
}

#[test]
fn what_is_not_the_table_is_refused() {
    let refused = |csv: &str| {
        let error = bytes(TableFile::Calibration, csv.as_bytes()).unwrap_err();
        error.to_string()
    };
    let names = columns(TableFile::Calibration)
        .into_iter()
        .map(|(name, _)| name);
    let head = names.collect::<Vec<_>>().join(",");
    let message = refused(&format!("{head}\n1,users,many,,5.0,,,,\n"));
    assert_eq!(message, "Parquet: line 2: `many` is no published");
    let message = refused(&format!("{head}\n1.5,users,1.0,,5.0,,,,\n"));
    assert_eq!(message, "Parquet: line 2: `1.5` is no id");
    assert!(refused("a,b\n").contains("calibration.csv has other columns"));
}
