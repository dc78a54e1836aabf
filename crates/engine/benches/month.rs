//! A month of a small world under two arms: person-days a second of each engine on one core.
//!
//! Strata have at least 32 people, so that a small world is mostly half-empty leaves: rates are below those of a full
//! run. What counts is how they change.

#![expect(
    clippy::unwrap_used,
    reason = "a bench may panic: its scenario is part of it"
)]

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use divan::Bencher;
use divan::counter::ItemsCount;
use overheard_engine::{EngineKind, Prepared, Tune, Wiring, solve_path};
use overheard_scenario::ScenarioFile;

const SCENARIO: &str = r#"
name = "bench"
description = "December with and without the rule"
time.start = 2025-12-01
time.end = 2025-12-31
pilot.people = 200
[[arm]]
name = "no-policy"
description = "Chats are never used"
policy.enabled = false
[[arm]]
name = "policy"
description = "Chats from 16 December on are used"
"#;

fn main() {
    divan::main();
}

#[divan::bench(args = ["thinned", "events"], sample_count = 3, sample_size = 1)]
fn month(bencher: Bencher, engine: &str) {
    let engine = EngineKind::named(engine).unwrap();
    let people = match engine {
        EngineKind::Thinned => "run.people=100000",
        EngineKind::Events => "run.people=5000",
    };
    let cancel = AtomicBool::new(false);
    let scenario = ScenarioFile::parse("bench", SCENARIO.as_bytes())
        .unwrap()
        .scenario(&[people.to_owned()])
        .unwrap();
    let tune = Tune {
        wiring: Wiring::Inline,
        ..Tune::new(NonZeroUsize::MIN)
    };
    let path = solve_path(&scenario, tune.isa, tune.threads, &cancel, |_, _| ())
        .unwrap()
        .unwrap();
    let prepared = Prepared::new(scenario, path, engine);
    let all = prepared.all();
    bencher
        .counter(ItemsCount::new(prepared.person_days(&all) as usize))
        .bench_local(|| {
            prepared
                .run(&all, tune, &cancel, |_, _| ControlFlow::Continue(()))
                .unwrap()
        });
}
