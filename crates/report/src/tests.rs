//! Laws of the report, on synthetic runs.

use std::path::Path;

use overheard_formats::{BAND_NUMBERS, Band, PAGE, PairRow, header};

use crate::findings::{self, Finding, Kind};
use crate::fixture::Fixture;
use crate::*;

fn written(fixture: &Fixture) -> (tempfile::TempDir, Written) {
    let folder = tempfile::tempdir().unwrap();
    fixture.write(folder.path());
    let written = write(folder.path()).unwrap();
    (folder, written)
}

const THREE_ARMS: Fixture = Fixture {
    scenario: "opt-out-25",
    arms: &["no-policy", "policy", "opt-out"],
    days: 31,
    policy_day: Some(16),
    silent: false,
    experiment: false,
    ladder: false,
    by_group: true,
    error_percent: 0.4,
};

#[test]
fn a_run_gets_every_chart_and_a_page() {
    for (fixture, charts) in [(Fixture::default(), 14), (THREE_ARMS, 15)] {
        let (folder, written) = written(&fixture);
        assert_eq!(written.skipped, []);
        assert_eq!(written.charts.len(), 3 * charts);
        let html = fs_err::read_to_string(&written.report).unwrap();
        for path in &written.charts {
            let name = path.strip_prefix(folder.path()).unwrap().to_str().unwrap();
            assert!(html.contains(&format!("href=\"{name}\"")), "{name}");
        }
        assert!(html.contains("conditional on the market path"));
        assert!(html.contains("market.response = fixed-budgets"));
        assert!(!html.contains("<script"));
        assert!(
            !html.contains("http://")
                || html.matches("http://").count()
                    == html.matches("http://www.w3.org/2000/svg").count(),
            "self-contained"
        );
        if let Ok(keep) = std::env::var("OVERHEARD_KEEP_REPORT") {
            let keep = Path::new(&keep).join(fixture.scenario);
            fs_err::create_dir_all(&keep).unwrap();
            fixture.write(&keep);
            write(&keep).unwrap();
        }
    }
}

/// Draws in which the opt-out has between a half and three fifths of the policy, and between one and two million fewer clicks.
fn draw_pairs(folder: &Path) {
    let ensemble = folder.join("ensemble");
    fs_err::create_dir(&ensemble).unwrap();
    let bands: Vec<&str> = header(&BAND_NUMBERS).collect();
    for file in [folder.join("bands.csv"), ensemble.join("bands.csv")] {
        fs_err::write(file, bands.join(",") + "\n").unwrap();
    }
    fs_err::write(ensemble.join("sensitivity.csv"), "arm\n").unwrap();
    fs_err::write(
        ensemble.join("manifest.json"),
        "{\"draws\":64,\"people\":20000,\"fixed\":[\"detector.recall.a\",\"detector.recall.b\",\"detector.recall.c\",\"signals.retention_days\"]}",
    )
    .unwrap();
    let band = |low: f64, high: f64| Band {
        central: low,
        quantiles: Some([low, low, low, high, high]),
        draws: 64,
    };
    let mut pairs = csv::Writer::from_path(folder.join("pairs.csv")).unwrap();
    pairs.write_record(PairRow::header()).unwrap();
    for headline in headlines() {
        let row = PairRow {
            arm: "opt-out".to_owned(),
            against: "policy".to_owned(),
            key: headline.key,
            ratio: (!headline.difference).then(|| band(0.5, 0.6)),
            difference: band(-2e6, -1e6),
        };
        pairs.write_record(row.fields()).unwrap();
    }
    pairs.flush().unwrap();
}

#[test]
fn policies_are_told_beside_the_first_draw_by_draw() {
    let folder = tempfile::tempdir().unwrap();
    THREE_ARMS.write(folder.path());
    draw_pairs(folder.path());
    let page = || {
        let report = write(folder.path()).unwrap().report;
        fs_err::read_to_string(report)
            .unwrap()
            .replace('\u{a0}', " ")
    };
    let whiskers = || {
        let run = Run::read(folder.path()).unwrap();
        let figure = figures::of(&run).find(|(name, _)| *name == "policies");
        let chart = figure.unwrap().1(&run).unwrap();
        apart("policies", &chart);
        assert!(
            chart
                .note
                .contains("Not drawn, since an arm sets it: detector.recall.*")
        );
        chart.subtitle.contains("64 draws")
    };
    let html = page();
    for told in [
        "In arm “opt-out” 40 to 50 % fewer ads go back to chats than in arm “policy” (as set ",
        "; clicks on ads are 1 to 2 million fewer.",
        "How each arm differs from it, draw by draw: 5&nbsp;% to 95&nbsp;%.",
        "as the scenario has it, is what an arm sets: detector.recall.*, signals.retention_days.",
        "displaced ads, from arm “no-policy”",
        "−50 % to −40 %",
        "−2 million to −1 million",
        "How sure: arm “opt-out”",
    ] {
        assert!(html.contains(told), "{told}");
    }
    assert!(whiskers());
    // An earlier version wrote no pairs: nothing is called a range that is none.
    fs_err::remove_file(folder.path().join("pairs.csv")).unwrap();
    let html = page();
    assert!(!html.contains("draw by draw") && !html.contains("; clicks on ads are"));
    assert!(html.contains("has the sampling errors"));
    assert!(!whiskers());
}

