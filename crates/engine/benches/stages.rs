//! What each stage takes of a month [ns per person-day], by instruction set: one block of full leaves of every stratum, on
//! one core, without actors, folding or tables. Strata count as they do in a run.
//!
//! Births are what the first day takes beyond another, start profiles among it, spread over the days. The second arm is the
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

/// Enough for a block of every stratum, of people without the assistant, too.
const PEOPLE: u64 = 2_000_000;
/// Months of every block; the median counts.
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
            "\n{}, blocks of {BLOCK} people, medians of {ROUNDS} months",
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
    let mut rounds = [Vec::new(), Vec::new()];
    let mut block = Block::default();
    for _ in 0..ROUNDS {
        for (prepared, rounds) in [one, two].into_iter().zip(&mut rounds) {
            rounds.push(month(prepared, isa, &mut block));
        }
    }
    let [first, both] = rounds.map(|rounds| median(&rounds));
    (first, both)
}

/// A month of every stratum.
fn month(prepared: &Prepared, isa: Isa, block: &mut Block) -> Times {
    let world = prepared.world();
    let days = world.window.first()..world.window.days;
    let simulated = f64::from(world.window.simulated());
    let people: u64 = world.strata.iter().map(|s| s.people).sum();
    let mut ring = stages(&prepared.params, EngineKind::Thinned, isa);
    let mut times = [0.0; PARTS.len()];
    for (stratum, s) in world.strata.iter().enumerate() {
        assert!(s.people >= u64::from(BLOCK), "a block would not be full");
        load(world, block, stratum as u16, 0, 0, u64::from(BLOCK));
        block.tallies.iter_mut().for_each(Tally::clear);
        // Of the first day, and of the others together [ns].
        let mut spent = [[0.0; STAGES]; 2];
        for day in days.clone() {
            block.day = day;
            let spent = &mut spent[usize::from(day != days.start)];
            for (k, stage) in ring.all().enumerate() {
                let begun = Instant::now();
                stage.step(block).unwrap();
                spent[k] += begun.elapsed().as_nanos() as f64;
            }
        }
        let share = s.people as f64 / people as f64;
        let weight = share / (f64::from(BLOCK) * simulated);
        let [first, others] = spent;
        for k in 0..STAGES {
            let day = others[k] / (simulated - 1.0);
            times[k] += weight * day * simulated;
            times[STAGES] += weight * (first[k] - day);
        }
    }
    times
}

/// The middle of each part.
fn median(rounds: &[Times]) -> Times {
    std::array::from_fn(|k| {
        let mut times: Vec<f64> = rounds.iter().map(|times| times[k]).collect();
        times.sort_unstable_by(f64::total_cmp);
        times[times.len() / 2]
    })
}
