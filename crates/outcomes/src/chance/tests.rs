use std::f64::consts::TAU;

use overheard_formats::Key;
use overheard_model::strata::REPLICATES;

use super::*;
use crate::estimate::Estimate;
use crate::fixtures::noise;

fn row(difference: f64, std_error: Option<f64>) -> DifferenceRow {
    DifferenceRow {
        arm: "policy".to_owned(),
        key: Key::of("ad_clicks"),
        base_value: 100.0,
        value: 100.0 + difference,
        difference,
        std_error,
    }
}

/// The example of the paper: fifteen hypotheses on the treatment of heart attacks (Benjamini and Hochberg 1995, section 3.2).
const PAPER: [f64; 15] = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.000,
];

#[test]
fn the_example_of_the_paper_comes_out() {
    let q = q_values(&PAPER);
    let rejected = |rate: f64| q.iter().filter(|q| **q <= rate).count();
    // "the four smallest": 0.0095 ≤ 4/15 · 0.05 = 0.0133, and none above is below its line.
    assert_eq!(rejected(0.05), 4);
    // By hand: 15 · 0.0001, 15 · 0.0004 / 2, 15 · 0.0019 / 3, 15 · 0.0095 / 4.
    for (q, by_hand) in q.iter().zip([0.0015, 0.003, 0.0095, 0.035_625]) {
        assert!((q - by_hand).abs() < 1e-12, "{q} {by_hand}");
    }
    // 15 · 0.0201 / 5; the sixth, 15 · 0.0278 / 6 = 0.0695 alone, has what the seventh has: 15 · 0.0298 / 7.
    let seventh = 15.0 * 0.0298 / 7.0;
    for (q, by_hand) in q[4..8].iter().zip([0.0603, seventh, seventh, 0.0645]) {
        assert!((q - by_hand).abs() < 1e-12, "{q} {by_hand}");
    }
    assert_eq!(q[14], 1.0);
}

/// As the paper words it: reject up to the last `i` with `pᵢ ≤ i/m · α`.
fn stepped_up(p_values: &[f64], rate: f64) -> Vec<bool> {
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let all = sorted.len() as f64;
    let line = |i: usize| (i + 1) as f64 / all * rate;
    let last = (0..sorted.len()).rev().find(|i| sorted[*i] <= line(*i));
    let limit = last.map_or(-1.0, |i| sorted[i]);
    p_values.iter().map(|p| *p <= limit).collect()
}

#[test]
fn values_are_monotone_and_say_what_stepping_up_says() {
    for round in 0..200u64 {
        let many = 1 + (round % 40) as usize;
        let p: Vec<f64> = (0..many)
            .map(|k| noise(1000 * round + k as u64).powi(3))
            .collect();
        let q = q_values(&p);
        for i in 0..many {
            assert!(q[i] >= p[i] && q[i] <= 1.0);
            for j in 0..many {
                assert!(p[i] > p[j] || q[i] <= q[j], "{p:?} {q:?}");
            }
        }
        for rate in [0.013, 0.05, 0.21, 0.77] {
            let named: Vec<bool> = q.iter().map(|q| *q <= rate).collect();
            assert_eq!(named, stepped_up(&p, rate), "{p:?}");
        }
    }
    assert!(q_values(&[]).is_empty());
}

/// A difference of 32 independent groups, in units of its true error, and the error that the jackknife sees.
fn sampled(effect: f64, seed: u64, shared: &[f64; REPLICATES], share: f64) -> DifferenceRow {
    let own = (1.0 - share).sqrt();
    let groups: [f64; REPLICATES] = std::array::from_fn(|g| {
        let luck = own * normal(seed * 64 + g as u64) + share.sqrt() * shared[g];
        effect / 32.0 + luck / 32f64.sqrt()
    });
    let value: f64 = groups.iter().sum();
    let estimate = Estimate {
        value,
        replicates: groups.map(|t| (value - t) * 32.0 / 31.0),
    };
    let (difference, std_error) = estimate.difference(&Estimate::ZERO);
    row(difference, std_error)
}

