use super::*;
use crate::isa::Isa;
use crate::math::{Poly, exp_f32, ln_f32};
use crate::math::{exp, gamma_q, ln_1p, pow};
use crate::race::{RaceLaw, RaceTable};
use crate::streams::{At, Draws, Stream, fine_f32, unit_f64};

/// Uniforms of a test, on a stream of its own.
fn uniforms(test: u32, n: u32) -> impl Iterator<Item = f64> {
    let draws = Draws::new(0xC0FFEE);
    (0..n).map(move |i| draws.unit(At::person(0, test, Stream::Trace), i))
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
fn poisson_counts_end_for_every_argument() {
    let last = unit_f64(!0, !0);
    assert_eq!(poisson_count(last, 0.0), 0);
    assert_eq!(poisson_count(0.3, -1.0), 0);
    assert_eq!(poisson_count(0.3, f64::NAN), 0);
    for mean in [1e-300, 1e-9, 1.0, 50.0, 700.0, f64::INFINITY] {
        assert!(poisson_count(last, mean) < 1200);
        assert!(poisson_count(unit_f64(0, 0), mean) < 700);
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
                if poisson_capped::<5>(middle, mean) >= k {
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
        differ += u32::from(poisson_capped::<5>(u, mean) != exact.min(5));
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

#[test]
fn capped_counts_are_monotone_and_total() {
    for u in uniforms(2, 2000).map(|u| u as f32) {
        let counts: Vec<u32> = (0..=400)
            .map(|i| poisson_capped::<5>(u, 0.005 * i as f32))
            .collect();
        assert!(counts.is_sorted());
    }
    for mean in [0.0, -1.0, f32::NAN] {
        assert_eq!(poisson_capped::<5>(1e-9, mean), 0);
    }
    assert_eq!(poisson_capped::<5>(1.0, 2.0), 0);
}

#[test]
fn geometric_counts_invert_the_distribution() {
    for p in [1e-6, 0.01, 0.4, 0.99] {
        for u in uniforms(3, 2000) {
            let n = f64::from(geometric(u, p));
            let at_most = |n: f64| 1.0 - pow(1.0 - p, n + 1.0);
            assert!(at_most(n) >= u - 1e-9 && (n == 0.0 || at_most(n - 1.0) <= u + 1e-9));
        }
    }
    assert_eq!((geometric(0.7, 1.0), geometric(0.7, 0.0)), (0, u32::MAX));
}

#[test]
fn truncated_geometric_counts_have_their_probabilities() {
    let (n, draws) = (30u32, 100_000u32);
    for (test, p) in [(4, 0.0), (5, 1e-15), (6, 0.02), (7, 0.5)] {
        let mut seen = [0u32; 30];
        for u in uniforms(test, draws) {
            seen[truncated_geometric(u, p, n) as usize] += 1;
        }
        let weights: Vec<f64> = (0..n).map(|k| pow(1.0 - p, f64::from(k))).collect();
        let total: f64 = weights.iter().sum();
        for (seen, weight) in seen.iter().zip(weights) {
            let expected = f64::from(draws) * weight / total;
            let z = (f64::from(*seen) - expected) / expected.sqrt();
            assert!(
                z.abs() < 4.5 || expected < 5.0,
                "p {p}: {seen} for {expected}"
            );
        }
    }
    assert_eq!(truncated_geometric(unit_f64(!0, !0), 1e-3, 30), 29);
    assert_eq!(truncated_geometric(0.9, 1.0, 30), 0);
}

#[test]
fn categories_follow_their_weights_and_skip_zeros() {
    let weights = [0.0, 2.0, 0.0, 1.0, 5.0, 0.0];
    let choice = Categorical::new(weights).unwrap();
    let n = 100_000;
    let mut seen = [0u32; 6];
    for u in uniforms(8, n) {
        seen[choice.pick(u)] += 1;
    }
    for (seen, weight) in seen.iter().zip(weights) {
        let expected = f64::from(n) * weight / 8.0;
        assert!((f64::from(*seen) - expected).abs() <= 4.5 * expected.sqrt());
    }
    // A total whose product with the last uniform rounds up to it.
    assert_eq!(categorical(1.0, &[1.0, 3.0, 3.0]), Some(1));
    assert_eq!(categorical(0.5, &[]), None);
    assert_eq!(categorical(0.5, &[0.0, 0.0]), None);
    for bad in [
        vec![],
        vec![0.0],
        vec![-1.0, 2.0],
        vec![f64::NAN],
        vec![f64::INFINITY],
    ] {
        assert_eq!(Categorical::new(bad), None);
    }
}

#[test]
fn quantile_tables_keep_their_stated_error() {
    let exponential = |u: f64, beyond: f64| {
        if u < 0.5 {
            -ln_1p(-u)
        } else {
            -crate::math::ln(beyond)
        }
    };
    let table = QuantileTable::new(exponential);
    for u in uniforms(9, 20_000) {
        assert!((table.at(u) - exponential(u, 1.0 - u)).abs() < 1.3e-4);
    }
    assert!((table.mean() - 1.0).abs() < 1e-4);
    assert!((table.with_mean(3.0).mean() - 3.0).abs() < 1e-12);
}

#[test]
fn quantile_tables_are_monotone_to_the_ends() {
    let table = QuantileTable::gamma(0.6);
    let mut last = 0.0;
    let rising = (1..=53).rev().map(|k| 1.0 / (1u64 << k) as f64);
    let to_one = (2..=53).map(|k| 1.0 - 1.0 / (1u64 << k) as f64);
    for u in rising.chain(to_one) {
        assert!(table.at(u) >= last);
        last = table.at(u);
    }
    assert_eq!(table.at(0.5), QuantileTable::gamma(0.6).at(0.5 - 1e-17));
}

#[test]
fn gamma_tables_have_the_moments_of_the_gamma() {
    for shape in [0.4, 1.0, 5.0] {
        let table = QuantileTable::gamma(shape);
        let n = 400_000u32;
        let (mut sum, mut squares) = (0.0, 0.0);
        for u in uniforms(10, n) {
            let x = table.at(u);
            sum += x;
            squares += x * x;
        }
        let n = f64::from(n);
        let (mean, variance) = (sum / n, squares / n - (sum / n) * (sum / n));
        let error = (1.0 / shape / n).sqrt();
        assert!((mean - 1.0).abs() < 4.5 * error);
        // Variance of the sample variance: (kurtosis − 1) σ⁴ / n, with kurtosis 3 + 6 / shape.
        let error = ((2.0 + 6.0 / shape) / n).sqrt();
        assert!((variance * shape - 1.0).abs() < 4.5 * error);
    }
}

/// A mixture of two exponentials: the tabulated quantile put back into the distribution function gives u.
#[test]
fn mixtures_are_inverted() {
    let beyond = |x: f64| 0.8 * gamma_q(1.0, x) + 0.2 * gamma_q(1.0, x / 10.0);
    let table = QuantileTable::from_cdf(0.0, 1000.0, |x| {
        (
            -0.8 * crate::math::exp_m1(-x) - 0.2 * crate::math::exp_m1(-x / 10.0),
            beyond(x),
        )
    });
    for u in uniforms(11, 5000) {
        assert!((1.0 - beyond(table.at(u)) - u).abs() < 2e-4);
    }
    assert!((table.mean() - 2.8).abs() < 1e-3);
}

#[test]
fn kumaraswamy_quantiles_invert_the_distribution() {
    let law = Kumaraswamy::new(0.7, 3.0).unwrap();
    for u in uniforms(12, 1000) {
        let x = law.quantile(u);
        assert!((1.0 - pow(1.0 - pow(x, 0.7), 3.0) - u).abs() < 1e-12);
    }
    assert_eq!(Kumaraswamy::new(0.0, 1.0), None);
}

#[test]
fn beta_like_has_the_betas_mean_and_variance() {
    for mean in [0.02, 0.3, 0.5, 0.9] {
        for concentration in [0.5, 2.0, 10.0, 200.0] {
            let law = Kumaraswamy::beta_like(mean, concentration)
                .unwrap_or_else(|| panic!("no match for {mean}, {concentration}"));
            let variance = mean * (1.0 - mean) / (1.0 + concentration);
            assert!((law.mean() / mean - 1.0).abs() < 1e-6);
            assert!((law.variance() / variance - 1.0).abs() < 1e-4);
            let n = 50_000u32;
            let sampled: f64 = uniforms(13, n).map(|u| law.quantile(u)).sum::<f64>() / f64::from(n);
            assert!((sampled - mean).abs() < 4.5 * (variance / f64::from(n)).sqrt());
        }
    }
    assert_eq!(Kumaraswamy::beta_like(1.0, 2.0), None);
}

/// Everything that lanes are made of, over arrays long enough to be vectorised.
#[test]
fn lane_functions_do_not_depend_on_the_instruction_set() {
    let table = RaceTable::new(RaceLaw::new(1.6).unwrap());
    let poly = Poly::<7>::fit(0.0, 1.0, |q| pow(1.0 + q, 1.4));
    let u: Vec<f32> = uniforms(14, 4096).map(|u| u as f32).collect();
    let run = |isa: Isa| {
        let mut out = vec![[0u32; 6]; u.len()];
        isa.run(
            #[inline(always)]
            || {
                for (out, &u) in out.iter_mut().zip(&u) {
                    let values = [
                        exp_f32(-9.0 * u),
                        ln_f32(u),
                        table.sold(3.0 * u)[0],
                        table.sold(3.0 * u)[1],
                        poly.at(u),
                    ];
                    let [a, b, c, d, e] = values.map(f32::to_bits);
                    *out = [a, b, c, d, e, poisson_capped::<5>(1.0 - u, 2.0 * u)];
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
