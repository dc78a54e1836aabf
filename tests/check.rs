//! Golden outcomes: what CI asks.

use crate::support::Place;

#[test]
fn a_changed_number_is_found_and_named() {
    let place = Place::new();
    let check = ["check", "small.toml", "--against", "golden.csv"];
    place
        .overheard(&check)
        .expect(2)
        .says(&["golden.csv", "--write"]);
    place
        .overheard(&[&check[..], &["--write"]].concat())
        .expect(0)
        .says(&["golden.csv"]);
    place
        .overheard(&[&check[..], &["--write"]].concat())
        .expect(2)
        .says(&["there already"]);
    let answer = place
        .overheard(&check)
        .expect(0)
        .says(&["within their tolerance"]);
    assert_eq!(answer.data, "");

    // One number is moved by a tenth, and may be off by a hundredth.
    let mut moved = csv::Writer::from_path(place.path("moved.csv")).unwrap();
    let golden = place.read("golden.csv");
    let mut table = csv::Reader::from_reader(&golden[..]);
    let header = table.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    moved.write_record(&header).unwrap();
    for row in table.records() {
        let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        if row[at("arm")] == "policy"
            && row[at("measure")] == "ad_clicks"
            && row[at("source")].is_empty()
        {
            let value: f64 = row[at("value")].parse().unwrap();
            row[at("value")] = (1.1 * value).to_string();
            row[at("tolerance_percent")] = "1".to_owned();
        }
        moved.write_record(&row).unwrap();
    }
    moved.flush().unwrap();
    let answer = place
        .overheard(&["check", "small.toml", "--against", "moved.csv"])
        .expect(1);
    assert_eq!(answer.data.lines().count(), 1, "{answer:#?}");
    assert!(
        answer.data.starts_with("policy: ad_clicks: golden "),
        "{answer:#?}"
    );
    assert_eq!(place.names("."), ["golden.csv", "moved.csv", "small.toml"]);
}

#[test]
fn a_table_at_fault_is_named_with_its_line() {
    let place = Place::new();
    place.write("golden.csv", "arm,measure,value\npolicy,ad_clicks,many\n");
    place
        .overheard(&["check", "small.toml", "--against", "golden.csv"])
        .expect(2)
        .says(&["golden.csv", "line 2"]);
}

/// The reviewed totals of a small week: whoever moves one sees it here, by name, and makes the table again on purpose.
#[test]
fn the_golden_week_has_not_moved() {
    let place = Place::new();
    let at = |name: &str| format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    place
        .overheard(&["check", &at("week.toml"), "--against", &at("week.csv")])
        .expect(0);
}
