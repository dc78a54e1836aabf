//! Sweeps: the same bytes for any threads and after any interruption, no point twice, and no point's failure the others'.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use overheard_engine::{EngineKind, Tune};
use overheard_scenario::ScenarioFile;
use overheard_study::{Design, Plan, Progress, Sweep, SweepError, sweep, typed};

use crate::support::{Place, SMALL};

/// Three draws of three unknowns, and each alone at its ends: ten points.
const SWEEP: [&str; 13] = [
    "sweep",
    "small.toml",
    "--people",
    "1000",
    "--draws",
    "3",
    "--vary",
    "signals.chat_weight=1..6",
    "--vary",
    "sensitive.neighbour_leak",
    "--vary",
    "market.elasticity",
    "--one-at-a-time",
];
const POINTS: usize = 10;
/// A journal of this many bytes has three points or four; of twice as many, seven.
pub const SOME: u64 = 150_000;
/// Bytes of a journal before its first record.
const HEADER: usize = 76;

const TABLES: [&str; 6] = [
    "points.csv",
    "outcomes.csv",
    "bands.csv",
    "sensitivity.csv",
    "one-at-a-time.csv",
    "scenario.toml",
];

pub fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SWEEP.iter().copied().chain(more.iter().copied()).collect()
}

/// The sweep run without disturbance on one thread, once for all tests, into `sweep`.
pub static QUIET: LazyLock<Place> = LazyLock::new(|| {
    let place = Place::new();
    place
        .overheard(&with(&["--threads", "1", "--out", "sweep"]))
        .expect(0)
        .says(&[
            "10 points of 3 unknowns",
            "without any effect on their own: market.elasticity",
            "done: 10 points",
        ]);
    place
});

#[track_caller]
pub fn same_tables(place: &Place, folder: &str) {
    for table in TABLES {
        let got = place.read(&format!("{folder}/{table}"));
        assert!(
            got == QUIET.read(&format!("sweep/{table}")),
            "{table} differs"
        );
    }
    assert_eq!(place.names(folder), QUIET.names("sweep"));
}

