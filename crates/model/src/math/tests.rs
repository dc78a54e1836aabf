use super::gamma::{Distribution, fraction};
use super::*;

/// Every 97th float of a range of positive bit patterns.
fn floats(low: f32, high: f32) -> impl Iterator<Item = f32> {
    (low.to_bits()..=high.to_bits())
        .step_by(97)
        .map(f32::from_bits)
}

fn worst(values: impl Iterator<Item = (f64, f64)>) -> f64 {
    values.fold(0.0, |worst, (got, exact)| {
        worst.max(((got - exact) / exact).abs())
    })
}

#[test]
fn exp_keeps_its_stated_error() {
    let both_signs = || floats(1e-6, 87.0).flat_map(|x| [x, -x]);
    let error = worst(both_signs().map(|x| (f64::from(exp_f32(x)), exp(f64::from(x)))));
    assert!(error < 1.5e-7, "{error:e}");
    assert_eq!(exp_f32(0.0), 1.0);
}

#[test]
fn exp_saturates_and_keeps_nan() {
    assert_eq!(exp_f32(-1e30), exp_f32(-87.0));
    assert_eq!(exp_f32(f32::INFINITY), exp_f32(88.0));
    assert!(exp_f32(-87.0).is_normal() && exp_f32(88.0).is_finite());
    assert!(exp_f32(f32::NAN).is_nan());
}

#[test]
fn ln_keeps_its_stated_error() {
    let away_from_one = floats(f32::MIN_POSITIVE, f32::MAX).filter(|&x| x != 1.0);
    let error = worst(away_from_one.map(|x| (f64::from(ln_f32(x)), ln(f64::from(x)))));
    assert!(error < 2e-7, "{error:e}");
    let near_one = (0x3F7F_0000..0x3F80_8000u32)
        .map(f32::from_bits)
        .filter(|&x| x != 1.0);
    let error = worst(near_one.map(|x| (f64::from(ln_f32(x)), ln(f64::from(x)))));
    assert!(error < 2e-7, "{error:e}");
    assert_eq!(ln_f32(1.0), 0.0);
}

#[test]
fn the_straight_line_logarithm_keeps_its_stated_error() {
    let (mut bits, mut error) = (1u64, 0f64);
    for _ in 0..1_000_000 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let x = f64::from_bits(bits >> 1);
        let unit = (bits >> 11) as f64 / (1u64 << 53) as f64;
        for x in [x, unit, 1.0 - unit * 1e-6, 1.0 + unit] {
            if x.is_normal() && x != 1.0 {
                error = error.max((ln_f64(x) / ln(x) - 1.0).abs());
            }
        }
    }
    assert!(error < 4.5e-16, "{error:e}");
    let edges = [
        f64::MIN_POSITIVE,
        f64::MAX,
        0.5f64.sqrt(),
        2f64.sqrt(),
        0.5,
        2.0,
    ];
    assert!(worst(edges.map(|x| (ln_f64(x), ln(x))).into_iter()) < 4.5e-16);
    assert_eq!(ln_f64(1.0), 0.0);
}

#[test]
fn the_straight_line_exponential_keeps_its_stated_error() {
    let sizes = floats(1e-12, 700.0).map(f64::from);
    let both_signs = sizes.flat_map(|x| [x, -x, x * 0.999_999_91]);
    let error = worst(both_signs.map(|x| (exp_f64(x), exp(x))));
    assert!(error < 4.5e-16, "{error:e}");
    assert_eq!(exp_f64(0.0), 1.0);
}

#[test]
fn ln_clamps_below_and_keeps_nan() {
    for x in [0.0, -1.0, f32::from_bits(1), f32::NEG_INFINITY] {
        assert_eq!(ln_f32(x), ln_f32(f32::MIN_POSITIVE));
    }
    assert!(ln_f32(f32::NAN).is_nan() && ln_f32(f32::INFINITY).is_nan());
}

/// The same bits everywhere: a change of these sums is a change of every published number.
#[test]
fn the_bits_are_pinned() {
    let digest = |f: fn(f32) -> f32, low: f32, high: f32| {
        floats(low, high).step_by(13).fold(0u64, |sum, x| {
            sum.wrapping_mul(0x100_0000_01B3)
                .wrapping_add(f(x).to_bits().into())
        })
    };
    let digests = [
        digest(exp_f32, 1e-6, 87.0),
        digest(|x| exp_f32(-x), 1e-6, 87.0),
        digest(ln_f32, 1e-30, 1e30),
    ];
    assert_eq!(
        digests,
        [
            7_085_028_600_798_534_759,
            13_760_969_918_054_914_435,
            10_835_340_318_519_561_137
        ]
    );
}

