//! The tail of Student's distribution, the same bits everywhere: nothing but arithmetic and square roots.

use std::f64::consts::PI;

use overheard_model::strata::REPLICATES;

/// Degrees of freedom of a standard error from 32 replicates. In cells of a few strata, which have fewer groups, there are fewer.
pub const DEGREES: usize = REPLICATES - 1;

/// The numbers below are of odd degrees.
const _: () = assert!(DEGREES % 2 == 1);

/// Probability of a value at least as far from 0, on either side.
///
/// With `x = ν/(ν + t²)` it is `I_x(ν/2, ½)`, a ratio of incomplete beta functions (DLMF 8.17), by the series
/// `I_x(a, b) = x^a (1 − x)^b / (a B(a, b)) Σ (a+b)ₙ/(a+1)ₙ xⁿ` (DLMF 8.17.8), all of whose terms are positive; where `x` is above
/// a half, by that of `1 − I_(1−x)(½, ν/2)` (DLMF 8.17.4). The far tail therefore loses no digits.
pub fn two_sided(t: f64) -> f64 {
    let degrees = DEGREES as f64;
    let (square, half) = (t * t, degrees / 2.0);
    if square.is_infinite() {
        return 0.0;
    }
    let (x, y) = (degrees / (degrees + square), square / (degrees + square));
    // x^(ν/2) √y / B(ν/2, ½), the same for both.
    let factor = (0..DEGREES).fold(y.sqrt() / beta(), |product, _| product * x.sqrt());
    match x < 0.5 {
        true => factor / half * series(x, half),
        false => 1.0 - factor / 0.5 * series(y, 0.5),
    }
}

/// `Σ (a + b)ₙ/(a + 1)ₙ xⁿ` with `a + b = (ν + 1)/2`, for `x` up to a half.
fn series(x: f64, a: f64) -> f64 {
    let sum = (DEGREES + 1) as f64 / 2.0;
    let (mut term, mut total, mut n) = (1.0, 1.0, 0.0);
    // Terms grow at first, and in the end each is little more than half of the one before.
    while term > f64::EPSILON / 8.0 * total {
        term *= (sum + n) / (a + 1.0 + n) * x;
        total += term;
        n += 1.0;
    }
    total
}

/// `B(ν/2, ½)`, from `B(½, ½) = π` and `B(a + 1, ½) = B(a, ½) a/(a + ½)`.
fn beta() -> f64 {
    (0..DEGREES / 2).fold(PI, |product, k| {
        let k = k as f64;
        product * (k + 0.5) / (k + 1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The density, up to a factor: integrated over the tail it gives the probability.
    fn by_integration(t: f64) -> f64 {
        let degrees = DEGREES as f64;
        let density = |s: f64| (1.0 + s * s / degrees).powf(-(degrees + 1.0) / 2.0);
        let integral = |from: f64, to: f64| {
            let steps = 40_000;
            let h = (to - from) / f64::from(steps);
            let inner: f64 = (0..steps)
                .map(|k| density(from + (f64::from(k) + 0.5) * h))
                .sum();
            inner * h
        };
        let tail = integral(t, t + 40.0) + integral(t + 40.0, t + 4000.0);
        tail / (integral(0.0, 40.0) + integral(40.0, 4000.0))
    }

    #[test]
    fn the_tail_is_the_integral_of_the_density() {
        for t in [0.0, 0.01, 0.5, 1.0, 2.0, 4.0, 5.5, 5.6, 8.0, 20.0] {
            let (series, integral) = (two_sided(t), by_integration(t));
            assert!((series / integral - 1.0).abs() < 1e-5, "{t}: {series}");
            assert_eq!(series, two_sided(-t));
        }
    }

    /// Quantiles with 31 degrees of freedom, as printed in tables.
    #[test]
    fn quantiles_are_those_of_tables() {
        for (t, p) in [(0.682, 0.5), (2.0395, 0.05), (2.744, 0.01), (3.633, 0.001)] {
            assert!((two_sided(t) / p - 1.0).abs() < 2e-3, "{t}");
        }
        assert_eq!((two_sided(0.0), two_sided(f64::INFINITY)), (1.0, 0.0));
    }

    #[test]
    fn the_tail_falls_and_never_below_nothing() {
        let values: Vec<f64> = (0..4000).map(|k| two_sided(f64::from(k) / 40.0)).collect();
        assert!(values.is_sorted_by(|a, b| a > b));
        assert!(values.iter().all(|p| (0.0..=1.0).contains(p)));
    }
}
