//! Commands, their data on stdout, their talk on stderr, their exit codes.

use std::process::Stdio;

use crate::support::{Place, SMALL, UNDISTURBED, same_outcomes};

#[test]
fn without_arguments_there_is_help() {
    let answer = Place::new().overheard(&[]).expect(0);
    for command in [
        "run", "check", "compare", "plot", "validate", "schema", "knobs", "list", "bench",
    ] {
        assert!(answer.data.contains(command), "{command}");
    }
}

#[test]
fn what_cannot_be_typed_is_an_error() {
    let place = Place::new();
    for (arguments, part) in [
        (&["walk"][..], "walk"),
        (&["run"], "SCENARIO"),
        (
            &["run", "small.toml", "--people", "many"],
            "1_000_000, 10k, 2.5M or 1B",
        ),
        (&["run", "small.toml", "--people", "0"], "one at least"),
        (
            &["run", "small.toml", "--people", "99B"],
            "not so many people",
        ),
        (
            &["run", "small.toml", "--people", "10B"],
            "there are 1,000,000,000 users",
        ),
        (&["run", "small.toml", "--people", "-5"], "one at least"),
        (
            &["run", "small.toml", "--people", "1.000"],
            "1000 or 1_000 or 1k",
        ),
        (&["run", "small.toml", "--seed", "-1"], "-1"),
        (
            &["run", "small.toml", "--seed", "abc"],
            "write a whole number from 0",
        ),
        (
            &["run", "small.toml", "--draws", "100k"],
            "write a whole number, as in 64",
        ),
        (&["run", "small.toml", "--threads", "0"], "from 1 to 1024"),
        (
            &["run", "small.toml", "--set", "policy:policy.enabled=yes"],
            "policy.enabled = true; the other is policy.enabled = false",
        ),
        (
            &["run", "small.toml", "--set", "sensitive.false_positive=25%"],
            "sensitive.false_positive = 0.25",
        ),
        (&["run", "smal.toml"], "did you mean"),
        (&["validate", "decmber-16"], "no such file"),
        (
            &["run", "small.toml", "--engine", "steam"],
            "possible: thinned, events",
        ),
        (&["run", "small.toml", "--tune", "isa=neon"], "isa=scalar"),
        (
            &["run", "small.toml", "--tune", "block=100"],
            "a multiple of 256",
        ),
        (
            &["run", "small.toml", "--tune", "wiring=tcp"],
            "wiring=actors|inline",
        ),
        (&["bench", "small.toml", "--isa", "neon"], "scalar"),
        (&["bench", "small.toml", "--people", "1k,many"], "many"),
        (&["bench", "small.toml", "--rounds", "0"], "--rounds"),
        (&["bench", "-"], "write it into a file"),
        (&["bench", "smal.toml"], "did you mean"),
        (&["check", "small.toml"], "--against"),
        (&["compare"], "RUN"),
        (&["compare", "one", "two", "--base", "arm"], "--base"),
    ] {
        let answer = place.overheard(arguments).expect(2).says(&["error", part]);
        assert!(!answer.talk.contains("-- -5"), "{answer:#?}");
    }
    assert_eq!(place.names("."), ["small.toml"]);
}

