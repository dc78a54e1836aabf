use super::*;
use crate::isa::Isa;
use crate::math::{Poly, exp_f32, ln_f32};
use crate::math::{exp, pow};
use crate::race::{RaceLaw, RaceTable};
use crate::streams::{At, Draws, Stream, fine_f32, unit32_f64};

/// Uniforms of a test, on a stream of its own.
fn uniforms(test: u32, n: u32) -> impl Iterator<Item = f64> {
    let draws = Draws::new(0xC0FFEE);
    (0..n).map(move |i| draws.units(At::person(0, test, Stream::Trace), i)[0])
}

fn poisson_probabilities(mean: f64) -> impl Iterator<Item = f64> {
    let mut probability = exp(-mean);
    (0..).map(move |n| {
        if n > 0 {
            probability *= mean / f64::from(n);
        }
        probability
    })
}

/// Just below and above each step of the distribution function.
#[test]
fn poisson_counts_invert_the_distribution() {
    for mean in [1e-4, 0.3, 1.0, 7.5, 50.0] {
        let mut below = 0.0;
        for (n, probability) in (0..200).zip(poisson_probabilities(mean)) {
            let after = below + probability;
            if probability > 1e-9 && after < 1.0 - 1e-9 {
                assert_eq!(
                    poisson_count(below + 1e-3 * probability, mean),
                    n,
                    "mean {mean}"
                );
                assert_eq!(
                    poisson_count(after - 1e-3 * probability, mean),
                    n,
                    "mean {mean}"
                );
            }
            below = after;
        }
    }
}

#[test]
fn poisson_counts_are_monotone_in_the_mean() {
    let means: Vec<f64> = (0..=500).map(|i| 0.1 * f64::from(i)).collect();
    for u in uniforms(1, 500) {
        let counts: Vec<u32> = means.iter().map(|&m| poisson_count(u, m)).collect();
        assert!(counts.is_sorted());
    }
}

#[test]
fn tabled_poisson_counts_are_poisson_counts() {
    for mean in [-1.0, 0.0, f64::NAN, 1e-9, 0.3, 1.0, 4.0, 50.0] {
        let table = PoissonTable::new(mean, 29);
        for u in uniforms(4, 5_000) {
            assert_eq!(table.at(u), poisson_count(u, mean).min(29), "mean {mean}");
        }
    }
}

#[test]
fn counts_from_the_chance_of_none_are_poisson_counts() {
    for mean in [0.0, 1e-9, 0.02, 0.3, 1.0, 4.0, 50.0, 699.0] {
        for u in uniforms(5, 5_000) {
            let count = poisson_count_given(u, mean, poisson_none(mean));
            assert_eq!(count, poisson_count(u, mean), "mean {mean}");
        }
    }
}

#[test]
fn poisson_counts_end_for_every_argument() {
    let last = unit32_f64(!0);
    assert_eq!(poisson_count(last, 0.0), 0);
    assert_eq!(poisson_count(0.3, -1.0), 0);
    assert_eq!(poisson_count(0.3, f64::NAN), 0);
    for mean in [1e-300, 1e-9, 1.0, 50.0, 700.0, f64::INFINITY] {
        assert!(poisson_count(last, mean) < 1200);
        assert!(poisson_count(unit32_f64(0), mean) < 700);
    }
}

