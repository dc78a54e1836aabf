//! Many runs in one process do not grow its memory. A process of its own: what else runs in it would be measured, too.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::alloc::System;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use overheard_engine::run::{Pages, Request, run};
use overheard_engine::{EngineKind, Tune};
use overheard_scenario::{Scenario, ScenarioFile};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

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

/// Bytes are counted as they are asked for and given back. The resident memory would tell of the allocator: how many of its
/// arenas were in use at once varies from run to run by more than what a run could leave behind.
#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What the heap may grow by, however many runs come [bytes]. It has not been seen to grow by one; runs that leave a kibibyte
/// each would be seen, and its tables and tallies are megabytes.
const BOUND: u64 = 4 << 10;

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

/// What a process holds: bytes of its heap, threads, open files.
#[derive(Clone, Copy, Debug)]
struct Held {
    heap: u64,
    threads: u64,
    files: u64,
}

impl Held {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let threads = status.lines().find_map(|l| l.strip_prefix("Threads:"));
        let heap = HEAP.stats();
        Held {
            heap: (heap.bytes_allocated - heap.bytes_deallocated) as u64,
            threads: threads.unwrap().trim().parse().unwrap(),
            files: std::fs::read_dir("/proc/self/fd").unwrap().count() as u64,
        }
    }
}

/// The first third of the runs sets up what is set up once: threads, tables of the process. Of the others the least of each third
/// is compared: a thread that is about to end may hold a little when it is asked.
fn asked(runs: usize) {
    let file = ScenarioFile::parse("smallest.toml", SMALLEST.as_bytes()).unwrap();
    let scenario = file.scenario::<&str>(&[]).unwrap();
    let mut held = Vec::with_capacity(runs);
    for _ in 0..runs {
        once(&scenario);
        held.push(Held::now());
    }
    let third = runs / 3;
    let least = |third: &[Held], what: fn(&Held) -> u64| third.iter().map(what).min().unwrap();
    let (before, after) = (&held[third..2 * third], &held[2 * third..]);
    println!("{:?}, {:?}, {:?}", held[0], before[0], after.last());
    let heap = least(after, |h| h.heap);
    assert!(heap <= least(before, |h| h.heap) + BOUND, "{held:?}");
    for what in [|h: &Held| h.threads, |h: &Held| h.files] {
        assert!(least(after, what) <= least(before, what), "{held:?}");
    }

    // What is left behind for good is seen.
    std::mem::forget(vec![0_u8; BOUND as usize + 1]);
    assert!(Held::now().heap > heap + BOUND);
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
    let done = run(&request, Pages::NONE, &mut |_| (), &AtomicBool::new(false));
    assert!(done.unwrap().manifest.is_some());
}
