//! From tallies to published numbers: estimates with errors, differences between arms, and the tables of a run's folder.
//!
//! ```text
//! tallies of groups ──▶ Estimator ──finish──▶ Estimates ──▶ outcomes.csv      write_outcomes, read_outcomes
//!   per stratum, in order     (weights)            │    ├────▶ differences.csv   differences, write_differences
//!                                                  │    ├────▶ effects.csv       effects, write_effects
//!                                                  │    ├────▶ groups.bin        write_groups, Groups::read
//!                                                  │    └────▶ calibration.csv   calibration, write_calibration
//!                                                  ▼
//!                                 Run (outcomes.csv + groups.bin read back) ──▶ compare, judge; check against a golden table
//! ```
//!
//! Everything above a leaf of people arrives as integers, so sums within a stratum are exact; each stratum's weight is
//! applied once, and strata are added in their order. The same tallies therefore give the same bytes. What is kept does
//! not grow with people: for every row and arm the value and its 32 delete-a-group replicates.
//!
//! Nothing here opens a file: writers and readers take [`std::io::Write`] and [`std::io::Read`].

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod calibration;
mod chance;
mod check;
mod compare;
mod derived;
mod dictionary;
mod effects;
mod error;
mod estimate;
mod estimates;
mod estimator;
mod frame;
mod gini;
mod golden;
mod groups;
mod measures;
mod package;
mod parquet;
mod plan;
mod tables;
mod tolerance;

pub use calibration::{
    CalibrationInputs, CalibrationRow, adoption_dates, calibration, published_figures,
    write_calibration,
};
pub use chance::{Chance, DEGREES, FALSE_DISCOVERY_RATE, is_rounding, judge};
pub use check::{Against, Finding, check};
pub use compare::{Comparison, Run, Sample, compare, compare_arms, telling};
pub use dictionary::write_dictionary;
pub use effects::{EffectRow, Imitation, effects, write_effects};
pub use error::OutcomeError;
pub use estimate::Estimate;
pub use estimates::{Estimates, Row};
pub use estimator::Estimator;
pub use frame::{Arm, Detail, Frame};
pub use gini::gini;
pub use golden::{Golden, GoldenRow, Origin};
pub use groups::{Groups, write_groups};
pub use measures::{Entry, dictionary, measure_names};
pub use overheard_formats::{
    Column, DifferenceRow, Key, OutcomeRow, read_differences, read_outcomes,
};
pub use package::{TableFile, write_package};
pub use parquet::{PARQUET, write_parquet};
pub use plan::rows;
pub use tables::{differences, write_differences, write_outcomes};
pub use tolerance::Tolerance;

#[cfg(test)]
mod fixtures;