#[test]
fn every_mistake_is_told_at_once() {
    let place = Place::new();
    let mistakes = "\
[time]
start = 2025-12-14
end = 2025-12-20
report.cuts = [\"market*topic\"]
[[arm]]
name = \"Base\"
policy.excluded_markets = [\"EU\"]
[[arm]]
name = \"percent\"
controls.opt_out_share = 25
";
    place.write("mistakes.toml", mistakes);
    for command in ["validate", "run"] {
        let answer = place.overheard(&[command, "mistakes.toml"]).expect(2);
        let places: Vec<usize> = [":4:1", ":6:8", ":7:28", ":10:26"]
            .iter()
            .map(|at| answer.talk.find(&format!("mistakes.toml{at}\n")).unwrap())
            .collect();
        assert!(places.is_sorted(), "{answer:#?}");
        answer.says(&["`report` is a table of its own", "small letters a-z"]);
    }
}

#[test]
fn a_scenario_is_found_by_its_name_and_read_from_standard_input() {
    let place = Place::new();
    std::fs::create_dir(place.path("scenarios")).unwrap();
    place.write("scenarios/december-16.toml", &**SMALL);
    for name in ["december-16", "december-16.toml", "scenarios/december-16"] {
        place
            .overheard(&["validate", name])
            .expect(0)
            .says(&["valid: small"]);
    }
    place
        .overheard(&["validate", "decmber-16"])
        .expect(2)
        .says(&["did you mean scenarios/december-16.toml?"]);
    place
        .typed(&["validate", "-"], SMALL.as_bytes())
        .expect(0)
        .says(&["valid: small"]);
    // A base as much as a scenario that was typed: the ending is put behind the name, whatever is in it.
    place.write("v1.toml", "name = \"one\"\n[[arm]]\nname = \"old\"\n");
    place.write("v1.2.toml", "name = \"two\"\n[[arm]]\nname = \"new\"\n");
    place.write("top.toml", "extends = \"v1.2\"\n");
    for name in ["v1.2", "top"] {
        let resolved = place.overheard(&["validate", name, "--resolved"]).expect(0);
        assert!(resolved.data.contains("name = \"new\""), "{resolved:#?}");
    }
    place
        .typed(&["validate", "-"], b"zebra = 1\n")
        .expect(2)
        .says(&["stdin:1:1"]);
}

#[test]
fn one_run_is_told_where_its_arms_are_compared() {
    UNDISTURBED
        .overheard(&["compare", "finished"])
        .expect(2)
        .says(&[
            "its arms are no-policy, policy",
            "overheard compare finished --base ARM",
        ]);
}

/// Nobody uses the assistant, anywhere or in one market: a month like any other, and no rule about chats changes it.
#[test]
fn where_nobody_chats_no_rule_matters() {
    let place = Place::new();
    let run = |out: &'static str, users: &str| {
        let set = ["--set", users, "--out", out];
        let people = ["run", "small.toml", "--people", "20k", "--quiet"];
        place.overheard(&[&people[..], &set].concat()).expect(0);
        let mut table =
            csv::Reader::from_path(place.path(&format!("{out}/differences.csv"))).unwrap();
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        assert!(rows.len() > 1000);
        (table.headers().unwrap().clone(), rows)
    };
    let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    let (header, rows) = run("nowhere", "population.assistant_users=0");
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (market, difference) = (at("market"), at("difference"));
    for row in &rows {
        assert_eq!(number(&row[difference]), 0.0, "{row:?}");
    }
    let (_, rows) = run("not-in-india", "population.assistant_users.india=0");
    let (india, others): (Vec<_>, Vec<_>) = rows
        .iter()
        .filter(|row| !row[market].is_empty())
        .partition(|row| &row[market] == "india");
    assert!(india.iter().all(|row| number(&row[difference]) == 0.0));
    assert!(others.iter().any(|row| number(&row[difference]) != 0.0));
}

#[test]
fn a_run_prints_its_folder_and_leaves_every_file() {
    let names = UNDISTURBED.names("finished");
    for name in [
        "calibration.csv",
        "datapackage.json",
        "charts",
        "differences.csv",
        "groups.bin",
        "manifest.json",
        "measures.csv",
        "outcomes.csv",
        "report.html",
        "scenario.toml",
    ] {
        assert!(
            names.iter().any(|n| n == name),
            "{name} is not in {names:?}"
        );
    }
    assert!(names.iter().all(|n| !n.starts_with('.')), "{names:?}");
    let manifest: serde_json::Value =
        serde_json::from_slice(&UNDISTURBED.read("finished/manifest.json")).unwrap();
    assert_eq!(manifest["scenario"], "small");
    assert_eq!(
        (&manifest["people"], &manifest["seed"]),
        (&2500.into(), &1.into())
    );
    assert_eq!(manifest["engine"], "thinned");
    assert_eq!(manifest["policy_date"], "2025-12-16");
    assert_eq!(
        manifest["command"],
        "overheard run small.toml --out finished"
    );
    let number = |key: &str| manifest[key].as_f64().unwrap();
    let people = number("people") + number("others");
    assert_eq!(number("person_days"), 2.0 * people);
    let rate = number("person_days") / number("wall_seconds");
    assert!((number("person_days_per_second") / rate - 1.0).abs() < 1e-9);
    let weights = manifest["weights"].as_array().unwrap();
    let represented: f64 = weights
        .iter()
        .map(|w| w["weight"].as_f64().unwrap() * w["people"].as_f64().unwrap())
        .sum();
    let all = number("represented_assistant_users") + number("represented_others");
    assert!((represented / all - 1.0).abs() < 1e-9);
    assert_eq!(manifest["market_discrepancy"].as_array().unwrap().len(), 22);
}

/// Where there is no terminal: each five percent once, with the people that are done.
#[test]
fn a_run_tells_how_far_it_is() {
    let place = Place::new();
    let answer = place.overheard(&["run", "small.toml"]).expect(0);
    let lines = answer.talk.lines();
    let told: Vec<&str> = lines
        .filter_map(|l| l.strip_prefix("simulating: "))
        .collect();
    let percents = told.iter().map(|l| l.split_once(" %, ").unwrap().0);
    let percents: Vec<u32> = percents.map(|p| p.parse().unwrap()).collect();
    assert!(percents.iter().all(|p| p.is_multiple_of(5)), "{answer:#?}");
    assert!(percents.windows(2).all(|w| w[0] < w[1]), "{answer:#?}");
    assert!(percents.len() >= 15, "{answer:#?}");
    let last = told[told.len() - 1];
    assert!(last.starts_with("100 %, 4,964 people"), "{answer:#?}");
}

#[test]
fn a_run_says_what_speaks_against_it() {
    let place = Place::new();
    // Any effect of chats on conversions is more than 0 %: above one limit the run warns, above the other it fails.
    let run = |out: &'static str, warn: &str, fail: &str| {
        let limits = [
            format!("pilot.warn_conversions={warn}"),
            format!("pilot.fail_conversions={fail}"),
        ];
        let people = ["run", "small.toml", "--people", "2k", "--out", out];
        let limits = ["--set", &limits[0], "--set", &limits[1]];
        place.overheard(&[&people[..], &limits].concat())
    };
    let quiet = run("quiet", "100", "100").expect(0);
    assert!(!quiet.talk.contains("conversions of"), "{quiet:?}");
    run("warned", "0", "100")
        .expect(0)
        .says(&["warning: under `policy` conversions of", "look twice"]);
    for _again in 0..2 {
        let failed = run("run", "0", "0").expect(1);
        assert_eq!(failed.data, "run\n");
    }
    place
        .overheard(&["run", "small.toml", "--people", "2k", "--out", "plain"])
        .expect(0)
        .says(&["2464 assistant users were simulated, not 2000"]);
    place
        .overheard(&[
            "run",
            "small.toml",
            "--set",
            "policy.start=2026-02-01",
            "--out",
            "late",
        ])
        .expect(0)
        .says(&["under `policy` the policy begins after the window's last day"]);
    let manifest: serde_json::Value =
        serde_json::from_slice(&place.read("run/manifest.json")).unwrap();
    assert_eq!(manifest["implausible_arms"][0], "policy");
    assert!(
        manifest["warnings"]
            .to_string()
            .contains("implausible: under `policy`")
    );
    // A small run off a good path does not warn: only what sampling cannot explain counts.
    let off = |d: &serde_json::Value| {
        let of = |key: &str| d[key].as_f64().unwrap();
        let sampling = of("run_error_percent").hypot(of("pilot_error_percent"));
        of("discrepancy_percent").abs() - 4.5 * sampling > of("tolerance_percent")
    };
    let count = manifest["market_discrepancy"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|d| off(d))
        .count();
    let warnings = manifest["warnings"].to_string();
    let told = format!("in {count} of 22 pairs of arm and market");
    assert_eq!(warnings.contains(&told), count > 0, "{warnings}");
    let page = String::from_utf8(place.read("run/report.html")).unwrap();
    assert!(page.contains("implausible"));
}

