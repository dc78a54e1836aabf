//! What the tallies of a run are indexed by.

use overheard_model::cut::Cut;
use overheard_model::strata::Stratum;
use overheard_model::tally::Layout;

/// One arm of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arm {
    pub name: String,
    /// Whether the arm treats a share of the people inside a market: only then are treated and control told apart.
    pub split: bool,
}

/// What the tallies of a run are indexed by.
#[derive(Clone, Debug)]
pub struct Frame {
    pub layout: Layout,
    /// ISO dates, one per reported day.
    pub days: Vec<String>,
    /// Names of the taxonomy's categories.
    pub categories: Vec<String>,
    /// The first is the base of all differences.
    pub arms: Vec<Arm>,
    pub strata: Vec<Stratum>,
    /// What is reported beyond the default cuts, each once.
    pub cuts: Vec<Cut>,
}
