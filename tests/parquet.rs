//! `report.parquet`: every table of a run once more as Parquet, where the build can; a clear refusal where it cannot.

#[cfg(feature = "parquet")]
mod cells;

use overheard_outcomes::PARQUET;

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

fn parquet_files(place: &Place, folder: &str) -> Vec<String> {
    let names = place.names(folder).into_iter();
    names.filter(|name| name.ends_with(".parquet")).collect()
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
    let validate = ["validate", "small.toml", "--set", "report.parquet=true"];
    place
        .overheard(&validate)
        .expect(2)
        .says(&["writes no Parquet"]);
}
