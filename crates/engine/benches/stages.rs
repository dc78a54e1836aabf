//! What each stage takes of a month [ns per person-day], by instruction set: one block of full leaves of every stratum, on
//! one core, without actors, folding or tables. Strata count as they do in a run.
//!
//! Births are what the first day takes beyond the second, start profiles among it, spread over the days. The second arm is the
//! rule's from 16 December on; what it takes is the difference between a month under both arms and one under the first.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may panic, as its scenario is part of it, and prints"
)]

mod december;

use std::time::Instant;

use overheard_engine::{BLOCK, EngineKind, Isa, Prepared, load, stages};
use overheard_model::block::Block;
use overheard_model::tally::Tally;

/// Enough for a full block of every stratum, also of the rarest people without the assistant. Nobody but these is simulated.
const PEOPLE: u64 = 500_000_000;
/// Months of every block; the fastest of each counts, as neighbours on a machine only ever add.
const ROUNDS: usize = 9;
/// What is told apart: the stages, and births.
const PARTS: [&str; 5] = ["users", "assistant", "signals", "feeds", "births"];
const STAGES: usize = PARTS.len() - 1;

/// What each part takes [ns per person-day].
type Times = [f64; PARTS.len()];

fn main() {
    let [one, two] = [1, 2].map(|arms| december::prepared(PEOPLE, arms, EngineKind::Thinned));
    for isa in ["scalar", "avx2", "avx512"]
        .into_iter()
        .filter_map(Isa::named)
    {
        let (first, both) = measure(&one, &two, isa);
        println!(
            "\n{}, blocks of {BLOCK} people, the fastest of {ROUNDS} months",
            isa.name()
        );
        println!("[ns per person-day]   first arm  second arm   both");
        let line = |name: &str, first: f64, both: f64| {
            println!(
                "{name:<20}  {first:>9.1}  {:>10.1}  {both:>5.1}",
                both - first
            );
        };
        for (k, name) in PARTS.iter().enumerate() {
            line(name, first[k], both[k]);
        }
        line("all", first.iter().sum(), both.iter().sum());
    }
}

/// Months under one arm and under both, in turns.
fn measure(one: &Prepared, two: &Prepared, isa: Isa) -> (Times, Times) {
    let mut block = Block::default();
    let [mut first, mut both] =
        [one, two].map(|p| vec![[[f64::MAX; STAGES]; 3]; p.world().strata.len()]);
    for _ in 0..ROUNDS {
        month(one, isa, &mut block, &mut first);
        month(two, isa, &mut block, &mut both);
    }
    (weighed(one, &first), weighed(two, &both))
}

/// What a block takes in each stage, on its first day, on its second, and on the others together [ns].
type Spent = [[f64; STAGES]; 3];

/// A month of every stratum, where it is faster than those before.
fn month(prepared: &Prepared, isa: Isa, block: &mut Block, least: &mut [Spent]) {
    let world = prepared.world();
    let mut ring = stages(&prepared.params, EngineKind::Thinned, isa);
    for (stratum, s) in world.strata.iter().enumerate() {
        if s.people == 0 {
            continue;
        }
        assert!(s.people >= u64::from(BLOCK), "a block would not be full");
        load(world, block, stratum as u16, 0, 0..BLOCK);
        block.tallies.iter_mut().for_each(Tally::clear);
        let mut spent: Spent = [[0.0; STAGES]; 3];
        for day in world.window.first()..world.window.days {
            block.day = day;
            let spent = &mut spent[(day - world.window.first()).min(2) as usize];
            for (k, stage) in ring.all().enumerate() {
                let begun = Instant::now();
                stage.step(block).unwrap();
                spent[k] += begun.elapsed().as_nanos() as f64;
            }
        }
        for (least, spent) in least[stratum]
            .iter_mut()
            .flatten()
            .zip(spent.iter().flatten())
        {
            *least = least.min(*spent);
        }
    }
}

/// Strata as they count in a run, days apart from births.
fn weighed(prepared: &Prepared, spent: &[Spent]) -> Times {
    let world = prepared.world();
    let days = f64::from(world.window.simulated());
    let people: u64 = world.strata.iter().map(|s| s.people).sum();
    let mut times = [0.0; PARTS.len()];
    for (s, [first, second, others]) in world.strata.iter().zip(spent) {
        if s.people == 0 {
            continue;
        }
        let weight = s.people as f64 / people as f64 / f64::from(BLOCK) / days;
        for k in 0..STAGES {
            times[k] += weight * (2.0 * second[k] + others[k]);
            times[STAGES] += weight * (first[k] - second[k]);
        }
    }
    times
}
