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

/// Runs after which everything that is set up once is there: threads, tables, the allocator's arenas.
const WARM_UP: u32 = 5;

/// What the memory of a process may grow by, however many runs come [MiB]. The allocator's arenas go up and down by ten; a
/// run's tables and tallies alone are as much, so that a few runs that leave theirs behind are seen.
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
    files: usize,
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
            files: std::fs::read_dir("/proc/self/fd").unwrap().count(),
        }
    }
}

fn asked(runs: u32) {
    let file = ScenarioFile::parse("smallest.toml", SMALLEST.as_bytes()).unwrap();
    let scenario = file.scenario::<&str>(&[]).unwrap();
    (0..WARM_UP).for_each(|_| once(&scenario));
    let before = Held::now();
    println!("at first: {before:?}");
    for n in 1..=runs {
        once(&scenario);
        if n % (runs / 4) == 0 {
            println!("{n} runs: {:?}", Held::now());
        }
    }
    let after = Held::now();
    let grown = after.memory - before.memory;
    assert!(grown < BOUND, "{before:?}, after {runs} runs {after:?}");
    assert!(after.threads <= before.threads, "{before:?}, {after:?}");
    assert!(after.files <= before.files, "{before:?}, {after:?}");
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
        report: &|_, _| Ok(()),
    };
    let done = run(&request, pages, &mut |_| (), &AtomicBool::new(false));
    assert!(done.unwrap().manifest.is_some());
}
