//! `report.parquet`: every table of a run once more as Parquet, where the build can; a clear refusal where it cannot.

use overheard_outcomes::{PARQUET, TableFile, write_parquet};

use crate::support::{Place, UNDISTURBED};

const RUN: [&str; 8] = [
    "run",
    "small.toml",
    "--set",
    "report.parquet=true",
    "--set",
    "ensemble.people=1000",
    "--draws",
    "2",
];

fn with(more: &[&'static str]) -> Vec<&'static str> {
    [&RUN[..], more].concat()
}

/// Tables of the run above: `datapackage.json` lists these and no other.
const TABLES: [TableFile; 5] = [
    TableFile::Outcomes,
    TableFile::Differences,
    TableFile::Measures,
    TableFile::Calibration,
    TableFile::Bands,
];

fn parquet_files(place: &Place, folder: &str) -> Vec<String> {
    let names = place.names(folder).into_iter();
    names.filter(|name| name.ends_with(".parquet")).collect()
}

/// That the bytes hold the cells of the text is tested where they are written.
#[test]
fn every_table_stands_there_twice() {
    if !PARQUET {
        return;
    }
    let place = Place::new();
    place.overheard(&with(&["--out", "run"])).expect(0);
    let package: serde_json::Value =
        serde_json::from_slice(&place.read("run/datapackage.json")).unwrap();
    let listed = package["resources"].as_array().unwrap().iter();
    let listed: Vec<&str> = listed.map(|r| r["path"].as_str().unwrap()).collect();
    assert_eq!(listed, TABLES.map(TableFile::name));
    assert_eq!(parquet_files(&place, "run").len(), TABLES.len());
    for table in TABLES {
        let csv = place.read(&format!("run/{}", table.name()));
        let mut again = Vec::new();
        write_parquet(table, &csv[..], &mut again).unwrap();
        let written = place.read(&format!("run/{}.parquet", table.stem()));
        assert!(written == again, "{table:?}");
        assert!(written.starts_with(b"PAR1") && written.ends_with(b"PAR1"));
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
fn whoever_does_not_ask_gets_none() {
    assert!(parquet_files(&UNDISTURBED, "finished").is_empty());
}

#[test]
fn a_build_without_parquet_refuses_at_once() {
    if PARQUET {
        return;
    }
    let place = Place::new();
    for part in [&[][..], &["--part", "1/2"]] {
        let arguments = [&with(&["--out", "run"])[..], part].concat();
        place.overheard(&arguments).expect(2).says(&[
            "error: report.parquet is set, and this build of overheard writes no Parquet",
            "hint: `cargo build --release --features parquet`",
        ]);
        assert!(!place.path("run").exists());
    }
}