fn assert_close(got: f64, exact: f64, tolerance: f64, what: &str) {
    assert!(
        (got - exact).abs() <= tolerance * exact.abs(),
        "{what}: {got:e}, should be {exact:e}"
    );
}

fn gamma_p(a: f64, x: f64) -> f64 {
    Distribution::of_shape(a).tails(x)[0]
}

/// DLMF 8.4: P(1, x) = 1 − e⁻ˣ, P(½, x) = erf √x, P(2, x) = 1 − (1 + x) e⁻ˣ.
#[test]
fn incomplete_gammas_have_their_closed_forms() {
    for x in [1e-8, 1e-3, 0.1, 0.7, 1.4, 1.6, 2.9, 3.1, 8.0, 30.0] {
        assert_close(gamma_p(1.0, x), -exp_m1(-x), 1e-13, "P(1, x)");
        assert_close(gamma_q(1.0, x), exp(-x), 1e-13, "Q(1, x)");
        assert_close(gamma_p(0.5, x), libm::erf(x.sqrt()), 1e-13, "P(1/2, x)");
        assert_close(gamma_q(0.5, x), libm::erfc(x.sqrt()), 1e-13, "Q(1/2, x)");
        assert_close(gamma_q(2.0, x), (1.0 + x) * exp(-x), 1e-13, "Q(2, x)");
    }
    assert_eq!(
        (gamma_lower(0.7, 0.0), gamma_p(0.7, -1.0), gamma_q(0.7, 0.0)),
        (0.0, 0.0, 1.0)
    );
}

/// DLMF 8.8.1: γ(a+1, x) = a γ(a, x) − xᵃ e⁻ˣ, across the border between series and fraction.
#[test]
fn incomplete_gammas_obey_the_recurrence() {
    for a in [0.05, 0.3, 1.0 / 3.0, 0.9, 1.3, 2.0] {
        for x in [1e-3, 0.2, 1.0, a + 0.999, a + 1.001, a + 2.1, 7.0, 50.0] {
            let step = pow(x, a) * exp(-x);
            let sum = gamma_lower(a + 1.0, x) + step;
            assert_close(sum, a * gamma_lower(a, x), 2e-13, "recurrence");
            assert_close(gamma_p(a, x) + gamma_q(a, x), 1.0, 1e-14, "complement");
        }
    }
}

/// P and Q to all digits of a double, worked out by mpmath 1.3 with forty.
#[test]
fn incomplete_gammas_have_their_known_values() {
    for (a, x, p, q) in [
        (
            0.05,
            1.06,
            0.989_546_790_768_935_8,
            0.010_453_209_231_064_23,
        ),
        (0.3, 1.4, 0.951_838_876_607_272, 0.048_161_123_392_728_09),
        (1.375, 2.4, 0.839_868_566_925_412_4, 0.160_131_433_074_587_6),
        (0.75, 9.0, 0.999_943_288_762_215, 5.671_123_778_494_287e-5),
        (30.0, 31.5, 0.629_331_341_188_719_3, 0.370_668_658_811_280_7),
        (
            30.0,
            20.0,
            0.021_818_217_525_557_39,
            0.978_181_782_474_442_6,
        ),
        (
            200.0,
            203.0,
            0.592_749_828_536_775_7,
            0.407_250_171_463_224_3,
        ),
        (
            1024.0,
            1100.0,
            0.990_070_916_570_060_9,
            0.009_929_083_429_939_148,
        ),
        (
            1024.0,
            990.0,
            0.143_653_803_049_175_6,
            0.856_346_196_950_824_4,
        ),
    ] {
        let tolerance = if a > 30.0 { 1e-11 } else { 1e-13 };
        assert_close(gamma_p(a, x), p, tolerance, "P");
        assert_close(gamma_q(a, x), q, tolerance, "Q");
        if a <= 30.0 {
            assert_close(gamma_lower(a, x), p * gamma(a), tolerance, "lower");
        }
    }
}

