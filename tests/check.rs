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
        .says(&["within their tolerance", "to the last digit"]);
    assert_eq!(answer.data, "");

    // One number is moved by a tenth and may be off by a hundredth, one by half.
    edit(&place, "golden.csv", "moved.csv", |row, value| match row {
        ["policy", "ad_clicks"] => (1.1 * value, "1"),
        ["policy", "people"] => (0.5 * value, ""),
        _ => (value, ""),
    });
    let answer = place
        .overheard(&["check", "small.toml", "--against", "moved.csv"])
        .expect(1);
    let lines: Vec<&str> = answer.data.lines().collect();
    assert_eq!(lines.len(), 2, "{answer:#?}");
    assert!(
        lines[0].starts_with("moved.csv:")
            && lines[0].contains(": policy: people: +100 %: golden "),
        "{answer:#?}"
    );
    assert!(
        lines[0].contains("tolerance 0 (none is stated"),
        "{answer:#?}"
    );
    assert!(
        lines[1].contains(": policy: ad_clicks: -9.09 %: golden "),
        "{answer:#?}"
    );
    assert!(lines[1].ends_with("(1 %)"), "{answer:#?}");

    // The same for forges and for whatever reads JUnit.
    let files = ["--junit", "junit.xml", "--markdown", "found.md", "--github"];
    let check_moved = ["check", "small.toml", "--against", "moved.csv"];
    let answer = place
        .overheard(&[&check_moved[..], &files].concat())
        .expect(1);
    let annotated: Vec<&str> = answer.data.lines().collect();
    assert_eq!(annotated.len(), 2);
    let line = |text: &str| text.split(':').nth(1).unwrap().parse::<usize>().unwrap();
    let begins = format!(
        "::error file=moved.csv,line={},title=policy%3A people::policy: people: +100 %25",
        line(lines[0])
    );
    assert!(annotated[0].starts_with(&begins), "{answer:#?}");
    let moved = String::from_utf8(place.read("moved.csv")).unwrap();
    let named = moved.lines().nth(line(lines[0]) - 1).unwrap();
    assert!(named.starts_with("policy,people,"), "{named}");
    let junit = String::from_utf8(place.read("junit.xml")).unwrap();
    let junit = roxmltree::Document::parse(&junit).unwrap();
    let count = |tag: &str| junit.descendants().filter(|n| n.has_tag_name(tag)).count();
    let rows = moved.lines().filter(|l| !l.starts_with('#')).count() - 1;
    assert_eq!((count("testcase"), count("failure")), (rows, 2));
    let suite = junit.root_element();
    assert_eq!(suite.attribute("failures"), Some("2"));
    let found = String::from_utf8(place.read("found.md")).unwrap();
    assert!(found.starts_with(&format!("### overheard check: 2 of {rows} outcomes left")));
    assert!(found.contains("| policy | people |"), "{found}");

    // What would change is said, and nothing is changed.
    let answer = place
        .overheard(&[&check_moved[..], &["--update", "--dry-run"]].concat())
        .expect(0)
        .says(&["nothing was written"]);
    assert!(answer.data.contains(": policy: people: "), "{answer:#?}");
    assert_eq!(place.read("moved.csv"), moved.as_bytes());
    place
        .overheard(&[&check[..], &["--dry-run"]].concat())
        .expect(2);

    // Made again, it keeps its tolerances.
    place
        .overheard(&["check", "small.toml", "--against", "moved.csv", "--update"])
        .expect(0)
        .says(&["written: moved.csv"]);
    place
        .overheard(&["check", "small.toml", "--against", "moved.csv"])
        .expect(0)
        .says(&["1 as the table states"]);
    let names = [
        "found.md",
        "golden.csv",
        "junit.xml",
        "moved.csv",
        "small.toml",
    ];
    assert_eq!(place.names("."), names);
}

