//! The posterior as it is found again: resumable, the same bytes for any threads. `data/posterior.csv` itself is looked at in
//! `crates/study/src/plan/posterior.rs`.

use crate::support::Place;

const FIND: [&str; 7] = [
    "calibrate",
    "--posterior",
    "--points",
    "100",
    "--people",
    "1000",
    "--out",
];

fn find<'a>(more: &[&'a str]) -> Vec<&'a str> {
    FIND.iter().copied().chain(more.iter().copied()).collect()
}

/// Stopped in its first wave and gone on with on two threads, against one that was never stopped, on one.
#[test]
#[ignore = "takes minutes: soak"]
fn soak_a_posterior_is_the_same_after_an_interruption() {
    let place = Place::new();
    place
        .overheard(&find(&["quiet", "--threads", "1"]))
        .expect(0)
        .says(&["ruled out of the priors", "of the planted values"]);
    place
        .stop_early(
            &find(&["stopped", "--threads", "2"]),
            "stopped/journal.bin",
            2000,
            "-INT",
        )
        .expect(130)
        .says(&["--resume"]);
    place
        .overheard(&find(&["stopped", "--threads", "2", "--resume"]))
        .expect(0);
    for file in ["posterior.csv", "narrowed.csv", "predicted.csv"] {
        let [a, b] = ["quiet", "stopped"].map(|folder| place.read(&format!("{folder}/{file}")));
        assert!(a == b, "{file}");
    }
}

/// It is in no list of runs, and whoever takes it for one is told what it is.
#[test]
fn a_posterior_is_no_run() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("output/found")).unwrap();
    std::fs::create_dir(place.path("output/later")).unwrap();
    place.write("output/found/manifest.json", r#"{"kind": "posterior"}"#);
    place.write("output/later/manifest.json", r#"{"kind": "forecast"}"#);
    for words in [
        &["plot", "found"][..],
        &["explain", "found"],
        &["compare", "found", "found"],
    ] {
        let answer = place.overheard(words).expect(2);
        answer.says(&["a posterior is in output/found, not a run", "posterior.csv"]);
    }
    let answer = place.overheard(&["plot", "later"]).expect(2);
    answer.says(&["a forecast is in output/later, not a run"]);
    let list = place.overheard(&["list"]).expect(0);
    assert!(!list.data.contains("output"), "{list:#?}");
}

#[test]
fn what_belongs_to_the_posterior_alone_is_refused_without_it() {
    let place = Place::new();
    for more in [&["--points", "200"][..], &["--resume"], &["--out", "p"]] {
        place
            .overheard(&[&["calibrate"], more].concat())
            .expect(2)
            .says(&["--posterior"]);
    }
    place
        .overheard(&find(&["p", "--set-of", "mars"]))
        .expect(2)
        .says(&["meta", "display"]);
}
