//! `manifest.json`: what was run, by what, and how it went.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::ReportError;

/// Reads the manifest of a folder, of whatever kind.
///
/// # Errors
/// It cannot be read, or is none.
pub(crate) fn read<T: DeserializeOwned>(folder: &Path) -> Result<T, ReportError> {
    let path = folder.join("manifest.json");
    let text = fs_err::read_to_string(&path)?;
    serde_json::from_str(&text).map_err(|source| ReportError::Manifest { path, source })
}

/// The manifest of a run. What is absent is empty, zero or `None`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// Version of the simulator.
    pub version: String,
    /// Name of the scenario.
    pub scenario: String,
    /// What the scenario asks, in words.
    pub description: String,
    /// SHA-256 of the resolved scenario.
    pub scenario_hash: String,
    /// The seed.
    pub seed: u64,
    /// Simulated assistant users.
    pub people: u64,
    /// Simulated people who do not use the assistant.
    pub others: u64,
    /// `thinned` or `events`.
    pub engine: String,
    /// Names of the arms; the first is the base of all differences.
    pub arms: Vec<String>,
    /// First day, ISO.
    pub start: String,
    /// Last day, ISO.
    pub end: String,
    /// Earliest day on which any arm's policy is in force, ISO.
    pub policy_date: Option<String>,
    /// `fixed-pacing`, `fixed-budgets` or `elastic`.
    pub market_response: String,
    /// Assistant users the simulated ones stand for.
    pub represented_assistant_users: f64,
    /// People without the assistant the simulated ones stand for.
    pub represented_others: f64,
    /// Worker threads.
    pub threads: u64,
    /// Duration of the run, in seconds.
    pub wall_seconds: f64,
    /// Simulated person-days, all arms.
    pub person_days: f64,
    /// Person-days per second of wall time.
    pub person_days_per_second: f64,
    /// Largest resident memory, in bytes.
    pub peak_memory_bytes: f64,
    /// How far the spend of the full run is from the spend the pilot solved the market for.
    pub market_discrepancy: Vec<MarketDiscrepancy>,
    /// What the run itself warned of.
    pub warnings: Vec<String>,
    /// The command that makes this run again.
    pub command: String,
}

/// Discrepancy of the market path of one arm in one market.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct MarketDiscrepancy {
    /// The arm.
    pub arm: String,
    /// The market.
    pub market: String,
    /// Spend of the full run over spend of the pilot, minus one (%).
    pub discrepancy_percent: f64,
    /// Standard errors of the run's spend, and of the pilot's [%]: what sampling alone explains.
    #[serde(default)]
    pub run_error_percent: f64,
    /// See [`MarketDiscrepancy::run_error_percent`].
    #[serde(default)]
    pub pilot_error_percent: f64,
    /// What is left when sampling has explained what it can (%); nothing in a manifest that does not tell.
    #[serde(default)]
    pub unexplained_percent: Option<f64>,
    /// What is tolerated beyond that (%).
    pub tolerance_percent: f64,
}

impl MarketDiscrepancy {
    /// Whether more is left than tolerated, as the run itself judged.
    pub fn out(&self) -> bool {
        let all = self.discrepancy_percent.abs();
        let left = self.unexplained_percent.unwrap_or(all);
        self.discrepancy_percent.is_nan() || left > self.tolerance_percent
    }
}