/// Writes a golden table with other values and tolerances of its totals.
fn edit(
    place: &Place,
    from: &str,
    to: &str,
    change: impl Fn([&str; 2], f64) -> (f64, &'static str),
) {
    let golden = String::from_utf8(place.read(from)).unwrap();
    let remarks: Vec<&str> = golden.lines().take_while(|l| l.starts_with('#')).collect();
    assert_eq!(remarks.len(), 6, "{golden}");
    let mut table = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(golden.as_bytes());
    let header = table.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let mut edited = csv::Writer::from_writer(Vec::new());
    edited.write_record(&header).unwrap();
    for row in table.records() {
        let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        let total = ["source", "bucket"].iter().all(|c| row[at(c)].is_empty());
        if let (true, Ok(value)) = (total, row[at("value")].parse::<f64>()) {
            let (value, tolerance) = change([&row[at("arm")], &row[at("measure")]], value);
            row[at("value")] = value.to_string();
            row[at("tolerance_percent")] = tolerance.to_owned();
        }
        edited.write_record(&row).unwrap();
    }
    let rows = String::from_utf8(edited.into_inner().unwrap()).unwrap();
    place.write(to, format!("{}\n{rows}", remarks.join("\n")));
}

/// Other people, or another question, are not compared in silence.
#[test]
fn a_table_of_another_run_is_refused_unless_that_is_wanted() {
    let place = Place::new();
    let check = ["check", "small.toml", "--against", "golden.csv"];
    let with = |more: &[&str]| place.overheard(&[&check[..], more].concat());
    with(&["--write"]).expect(0);
    for (more, told) in [
        (&["--seed", "2"][..], "seed 1, not 2"),
        (&["--people", "3k"], "people 2500, not 3000"),
    ] {
        let refused = with(more).expect(2).says(&[told, "--anyway", "golden.csv"]);
        assert_eq!(refused.data, "");
    }
    // Neither is a file read and written at once.
    for more in [
        &["--junit", "golden.csv"][..],
        &["--markdown", "./small.toml"],
        &["--junit", "verdict", "--markdown", "verdict"],
    ] {
        with(more).expect(2).says(&["is named for two things"]);
    }
    with(&["--junit", "."]).expect(2).says(&["is a folder"]);
    let nowhere = with(&["--junit", "nowhere/verdict.xml"]).expect(2);
    let nowhere = nowhere.says(&["there is no folder nowhere"]);
    assert!(!nowhere.talk.contains("simulating"), "{nowhere:#?}");
    // People and seed are the table's, whatever the scenario has come to ask for.
    let text = String::from_utf8(place.read("small.toml")).unwrap();
    place.write("small.toml", text.replace("people = 2500", "people = 4000"));
    with(&[]).expect(0).says(&["to the last digit"]);
    with(&["--update"]).expect(0);
    let golden = String::from_utf8(place.read("golden.csv")).unwrap();
    assert!(golden.contains("# people: 2500\n"), "{golden}");
    place.write("small.toml", &text);
    // A question that has changed since is what the table is there for.
    let changed = ["--set", "policy:signals.half_life_chat=7"];
    with(&changed).expect(1).says(&[
        "the golden table was made before a change: scenario small (settings ",
        "outcomes left their tolerance",
    ]);
    with(&["--seed", "2", "--anyway", "--quiet"]).says(&["seed 1, not 2"]);
    // What is reported, and how, is the same question.
    with(&["--set", "report.cuts=day*age", "--threads", "1"]).expect(0);
    // Nobody knows of whom an older table is: it may be off by errors, and that is said.
    let golden = String::from_utf8(place.read("golden.csv")).unwrap();
    let rows: Vec<&str> = golden.lines().filter(|l| !l.starts_with('#')).collect();
    place.write("golden.csv", rows.join("\r\n") + "\r\n");
    with(&[]).expect(0).says(&[
        "does not say of which scenario",
        "4 standard errors, or 0.5 %",
    ]);
}

#[test]
fn mistakes_in_a_table_are_refused_with_their_line() {
    let place = Place::new();
    let head = "arm,measure,value,tolerance_percent\r\n";
    for (text, told) in [
        (
            "arm,measure,value,tolerance_pct\npolicy,ad_clicks,1,1\n".to_owned(),
            "line 1: there is no column `tolerance_pct` in a golden table; did you mean `tolerance_percent`?",
        ),
        (
            format!("{head}policy,ad_clicks,1,\r\npolicy,ad_clicks,many,\r\n"),
            "line 3: value: `many`",
        ),
        (
            format!("{head}policy,ad_clicks,1,\r\npolicy,ad_clicks,2,\r\n"),
            "line 3: policy: ad_clicks: line 2 says otherwise",
        ),
        (
            format!("{head}polcy,ad_clicks,1,\r\n"),
            "line 2: the scenario has no arm `polcy`; did you mean `policy`?",
        ),
        (
            format!("{head}policy,add_clicks,1,\r\n"),
            "line 2: there is no measure `add_clicks`; did you mean `ad_clicks`?",
        ),
    ] {
        place.write("golden.csv", text);
        place
            .overheard(&["check", "small.toml", "--against", "golden.csv"])
            .expect(2)
            .says(&["golden.csv", told]);
    }
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

/// A tolerance of a measure holds for its rows that state none; a wrong one is named with its line.
#[test]
fn a_measure_has_a_tolerance() {
    let place = Place::new();
    let check = ["check", "small.toml", "--against", "golden.csv"];
    place
        .overheard(&[&check[..], &["--write"]].concat())
        .expect(0);
    edit(
        &place,
        "golden.csv",
        "golden2.csv",
        |row, value| match row {
            ["policy", "ad_clicks"] => (1.1 * value, ""),
            _ => (value, ""),
        },
    );
    let table = String::from_utf8(place.read("golden2.csv")).unwrap();
    for (remark, code, told) in [
        ("# tolerance ad_clicks: 20 %", 0, "as the table states"),
        ("# tolerance ad_clicks: 1 % or 0.01 errors", 1, "1 of "),
        ("# tolerance ad_click: 20 %", 2, "did you mean `ad_clicks`?"),
        ("# tolerance ad_clicks: a lot", 2, "`a lot` is no tolerance"),
    ] {
        place.write("golden3.csv", format!("{remark}\n{table}"));
        place
            .overheard(&["check", "small.toml", "--against", "golden3.csv"])
            .expect(code)
            .says(&[told]);
    }
}

/// The guard itself is guarded: ten small changes of the model, planted by a knob each, all fail our own check.
#[test]
fn ten_planted_changes_are_found() {
    let place = Place::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let file = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let (week, golden) = (file("week.toml"), file("week.csv"));
    let check = |set: &[&str]| {
        let all = ["check", &week, "--against", &golden, "--anyway"];
        place.overheard(&[&all[..], set].concat())
    };
    check(&[]).expect(0);
    for (planted, seen) in [
        ("ads.kappa=12.2", "ad_clicks"),
        ("ads.mu=3.03", "ad_clicks"),
        ("ads.click_rate=0.00279", "ad_clicks"),
        ("ads.sigma2=1.75", "ad_clicks"),
        ("signals.chat_weight=3.1", "ad_impressions_from_chats"),
        ("signals.half_life_chat=20", "ad_impressions_from_chats"),
        ("signals.behaviour_rate=0.61", "chat_ad_frequency"),
        ("extraction.recall=0.81", "signals"),
        ("sensitive.neighbour_leak=0.16", "sensitive"),
        ("conversions.lift=0.051", "conversions"),
    ] {
        let answer = check(&["--quiet", "--set", planted]);
        let found = answer.code == Some(1) && answer.data.contains(seen);
        assert!(found, "{planted}: {answer:#?}");
    }
}
