//! Scenario files and settings as a hurried, mistaken or hostile hand would write them: the files of `scenarios/`, damaged, and
//! knobs with values that nobody foresaw. Whatever it is, reading it ends without a panic, and every fault has its place.
//!
//! An input is a function of a seed and its number, so what fails can be had again:
//! `OVERHEARD_FUZZ=SEED,NUMBER,1 cargo test -p overheard-scenario --test fuzz -- --ignored soak --nocapture`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests, which read files"
)]

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use overheard_scenario::{Scenario, ScenarioError};

#[path = "fuzz/damage.rs"]
mod damage;
#[path = "fuzz/dice.rs"]
mod dice;

use damage::{Files, Input};

/// The files that are damaged, and that others extend.
fn files() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut files: Files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files.push(("all-knobs.toml".to_owned(), Scenario::defaults().to_toml()));
    files
}

fn read(input: &Input, files: &Files) -> Result<Scenario, ScenarioError> {
    let sets: Vec<(&str, &str)> = input.sets.iter().map(|s| ("--set", s.as_str())).collect();
    let mut load = |_: &str, named: &str| match files.iter().find(|(name, _)| name == named) {
        Some((name, text)) => Ok((name.clone(), text.as_bytes().to_vec())),
        None => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    Scenario::read_with("fuzzed.toml", &input.bytes, &sets, &mut load)
}

/// What may be wrong with a text as a whole.
const WITHOUT_PLACE: [&str; 3] = [
    "the file has more than",
    "the file is UTF-16",
    "the file is empty",
];

/// What is wrong with an answer; nothing, as it should be. What is taken may also be `written` and read again.
fn judge(
    input: &Input,
    answer: &Result<Scenario, ScenarioError>,
    files: &Files,
    written: bool,
) -> Option<String> {
    let error = match answer {
        Ok(_) if !written => return None,
        Ok(scenario) => {
            // What is taken can be written down, and is the same when it is read.
            let text = scenario.to_toml();
            return match Scenario::read("again.toml", text.as_bytes(), &[]) {
                Ok(again) if again.canonical() == scenario.canonical() => None,
                Ok(_) => Some(format!("written and read it is another:\n{text}")),
                Err(error) => Some(format!("what was written is refused: {error}\n{text}")),
            };
        }
        Err(error) => error,
    };
    let shown = error.render(false);
    error.render(true);
    if !shown.starts_with("error: ") {
        return Some(format!("no error is shown: {shown}"));
    }
    let typed = String::from_utf8_lossy(&input.bytes);
    for fault in error.faults() {
        let Some((line, column)) = fault.position else {
            if WITHOUT_PLACE
                .iter()
                .any(|words| fault.message.starts_with(words))
            {
                continue;
            }
            return Some(format!("no place: {fault:?}"));
        };
        let base = files.iter().find(|(name, _)| name == fault.source);
        let texts: Vec<&str> = match (fault.source, base) {
            ("fuzzed.toml", _) => vec![typed.strip_prefix('\u{feff}').unwrap_or(&typed)],
            (_, Some((_, text))) => vec![text],
            _ => input.sets.iter().map(String::as_str).collect(),
        };
        let is_inside = |text: &&str| {
            // A fault may be that nothing follows: behind the last character of the last line.
            let lines: Vec<&str> = text.split('\n').collect();
            line <= lines.len() && column <= lines[line - 1].chars().count() + 1
        };
        if !texts.iter().any(is_inside) {
            return Some(format!("its place is outside: {fault:?}"));
        }
    }
    None
}

/// Reads an input: whether it is taken, and what is wrong with the answer.
fn ask(seed: u64, number: u64, files: &Files) -> Result<bool, String> {
    let input = damage::input(seed, number, files);
    let answer = catch_unwind(AssertUnwindSafe(|| {
        let answer = read(&input, files);
        let wrong = judge(&input, &answer, files, number.is_multiple_of(16));
        (answer.is_ok(), wrong)
    }));
    match answer {
        Ok((taken, None)) => Ok(taken),
        Ok((_, Some(wrong))) => Err(format!("input {seed},{number}: {wrong}\n{input}")),
        Err(_) => Err(format!("input {seed},{number} panics\n{input}")),
    }
}

/// Reads so many inputs from the `first`, on all threads; panics with what is wrong, and all it takes to see it again.
fn fuzz(seed: u64, first: u64, count: u64) {
    let files = files();
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let wrong = AtomicU64::new(0);
    let each = |thread: u64| -> u64 {
        let mut taken = 0;
        for number in (first + thread..first + count).step_by(threads as usize) {
            match ask(seed, number, &files) {
                Ok(true) => taken += 1,
                Ok(false) => (),
                // Some of what is wrong, not the same thing a thousand times.
                Err(what) if wrong.fetch_add(1, Ordering::Relaxed) < 5 => println!("{what}"),
                Err(_) => break,
            }
        }
        taken
    };
    let taken: u64 = std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads)
            .map(|t| {
                scope.spawn({
                    let each = &each;
                    move || each(t)
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert!(wrong.into_inner() == 0, "see above");
    println!(
        "{count} inputs from {first}, seed {seed}: {taken} taken, {} refused",
        count - taken
    );
    // Were nearly all of one kind, the other half of the reader would not be tried.
    assert!(count < 1000 || (taken > count / 20 && taken < count / 4 * 3));
}

#[test]
fn damaged_files_and_settings_are_read_or_refused_with_a_place() {
    fuzz(1, 0, 4000);
}

/// A million, in a quarter of an hour on four cores; `OVERHEARD_FUZZ=SEED,FIRST,COUNT` asks for others.
#[test]
#[ignore = "soak: minutes; cargo test -p overheard-scenario --test fuzz -- --ignored soak"]
fn soak() {
    let asked = std::env::var("OVERHEARD_FUZZ").unwrap_or_else(|_| "2,0,1000000".to_owned());
    let numbers: Vec<u64> = asked
        .split(',')
        .map(|n| n.trim().parse().unwrap())
        .collect();
    let [seed, first, count] = numbers[..] else {
        panic!("OVERHEARD_FUZZ=SEED,FIRST,COUNT, not {asked}");
    };
    fuzz(seed, first, count);
}
