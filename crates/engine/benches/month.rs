//! A month of a small world under two arms: person-days a second of each engine on one core.
//!
//! Strata have at least 32 people, so that a small world is mostly half-empty leaves: rates are below those of a full
//! run. What counts is how they change.

#![expect(
    clippy::unwrap_used,
    reason = "a bench may panic: its scenario is part of it"
)]

mod december;

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use divan::Bencher;
use divan::counter::ItemsCount;
use overheard_engine::EngineKind;

fn main() {
    divan::main();
}

#[divan::bench(args = ["thinned", "events"], sample_count = 3, sample_size = 1)]
fn month(bencher: Bencher, engine: &str) {
    let engine = EngineKind::named(engine).unwrap();
    let people = match engine {
        EngineKind::Thinned => 100_000,
        EngineKind::Events => 5_000,
    };
    let prepared = december::prepared(people, 2, engine);
    let (all, tune, cancel) = (prepared.all(), december::tune(), AtomicBool::new(false));
    bencher
        .counter(ItemsCount::new(prepared.person_days(&all) as usize))
        .bench_local(|| {
            prepared
                .run(&all, tune, &cancel, |_, _| ControlFlow::Continue(()))
                .unwrap()
        });
}
