//! What the inner loops cost per person: divide the times by 64.

use divan::{Bencher, black_box};
use overheard_model::math::{Poly, exp_f32, ln_f32};
use overheard_model::race::{RaceLaw, RaceTable};
use overheard_model::samplers::{poisson_capped, poisson_count};
use overheard_model::streams::{Draws, LANES, NO_DAY, Stream, fine_f32};

fn main() {
    divan::main();
}

/// Runs `kernel` on 64 lanes of arguments between 0 and 4.
fn lanes(bencher: Bencher, kernel: impl Fn(f32) -> f32 + Sync) {
    let x: [f32; LANES] = std::array::from_fn(|l| 0.05 + l as f32 / 16.0);
    bencher.bench_local(|| {
        let x = black_box(&x);
        let mut out = [0.0; LANES];
        for l in 0..LANES {
            out[l] = kernel(x[l]);
        }
        out
    });
}

#[divan::bench]
fn philox_64_people(bencher: Bencher) {
    let draws = Draws::new(1);
    let mut out = [[0; LANES]; 4];
    bencher.bench_local(|| {
        draws.lanes(1, black_box(64), NO_DAY, Stream::Opening, 0, &mut out);
        black_box(&out);
    });
}

#[divan::bench]
fn race_outcome_64_people(bencher: Bencher) {
    let table = RaceLaw::new(1.6).map(RaceTable::new);
    let Some(table) = table else { return };
    lanes(bencher, |x| {
        let outcome = table.outcome(x);
        outcome.fill + outcome.payment
    });
}

#[divan::bench]
fn exp_64_people(bencher: Bencher) {
    lanes(bencher, |x| exp_f32(-x));
}

#[divan::bench]
fn ln_64_people(bencher: Bencher) {
    lanes(bencher, ln_f32);
}

#[divan::bench]
fn polynomial_64_people(bencher: Bencher) {
    let poly = Poly::<7>::fit(0.0, 4.0, |x| 1.0 / (3.0 + x));
    lanes(bencher, |x| poly.at(x));
}

#[divan::bench]
fn poisson_capped_64_people(bencher: Bencher) {
    let u = fine_f32(black_box(0x4000_0000));
    lanes(bencher, |x| poisson_capped::<5>(u, x) as f32);
}

#[divan::bench]
fn poisson_count_64_people(bencher: Bencher) {
    lanes(bencher, |x| poisson_count(0.8, f64::from(x)) as f32);
}