/// Box and Muller.
fn normal(n: u64) -> f64 {
    let radius = (-2.0 * (1.0 - noise(2 * n)).ln()).sqrt();
    radius * (TAU * noise(2 * n + 1)).cos()
}

/// Mean share of chance among what is named, and share of what was planted that is named.
fn rates(share: f64, effect: f64) -> (f64, f64) {
    const ROUNDS: u64 = 100;
    const ROWS: u64 = 400;
    const PLANTED: u64 = 40;
    let (mut chance, mut seen) = (0.0, 0.0);
    for round in 0..ROUNDS {
        let shared = std::array::from_fn(|g| normal(1_000_000_000 + 64 * round + g as u64));
        let rows: Vec<DifferenceRow> = (0..ROWS)
            .map(|k| {
                let effect = if k < PLANTED { effect } else { 0.0 };
                sampled(effect, round * ROWS + k, &shared, share)
            })
            .collect();
        let named: Vec<bool> = judge(&rows)
            .iter()
            .map(|c| c.is_more() == Some(true))
            .collect();
        let (true_ones, false_ones) = named.split_at(PLANTED as usize);
        let count = |list: &[bool]| list.iter().filter(|n| **n).count() as f64;
        let (right, wrong) = (count(true_ones), count(false_ones));
        chance += wrong / (right + wrong).max(1.0) / ROUNDS as f64;
        seen += right / PLANTED as f64 / ROUNDS as f64;
    }
    (chance, seen)
}

#[test]
fn of_what_is_named_five_percent_are_chance_and_effects_are_seen() {
    // Of 400 rows 40 differ by 5 of their errors: 97 of 100 are seen, and 0.05 · 360/400 of what is named is chance.
    let (chance, seen) = rates(0.0, 5.0);
    assert!((0.035..=0.055).contains(&chance), "{chance}");
    assert!(seen > 0.95, "{seen}");
    // By 3 errors: 37 of 100.
    let (chance, seen) = rates(0.0, 3.0);
    assert!(chance < 0.065, "{chance}");
    assert!((0.33..0.42).contains(&seen), "{seen}");
    // Where nothing differs, something is named in one table of twenty.
    let (chance, _) = rates(0.0, 0.0);
    assert!(chance < 0.12, "{chance}");
}

#[test]
fn rows_of_the_same_people_are_named_no_more_often() {
    // Half of every row's luck is the same: as of a total and its parts.
    let (chance, seen) = rates(0.5, 5.0);
    assert!(chance < 0.055 && seen > 0.95, "{chance} {seen}");
}

#[test]
fn what_was_not_sampled_is_not_judged() {
    let rows = [
        row(0.0, Some(0.0)),
        row(1e-11, Some(1e-12)),
        row(0.0, None),
        row(5.0, None),
        row(5.0, Some(0.0)),
        row(f64::NAN, None),
        row(f64::NAN, Some(1.0)),
        row(0.0, Some(1.0)),
        row(9.0, Some(1.0)),
    ];
    let list = judge(&rows);
    use Chance::{Certain, Equal, Unknown};
    assert_eq!(
        list[..7],
        [Equal, Equal, Equal, Unknown, Certain, Unknown, Unknown]
    );
    let told: Vec<_> = list.iter().map(|c| c.is_more()).collect();
    let (no, yes) = (Some(false), Some(true));
    assert_eq!(told, [no, no, no, None, yes, None, None, no, yes]);
    // The family is of two.
    let Chance::Tested { p_value, q_value } = list[8] else {
        panic!("{list:?}");
    };
    assert_eq!(q_value, 2.0 * p_value);
    assert!(is_rounding(&rows[1]) && is_rounding(&rows[7]) && !is_rounding(&rows[4]));
}
