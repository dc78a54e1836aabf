//! Many runs in one process do not grow its memory. A process of its own: what else runs in it would be measured, too.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use overheard_engine::run::{Pages, Request, run};
use overheard_engine::{EngineKind, Tune};
use overheard_scenario::{Scenario, ScenarioFile};

const SMALLEST: &str = r#"
name = "smallest"
time.start = 2025-12-16
time.end = 2025-12-16
time.warm_up_days = 0
run.people = 1
pilot.people = 1000
[[arm]]
name = "policy"
"#;

/// What the memory of a process may grow by, however many runs come [MiB]. A run's tables and tallies alone are ten, so that
/// a few runs that leave theirs behind are seen.
const BOUND: f64 = 16.0;

#[test]
fn many_runs_in_one_process_do_not_grow_its_memory() {
    asked(24);
}

/// By name: `cargo test --release -p overheard-engine --test memory -- --ignored soak`.
#[test]
#[ignore = "takes minutes: soak"]
fn soak_a_thousand_runs_in_one_process_do_not_grow_its_memory() {
    asked(1000);
}

/// What a process holds: memory [MiB], threads, open files.
#[derive(Debug)]
struct Held {
    memory: f64,
    threads: u64,
    files: u64,
}

impl Held {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let number = |name: &str| -> u64 {
            let line = status.lines().find_map(|l| l.strip_prefix(name)).unwrap();
            line.split_whitespace().next().unwrap().parse().unwrap()
        };
        Held {
            memory: number("VmRSS:") as f64 / 1024.0,
            threads: number("Threads:"),
            files: std::fs::read_dir("/proc/self/fd").unwrap().count() as u64,
        }
    }
}

/// The first third of the runs sets up what is set up once: threads, tables, the allocator's arenas. Arenas grow and shrink by
/// ten MiB from run to run, so the least of each other third is compared: what is left behind for good raises it.
fn asked(runs: usize) {
    let file = ScenarioFile::parse("smallest.toml", SMALLEST.as_bytes()).unwrap();
    let scenario = file.scenario::<&str>(&[]).unwrap();
    let held: Vec<Held> = (0..runs)
        .map(|_| {
            once(&scenario);
            Held::now()
        })
        .collect();
    let least = |third: &[Held]| third.iter().map(|h| h.memory).fold(f64::INFINITY, f64::min);
    let third = runs / 3;
    let (before, after) = (&held[third..2 * third], &held[2 * third..]);
    println!("{:?}, {:?}, {:?}", held[0], held[third], after.last());
    let grown = least(after) - least(before);
    assert!(
        grown < BOUND,
        "grown by {grown} MiB in {third} runs: {held:?}"
    );
    let most = |third: &[Held], what: fn(&Held) -> u64| third.iter().map(what).max();
    assert!(
        most(after, |h| h.threads) <= most(before, |h| h.threads),
        "{held:?}"
    );
    assert!(
        most(after, |h| h.files) <= most(before, |h| h.files),
        "{held:?}"
    );
}

/// A run with a folder, journal and tables, on two threads.
fn once(scenario: &Scenario) {
    let dir = tempfile::tempdir().unwrap();
    let request = Request {
        scenario,
        engine: EngineKind::Thinned,
        tune: Tune::new(NonZeroUsize::new(2).unwrap()),
        out: Some(&dir.path().join("run")),
        markets: None,
        resume: false,
        command: "",
    };
    let pages = Pages {
        diary: &|_, _, _| Ok(()),
        report: &|_, _, _| Ok(()),
    };
    let done = run(&request, pages, &mut |_| (), &AtomicBool::new(false));
    assert!(done.unwrap().manifest.is_some());
}
