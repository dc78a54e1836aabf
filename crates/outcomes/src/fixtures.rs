//! A small world for tests: tallies that depend on stratum, group and arm in a known way.

use overheard_model::strata::{Population, REPLICATES, Stratum, strata};
use overheard_model::tally::{Count, Layout, TABLES, TableId, Tally};

use crate::error::OutcomeError;
use crate::estimates::Estimates;
use crate::estimator::Estimator;
use crate::frame::{Arm, Frame};

pub(crate) const DAYS: usize = 31;
pub(crate) const CATEGORIES: usize = 3;

pub(crate) fn world(people: u64) -> Vec<Stratum> {
    strata(
        &Population {
            family_people: [4.0; 11],
            assistant_users: [1.0; 11],
            age_shares: [[0.07, 0.19, 0.26, 0.19, 0.13, 0.09, 0.07]; 11],
            tilts: [[1.3, 1.6, 1.2, 0.9, 0.7, 0.5, 0.4]; 11],
        },
        people,
    )
}

pub(crate) fn frame(arms: &[&str]) -> Frame {
    Frame {
        layout: Layout::new(DAYS, CATEGORIES),
        days: (1..=DAYS).map(|d| format!("2025-12-{d:02}")).collect(),
        categories: (0..CATEGORIES).map(|c| format!("category-{c}")).collect(),
        arms: arms
            .iter()
            .map(|a| Arm {
                name: (*a).to_owned(),
                split: *a == "split",
            })
            .collect(),
        strata: world(4000),
        detail: crate::frame::Detail::Full,
        cuts: Vec::new(),
    }
}

/// A reproducible number between 0 and 1.
pub(crate) fn noise(n: u64) -> f64 {
    let mut x = n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (x >> 11) as f64 / (1u64 << 53) as f64
}

/// Each person of a group adds, to every cell of every table, about 1 times `scale` in arms that are not `twin` of the
/// first; `people` counts them.
pub(crate) fn tally(frame: &Frame, s: usize, g: usize, scale: f64) -> Tally {
    let range = frame.strata[s].group(g);
    let people = (range.end - range.start) as i64;
    let mut tally = Tally::new(&frame.layout);
    for table in TableId::ALL {
        let luck: [f64; 7] = std::array::from_fn(|k| {
            0.5 + noise((s * REPLICATES + g) as u64 * 1009 + *table as u64 * 31 + k as u64)
        });
        for (k, cell) in frame.layout.cells_of(*table).enumerate() {
            tally.add(cell, people as f64 * luck[k % 7] * scale);
        }
    }
    let at = frame.layout.offset(TableId::People);
    tally.cells[at] = people * TABLES[TableId::People as usize].scale.units() as i64;
    tally
}

/// `scale` for the first arm and its `twin`, a tenth more for all others.
pub(crate) fn groups(frame: &Frame, s: usize, scale: f64) -> Vec<Vec<Tally>> {
    let apart = |arm: &Arm| {
        if ["base", "twin"].contains(&&*arm.name) {
            1.0
        } else {
            1.1
        }
    };
    (0..frame.strata[s].groups())
        .map(|g| {
            frame
                .arms
                .iter()
                .map(|a| tally(frame, s, g, scale * apart(a)))
                .collect()
        })
        .collect()
}

/// Adds a whole stratum at once: `parts[group][arm]`.
pub(crate) fn fold(
    estimator: &mut Estimator,
    stratum: usize,
    parts: Vec<Vec<Tally>>,
) -> Result<(), OutcomeError> {
    let mut parts = parts.into_iter().enumerate();
    parts.try_for_each(|(group, tallies)| estimator.add(stratum, group, tallies))
}

pub(crate) fn estimates_of(arms: &[&str], scale: f64) -> Estimates {
    let frame = frame(arms);
    let mut estimator = Estimator::new(frame.clone()).unwrap();
    for s in 0..frame.strata.len() {
        fold(&mut estimator, s, groups(&frame, s, scale)).unwrap();
    }
    estimator.finish().unwrap()
}

/// Arms `base` and `treated`, both split alike; the treated people of the second are paid for at `factor`.
pub(crate) fn split_estimates(factor: f64) -> Estimates {
    let mut frame = frame(&["base", "treated"]);
    frame.arms.iter_mut().for_each(|arm| arm.split = true);
    let spend = frame.layout.offset(TableId::SplitSpend);
    let mut estimator = Estimator::new(frame.clone()).unwrap();
    for s in 0..frame.strata.len() {
        for g in 0..frame.strata[s].groups() {
            let base = tally(&frame, s, g, 1.0);
            let mut treated = base.clone();
            treated.cells[spend] = (treated.cells[spend] as f64 * factor) as i64;
            estimator.add(s, g, vec![base, treated]).unwrap();
        }
    }
    estimator.finish().unwrap()
}

/// Arms `base`, `twin` (equal to it), `other` and `split`, and one row of the market path.
pub(crate) fn estimates() -> Estimates {
    static ONCE: std::sync::OnceLock<Estimates> = std::sync::OnceLock::new();
    let make = || {
        let mut estimates = estimates_of(&["base", "twin", "other", "split"], 1.0);
        for arm in 0..4 {
            estimates.push_path(arm, "pacing", "brazil", "2025-12-01", 0.75);
        }
        estimates
    };
    ONCE.get_or_init(make).clone()
}
