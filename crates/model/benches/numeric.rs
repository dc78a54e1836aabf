//! What the inner loops cost per 64 people, by instruction set.

use divan::{Bencher, black_box};
use overheard_model::columns::{LEAF, Lane};
use overheard_model::isa::Isa;
use overheard_model::math::{Poly, exp_f32, ln_f32};
use overheard_model::race::{RaceLaw, RaceTable};
use overheard_model::samplers::{poisson_capped, poisson_count};
use overheard_model::streams::{Draws, NO_DAY, Stream};

const SETS: [&str; 3] = ["scalar", "avx2", "avx512"];

fn main() {
    divan::main();
}

/// Runs `kernel` on 64 arguments between 0 and 1, if this machine has the instruction set.
#[inline(always)]
fn lanes(bencher: Bencher, set: &str, kernel: impl Fn(f32) -> f32) {
    leaf(
        bencher,
        set,
        #[inline(always)]
        |x| {
            // Made here and not captured: a captured array might alias the kernel's tables, and the loop would
            // not become vector code.
            let mut out = [0.0; LEAF];
            for l in 0..LEAF {
                out[l] = kernel(x[l]);
            }
            out
        },
    );
}

/// The same of a kernel that takes all of them.
#[inline(always)]
fn leaf<R>(bencher: Bencher, set: &str, kernel: impl Fn(&Lane) -> R) {
    let Some(isa) = Isa::named(set) else { return };
    let x: Lane = std::array::from_fn(|l| (l as f32 + 0.5) / LEAF as f32);
    bencher.bench_local(|| {
        let x = black_box(&x);
        isa.run(
            #[inline(always)]
            || kernel(x),
        )
    });
}

#[divan::bench(args = SETS)]
fn philox(bencher: Bencher, set: &str) {
    let Some(isa) = Isa::named(set) else { return };
    let draws = Draws::new(1);
    let mut out = [[0; LEAF]; 4];
    bencher.bench_local(|| {
        let people = black_box(std::array::from_fn(|l| 64 + l as u32));
        isa.run(
            #[inline(always)]
            || draws.lanes(1, &people, NO_DAY, Stream::Opening, 0, LEAF, &mut out),
        );
        black_box(&out);
    });
}

#[divan::bench(args = SETS)]
fn race_outcome(bencher: Bencher, set: &str) {
    let Some(table) = RaceLaw::new(1.6).map(RaceTable::new) else {
        return;
    };
    leaf(
        bencher,
        set,
        #[inline(always)]
        |x| table.sold(x),
    );
}

#[divan::bench(args = SETS)]
fn exp(bencher: Bencher, set: &str) {
    lanes(
        bencher,
        set,
        #[inline(always)]
        |x| exp_f32(-x),
    );
}

#[divan::bench(args = SETS)]
fn ln(bencher: Bencher, set: &str) {
    lanes(bencher, set, ln_f32);
}

#[divan::bench(args = SETS)]
fn polynomial(bencher: Bencher, set: &str) {
    let poly = Poly::<7>::fit(0.0, 1.0, |x| 1.0 / (3.0 + x));
    lanes(
        bencher,
        set,
        #[inline(always)]
        |x| poly.at(x),
    );
}

#[divan::bench(args = SETS)]
fn poisson_at_most_5(bencher: Bencher, set: &str) {
    lanes(
        bencher,
        set,
        #[inline(always)]
        |x| poisson_capped::<5>(1.0 - x, x).1,
    );
}

#[divan::bench]
fn poisson_exact(bencher: Bencher) {
    lanes(
        bencher,
        "scalar",
        #[inline(always)]
        |x| poisson_count(0.8, f64::from(x)) as f32,
    );
}