/// Without draws by one number each, and one arm alone beside nothing.
#[test]
fn policies_are_told_beside_the_first() {
    let (folder, report) = written(&THREE_ARMS);
    let html = fs_err::read_to_string(report.report).unwrap();
    let run = Run::read(folder.path()).unwrap();
    let chat = Key::of("ad_impressions").with(Column::Source, "chat");
    let [policy, opt_out] = ["policy", "opt-out"].map(|arm| run.outcomes.total(arm, &chat));
    let percent = 100.0 * (opt_out.unwrap().value / policy.unwrap().value - 1.0);
    assert!(percent < 0.0 && html.contains("Beside arm “policy”"));
    let told = format!("In arm “opt-out” {} fewer ads", PAGE.percent(percent.abs()));
    assert!(html.contains(&told), "{told}");
    assert!(html.contains(&format!(
        "<td class=\"n\" data-head=\"opt-out\">{}</td>",
        PAGE.change(percent)
    )));
    assert!(html.contains("has the sampling errors"));
    let (_folder, alone) = written(&Fixture::default());
    let html = fs_err::read_to_string(alone.report).unwrap();
    assert!(!html.contains("Beside arm"));
}

/// No text of a chart lies on another.
#[track_caller]
fn apart(name: &str, chart: &overheard_charts::Chart) {
    for width in [560, WIDTH] {
        let texts = chart.layout(width).texts;
        for (i, a) in texts.iter().enumerate() {
            for b in &texts[i + 1..] {
                assert!(
                    !a.frame.overlaps(&b.frame),
                    "{name} at {width}: {a:?} {b:?}"
                );
            }
        }
    }
}

#[test]
fn chart_text_stays_apart_in_every_figure() {
    let fixtures = [
        Fixture::default(),
        THREE_ARMS,
        Fixture {
            days: 3,
            policy_day: Some(2),
            ..Fixture::default()
        },
        Fixture {
            arms: &["a", "b", "c", "a policy with quite a long name"],
            ..Fixture::default()
        },
    ];
    for fixture in fixtures {
        let folder = tempfile::tempdir().unwrap();
        fixture.write(folder.path());
        let run = Run::read(folder.path()).unwrap();
        for (name, figure) in figures::of(&run) {
            apart(name, &figure(&run).unwrap());
        }
    }
}

#[test]
fn what_is_absent_is_skipped_with_a_reason() {
    let silent = Fixture {
        silent: true,
        ..Fixture::default()
    };
    let (_folder, report) = written(&silent);
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        skipped,
        [
            "exposure-by-day",
            "exposure-by-market",
            "waterfall",
            "of-a-thousand-ads",
            "own-topic",
            "cross-app",
            "frequency",
            "who-sees-them",
            "lorenz",
            "notice-funnel",
            "sensitive-chats"
        ]
    );
    let html = fs_err::read_to_string(&report.report).unwrap();
    assert!(html.contains("nobody saw an ad attributed to a chat"));

    let before = Fixture {
        days: 3,
        policy_day: None,
        ..Fixture::default()
    };
    assert!(
        written(&before)
            .1
            .skipped
            .iter()
            .any(|(name, _)| name == "exposure-by-day")
    );
    let alone = Fixture {
        arms: &["only"],
        ..Fixture::default()
    };
    let (folder, report) = written(&alone);
    assert!(
        report
            .skipped
            .iter()
            .any(|(name, _)| name == "price-by-market")
    );

    // Header-only tables and an empty manifest.
    let header = "arm,measure,day,market,app,surface,age,topic,source,bucket,value,std_error\n";
    fs_err::write(folder.path().join("outcomes.csv"), header).unwrap();
    for name in ["differences.csv", "calibration.csv"] {
        fs_err::remove_file(folder.path().join(name)).unwrap();
    }
    fs_err::write(folder.path().join("manifest.json"), "{}").unwrap();
    assert_eq!(
        write(folder.path()).unwrap().skipped.len(),
        figures::of(&Run::read(folder.path()).unwrap()).count()
    );
}

