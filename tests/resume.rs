//! Interrupted runs: nothing done is lost, nothing damaged trusted, and the same bytes come out.

use crate::support::{Place, same_outcomes};

const RUN: [&str; 6] = ["run", "small.toml", "--out", "run", "--threads", "1"];
const RESUME: [&str; 5] = ["run", "small.toml", "--out", "run", "--resume"];
/// A journal of this many bytes has the market and a few dozen shards of several thousand.
const SOME: u64 = 130_000;

#[test]
fn a_killed_run_goes_on() {
    let place = Place::new();
    let killed = place.stop_early(&RUN, "run/journal.bin", SOME, "-KILL");
    assert_eq!(killed.code, None, "{killed:#?}");
    assert_eq!(place.names("run"), ["journal.bin"]);
    // Without being told so it does not touch the run.
    let journal = place.read("run/journal.bin");
    place
        .overheard(&RUN)
        .expect(2)
        .says(&["unfinished run", "--resume"]);
    assert_eq!(place.read("run/journal.bin"), journal);
    // Another question does not go on with it either.
    let other = [&RESUME[..], &["--seed", "7"]].concat();
    place
        .overheard(&other)
        .expect(2)
        .says(&["other inputs", "hint"]);
    assert_eq!(place.read("run/journal.bin"), journal);
    place.overheard(&RESUME).expect(0).says(&["resuming: "]);
    same_outcomes(&place, "run");
    place
        .overheard(&RESUME)
        .expect(0)
        .says(&["finished already"]);
}

#[test]
fn an_interrupted_run_says_how_to_go_on() {
    let place = Place::new();
    let stopped = place
        .stop_early(&RUN, "run/journal.bin", SOME, "-INT")
        .expect(130);
    let command = "overheard run small.toml --out run --threads 1 --resume";
    let stopped = stopped.says(&["interrupted", command]);
    assert_eq!(stopped.data, "");
    // A second process in the same folder would be one too many; a damaged journal is mended.
    let mut journal = place.read("run/journal.bin");
    let middle = journal.len() / 2;
    journal[middle] ^= 0x55;
    let end = journal.len() - 5;
    place.write("run/journal.bin", &journal[..end]);
    place.overheard(&RESUME).expect(0).says(&[
        "resuming: ",
        "damaged in 1 place",
        "cut off",
        "run again",
    ]);
    same_outcomes(&place, "run");
}

#[test]
fn a_journal_whose_beginning_is_damaged_is_refused() {
    let place = Place::new();
    std::fs::create_dir(place.path("run")).unwrap();
    place.write(
        "run/journal.bin",
        b"OVHJRNL1 but then something else altogether, long enough to be a header",
    );
    place
        .overheard(&RESUME)
        .expect(2)
        .says(&["damaged", "run", "hint"]);
    assert_eq!(place.names("run"), ["journal.bin"]);
}

/// The market that a first sitting solved is the market of the second.
#[test]
fn a_resumed_run_keeps_the_market() {
    use overheard_engine::EngineKind;
    use overheard_engine::run::{Event, Pages, Request, run};
    use std::sync::atomic::{AtomicBool, Ordering};

    let place = Place::new();
    let scenario = crate::support::scenario(&crate::support::SMALL, crate::support::NOTHING);
    let folder = place.path("run");
    let sit = |stop: bool| {
        let request = Request {
            scenario: &scenario,
            engine: EngineKind::Thinned,
            tune: crate::support::tune(),
            out: Some(&folder),
            markets: None,
            resume: true,
            command: "",
        };
        let cancel = AtomicBool::new(false);
        let mut solved = 0;
        let mut hear = |event: Event| match event {
            Event::Pilot { .. } => solved += 1,
            Event::Shards { .. } if stop => cancel.store(true, Ordering::Relaxed),
            _ => {}
        };
        let done = run(&request, Pages::NONE, &mut hear, &cancel);
        assert_eq!(done.is_ok(), !stop, "{done:?}");
        solved
    };
    assert!(sit(true) > 0);
    // Before a shard is done, too.
    assert_eq!(sit(true), 0);
    assert_eq!(sit(false), 0);
    for table in ["outcomes.csv", "differences.csv", "groups.bin"] {
        let undisturbed = crate::support::UNDISTURBED.read(&format!("finished/{table}"));
        assert!(
            place.read(&format!("run/{table}")) == undisturbed,
            "{table}"
        );
    }
}
