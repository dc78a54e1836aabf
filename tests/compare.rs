//! What differs, for people and for programs.

use crate::support::{Place, UNDISTURBED};

const ARMS: [&str; 4] = ["compare", "finished", "--base", "no-policy"];

fn printed(place: &Place, arguments: &[&str], format: &str) -> String {
    let arguments = [arguments, &["--format", format]].concat();
    place.overheard(&arguments).expect(0).data
}

fn rows(json: &str) -> (serde_json::Value, Vec<serde_json::Value>) {
    let all: serde_json::Value = serde_json::from_str(json).unwrap();
    let rows = all["rows"].as_array().unwrap().clone();
    (all, rows)
}

#[test]
fn programs_read_what_they_did() {
    let csv = printed(&UNDISTURBED, &ARMS, "csv");
    assert!(csv.as_bytes() == UNDISTURBED.read("finished/differences.csv"));
    assert!(csv == UNDISTURBED.overheard(&ARMS).expect(0).data);
    let answer = UNDISTURBED.overheard(&[&ARMS[..], &["--format", "xml"]].concat());
    answer.expect(2).says(&["table, csv, markdown, json"]);
}

#[test]
fn json_has_every_row_and_how_sure_it_is() {
    let csv = printed(&UNDISTURBED, &ARMS, "csv");
    let (all, rows) = rows(&printed(&UNDISTURBED, &ARMS, "json"));
    let mut table = csv::Reader::from_reader(csv.as_bytes());
    let header = table.headers().unwrap().clone();
    let mut read = 0;
    let (mut tested, mut named) = (0, 0);
    for (record, row) in table.records().zip(&rows) {
        read += 1;
        for (name, field) in header.iter().zip(&record.unwrap()) {
            match &row[name] {
                serde_json::Value::String(text) => assert_eq!(text, field),
                serde_json::Value::Number(number) => {
                    assert_eq!(number.as_f64(), field.parse().ok(), "{row}");
                }
                other => assert!(other.is_null() && field.is_empty(), "{name}: {row}"),
            }
        }
        let number = |name: &str| row[name].as_f64();
        if let (Some(p), Some(q)) = (number("p_value"), number("q_value")) {
            tested += 1;
            assert!((0.0..=q).contains(&p) && q <= 1.0, "{row}");
            assert_eq!(row["more_than_chance"], q <= 0.05, "{row}");
            named += usize::from(q <= 0.05);
            let (low, high) = (number("low").unwrap(), number("high").unwrap());
            let middle = (low + high) / 2.0 - number("difference").unwrap();
            assert!(middle.abs() <= 1e-6 * (high - low), "{row}");
        }
    }
    assert_eq!((read, rows.len()), (csv.lines().count() - 1, read));
    assert_eq!(all["tested"], tested);
    // The rule shows, and not everywhere.
    assert!(named > 20 && named < tested, "{named} of {tested}");
}

#[test]
fn people_are_shown_headlines_and_the_largest_changes() {
    let table = printed(&UNDISTURBED, &ARMS, "table");
    let wide = |line: &&str| line.chars().count() > 80;
    assert_eq!(table.lines().find(wide), None, "{table}");
    for part in [
        "finished: policy against `no-policy`",
        "\nheadlines\n",
        "\nlargest changes that are more than chance\n",
        "± 95 %",
        "from 0  *",
        "Benjamini and Hochberg",
    ] {
        assert!(table.contains(part), "`{part}` is not in\n{table}");
    }
    let markdown = printed(&UNDISTURBED, &ARMS, "markdown");
    let lines: Vec<&str> = markdown.lines().filter(|l| l.starts_with('|')).collect();
    // Ten headlines and ten changes below two headers of two lines.
    assert_eq!(lines.len(), 24, "{markdown}");
    let width = |line: &&str| line.chars().count();
    assert!(lines.iter().all(|l| width(l) == width(&lines[0])));
    assert!(
        lines[2].contains(" ad_impressions (source chat) "),
        "{markdown}"
    );
}

/// Other people of the same market: what differs is chance, and of thousands of rows hardly any is said to be more.
#[test]
fn other_people_differ_by_chance() {
    let place = &*UNDISTURBED;
    for seed in ["11", "12", "13", "14"] {
        let out = format!("seed-{seed}");
        let run = [
            "run",
            "small.toml",
            "--out",
            &out,
            "--seed",
            seed,
            "--quiet",
        ];
        place.overheard(&run).expect(0);
        let (all, rows) = rows(&printed(place, &["compare", "finished", &out], "json"));
        assert_eq!(all["paired"], false);
        let named = rows.iter().filter(|row| row["more_than_chance"] == true);
        let (named, tested) = (named.count(), all["tested"].as_u64().unwrap());
        assert!(tested > 10_000 && named <= 5, "{named} of {tested}");
    }
    let table = printed(place, &["compare", "finished", "finished"], "table");
    assert!(
        table.contains("No total differs by more than chance."),
        "{table}"
    );
    assert_eq!(table.matches("no difference").count(), 20, "{table}");
}
