//! Parquet is read back and held against the text that it was made of.

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use overheard_outcomes::{TableFile, write_parquet};
use parquet::file::reader::SerializedFileReader;
use parquet::record::Field;

use super::{parquet_files, with};
use crate::support::{Place, UNDISTURBED};

/// Names and types of a table's columns, as `datapackage.json` gives them.
type Columns = Vec<(String, String)>;

/// Those of the tables that a package lists, by the tables' names.
fn columns(package: &serde_json::Value) -> BTreeMap<&str, Columns> {
    let text = |of: &serde_json::Value, what| of[what].as_str().unwrap().to_owned();
    let table = |table: &serde_json::Value| -> Columns {
        let fields = table["schema"]["fields"].as_array().unwrap().iter();
        fields.map(|f| (text(f, "name"), text(f, "type"))).collect()
    };
    let tables = package["resources"].as_array().unwrap().iter();
    tables
        .map(|t| (t["path"].as_str().unwrap(), table(t)))
        .collect()
}

/// The first cell that is not that of the text; if there is none, how many had a value.
fn compare(declared: &Columns, written: &[u8], csv: &[u8]) -> Result<usize, String> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(written).unwrap();
    file.rewind().unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let mut records = csv::Reader::from_reader(csv).into_records();
    let mut filled = 0;
    for row in reader.into_iter() {
        let (row, record) = (
            row.unwrap(),
            records.next().ok_or("too many rows")?.unwrap(),
        );
        assert_eq!(row.len(), record.len());
        let cells = row.get_column_iter().zip(declared).zip(&record);
        for (((column, field), (name, declared)), cell) in cells {
            assert_eq!(column, name);
            let (kind, same) = match field {
                Field::Null => (None, cell.is_empty()),
                Field::Str(text) => (Some("string"), text == cell),
                Field::Double(value) => {
                    let read: f64 = cell.parse().unwrap();
                    (Some("number"), value.to_bits() == read.to_bits())
                }
                Field::Long(value) => (Some("integer"), value.to_string() == cell),
                Field::Date(_) => (Some("date"), field.to_string() == cell),
                other => panic!("{column}: {other}"),
            };
            if !same {
                return Err(format!("{column}: {field} is not {cell}"));
            }
            assert!(kind.is_none_or(|kind| kind == declared), "{column}");
            filled += usize::from(kind.is_some());
        }
    }
    match records.next() {
        None => Ok(filled),
        Some(_) => Err("rows are missing".to_owned()),
    }
}

fn written(table: TableFile, csv: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_parquet(table, csv.as_bytes(), &mut bytes).unwrap();
    bytes
}

/// The columns of a table of any run.
fn columns_of(table: TableFile) -> Columns {
    let package = UNDISTURBED.read("finished/datapackage.json");
    let package = serde_json::from_slice(&package).unwrap();
    columns(&package).remove(table.name()).unwrap()
}

/// How many cells of a table come back as they were.
fn returned(table: TableFile, csv: &str) -> usize {
    compare(&columns_of(table), &written(table, csv), csv.as_bytes()).unwrap()
}

/// Tables of a run with draws and one policy: `datapackage.json` lists these and no other.
const TABLES: [TableFile; 5] = [
    TableFile::Outcomes,
    TableFile::Differences,
    TableFile::Measures,
    TableFile::Calibration,
    TableFile::Bands,
];

#[test]
fn policies_beside_each_other_stand_there_twice() {
    let place = Place::with_a_second_policy();
    place.overheard(&with(&["--out", "run"])).expect(0);
    let package: serde_json::Value =
        serde_json::from_slice(&place.read("run/datapackage.json")).unwrap();
    let table = TableFile::Pairs;
    let [written, csv] =
        ["parquet", "csv"].map(|end| place.read(&format!("run/{}.{end}", table.stem())));
    let filled = compare(&columns(&package)[table.name()], &written, &csv).unwrap();
    assert!(filled > 100, "{filled} cells");
}

#[test]
fn every_table_stands_there_twice() {
    let place = Place::new();
    place.overheard(&with(&["--out", "run"])).expect(0);
    let package: serde_json::Value =
        serde_json::from_slice(&place.read("run/datapackage.json")).unwrap();
    let listed = package["resources"].as_array().unwrap().iter();
    let listed: Vec<&str> = listed.map(|r| r["path"].as_str().unwrap()).collect();
    assert_eq!(listed, TABLES.map(TableFile::name));
    let columns = columns(&package);
    assert_eq!(parquet_files(&place, "run").len(), TABLES.len());
    for table in TABLES {
        let csv = place.read(&format!("run/{}", table.name()));
        let written = place.read(&format!("run/{}.parquet", table.stem()));
        let filled = compare(&columns[table.name()], &written, &csv).unwrap();
        assert!(filled > 100, "{table:?}: {filled} cells");
        let mut again = Vec::new();
        write_parquet(table, &csv[..], &mut again).unwrap();
        assert!(written == again, "{table:?}");
    }
    // No number is another one for it.
    let same = ["outcomes.csv", "differences.csv"];
    for name in same {
        let undisturbed = UNDISTURBED.read(&format!("finished/{name}"));
        assert!(place.read(&format!("run/{name}")) == undisturbed, "{name}");
    }
    // A run that goes on with what is there writes them, too.
    place
        .overheard(&with(&["--part", "1/1", "--out", "part"]))
        .expect(0);
    assert!(parquet_files(&place, "part").is_empty());
    place
        .overheard(&["merge", "part", "--out", "merged"])
        .expect(0);
    for name in parquet_files(&place, "run") {
        let [run, merged] = ["run", "merged"].map(|folder| place.read(&format!("{folder}/{name}")));
        assert!(run == merged, "{name}");
    }
}

#[test]
fn rows_may_be_of_several_groups() {
    /// More than are written at once.
    const ROWS: usize = (1 << 16) + 5;
    let row = |i| format!("m{i},people,,\"one, \"\"of\"\" many\"\n");
    let rows: String = (0..ROWS).map(row).collect();
    let csv = format!("measure,unit,adds_up_over,meaning\n{rows}");
    assert_eq!(returned(TableFile::Measures, &csv), 3 * ROWS);
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
    assert_eq!(returned(TableFile::Outcomes, &csv), 4 * values.len());
}

/// A test that cannot fail would prove nothing.
#[test]
fn a_change_in_the_last_bit_is_seen() {
    let table = |value: f64, day: &str| format!("{HEAD}a,m,{day},,,,,,,,{value:?},0.5\n");
    let text = table(0.3, "2025-12-16");
    let columns = columns_of(TableFile::Outcomes);
    let found = |planted: &str| {
        let written = written(TableFile::Outcomes, planted);
        compare(&columns, &written, text.as_bytes())
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
        let written = write_parquet(TableFile::Calibration, csv.as_bytes(), Vec::new());
        written.unwrap_err().to_string()
    };
    let names = columns_of(TableFile::Calibration).into_iter();
    let head: Vec<String> = names.map(|(name, _)| name).collect();
    let head = head.join(",");
    let message = refused(&format!("{head}\n1,users,many,,5.0,,,,\n"));
    assert_eq!(message, "Parquet: line 2: `many` is no published");
    let message = refused(&format!("{head}\n1.5,users,1.0,,5.0,,,,\n"));
    assert_eq!(message, "Parquet: line 2: `1.5` is no id");
    assert!(refused("a,b\n").contains("calibration.csv has other columns"));
}
