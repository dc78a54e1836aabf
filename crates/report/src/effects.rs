//! `effects.csv`: published experiments beside the arms that imitate them.

use serde::Deserialize;

/// One published effect; numbers in percent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct EffectRow {
    /// Key of the publication in `data/targets.csv`.
    pub target: String,
    /// Treatment and ratio.
    pub what: String,
    /// The arm that imitates it.
    pub arm: String,
    /// As published.
    pub published: f64,
    /// Ends of the published 95 % interval; empty where there is none.
    pub published_low: Option<f64>,
    /// See [`EffectRow::published_low`].
    pub published_high: Option<f64>,
    /// As simulated; empty where undefined.
    pub simulated: Option<f64>,
    /// Of `simulated`.
    pub std_error: Option<f64>,
    /// Whether `simulated` lies in the interval: `yes`, `no`, or empty.
    pub inside: String,
    /// Whether the defaults were fitted to it: `yes` or `no`.
    pub fitted: String,
    /// Title and address.
    pub source: String,
}
