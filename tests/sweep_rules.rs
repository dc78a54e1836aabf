//! What a sweep does with its points beside running them: levels that are met again, draws that do not count.

use std::collections::BTreeMap;

use crate::parts::files;
use crate::support::Place;

type Row = BTreeMap<String, String>;

fn table(place: &Place, name: &str) -> Vec<Row> {
    let bytes = place.read(name);
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn sweep(place: &Place, more: &[&str], out: &str) -> crate::support::Answer {
    let head = ["sweep", "small.toml", "--people", "1000", "--out", out];
    place.overheard(&[&head[..], more].concat()).expect(0)
}

/// A total of the arm without the rule at a draw.
fn total(rows: &[Row], draw: &str, measure: &str) -> f64 {
    let own = |row: &&Row| {
        let whole = ["day", "market", "source", "bucket"];
        row["draw"] == draw
            && row["arm"] == "no-policy"
            && row["measure"] == measure
            && whole.iter().all(|column| row[*column].is_empty())
    };
    let row = rows.iter().find(own);
    row.unwrap()["value"].parse().unwrap()
}

/// Under other values of an unknown revenue and clicks are what they were, as far as a week foretells two days of it.
#[test]
fn levels_are_met_again_at_each_point() {
    let place = Place::new();
    place.write("points.csv", "ads.alpha\n1.4\n3\n");
    let points = ["--from", "points.csv"];
    sweep(&place, &points, "plain");
    sweep(&place, &[&points[..], &["--relevel"]].concat(), "met");
    let [plain, met] = ["plain", "met"].map(|name| table(&place, &format!("{name}/outcomes.csv")));
    let off = |rows: &[Row], draw: &str| {
        let of = |draw: &str| {
            let [clicks, ads, spend] =
                ["ad_clicks", "ad_impressions", "ad_spend_usd"].map(|m| total(rows, draw, m));
            [clicks / ads, spend]
        };
        let (own, central) = (of(draw), of("0"));
        [0, 1].map(|i| (own[i] / central[i]).ln().abs())
    };
    for draw in ["1", "2"] {
        let [before, after] = [&plain, &met].map(|rows| off(rows, draw));
        assert!(before[1] > 0.05, "alpha moves spend: {before:?}");
        for i in [0, 1] {
            assert!(
                after[i] < 0.25 * before[i].max(0.02),
                "{before:?} {after:?}"
            );
        }
    }
    // The scenario as it is has the levels that it has.
    let central = |rows: &[Row]| -> Vec<Row> {
        rows.iter()
            .filter(|row| row["draw"] == "0")
            .cloned()
            .collect()
    };
    assert_eq!(central(&plain), central(&met));
    let asked = table(&place, "met/points.csv");
    assert_eq!(asked[0]["ads.click_rate"], "");
    assert_ne!(asked[1]["ads.click_rate"], asked[2]["ads.click_rate"]);
    assert!(asked[2]["ads.value_per_mille.eu"].parse::<f64>().unwrap() > 0.0);
    // The levels stand with the points: given to another sweep, these are the same.
    sweep(&place, &["--from", "met/points.csv"], "again");
    assert!(place.read("again/outcomes.csv") == place.read("met/outcomes.csv"));
    assert!(place.read("again/bands.csv") == place.read("met/bands.csv"));
    // Nor do parts differ.
    for k in ["1", "2"] {
        let part = format!("{k}/2");
        sweep(
            &place,
            &[&points[..], &["--relevel", "--part", &part]].concat(),
            k,
        );
    }
    place
        .overheard(&["merge", "1", "2", "--out", "merged"])
        .expect(0);
    let [whole, merged] = ["met", "merged"].map(|name| place.path(name));
    assert_eq!(files(&whole), files(&merged));
    for name in ["points.csv", "outcomes.csv", "bands.csv", "sensitivity.csv"] {
        let [a, b] = ["met", "merged"].map(|folder| place.read(&format!("{folder}/{name}")));
        assert!(a == b, "{name}");
    }
}

/// A draw that misses a public figure which the scenario meets is told, and counts nowhere.
#[test]
fn draws_outside_calibration_do_not_count() {
    let place = Place::new();
    place.write("points.csv", "ads.click_rate\n0.0027\n0.004\n0.0028\n");
    let points = ["--from", "points.csv", "--keep", "calibrated"];
    sweep(&place, &points, "kept").says(&["1 of 3 draws do not count"]);
    sweep(&place, &points[..2], "all");
    let asked = table(&place, "kept/points.csv");
    let states: Vec<&str> = asked.iter().map(|row| row["state"].as_str()).collect();
    assert_eq!(states, ["done", "done", "left out", "done"]);
    let why = &asked[2]["message"];
    assert!(
        why.starts_with("not calibrated: clicks per impression (all clicks)"),
        "{why}"
    );
    assert!(why.contains("times what is allowed"), "{why}");
    // It was run like the others, and stands with them; but bands are of two draws, those of the others alone.
    assert!(place.read("kept/outcomes.csv") == place.read("all/outcomes.csv"));
    place.write("two.csv", "ads.click_rate\n0.0027\n0.0028\n");
    sweep(&place, &["--from", "two.csv"], "two");
    assert!(place.read("kept/bands.csv") == place.read("two/bands.csv"));
    assert!(place.read("kept/sensitivity.csv") == place.read("two/sensitivity.csv"));
    let drawn = table(&place, "kept/sensitivity.csv");
    assert!(!drawn.is_empty() && drawn.iter().all(|row| row["draws"] == "2"));
    // Another question than the one without the filter.
    let head = ["sweep", "small.toml", "--people", "1000", "--out", "all"];
    place
        .overheard(&[&head[..], &points].concat())
        .expect(2)
        .says(&["another finished run is in all"]);
}

/// The same of published effects, where arms imitate some.
#[test]
fn draws_outside_the_evidence_do_not_count() {
    let place = Place::new();
    place.write("points.csv", "signals.off_platform_weight\n0.5\n14\n");
    let day = "time.start=2025-12-10";
    let sweep = |more: &[&str]| {
        let head = [
            "sweep",
            "experiments",
            "--people",
            "1000",
            "--from",
            "points.csv",
        ];
        let short = [
            "--set",
            day,
            "--set",
            "time.end=2025-12-10",
            "--set",
            "pilot.people=1000",
        ];
        let all = [&head[..], &short, more].concat();
        let mut command = place.command(&all);
        std::os::unix::fs::symlink(
            concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios"),
            place.path("scenarios"),
        )
        .unwrap();
        crate::support::Answer::from(command.output().unwrap()).expect(0)
    };
    sweep(&["--keep", "evidence", "--out", "kept"]).says(&["1 of 2 draws do not count"]);
    let asked = table(&place, "kept/points.csv");
    let states: Vec<&str> = asked.iter().map(|row| row["state"].as_str()).collect();
    assert_eq!(states, ["done", "left out", "done"]);
    let why = &asked[1]["message"];
    assert!(
        why.starts_with("not in agreement with the evidence: "),
        "{why}"
    );
}

#[test]
fn rules_that_make_no_sense_are_one_error_with_a_hint() {
    let place = Place::new();
    for (more, parts) in [
        (
            &["--keep", "good"][..],
            ["--keep good", "possible: calibrated, evidence"],
        ),
        (
            &["--keep", "calibrated,evidence"],
            ["no arm of the scenario imitates", "experiments.toml"],
        ),
        (
            &["--relevel", "--from", "posterior"],
            ["no level is left", "have met their levels already"],
        ),
    ] {
        let head = ["sweep", "small.toml", "--out", "sweep"];
        let answer = place.overheard(&[&head[..], more].concat());
        let answer = answer.expect(2).says(&parts);
        assert_eq!(answer.talk.matches("error").count(), 1, "{answer:#?}");
        assert!(!place.path("sweep").exists());
    }
}
