//! Runs that are killed again and again, at any moment: they go on, do nothing twice, and end with the same bytes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Answer, Place, same_files};

/// Twenty kills of half a million people. Some minutes: `cargo test --release --test main -- --ignored soak`.
#[test]
#[ignore = "takes minutes: soak"]
fn soak_twenty_kills_of_a_large_run_change_nothing() {
    let place = Place::new();
    // Seven days, so that a sitting is long against what comes before and after the people.
    let window = ["--set", "time.end=2025-12-21", "--people", "500k"];
    kill(&place, &window, 20, 0.2);
}

#[test]
fn a_run_that_is_killed_at_random_moments_changes_nothing() {
    kill(&Place::new(), &[], 5, 0.5);
}

/// Runs `small.toml` with these settings, kills it so often, each time at any moment of the first `part` of what a whole run
/// takes, and resumes it each time. What comes to its end meanwhile is compared, and begun anew in another folder.
fn kill(place: &Place, settings: &[&str], kills: usize, part: f64) {
    let begun = Instant::now();
    let whole = Run::new(place, settings, "undisturbed");
    let answer: Answer = whole.command().output().unwrap().into();
    answer.expect(0);
    let (takes, [taken_over, all]) = (begun.elapsed(), whole.counts());
    assert_eq!(taken_over, 0);
    let mut dice = Dice(kills as u64);
    let (mut killed, mut ended) = (0, 0);
    while killed < kills {
        let mut run = Run::new(place, settings, &format!("killed-{ended}"));
        let mut sittings = 0;
        while !run.sit(takes.mul_f64(part * dice.share()), all) {
            killed += 1;
            sittings += 1;
            if killed == kills {
                assert!(run.sit(Duration::MAX, all));
                break;
            }
        }
        same_files(&run.folder(), &whole.folder());
        ended += 1;
        println!("killed {sittings} times: the same bytes");
    }
}

/// A run in a folder of its own, and what its journal is known to hold.
struct Run<'a> {
    place: &'a Place,
    settings: &'a [&'a str],
    name: String,
    journalled: BTreeSet<u32>,
}

impl<'a> Run<'a> {
    fn new(place: &'a Place, settings: &'a [&'a str], name: &str) -> Self {
        Run {
            place,
            settings,
            name: name.to_owned(),
            journalled: BTreeSet::new(),
        }
    }

    fn folder(&self) -> PathBuf {
        self.place.path(&self.name)
    }

    fn command(&self) -> std::process::Command {
        let run = ["run", "small.toml", "--resume", "--out", &self.name];
        self.place.command(&[&run[..], self.settings].concat())
    }

    /// Begins or resumes the run, and kills it when it has taken so long. Says whether it had come to its end by then.
    fn sit(&mut self, patience: Duration, all: u64) -> bool {
        let finished = || self.folder().join("manifest.json").exists();
        let (before, was_finished) = (self.journalled.len() as u64, finished());
        let begun = Instant::now();
        let mut command = self.command();
        let pipes = command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        while begun.elapsed() < patience && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        let answer: Answer = child.wait_with_output().unwrap().into();
        assert!(!answer.talk.contains("damaged"), "{answer:#?}");
        if let Some(done) = resumed(&answer.talk) {
            assert_eq!(done, before, "shards of earlier sittings are taken over");
        }
        if finished() && !was_finished {
            // All that was done is taken over, and the rest is all that is run.
            assert_eq!(self.counts(), [before, all - before]);
        }
        if answer.code.is_none() {
            self.look_into_journal();
            return false;
        }
        answer.expect(0);
        true
    }

    /// Shards that the last sitting took over, and shards that it ran.
    fn counts(&self) -> [u64; 2] {
        let text = std::fs::read(self.folder().join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&text).unwrap();
        ["shards_taken_over", "shards_run"].map(|key| manifest[key].as_u64().unwrap())
    }

    /// Reads what a killed run has left, byte by byte: all that was there before, and no shard twice.
    fn look_into_journal(&mut self) {
        /// Bytes of the journal's header, of a record before its payload, and of its checksum.
        const SIZES: [usize; 3] = [76, 20, 8];
        const MARKET: u32 = u32::MAX;
        let Ok(bytes) = std::fs::read(self.folder().join("journal.bin")) else {
            return;
        };
        let [header, head, sum] = SIZES;
        let mut rest = &bytes[header..];
        let mut found = BTreeSet::new();
        while rest.len() >= head + sum {
            assert_eq!(&rest[..4], b"shrd");
            let number = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
            let (shard, length) = (number(4), head + number(8) as usize + sum);
            if rest.len() < length {
                break;
            }
            assert!(found.insert(shard), "{shard} was computed twice");
            rest = &rest[length..];
        }
        assert!(found.remove(&MARKET) || found.is_empty());
        assert!(found.is_superset(&self.journalled));
        self.journalled = found;
    }
}

/// Shards that a resumed run says are done.
fn resumed(talk: &str) -> Option<u64> {
    let (_, rest) = talk.split_once("resuming: ")?;
    let (done, _) = rest.split_once(" of ")?;
    Some(done.replace(',', "").parse().unwrap())
}

/// Numbers that look random and are the same each time (G. Steele, D. Lea, C. Flood, SplitMix, 2014).
struct Dice(u64);

impl Dice {
    /// Any number.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// From 0 up to 1.
    fn share(&mut self) -> f64 {
        self.next() as f64 / u64::MAX as f64
    }
}