/// Twice as deep, the fraction is the same but for rounding.
#[test]
fn the_fraction_is_deep_enough() {
    for a in [
        1e-3f64, 0.05, 0.3, 0.7, 1.3, 1.9, 5.5, 15.5, 30.2, 100.3, 300.7, 1024.1,
    ] {
        for beyond in [0.0, 1e-3, 0.03, 0.3, 1.0, 3.0, 10.0, 100.0] {
            let x = a + 1.0 + beyond * (1.0 + a.sqrt());
            let deep = fraction(a, x, 2 * (16 + (120.0 / x + 4.0 * a.sqrt()) as u32));
            let upper = Distribution::of_shape(a).tails(x)[1];
            let front = exp(a * ln(x) - x - libm::lgamma(a));
            assert_close(upper, deep * front, 2e-15, "fraction");
        }
    }
}

#[test]
fn gamma_quantiles_invert_the_distribution() {
    for shape in [0.05, 0.3, 0.5, 1.0, 2.0, 9.0, 100.0, 300.0, 1024.0] {
        let mut last = 0.0;
        for u in [
            1e-9,
            1e-4,
            0.01,
            0.3,
            0.49999,
            0.5,
            0.50001,
            0.9,
            0.999,
            1.0 - 1e-10,
        ] {
            let x = gamma_quantile(shape, u);
            assert!(x >= last, "not monotone at shape {shape}, u {u}");
            last = x;
            if x < 1e-300 {
                continue;
            }
            if u < 0.5 {
                assert_close(gamma_p(shape, x), u, 1e-11, "P of its quantile");
            } else {
                assert_close(gamma_q(shape, x), 1.0 - u, 1e-11, "Q of its quantile");
            }
        }
    }
    for u in [1e-6, 0.2, 0.5, 0.8, 0.999_999] {
        assert_close(
            gamma_quantile(1.0, u),
            -libm::log1p(-u),
            1e-12,
            "exponential quantile",
        );
    }
}

/// The largest relative error of a fitted polynomial, on 4097 points.
fn misfit<const N: usize>(low: f64, high: f64, f: fn(f64) -> f64) -> f64 {
    let poly = Poly::<N>::fit(low, high, f);
    let points = (0..=4096).map(|i| (low + (high - low) * f64::from(i) / 4096.0) as f32);
    worst(points.map(|x| (f64::from(poly.at(x)), f(f64::from(x)))))
}

#[test]
fn polynomials_fit() {
    let power = |x: f64| pow(1.0 + 1.8 * x, 1.4);
    let error = misfit::<8>(0.0, 1.0, power);
    assert!(error < 1e-6, "{error:e}");
    // Too few coefficients must show.
    assert!(misfit::<3>(0.0, 1.0, power) > 1e-4);
    let cubic = |x: f64| 20.0 + x * (1.0 - x * (0.5 - 0.25 * x));
    let error = misfit::<4>(-2.0, 3.0, cubic);
    assert!(error < 3e-7, "{error:e}");
}

#[test]
fn polynomials_clamp_and_keep_nan() {
    let poly = Poly::<8>::fit(0.0, 1.0, exp);
    assert_eq!((poly.at(-3.0), poly.at(9.0)), (poly.at(0.0), poly.at(1.0)));
    assert!(poly.at(f32::NAN).is_nan());
}

#[test]
fn log_tables_keep_their_stated_error() {
    let functions: [fn(f64) -> f64; 5] = [
        |x| x,
        f64::sqrt,
        |x| pow(x, 0.71),
        |x| -exp_m1(-x),
        libm::log1p,
    ];
    for (i, f) in functions.into_iter().enumerate() {
        let table = LogTable::new([&libm::sqrt, &f]);
        let arguments = floats(LogTable::MIN, LogTable::MAX * 0.999_999).step_by(7);
        let error = worst(arguments.map(|x| (f64::from(table.at(&[x])[1][0]), f(f64::from(x)))));
        assert!(error < 6e-7, "function {i}: {error:e}");
    }
}

#[test]
fn log_tables_clamp() {
    let table = LogTable::new([&f64::sqrt, &|x| x]);
    for x in [0.0, -1.0, f32::NEG_INFINITY, f32::NAN] {
        assert_eq!(table.at(&[x]), table.at(&[LogTable::MIN]));
    }
    for x in [LogTable::MAX, f32::INFINITY] {
        assert!(
            (f64::from(table.at(&[x])[0][0]) / f64::from(LogTable::MAX).sqrt() - 1.0).abs() < 1e-6
        );
    }
}