#[test]
fn an_identical_run_is_not_repeated_and_another_not_overwritten() {
    let place = Place::new();
    let first = place.overheard(&["run", "small.toml", "--quiet"]).expect(0);
    let folder = first.data.trim_end().to_owned();
    assert!(
        folder.starts_with("output/small-") && folder.len() == "output/small-".len() + 8,
        "{folder}"
    );
    same_outcomes(&place, &folder);
    let manifest = place.read(&format!("{folder}/manifest.json"));
    // What changes no outcome changes no folder.
    let tuned = [
        "run",
        "small.toml",
        "--threads",
        "1",
        "--tune",
        "block=512,wiring=inline",
    ];
    let second = place
        .overheard(&tuned)
        .expect(0)
        .says(&["finished already"]);
    assert_eq!(second.data, first.data);
    assert_eq!(place.read(&format!("{folder}/manifest.json")), manifest);
    place
        .overheard(&["run", "small.toml", "--seed", "2", "--out", &folder])
        .expect(2)
        .says(&["another finished run", "hint"]);
    assert_eq!(place.read(&format!("{folder}/manifest.json")), manifest);
    let listed = place.overheard(&["list"]).expect(0);
    assert!(
        listed.data.contains(&folder) && listed.data.contains("2,500 people, seed 1"),
        "{listed:?}"
    );
}