#[test]
fn published_experiments_are_shown_where_a_run_imitates_them() {
    let (folder, report) = written(&Fixture::default());
    let page = || fs_err::read_to_string(&report.report).unwrap();
    assert!(!page().contains("Published experiments"));
    let table = "target,what,arm,published,published_low,published_high,simulated,std_error,inside,fitted,source\n\
                 effect.a,less known: revenue,policy,-52,-53,-51,-50.94123,0.2149,no,yes,\"Some, 2019\"\n\
                 effect.b,less known: clicks,policy,37,,,32.5,,,no,Other\n";
    fs_err::write(folder.path().join("effects.csv"), table).unwrap();
    write(folder.path()).unwrap();
    let page = page();
    for part in [
        "Published experiments",
        "−52\u{a0}% (−53 to −51)",
        "−50.94\u{a0}% ± 0.21",
        "<td class=\"out\">out</td><td data-head=\"fitted to it\">yes</td><td class=\"source\">Some, 2019</td>",
        "+37\u{a0}%</td>",
        "+32.5\u{a0}%</td>",
        "arm policy, effect.b",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

/// What a browser needs to print a chart on one page: no frame that cuts, no page left empty by a chart too high for it.
#[test]
fn charts_are_printed_whole() {
    let (_folder, report) = written(&THREE_ARMS);
    let page = fs_err::read_to_string(report.report).unwrap();
    let (_, print) = page.split_once("@media print{").unwrap();
    let rules = |selector: &str| {
        let (_, rest) = print.split_once(&format!("\n{selector}{{")).unwrap();
        rest.split_once('}').unwrap().0.to_owned()
    };
    let figure = rules("figure");
    for rule in ["overflow:visible", "break-inside:avoid"] {
        assert!(figure.contains(rule), "{figure}");
    }
    // Letter paper is 279 mm high; two margins and a heading go off that.
    let svg = rules(".wide svg");
    let height = svg.split_once("max-height:").unwrap().1;
    let height: f64 = height.split_once("mm").unwrap().0.parse().unwrap();
    assert!(height <= 279.0 - 2.0 * 14.0 - 25.0, "{height} mm");
    assert!(svg.contains("max-width:100%") && svg.contains("width:auto"));
}

#[test]
fn same_run_same_bytes() {
    let (a, first) = written(&Fixture::default());
    let (b, second) = written(&Fixture::default());
    let bytes = |paths: &Written| -> Vec<Vec<u8>> {
        let all = paths.charts.iter().chain([&paths.report]);
        all.map(|p| fs_err::read(p).unwrap()).collect()
    };
    assert_eq!(bytes(&first), bytes(&second));
    // Written again over itself, nothing changes and nothing is left beside the files.
    let again = write(a.path()).unwrap();
    assert_eq!(bytes(&again), bytes(&second));
    assert_eq!(
        fs_err::read_dir(b.path().join("charts")).unwrap().count(),
        3 * 14
    );
}

#[test]
fn charts_are_xml() {
    let (_folder, written) = written(&THREE_ARMS);
    for path in written
        .charts
        .iter()
        .filter(|p| p.extension().unwrap() == "svg")
    {
        roxmltree::Document::parse(&fs_err::read_to_string(path).unwrap()).unwrap();
    }
}

#[test]
fn hostile_names_are_text() {
    let fixture = Fixture {
        scenario: "<script>alert('x')</script>&\"",
        arms: &["<b>base</b>", "</title><script>1</script>"],
        ..Fixture::default()
    };
    let (_folder, written) = written(&fixture);
    let html = fs_err::read_to_string(&written.report).unwrap();
    assert!(!html.contains("<script") && !html.contains("<b>base"));
    assert!(html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;"));
}

/// The value of a row, read from the file by string alone; where there is no such row, the values of its sources.
fn looked_up(folder: &Path, arm: &str, finding: &Finding) -> Vec<f64> {
    let text = fs_err::read_to_string(folder.join(finding.file)).unwrap();
    let column = if finding.file == "outcomes.csv" {
        10
    } else {
        12
    };
    let names = [
        "day", "market", "app", "surface", "age", "topic", "source", "bucket",
    ];
    let rows = |wanted: &dyn Fn(&str) -> bool| -> Vec<f64> {
        text.lines()
            .skip(1)
            .map(|line| line.split(',').collect::<Vec<_>>())
            .filter(|fields| {
                let mut described = fields[1].to_owned();
                for (name, member) in names.iter().zip(&fields[2..10]) {
                    if !member.is_empty() {
                        described.push_str(&format!(", {name} {member}"));
                    }
                }
                fields[0] == arm && wanted(&described)
            })
            .map(|fields| fields[column].parse().unwrap())
            .collect()
    };
    let cut = finding.key.listed();
    let exact = rows(&|row| row == cut);
    if exact.is_empty() {
        let sources = ["broad", "behaviour", "chat"].map(|s| format!("{cut}, source {s}"));
        return rows(&|row| sources.iter().any(|s| s == row));
    }
    exact
}

/// A cell in which a handful of people stand for many says so, and a change that nobody can read is told otherwise.
#[test]
fn what_is_too_small_to_tell_is_said() {
    let told = |error_percent: f64, replace: &dyn Fn(String) -> String| {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture {
            error_percent,
            ..THREE_ARMS
        };
        fixture.write(folder.path());
        let path = folder.path().join("differences.csv");
        let text = fs_err::read_to_string(&path).unwrap();
        fs_err::write(&path, replace(text)).unwrap();
        let run = Run::read(folder.path()).unwrap();
        let findings = findings::findings(&run, "policy").into_iter();
        findings.map(|f| f.statement).collect::<Vec<_>>().join("\n")
    };
    let as_it_is = |text: String| text;
    let few = told(60.0, &as_it_is);
    assert!(
        few.matches("Too few are simulated to tell.").count() >= 5,
        "{few}"
    );
    let many = told(0.4, &as_it_is);
    assert!(!many.contains("Too few"), "{many}");
    // All but the last digits alike, as where few are touched by a rule.
    let nearly = told(0.4, &|text| {
        let line = |line: &str| {
            let (rest, numbers): (Vec<&str>, Vec<&str>) = {
                let fields: Vec<&str> = line.split(',').collect();
                (fields[..10].to_vec(), fields[10..].to_vec())
            };
            let Ok(base) = numbers[0].parse::<f64>() else {
                return line.to_owned();
            };
            let (difference, error) = (-3.33e-6 * base, 1e-8 * base);
            let value = base + difference;
            format!("{},{base},{value},{difference},{error}", rest.join(","))
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
    });
    for part in [
        "(less than 0.001\u{a0}% down: ",
        " to a thousand assistant users)",
        " to a million assistant users)",
        "is, to a hundredth of a cent, the ",
    ] {
        assert!(nearly.contains(part), "{nearly}");
    }
    assert!(!nearly.contains("0.0000"), "{nearly}");
}

#[test]
fn every_finding_has_the_number_of_its_table() {
    let (folder, _) = written(&THREE_ARMS);
    let run = Run::read(folder.path()).unwrap();
    let html = fs_err::read_to_string(folder.path().join("report.html")).unwrap();
    for arm in ["policy", "opt-out"] {
        let findings = findings::findings(&run, arm);
        assert!(findings.len() >= 14, "{}", findings.len());
        for finding in findings {
            let rows = looked_up(folder.path(), arm, &finding);
            assert!(!rows.is_empty(), "{finding:?}");
            let value: f64 = rows.iter().sum();
            let told = finding.estimate.value;
            assert!(
                (value - told).abs() <= 1e-9 * told.abs(),
                "{finding:?}: {rows:?}"
            );
            let shown = PAGE.prose(value.abs());
            assert!(
                finding.statement.contains(&shown),
                "{shown} is not in {finding:?}"
            );
            let (low, high) = finding.estimate.interval();
            assert!(
                finding
                    .statement
                    .contains(&format!("{} to {}", PAGE.prose(low), PAGE.prose(high))),
                "{finding:?}"
            );
            assert!(html.contains(finding.statement.split('“').next().unwrap()));
        }
    }
}

#[test]
fn attributed_displaced_and_net_are_told_apart() {
    let (folder, _) = written(&Fixture::default());
    let run = Run::read(folder.path()).unwrap();
    let all = findings::findings(&run, "policy");
    for (kind, word) in [
        (Kind::Attributed, "attributed"),
        (Kind::Net, "under market.response = fixed-budgets"),
    ] {
        let mut some = all.iter().filter(|f| f.kind == kind).peekable();
        assert!(some.peek().is_some());
        assert!(some.all(|f| f.statement.contains(word)));
    }
    let mixed = all
        .iter()
        .any(|f| f.kind != Kind::Attributed && f.statement.contains("net effect"));
    assert!(!mixed);
}

#[test]
fn warnings_name_what_is_off() {
    let (folder, _) = written(&Fixture::default());
    let mut run = Run::read(folder.path()).unwrap();
    let warnings = findings::warnings(&run);
    assert!(warnings.iter().any(|w| w.contains("published figures")));
    run.manifest.warnings.push("something".into());
    assert_eq!(findings::warnings(&run)[0], "something");
}

#[test]
fn a_run_that_is_not_one_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = write(folder.path()).unwrap_err().to_string();
    assert!(error.contains("manifest.json"), "{error}");
    fs_err::write(folder.path().join("manifest.json"), "{\"seed\": \"x\"}").unwrap();
    let error = write(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("manifest.json") && error.contains("line 1"),
        "{error}"
    );
}
