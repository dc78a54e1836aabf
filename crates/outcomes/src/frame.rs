//! What the tallies of a run are indexed by.

use overheard_formats::Column;
use overheard_model::cut::Cut;
use overheard_model::strata::Stratum;
use overheard_model::tally::Layout;

use crate::measures::PATH;

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
    pub detail: Detail,
}

/// Which rows are wanted: those that nobody reads need not be summed up.
#[derive(Clone, Copy, Debug)]
pub enum Detail {
    /// All.
    Full,
    /// Those of the cuts that a question keeps, given the measure and the columns that tell the cut's rows apart.
    Only(fn(&str, &[Column]) -> bool),
}

impl Detail {
    /// Whether a cut is wanted.
    pub fn wants(self, measure: &str, columns: &[Column]) -> bool {
        match self {
            Detail::Full => true,
            Detail::Only(keeps) => keeps(measure, columns),
        }
    }

    /// Whether any row of the market path is wanted.
    pub fn wants_path(self) -> bool {
        let told = [Column::Market, Column::Day];
        PATH.iter().any(|entry| self.wants(entry.measure, &told))
    }
}