/// The tails recovered from the thresholds themselves, by bisection in u.
#[test]
fn capped_counts_have_poisson_tails() {
    for mean in [1e-3f32, 0.02, 0.4, 1.0, 2.0] {
        let probabilities: Vec<f64> = poisson_probabilities(f64::from(mean)).take(60).collect();
        for k in 1..=5u32 {
            let exact: f64 = probabilities[k as usize..].iter().rev().sum();
            let (mut low, mut high) = (0f32, 1f32);
            for _ in 0..200 {
                let middle = 0.5 * (low + high);
                if poisson_capped::<5>(middle, mean).0 >= k {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            let error = (f64::from(low) / exact - 1.0).abs();
            assert!(error < 1e-6, "P(N >= {k}) at mean {mean}: off by {error:e}");
        }
    }
}

/// The scalar sampler at 1 − u, cut at the cap.
#[test]
fn capped_counts_agree_with_the_scalar_ones() {
    let draws = Draws::new(5);
    let mut differ = 0;
    for i in 0..50_000 {
        let [a, b, ..] = draws.block(At::person(1, i, Stream::Trace), 0);
        let mean = 1.2 * fine_f32(b);
        let u = fine_f32(a);
        let exact = poisson_count(
            (1.0 - f64::from(u)).clamp(1e-12, 1.0 - 1e-12),
            f64::from(mean),
        );
        differ += u32::from(poisson_capped::<5>(u, mean).0 != exact.min(5));
    }
    assert!(differ <= 1, "{differ} of 50000 differ");
}

#[test]
fn capped_counts_lose_the_stated_share_of_the_mean() {
    for (mean, stated) in [(0.05, 1e-8), (0.15, 2e-6), (0.5, 4e-5), (1.0, 7e-4)] {
        let capped: f64 = poisson_probabilities(mean)
            .take(60)
            .enumerate()
            .map(|(n, p)| n.saturating_sub(5) as f64 * p)
            .sum();
        let share = capped / mean;
        assert!(
            share < stated && share > stated / 30.0,
            "mean {mean}: {share:e}"
        );
    }
}

/// Given the count, what is left of the uniform is spread evenly over 0 to 1: the largest gap to the even spread, for every
/// count that is met often enough for its uniforms to lie close.
#[test]
fn capped_counts_leave_a_uniform() {
    const N: u32 = 400_000;
    for mean in [0.02f32, 0.3, 1.5] {
        let mut rests = [const { Vec::new() }; 9];
        for i in 0..N {
            let u = (i as f32 + 0.5) / N as f32;
            let (count, rest) = poisson_capped::<8>(u, mean);
            rests[count as usize].push(rest);
        }
        for (count, rests) in rests.iter().enumerate().filter(|(_, r)| r.len() > 1000) {
            let n = rests.len() as f32;
            for (k, rest) in rests.iter().enumerate() {
                let even = (k as f32 + 0.5) / n;
                assert!(
                    (rest - even).abs() < 2.0 / n,
                    "{count} of {mean}: {rest}, not {even}"
                );
            }
        }
    }
}

#[test]
fn capped_counts_are_monotone_and_total() {
    for u in uniforms(2, 2000).map(|u| u as f32) {
        let counts: Vec<u32> = (0..=400)
            .map(|i| poisson_capped::<5>(u, 0.005 * i as f32).0)
            .collect();
        assert!(counts.is_sorted());
    }
    for mean in [0.0, -1.0, f32::NAN] {
        assert_eq!(poisson_capped::<5>(1e-9, mean).0, 0);
    }
    assert_eq!(poisson_capped::<5>(1.0, 2.0).0, 0);
}

/// Everything that lanes are made of, over arrays long enough to be vectorised.
#[test]
fn lane_functions_do_not_depend_on_the_instruction_set() {
    let table = RaceTable::new(RaceLaw::new(1.6).unwrap());
    let poly = Poly::<7>::fit(0.0, 1.0, |q| pow(1.0 + q, 1.4));
    let u: Vec<f32> = uniforms(14, 4096).map(|u| u as f32).collect();
    let run = |isa: Isa| {
        let mut out = vec![[0u32; 7]; u.len()];
        isa.run(
            #[inline(always)]
            || {
                for (out, &u) in out.iter_mut().zip(&u) {
                    let values = [
                        exp_f32(-9.0 * u),
                        ln_f32(u),
                        table.sold(&[3.0 * u])[0][0],
                        table.sold(&[3.0 * u])[1][0],
                        poly.at(u),
                    ];
                    let [a, b, c, d, e] = values.map(f32::to_bits);
                    let (count, rest) = poisson_capped::<5>(1.0 - u, 2.0 * u);
                    *out = [a, b, c, d, e, count, rest.to_bits()];
                }
            },
        );
        out
    };
    let scalar = run(Isa::Scalar);
    for isa in ["avx2", "avx512"].into_iter().filter_map(Isa::named) {
        assert_eq!(run(isa), scalar, "{}", isa.name());
    }
}
