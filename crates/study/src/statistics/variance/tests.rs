//! Two functions whose indices are known: Ishigami's and Sobol's g.

use super::*;
use crate::plan::hypercube;

/// Columns of a hypercube of `n` points in `k` dimensions.
pub fn sample(n: u32, k: usize, seed: u64) -> Vec<Vec<f64>> {
    let rows = hypercube(n, k, seed);
    (0..k)
        .map(|d| rows.iter().map(|row| row[d]).collect())
        .collect()
}

/// `f` at Saltelli's points.
fn at_points(f: impl Fn(&[f64]) -> f64, n: u32, k: usize, seed: u64) -> Saltelli {
    let rows = hypercube(n, 2 * k, seed);
    let mixed = |i: usize| {
        let value = |row: &Vec<f64>| {
            let mut x = row[..k].to_vec();
            x[i] = row[k + i];
            f(&x)
        };
        rows.iter().map(value).collect()
    };
    Saltelli {
        a: rows.iter().map(|row| f(&row[..k])).collect(),
        b: rows.iter().map(|row| f(&row[k..])).collect(),
        ab: (0..k).map(mixed).collect(),
    }
}

/// `sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁` over `±π` (T. Ishigami, T. Homma, 1990).
fn ishigami(u: &[f64]) -> f64 {
    let x: Vec<f64> = u
        .iter()
        .map(|u| std::f64::consts::PI * (2.0 * u - 1.0))
        .collect();
    let sine = libm::sin(x[1]);
    libm::sin(x[0]) + 7.0 * sine * sine + 0.1 * x[2] * x[2] * x[2] * x[2] * libm::sin(x[0])
}

/// First and total orders, in closed form.
fn ishigami_indices() -> ([f64; 3], [f64; 3]) {
    let (a, b, pi) = (7.0f64, 0.1f64, std::f64::consts::PI);
    let (p4, p8) = (pi.powi(4), pi.powi(8));
    let v1 = 0.5 * (1.0 + b * p4 / 5.0).powi(2);
    let v2 = a * a / 8.0;
    let v13 = b * b * p8 * (1.0 / 18.0 - 1.0 / 50.0);
    let v = v1 + v2 + v13;
    ([v1 / v, v2 / v, 0.0], [(v1 + v13) / v, v2 / v, v13 / v])
}

const G: [f64; 5] = [0.0, 1.0, 4.5, 9.0, 99.0];

/// `Π (|4x - 2| + a) / (1 + a)` (I. M. Sobol', 1993).
fn g(u: &[f64]) -> f64 {
    let factors = u.iter().zip(G);
    factors
        .map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a))
        .product()
}

fn g_indices() -> ([f64; 5], [f64; 5]) {
    let part = G.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let v = part.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
    let others = |i: usize| -> f64 {
        let all = part.iter().enumerate().filter(|(j, _)| *j != i);
        all.map(|(_, v)| 1.0 + v).product()
    };
    let total = std::array::from_fn(|i| part[i] * others(i) / v);
    (part.map(|part| part / v), total)
}

/// With 4,096 rows the largest error of any index of either function over these ten seeds is 0.035.
const ROWS: u32 = 4096;
const NEAR: f64 = 0.04;

/// The largest distance of any index from the truth.
fn worst<const K: usize>(found: &[[f64; 2]], truth: ([f64; K], [f64; K])) -> f64 {
    let both = (0..K).flat_map(|i| {
        [
            (found[i][0] - truth.0[i]).abs(),
            (found[i][1] - truth.1[i]).abs(),
        ]
    });
    both.fold(0.0, f64::max)
}

fn values(points: &Saltelli) -> Vec<[f64; 2]> {
    let rows: Vec<usize> = (0..points.a.len()).collect();
    (0..points.ab.len())
        .map(|i| points.indices(i, &rows))
        .collect()
}

#[test]
fn indices_of_known_functions_are_found() {
    for seed in 0..10 {
        let off = worst(
            &values(&at_points(ishigami, ROWS, 3, seed)),
            ishigami_indices(),
        );
        assert!(off < NEAR, "Ishigami, seed {seed}: {off}");
        let off = worst(&values(&at_points(g, ROWS, 5, seed)), g_indices());
        assert!(off < NEAR, "g, seed {seed}: {off}");
    }
}

/// The test above has the power to tell: what is easily written instead is off by 0.45 to 0.79.
#[test]
fn wrong_estimators_would_be_seen() {
    let points = at_points(ishigami, ROWS, 3, 1);
    // A and B exchanged, as if B had a column of A.
    let exchanged = Saltelli {
        a: points.b.clone(),
        b: points.a.clone(),
        ab: points.ab.clone(),
    };
    let off = worst(&values(&exchanged), ishigami_indices());
    assert!(off > 5.0 * NEAR, "exchanged: {off}");
    // Columns of the wrong unknown.
    let mut shifted = points.clone();
    shifted.ab.rotate_left(1);
    let off = worst(&values(&shifted), ishigami_indices());
    assert!(off > 5.0 * NEAR, "shifted: {off}");
    // Rows that do not belong together.
    let mut torn = points.clone();
    torn.ab.iter_mut().for_each(|column| column.rotate_left(1));
    let off = worst(&values(&torn), ishigami_indices());
    assert!(off > 5.0 * NEAR, "torn: {off}");
    // The half forgotten in the total order.
    let doubled: Vec<[f64; 2]> = values(&points)
        .into_iter()
        .map(|[first, total]| [first, 2.0 * total])
        .collect();
    let off = worst(&doubled, ishigami_indices());
    assert!(off > 5.0 * NEAR, "doubled: {off}");
    // Samples that are not independent: both halves the same hypercube.
    let rows = hypercube(ROWS, 3, 1);
    let same: Vec<f64> = rows.iter().map(|row| ishigami(row)).collect();
    let dependent = Saltelli {
        a: same.clone(),
        b: same.clone(),
        ab: vec![same; 3],
    };
    let off = worst(&values(&dependent), ishigami_indices());
    assert!(off > 5.0 * NEAR, "dependent: {off}");
}

/// Of 60 seeds with 256 rows, 95 % intervals should hold the truth about 57 times: they do 55 to 59 times.
#[test]
fn intervals_hold_the_truth() {
    let (first, total) = ishigami_indices();
    let mut held = [[0; 2]; 3];
    for seed in 0..60 {
        let found = at_points(ishigami, 256, 3, seed).all(seed).unwrap();
        for i in 0..3 {
            for (order, truth) in [first[i], total[i]].into_iter().enumerate() {
                let Index { low, high, .. } = found[i][order];
                held[i][order] += u32::from(low <= truth && truth <= high);
            }
        }
    }
    for (i, orders) in held.iter().enumerate() {
        for (order, n) in orders.iter().enumerate() {
            assert!(
                (53..=60).contains(n),
                "unknown {i}, order {order}: {n} of 60"
            );
        }
    }
}

#[test]
fn what_is_undefined_is_left_out() {
    let mut points = at_points(g, 64, 5, 1);
    let whole = points.all(1).unwrap();
    points.ab[2][7] = f64::NAN;
    points.a[9] = f64::NAN;
    let less = points.all(1).unwrap();
    assert!(less.iter().flatten().all(|i| i.value.is_finite()));
    assert!((less[0][0].value - whole[0][0].value).abs() < 0.2);
    let constant = Saltelli {
        a: vec![2.0; 20],
        b: vec![2.0; 20],
        ab: vec![vec![2.0; 20]],
    };
    assert_eq!(constant.all(1), None);
    assert_eq!(at_points(g, 4, 5, 1).all(1), None);
}
