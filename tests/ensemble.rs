//! The draws that follow a run: bands of the same bytes for any threads and after any interruption, and told before the central
//! number.

use crate::support::Place;

const RUN: [&str; 8] = [
    "run",
    "small.toml",
    "--set",
    "ensemble.people=1000",
    "--draws",
    "5",
    "--out",
    "run",
];
/// A journal of this many bytes has some of the six points.
const SOME: u64 = 100_000;

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    RUN.iter().copied().chain(more.iter().copied()).collect()
}

/// The rows of `bands.csv` as `[central, p05, p95, draws]` of an arm's total.
fn band(place: &Place, arm: &str, measure: &str, source: &str) -> [f64; 4] {
    let bytes = place.read("run/bands.csv");
    let mut table = csv::Reader::from_reader(&bytes[..]);
    let head = table.headers().unwrap().clone();
    let at = |name: &str| head.iter().position(|h| h == name).unwrap();
    let columns = ["central", "p05", "p95", "draws"].map(at);
    let row = table.records().map(Result::unwrap).find(|row| {
        let own = [("arm", arm), ("measure", measure), ("source", source)];
        let rest = ["day", "market", "app", "age", "topic", "bucket"];
        own.iter().all(|(column, value)| &row[at(column)] == *value)
            && rest.iter().all(|column| row[at(column)].is_empty())
    });
    let row = row.unwrap();
    columns.map(|i| row[i].parse().unwrap())
}

#[test]
fn bands_are_the_same_bytes_and_lead_the_report() {
    let [one, two, stopped] = [(); 3].map(|()| Place::new());
    one.overheard(&with(&["--threads", "1"]))
        .expect(0)
        .says(&["5 draws of what nobody knows, 2,464 assistant users each"]);
    two.overheard(&with(&["--threads", "2"])).expect(0);
    // Stopped among the draws, gone on with: the run's own shards are not run again, nor the draws that are done.
    stopped
        .stop_early(
            &with(&["--threads", "1"]),
            "run/ensemble/journal.bin",
            SOME,
            "-INT",
        )
        .expect(130)
        .says(&["--resume"]);
    assert!(!stopped.path("run/manifest.json").exists());
    stopped
        .overheard(&with(&["--resume", "--threads", "2"]))
        .expect(0);
    for place in [&two, &stopped] {
        for file in ["bands.csv", "outcomes.csv", "ensemble/outcomes.csv"] {
            let file = format!("run/{file}");
            assert!(one.read(&file) == place.read(&file), "{file}");
        }
    }
    let [central, low, high, draws] = band(&one, "policy", "ad_impressions", "chat");
    assert_eq!(draws, 5.0);
    assert!(central > 0.0 && low < high, "{central}, {low} to {high}");
    let outcomes = String::from_utf8(one.read("run/outcomes.csv")).unwrap();
    let own = outcomes
        .lines()
        .find(|l| l.starts_with("policy,ad_impressions,,,,,,chat,,"));
    assert!(
        own.is_none_or(|l| l.contains(&format!("{central}"))),
        "{own:?}"
    );
    let report = String::from_utf8(one.read("run/report.html")).unwrap();
    for told in [
        "median",
        "as set",
        "sampling ±",
        "How sure",
        "Bands are of 5 draws of what nobody knows, too few",
        "too few draws",
    ] {
        assert!(report.contains(told), "{told}");
    }
    // A share is as open as the number that it is of.
    let share = report
        .split("<p>")
        .find(|p| p.contains("ad impressions are attributed to chats"));
    assert!(share.is_some_and(|p| p.contains("% to ")), "{share:?}");
    // Organic items are as many in both arms: of what is no difference nobody asks which way it goes.
    let mut findings = report.split("<p>");
    let none = findings.find(|p| p.contains("No difference: as many organic items"));
    let none = none.unwrap();
    assert!(!none.contains("disagree"), "{none}");
}

/// Two policies: each is open, and how one differs from the other hardly is. The middle is what the run found.
#[test]
fn a_second_policy_is_told_beside_the_first() {
    let [place, one] = [(); 2].map(|()| Place::with_a_second_policy());
    place.overheard(&with(&["--threads", "2"])).expect(0);
    one.overheard(&with(&["--threads", "1"])).expect(0);
    assert!(one.read("run/pairs.csv") == place.read("run/pairs.csv"));
    let rows = csv::Reader::from_reader(&place.read("run/pairs.csv")[..])
        .into_deserialize::<std::collections::BTreeMap<String, String>>()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    // Ten headlines of the one arm beside the other, and of no other two.
    assert_eq!(rows.len(), 10);
    assert!(
        rows.iter()
            .all(|row| row["arm"] == "opt-out" && row["against"] == "policy")
    );
    let chat = |row: &&std::collections::BTreeMap<String, String>| {
        row["measure"] == "ad_impressions" && row["source"] == "chat"
    };
    let row = rows.iter().find(chat).unwrap();
    let number = |column: &str| row[column].parse::<f64>().unwrap();
    let [low, high] = ["ratio_p05", "ratio_p95"].map(number);
    assert!(0.2 < low && low < high && high < 0.9, "{low} to {high}");
    let [_, least, most, _] = band(&place, "policy", "ad_impressions", "chat");
    assert!(
        high / low < 0.5 * most / least,
        "{low} to {high}, {least} to {most}"
    );
    let central = |arm| band(&place, arm, "ad_impressions", "chat")[0];
    let expected = central("opt-out") / central("policy");
    assert!((number("ratio_central") - expected).abs() < 1e-8 * expected);
    let report = String::from_utf8(place.read("run/report.html")).unwrap();
    for told in [
        "Beside arm “policy”",
        "fewer ads go back to chats than in arm “policy” (as set",
        "How sure: arm “opt-out”",
    ] {
        assert!(report.contains(told), "{told}");
    }
    let package = String::from_utf8(place.read("run/datapackage.json")).unwrap();
    assert!(package.contains("\"path\": \"pairs.csv\""));
}

/// Without draws there is no band, and the page says what its intervals are.
#[test]
fn without_draws_the_report_says_what_is_missing() {
    let place = Place::new();
    place
        .overheard(&["run", "small.toml", "--draws", "0", "--out", "run"])
        .expect(0);
    assert!(!place.path("run/bands.csv").exists());
    let report = String::from_utf8(place.read("run/report.html")).unwrap();
    assert!(report.contains("What nobody knows is not in these numbers"));
}

/// What a scenario asks is its own: it is not drawn.
#[test]
fn what_a_scenario_sets_is_not_drawn() {
    let place = Place::new();
    let set = ["--set", "policy:signals.chat_weight=4"];
    place.overheard(&with(&set)).expect(0);
    let points = String::from_utf8(place.read("run/ensemble/points.csv")).unwrap();
    let head = points.lines().next().unwrap();
    assert!(head.contains("signals.half_life_chat"));
    assert!(!head.contains("signals.chat_weight"));
}