/// Rows of a table, each by its columns.
fn table(place: &Place, name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = place.read(name);
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn threads_change_no_byte() {
    let place = Place::new();
    let two = with(&["--threads", "2", "--out", "sweep"]);
    place.overheard(&two).expect(0).says(&["done: 10 points"]);
    same_tables(&place, "sweep");
    place.overheard(&two).expect(0).says(&["finished already"]);
}

/// The first point is the scenario as it is: what `run` says of it, without sampling errors.
#[test]
fn the_central_point_is_a_run() {
    let place = Place::new();
    let values_alone = ["--set", "run.sampling_errors=false"];
    let run = ["run", "small.toml", "--people", "1000", "--out", "run"];
    place
        .overheard(&[run.as_slice(), &values_alone].concat())
        .expect(0);
    let all = table(&place, "run/outcomes.csv");
    let own = table(&QUIET, "sweep/outcomes.csv");
    let central: Vec<_> = own.iter().filter(|row| row["draw"] == "0").collect();
    assert!(central.len() > 300, "{}", central.len());
    for row in central {
        let same = |other: &&BTreeMap<String, String>| {
            let mut keys = other
                .iter()
                .filter(|(c, _)| !["value", "std_error"].contains(&c.as_str()));
            keys.all(|(column, text)| row[column] == *text)
        };
        let other = all.iter().find(same).unwrap();
        assert_eq!(row["value"], other["value"], "{row:?}");
        assert_eq!(
            [&row["std_error"], &other["std_error"]],
            ["", ""],
            "{row:?}"
        );
    }
}

#[test]
fn tables_say_what_moves_what() {
    let points = table(&QUIET, "sweep/points.csv");
    assert_eq!(points.len(), POINTS);
    assert!(points.iter().all(|row| row["state"] == "done"));
    let blocks: Vec<&str> = points.iter().map(|row| row["block"].as_str()).collect();
    let ends = ["low", "high"].repeat(3);
    assert_eq!(
        blocks,
        [&["central", "sample", "sample", "sample"][..], &ends].concat()
    );
    // People are the same at every point: what no knob touches has one value.
    let outcomes = table(&QUIET, "sweep/outcomes.csv");
    let mut people: Vec<&str> = outcomes
        .iter()
        .filter(|row| row["measure"] == "people_active" && row["day"].is_empty())
        .map(|row| row["value"].as_str())
        .collect();
    people.dedup();
    assert_eq!(people.len(), 1);
    let alone = table(&QUIET, "sweep/one-at-a-time.csv");
    let effect = |knob: &str| -> Vec<&str> {
        let chat = |row: &&BTreeMap<String, String>| {
            row["arm"] == "policy" && row["knob"] == knob && row["measure"] == "ad_impressions"
        };
        let rows = alone.iter().filter(chat);
        rows.map(|row| row["effect"].as_str()).collect()
    };
    assert_eq!(effect("signals.chat_weight"), ["raises"]);
    assert_eq!(effect("market.elasticity"), ["none"]);
    let bands = table(&QUIET, "sweep/bands.csv");
    let chat = |row: &&BTreeMap<String, String>| {
        row["arm"] == "policy"
            && row["measure"] == "ad_impressions"
            && row["source"] == "chat"
            && row["day"].is_empty()
            && row["market"].is_empty()
    };
    let row = bands.iter().find(chat).unwrap();
    let number = |column: &str| row[column].parse::<f64>().unwrap();
    assert_eq!(
        (row["draws"].as_str(), row["difference_draws"].as_str()),
        ("3", "3")
    );
    assert!(number("p05") < number("p50") && number("p50") < number("p95"));
    assert_eq!(
        number("p50"),
        number("difference_p50"),
        "without the rule there are none"
    );
    for chart in ["bands-by-day", "bands"] {
        assert!(
            QUIET.path(&format!("sweep/charts/{chart}.svg")).exists(),
            "{chart}"
        );
    }
}

#[test]
fn an_interrupted_and_a_killed_sweep_go_on() {
    let place = Place::new();
    let begin = with(&["--threads", "2", "--out", "sweep"]);
    let stopped = place.stop_early(&begin, "sweep/journal.bin", SOME, "-INT");
    stopped
        .expect(130)
        .says(&["interrupted", "--out sweep --resume"]);
    assert_eq!(place.names("sweep"), ["journal.bin"]);
    place
        .overheard(&begin)
        .expect(2)
        .says(&["unfinished run", "--resume"]);
    let resume = with(&["--threads", "2", "--out", "sweep", "--resume"]);
    // Other points do not go on with it.
    let other = [&resume[..], &["--seed", "9"]].concat();
    place
        .overheard(&other)
        .expect(2)
        .says(&["other inputs", "hint"]);
    let before = place.read("sweep/journal.bin");
    let killed = place.stop_early(&resume, "sweep/journal.bin", 2 * SOME, "-KILL");
    assert_eq!(killed.code, None, "{killed:#?}");
    assert!(
        place.read("sweep/journal.bin").starts_with(&before),
        "only appended"
    );
    // A byte of the first record, and the end of the last one, are lost.
    let mut journal = place.read("sweep/journal.bin");
    journal[200] ^= 0x55;
    let end = journal.len() - 5;
    place.write("sweep/journal.bin", &journal[..end]);
    place.overheard(&resume).expect(0).says(&[
        "damaged in 1 place",
        "points concerned",
        "of 10 points are done",
    ]);
    same_tables(&place, "sweep");
}

/// Killed three times, whenever it has a few points more, it goes on and repeats none: what its journal has of a point stays as it
/// was first written, and no sitting writes one that is there.
#[test]
fn killed_three_times_it_repeats_no_point() {
    let place = Place::new();
    let one = ["--threads", "1", "--out", "sweep"];
    let first = with(&one);
    let resume = [&first[..], &["--resume"]].concat();
    let (mut kept, mut sitting) = (Vec::new(), first);
    for times in 1..=3 {
        let killed = place.stop_early(&sitting, "sweep/journal.bin", times * SOME / 2, "-KILL");
        assert_eq!(killed.code, None, "{killed:#?}");
        let journal = place.read("sweep/journal.bin");
        let points = points_in(&journal);
        // Something new each time, and what was there before stands in front of it.
        assert!(points.len() > kept.len(), "{kept:?} {points:?}");
        assert!(points.starts_with(&kept), "{kept:?} {points:?}");
        assert!(
            points.len() < POINTS,
            "killed too late to see anything: {points:?}"
        );
        (kept, sitting) = (points, resume.clone());
    }
    // The last sitting runs what is left and no more: its journal is kept at hand while it is at work.
    let done = format!("{} of 10 points are done", kept.len());
    place.overheard(&resume).expect(0).says(&[&done]);
    let mut once: Vec<u32> = kept.iter().map(|(point, _)| *point).collect();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), kept.len(), "a point twice: {kept:?}");
    same_tables(&place, "sweep");
    same_charts(&place);
}