#[test]
fn a_run_compared_with_itself_differs_nowhere() {
    let answer = UNDISTURBED
        .overheard(&["compare", "finished", "finished"])
        .expect(0)
        .says(&["paired"]);
    let mut table = csv::Reader::from_reader(answer.data.as_bytes());
    let header = table.headers().unwrap().clone();
    let at = header.iter().position(|h| h == "difference").unwrap();
    let mut rows = 0;
    for row in table.records() {
        let row = row.unwrap();
        assert!(["0.0", ""].contains(&&row[at]), "{row:?}");
        rows += 1;
    }
    assert!(rows > 1000);
    UNDISTURBED
        .overheard(&["compare", "finished", "elsewhere"])
        .expect(2)
        .says(&["elsewhere", "hint"]);
}

#[test]
fn plots_are_drawn_again_alike() {
    let place = Place::new();
    copy(&UNDISTURBED.path("finished"), &place.path("run"));
    let report = place.read("run/report.html");
    std::fs::remove_dir_all(place.path("run/charts")).unwrap();
    place.write("run/report.html", "");
    let answer = place.overheard(&["plot", "run"]).expect(0);
    assert_eq!(answer.data, "run/report.html\n");
    assert_eq!(place.read("run/report.html"), report);
    assert_eq!(
        place.names("run/charts"),
        UNDISTURBED.names("finished/charts")
    );
    place
        .overheard(&["plot", "."])
        .expect(2)
        .says(&["no run is in ."]);
}

