//! What becomes of a run whose journal was damaged, cut or swapped: it is computed again, never trusted, and the tables are
//! the same.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use overheard_scenario::ScenarioFile;
use tempfile::TempDir;

use super::*;

const SCENARIO: &str = r#"
name = "damaged"
time.start = 2025-12-16
time.end = 2025-12-16
run.people = 500
pilot.people = 1000
[[arm]]
name = "no-policy"
policy.enabled = false
[[arm]]
name = "policy"
"#;

fn scenario(seed: u64) -> Scenario {
    let file = ScenarioFile::parse("damaged.toml", SCENARIO.as_bytes()).unwrap();
    file.scenario(&[format!("run.seed={seed}")]).unwrap()
}

/// A sitting of the run: what it came to, and what it noted.
fn sit(seed: u64, folder: &Path, stop: bool) -> (Result<RunSummary, RunFailure>, Vec<String>) {
    sit_with(seed, folder, stop, &|_| ())
}

/// The same, with something that is done when its report is to be written.
fn sit_with(
    seed: u64,
    folder: &Path,
    stop: bool,
    report: &dyn Fn(&Path),
) -> (Result<RunSummary, RunFailure>, Vec<String>) {
    let scenario = scenario(seed);
    let request = Request {
        scenario: &scenario,
        engine: EngineKind::Thinned,
        tune: Tune::new(NonZeroUsize::MIN),
        out: Some(folder),
        markets: None,
        resume: true,
        command: "",
    };
    let pages = Pages {
        report: &|folder, _, _| {
            report(folder);
            Ok(())
        },
        ..Pages::NONE
    };
    let cancel = AtomicBool::new(false);
    let mut notes = Vec::new();
    let mut hear = |event: Event| match event {
        Event::Note(note) => notes.push(note),
        Event::Shards { people, of, .. } if stop && 3 * people > 2 * of => {
            cancel.store(true, Ordering::Relaxed);
        }
        _ => {}
    };
    let done = run(&request, pages, &mut hear, &cancel);
    (done, notes)
}

/// The bytes of all tables.
fn tables(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = fs_err::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let tables = names.filter(|path| path.extension().is_some_and(|e| e == "csv" || e == "bin"));
    tables
        .map(|path| (path.display().to_string(), fs_err::read(&path).unwrap()))
        .map(|(path, bytes)| (path.rsplit('/').next().unwrap().to_owned(), bytes))
        .collect()
}

/// Tables of a run that nobody disturbed.
fn undisturbed(seed: u64) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    sit(seed, dir.path(), false).0.unwrap();
    let tables = tables(dir.path());
    assert!(tables.len() >= 5 && !tables.contains_key(JOURNAL));
    tables
}

/// The journal of a run that was stopped after two thirds of its people.
fn stopped(seed: u64) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let (done, _) = sit(seed, dir.path(), true);
    assert!(matches!(done, Err(RunFailure::Interrupted { kept: true })));
    fs_err::read(dir.path().join(JOURNAL)).unwrap()
}

/// A folder with such a journal.
fn folder(journal: &[u8]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs_err::write(dir.path().join(JOURNAL), journal).unwrap();
    dir
}

/// Goes on with a journal. Says how many shards were taken over, and what was noted.
fn resumed(journal: &[u8], want: &BTreeMap<String, Vec<u8>>) -> (u32, Vec<String>) {
    let dir = folder(journal);
    let (done, notes) = sit(1, dir.path(), false);
    let manifest = done.unwrap().manifest.unwrap();
    assert!(tables(dir.path()) == *want, "{notes:?}");
    (manifest.shards_taken_over, notes)
}

/// The `n`-th of numbers that look random and are the same each time.
fn random(n: u64) -> usize {
    let hash = Sha256::digest(n.to_le_bytes());
    u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]) as usize
}

#[test]
fn a_journal_with_a_hundred_bytes_flipped_is_never_trusted() {
    let (want, good) = (undisturbed(1), stopped(1));
    let (all, notes) = resumed(&good, &want);
    assert!(all > 100 && notes.is_empty(), "{all} {notes:?}");
    for round in 0..10 {
        let mut journal = good.clone();
        for flip in 10 * round..10 * (round + 1) {
            journal[random(2 * flip) % good.len()] ^= 1 << (random(2 * flip + 1) % 8);
        }
        let (taken_over, notes) = resumed(&journal, &want);
        assert!(taken_over >= all - 10 && taken_over <= all, "{notes:?}");
        assert!(
            notes
                .iter()
                .any(|n| n.contains("damaged") || n.contains("cut off")),
            "{notes:?}"
        );
    }
}