/// The whole records of a journal: their point, and where they begin.
fn points_in(journal: &[u8]) -> Vec<(u32, usize)> {
    let number = |at: usize| u32::from_le_bytes(journal[at..at + 4].try_into().unwrap());
    let (mut at, mut found) = (HEADER, Vec::new());
    while at + 20 <= journal.len() {
        assert_eq!(&journal[at..at + 4], b"shrd");
        let end = at + 20 + number(at + 8) as usize + 8;
        if end > journal.len() {
            break;
        }
        found.push((number(at + 4), at));
        at = end;
    }
    found
}

fn same_charts(place: &Place) {
    let names = QUIET.names("sweep/charts");
    assert_eq!(place.names("sweep/charts"), names);
    for name in names {
        let chart = format!("sweep/charts/{name}");
        assert!(place.read(&chart) == QUIET.read(&chart), "{name}");
    }
}

/// Interrupted after every other point, each is run once.
#[test]
fn no_point_is_run_twice() {
    let place = Place::new();
    let file = ScenarioFile::parse("small.toml", SMALL.as_bytes()).unwrap();
    let vary = typed("signals.chat_weight=1..6", &file.arm_names()).unwrap();
    let plan = Plan::drawn(Design::Lhs, vec![vary], 5, 1);
    let folder = place.path("sweep");
    let settings = ["run.people=1000".to_owned()];
    let request = Sweep {
        file: &file,
        settings: &settings,
        plan: &plan,
        engine: EngineKind::Thinned,
        tune: Tune::new(NonZeroUsize::MIN),
        out: Some(&folder),
        resume: true,
        command: "",
    };
    let (mut run, mut sittings) = (0, 0);
    loop {
        let cancel = AtomicBool::new(false);
        let (mut first, mut own) = (None, 0);
        let mut hear = |progress: Progress| {
            if let Progress::Points { done, .. } = progress {
                own = done - *first.get_or_insert(done);
                cancel.store(own == 2, Ordering::Relaxed);
            }
        };
        let ended = sweep(&request, &|_, _| Ok(()), &mut hear, &cancel);
        run += own;
        sittings += 1;
        match ended {
            Ok(_) => break,
            Err(SweepError::Run(failure)) => assert_eq!(failure.to_string(), "interrupted"),
            Err(other) => panic!("{other}"),
        }
    }
    // The flag goes up between two points or while the next is at work, which is then not done.
    assert_eq!((run, sittings), (6, 3));
}

