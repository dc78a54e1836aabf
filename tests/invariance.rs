//! Invariant 1 (docs/architecture.md): the same question gives the same bytes on any threads, block size, wiring and instruction set.

use std::num::NonZeroUsize;

use overheard_engine::{EngineKind, Isa, Tune, Wiring, simulate_on, solve_path};
use overheard_outcomes::{differences, write_differences, write_outcomes};

use crate::support::{NOTHING, SMALL, scenario};

/// Both tables of `SMALL` under one engine, for every way to run it.
fn same_bytes_everywhere(engine: EngineKind, ways: &[Tune]) {
    let scenario = scenario(&SMALL, NOTHING);
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let mut first: Option<Vec<u8>> = None;
    for tune in ways {
        let path = solve_path(&scenario, tune.isa, tune.threads, &cancel, |_, _| ());
        let path = path.unwrap().unwrap();
        let (_, estimates) = simulate_on(&scenario, path, engine, *tune).unwrap();
        let mut bytes = Vec::new();
        write_outcomes(&mut bytes, &estimates).unwrap();
        write_differences(&mut bytes, differences(&estimates)).unwrap();
        match &first {
            None => first = Some(bytes),
            Some(first) => assert!(*first == bytes, "{engine:?} differs under {tune:?}"),
        }
    }
}

fn tune(threads: usize, wiring: Wiring, block: u32, isa: &str) -> Option<Tune> {
    Some(Tune {
        threads: NonZeroUsize::new(threads)?,
        wiring,
        isa: Isa::named(isa)?,
        block,
    })
}

#[test]
fn thinned() {
    let ways = [
        tune(1, Wiring::Inline, 256, "scalar"),
        tune(2, Wiring::Actors, 512, "avx2"),
        tune(2, Wiring::Inline, 1024, "avx512"),
        tune(3, Wiring::Actors, 768, "scalar"),
    ];
    let ways: Vec<Tune> = ways.into_iter().flatten().collect();
    same_bytes_everywhere(EngineKind::Thinned, &ways);
}

#[test]
fn events() {
    let ways = [
        tune(1, Wiring::Actors, 256, "scalar"),
        tune(2, Wiring::Inline, 512, "scalar"),
    ];
    let ways: Vec<Tune> = ways.into_iter().flatten().collect();
    same_bytes_everywhere(EngineKind::Events, &ways);
}