#[test]
fn a_journal_that_was_cut_is_gone_on_with() {
    let (want, good) = (undisturbed(1), stopped(1));
    let (all, _) = resumed(&good, &want);
    // In its header, in the market, and anywhere.
    for end in [0, 40, 500]
        .into_iter()
        .chain((0..5).map(|n| random(n) % good.len()))
    {
        let (taken_over, notes) = resumed(&good[..end], &want);
        assert!(taken_over < all, "{end}: {notes:?}");
    }
}

#[test]
fn a_journal_of_another_run_or_build_is_never_trusted() {
    let (want, good, other) = (undisturbed(1), stopped(1), stopped(2));
    // As a whole it is another's, and stays as it is.
    let dir = folder(&other);
    let (done, _) = sit(1, dir.path(), false);
    assert!(matches!(done, Err(RunFailure::OtherInputs(_))), "{done:?}");
    assert!(fs_err::read(dir.path().join(JOURNAL)).unwrap() == other);
    // After this run's header, its records do not count.
    let header = journal::HEADER;
    let mixed = [&good[..header], &other[header..]].concat();
    let (taken_over, notes) = resumed(&mixed, &want);
    assert_eq!(taken_over, 0);
    assert!(notes[0].contains("cut off"), "{notes:?}");
    // Nor do those of another build.
    let mut header = good[..header - 8].to_vec();
    header[8 + 32..][..16].copy_from_slice(b"of another build");
    let sum = Sha256::digest(&header);
    let build = [&header, &sum[..8], &good[journal::HEADER..]].concat();
    let (taken_over, notes) = resumed(&build, &want);
    assert_eq!(taken_over, 0);
    assert!(notes[0].contains("another build"), "{notes:?}");
}

/// Killed between the last file and the journal's removal, a run is finished, and the journal goes with the next look.
#[test]
fn the_journal_of_a_finished_run_does_not_stay() {
    let (good, dir) = (stopped(1), tempfile::tempdir().unwrap());
    sit(1, dir.path(), false).0.unwrap();
    let path = dir.path().join(JOURNAL);
    fs_err::write(&path, good).unwrap();
    let before = tables(dir.path());
    let (done, _) = sit(1, dir.path(), false);
    assert!(done.unwrap().manifest.is_none());
    assert!(!path.exists());
    let mut after = tables(dir.path());
    after.insert(JOURNAL.to_owned(), before[JOURNAL].clone());
    assert!(after == before);
}

/// A finished run is no failure because its journal cannot be removed.
#[test]
fn a_journal_that_stays_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let journal = dir.path().join(JOURNAL);
    // In place of the journal stands what is no file.
    let swap = |_: &Path| {
        fs_err::remove_file(&journal).unwrap();
        fs_err::create_dir(&journal).unwrap();
    };
    let told = |notes: &[String]| notes.iter().any(|n| n.contains("could not be removed"));
    let (done, notes) = sit_with(1, dir.path(), false, &swap);
    assert!(
        done.unwrap().manifest.is_some() && told(&notes),
        "{notes:?}"
    );
    let (done, notes) = sit(1, dir.path(), false);
    assert!(
        done.unwrap().manifest.is_none() && told(&notes),
        "{notes:?}"
    );
}

/// What fails before it has done anything leaves no trace of its own, and nobody else's work without a journal to go on with.
#[test]
fn a_sitting_takes_away_only_what_it_began() {
    let (scenario, dir) = (scenario(1), tempfile::tempdir().unwrap());
    let folder = dir.path().join("run");
    let begin = || {
        let hash = inputs_hash(&scenario, EngineKind::Thinned);
        let ask = Ask {
            scenario: "damaged",
            out: Some(&folder),
            resume: true,
            inputs: inputs(&scenario, hash),
            part: "shard",
            kind: RUN,
        };
        Sitting::begin(&ask, &folder, &mut |_| ()).unwrap().unwrap()
    };
    assert!(!begin().close(false));
    assert!(!folder.exists());
    let mut sitting = begin();
    let market = sitting.journal.keep_common(b"prices", Duration::ZERO);
    market.unwrap();
    assert!(sitting.close(false), "a market is there to go on with");
    fs_err::write(folder.join("outcomes.csv"), "").unwrap();
    fs_err::write(folder.join(JOURNAL), "OVHJRNL2").unwrap();
    for _ in 0..2 {
        assert!(!begin().close(false));
        assert!(folder.join(JOURNAL).exists());
    }
}