#[test]
fn a_point_that_fails_is_told_and_the_others_count() {
    let place = Place::new();
    place.write(
        "points.csv",
        "assistant.share_commercial,assistant.share_passing\n0.05,0.1\n0.2,0.02\n0.3,\n",
    );
    let sweep = [
        "sweep",
        "small.toml",
        "--people",
        "1000",
        "--from",
        "points.csv",
        "--out",
        "sweep",
    ];
    place.overheard(&sweep).expect(0).says(&[
        "point 1 failed: `assistant.share_passing` is larger",
        "assistant.share_commercial=0.05",
        "1 of 4 points failed",
    ]);
    let states: Vec<String> = table(&place, "sweep/points.csv")
        .into_iter()
        .map(|row| row["state"].clone())
        .collect();
    assert_eq!(states, ["done", "failed", "done", "done"]);
    let bands = table(&place, "sweep/bands.csv");
    assert!(bands.iter().any(|row| row["draws"] == "2"));
    let manifest: serde_json::Value =
        serde_json::from_slice(&place.read("sweep/manifest.json")).unwrap();
    assert_eq!(
        (&manifest["points"], &manifest["draws"]),
        (&4.into(), &2.into())
    );
    assert!(!place.path("sweep/one-at-a-time.csv").exists());
    // It is listed, and its charts can be drawn again.
    place
        .overheard(&["plot", "sweep"])
        .expect(0)
        .says(&["chart files"]);
    let bands = ["plot", "sweep", "--chart", "bands", "--format", "svg"];
    let answer = place.overheard(&bands).expect(0);
    assert_eq!(answer.data, "sweep/charts/bands.svg\n");
    place
        .overheard(&["explain", "sweep"])
        .expect(2)
        .says(&["a sweep is in sweep, not a run"]);
}

#[test]
fn what_cannot_be_swept_is_one_error_with_a_hint() {
    let place = Place::new();
    place.write("points.csv", "signals.chat_weight\n2\n30\n");
    for (arguments, parts) in [
        (
            &["--vary", "signals.chat_wieght=1..2"][..],
            &["no knob", "signals.chat_weight?"][..],
        ),
        (
            &["--vary", "signals.chat_weight=1"],
            &["no range", "signals.chat_weight=0.5..10"],
        ),
        (
            &["--vary", "signals.chat_weight=1..99"],
            &["cannot be 1..99", "from 0.5 to 10 (likes)"],
        ),
        (
            &["--vary", "polcy:signals.chat_weight"],
            &["no arm", "did you mean policy"],
        ),
        (
            &["--vary", "ads.alpha", "--vary", "policy:ads.alpha=2..3"],
            &["varied already", "one range"],
        ),
        (
            &["--from", "posterior", "--vary", "ads.alpha"],
            &["the posterior says what is varied", "--from priors"],
        ),
        (
            &["--from", "nowhere.csv"],
            &["cannot read the points in nowhere.csv", "priors, posterior"],
        ),
        (
            &["--from", "points.csv"],
            &["points.csv", "line 3", "from 0.5 to 10 (likes)"],
        ),
        (
            &["--from", "points.csv", "--draws", "3"],
            &["leave --vary and --draws out"],
        ),
        (&["--design", "sobol"], &["possible: lhs, saltelli"]),
        (
            &["--draws", "40000000"],
            &["40 million points are too many", "fewer --draws"],
        ),
        (
            &["--from", "posterior", "--draws", "40000000"],
            &["40 million points are too many", "fewer --draws"],
        ),
        (
            &["--set", "signals.chat_wieght=2"],
            &["unknown key", "signals.chat_weight"],
        ),
    ] {
        let all = [&["sweep", "small.toml", "--out", "sweep"], arguments].concat();
        let answer = place.overheard(&all).expect(2).says(parts);
        assert_eq!(
            answer.talk.matches("error").count() - answer.talk.matches("os error").count(),
            1,
            "{answer:#?}"
        );
        assert!(!place.path("sweep").exists());
    }
}
