//! What was compared, and what is to be thought of it.

use overheard_outcomes::{Chance, DifferenceRow, judge};

/// Differences, judged together.
pub struct Compared {
    /// What against what.
    pub title: String,
    /// Whether errors are of paired differences.
    pub paired: bool,
    pub rows: Vec<DifferenceRow>,
    /// One for each row.
    pub chances: Vec<Chance>,
}

impl Compared {
    /// Judges the rows of a comparison.
    pub fn new(title: String, paired: bool, rows: Vec<DifferenceRow>) -> Self {
        let chances = judge(&rows);
        Compared {
            title,
            paired,
            rows,
            chances,
        }
    }

    /// Rows that were judged together: those with an error.
    pub fn tested(&self) -> usize {
        let tested = |chance: &&Chance| matches!(chance, Chance::Tested { .. });
        self.chances.iter().filter(tested).count()
    }
}