/// Single charts, in whatever look: beside a run's own, which stay as they are.
#[test]
fn charts_are_drawn_as_asked_for() {
    let place = Place::new();
    copy(&UNDISTURBED.path("finished"), &place.path("run"));
    let charts = place.path("run/charts");
    let read = |name: &str| std::fs::read(charts.join(name)).unwrap();
    let own = read("frequency.svg");
    let ask = |more: &[&str]| {
        place
            .overheard(&[&["plot", "run"], more].concat())
            .expect(0)
    };

    // As the run has them: the same files.
    let answer = ask(&["--chart", "frequency", "--format", "svg"]);
    assert_eq!(answer.data, "run/charts/frequency.svg\n");
    assert_eq!(read("frequency.svg"), own);

    let look = ["--theme", "dark", "--width", "800"];
    let names = ["--chart", "frequency", "--chart", "lorenz"];
    let answer = ask(&[&names[..], &look].concat());
    let files: Vec<&str> = answer.data.lines().collect();
    let named = |name: &str, end: &str| format!("run/charts/{name}-dark-800px.{end}");
    let expected = [
        named("frequency", "svg"),
        named("frequency", "png"),
        named("lorenz", "svg"),
        named("lorenz", "png"),
    ];
    assert_eq!(files, expected);
    let svg = String::from_utf8(read("frequency-dark-800px.svg")).unwrap();
    assert!(svg.contains("width=\"800\""), "{}", &svg[..300]);
    assert!(svg != String::from_utf8(own.clone()).unwrap());
    assert_eq!(read("frequency.svg"), own);

    let refused = |more: &[&str]| {
        place
            .overheard(&[&["plot", "run"], more].concat())
            .expect(2)
    };
    refused(&["--chart", "frequenzy"]).says(&["no chart `frequenzy`", "did you mean frequency?"]);
    refused(&["--width", "20"]).says(&["--width", "400"]);
    refused(&["--theme", "pink"]).says(&["dark"]);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn the_program_tells_what_it_knows_of_itself() {
    let place = Place::new();
    let schema = place.overheard(&["schema"]).expect(0);
    let schema: serde_json::Value = serde_json::from_str(&schema.data).unwrap();
    assert!(schema["properties"]["policy"].is_object());
    let knobs = place.overheard(&["knobs"]).expect(0);
    assert!(knobs.data.contains("half_life_chat"));
    assert!(knobs.data.lines().all(|line| line.chars().count() <= 80));
    assert!(
        place
            .overheard(&["knobs", "--markdown"])
            .expect(0)
            .data
            .starts_with("# Knobs")
    );
    assert!(
        place
            .overheard(&["completions", "bash"])
            .expect(0)
            .data
            .contains("overheard")
    );
    assert!(
        place
            .overheard(&["man"])
            .expect(0)
            .data
            .contains(".TH overheard")
    );
    // The pages that it names are there.
    let page = place.overheard(&["man"]).expect(0).data;
    let named = page.lines().filter_map(|line| {
        let name = line.strip_prefix("overheard\\-")?;
        name.strip_suffix("(1)")
    });
    let mut pages = 0;
    for name in named {
        let own = place.overheard(&["man", name]).expect(0).data;
        assert!(own.contains(&format!(".TH overheard-{name} 1")), "{own}");
        pages += 1;
    }
    assert!(pages > 10, "{pages}");
    place
        .overheard(&["man", "walk"])
        .expect(2)
        .says(&["invalid value 'walk'", "possible: run, sweep"]);
    assert!(
        place
            .overheard(&["--version"])
            .expect(0)
            .data
            .starts_with("overheard 0.")
    );
}

/// The exit code when nobody reads what is printed.
fn unread(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = place.command(arguments);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(!talk.contains("error:"), "{talk}");
    (output.status.code(), talk)
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    for arguments in [&["knobs"][..], &["compare", "finished", "finished"]] {
        assert_eq!(unread(&UNDISTURBED, arguments).0, Some(0), "{arguments:?}");
    }
}

/// `check … | head -1`, `run … | true`: the verdict stands, whoever stops reading.
#[test]
fn a_reader_who_has_seen_enough_changes_no_verdict() {
    let place = Place::new();
    let golden = "arm,measure,value,tolerance_percent\npolicy,people,1,1\npolicy,chats,1,1\n";
    place.write("golden.csv", golden);
    let (code, talk) = unread(&place, &["check", "small.toml", "--against", "golden.csv"]);
    assert_eq!(code, Some(1), "{talk}");
    assert!(
        talk.contains("2 of 2 outcomes left their tolerance"),
        "{talk}"
    );
    let limits = ["pilot.warn_conversions=0", "pilot.fail_conversions=0"];
    let run = [
        "run",
        "small.toml",
        "--out",
        "run",
        "--set",
        limits[0],
        "--set",
        limits[1],
    ];
    for _again in 0..2 {
        let (code, talk) = unread(&place, &run);
        assert_eq!(code, Some(1), "{talk}");
    }
}

#[test]
fn unlike_runs_are_told_apart_before_their_numbers() {
    let place = &*UNDISTURBED;
    let run = |text: &str, out: &str, more: &[&str]| {
        let name = format!("{out}.toml");
        place.write(&name, text);
        place
            .overheard(&[&["run", &name, "--out", out][..], more].concat())
            .expect(0);
    };
    let compare = |other: &str| place.overheard(&["compare", "finished", other]);

    // What errors of pairs are made of is gone: that is why there are none.
    copy(&place.path("finished"), &place.path("without-groups"));
    std::fs::remove_file(place.path("without-groups/groups.bin")).unwrap();
    compare("without-groups")
        .expect(0)
        .says(&["groups.bin is missing in without-groups: errors are of independent runs"]);

    // Another window and another knob: named first, and what both have is compared.
    let longer = SMALL.replace("end = 2025-12-16", "end = 2025-12-17");
    run(
        &longer,
        "longer",
        &["--set", "policy:signals.half_life_chat=7", "--seed", "2"],
    );
    let answer = compare("longer").expect(0).says(&[
        "window: 2025-12-15 to 2025-12-16 against 2025-12-15 to 2025-12-17",
        "seed: 1 against 2",
        "signals.half_life_chat: 14.0 against 7.0 in `policy`",
        "independent runs",
        "have no counterpart",
    ]);
    assert!(
        answer.talk.starts_with("the runs differ in window"),
        "{answer:#?}"
    );
    assert!(answer.data.lines().count() > 1000);

    // Nothing in common is an error, not a table without rows.
    let renamed = SMALL
        .replace("name = \"no-policy\"", "name = \"base\"")
        .replace("name = \"policy\"", "name = \"rule\"");
    run(&renamed, "renamed", &[]);
    let answer = compare("renamed").expect(2).says(&[
        "arms: no-policy, policy against base, rule",
        "no arm in common: no-policy, policy; base, rule",
        "hint",
    ]);
    assert_eq!(answer.data, "");

    // Asked for other numbers, the same people were simulated: every stratum has 32 at least.
    run(&SMALL, "few", &["--people", "1k"]);
    run(&SMALL, "more", &["--people", "1200"]);
    let answer = place.overheard(&["compare", "few", "more"]).expect(0);
    assert!(
        answer.talk.contains("paired") && !answer.talk.contains("differ in"),
        "{answer:#?}"
    );
    compare("few")
        .expect(0)
        .says(&["simulated people: ", "independent"]);

    // The arms of one run, against any of them.
    place
        .overheard(&["compare", "finished"])
        .expect(2)
        .says(&["its arms are no-policy, policy", "--base"]);
    place
        .overheard(&["compare", "finished", "--base", "polcy"])
        .expect(2)
        .says(&["no arm `polcy`", "its arms are no-policy, policy"]);
    let answer = place
        .overheard(&["compare", "finished", "--base", "no-policy"])
        .expect(0)
        .says(&["paired"]);
    assert!(
        answer.data.as_bytes() == place.read("finished/differences.csv"),
        "as the run itself has it"
    );
    let answer = place
        .overheard(&["compare", "finished", "--base", "policy"])
        .expect(0);
    assert!(
        answer
            .data
            .lines()
            .skip(1)
            .all(|line| line.starts_with("no-policy,"))
    );
}

/// A table and a chart of what runs cost, in folders that do not stay, and never over files of others.
#[test]
fn a_bench_measures_runs_and_leaves_a_table_and_a_chart() {
    let place = Place::new();
    let bench = |more: &[&str]| {
        let sizes = ["bench", "small.toml", "--people", "3k,2k", "--threads", "2"];
        let rest = ["--isa", "scalar", "--rounds", "1", "--out", "bench.csv"];
        let mut command = place.command(&[&sizes[..], &rest, more].concat());
        std::fs::create_dir_all(place.path("temporary")).unwrap();
        let output = command.env("TMPDIR", place.path("temporary")).output();
        crate::support::Answer::from(output.unwrap())
    };
    let answer = bench(&[]).expect(0);
    assert_eq!(answer.data.lines().count(), 3, "{answer:#?}");
    assert!(
        answer.data.lines().all(|line| line.len() <= 80),
        "{answer:#?}"
    );
    let answer = answer.says(&["round 1 of 1: 2,000 people, threads 2, scalar", "bench.csv"]);
    let mut table = csv::Reader::from_path(place.path("bench.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2, "{answer:#?}");
    let header = table.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    for row in &rows {
        let number = |name: &str| row[column(name)].parse::<f64>().unwrap();
        for name in [
            "wall_seconds",
            "cpu_seconds",
            "person_days_per_second",
            "peak_memory_bytes",
        ] {
            assert!(number(name) > 0.0, "{name}: {row:?}");
        }
        let smaller = &row[column("people")] == "2000";
        assert_eq!(
            row[column("marginal_ns_per_person_day")].is_empty(),
            smaller,
            "{row:?}"
        );
    }
    assert_eq!(
        place.names("."),
        [
            "bench.csv",
            "bench.png",
            "bench.svg",
            "small.toml",
            "temporary"
        ]
    );
    assert_eq!(place.names("temporary"), [""; 0]);
    let before = place.read("bench.csv");
    bench(&[]).expect(2).says(&["a file already", "--update"]);
    assert!(place.read("bench.csv") == before);
}
