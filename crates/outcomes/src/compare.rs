//! Two runs, row by row.

use std::collections::BTreeMap;

use crate::error::OutcomeError;
use crate::estimate::Estimate;
use crate::groups::Groups;
use crate::key::Key;
use crate::tables::{DifferenceRow, OutcomeRow};

/// A finished run, read back from its folder.
#[derive(Clone, Debug)]
pub struct Run {
    rows: Vec<OutcomeRow>,
    groups: Option<Groups>,
}

impl Run {
    /// Joins `outcomes.csv` and, where there is one, `groups.bin`.
    ///
    /// # Errors
    /// Groups of other rows.
    pub fn new(rows: Vec<OutcomeRow>, groups: Option<Groups>) -> Result<Self, OutcomeError> {
        if let Some(groups) = &groups {
            let keys = rows.iter().map(|r| (&*r.arm, &r.key));
            if groups.estimates.len() != rows.len() || !groups.fits(keys) {
                return Err(OutcomeError::Groups(
                    "belongs to another outcomes.csv".to_owned(),
                ));
            }
        }
        Ok(Run { rows, groups })
    }

    pub fn rows(&self) -> &[OutcomeRow] {
        &self.rows
    }

    /// Whether the same people were simulated with the same draws.
    fn pairs_with(&self, other: &Run) -> bool {
        match (&self.groups, &other.groups) {
            (Some(a), Some(b)) => a.seed == b.seed && a.people == b.people,
            _ => false,
        }
    }

    fn estimate(&self, row: usize) -> Option<&Estimate> {
        self.groups.as_ref().map(|g| &g.estimates[row])
    }
}

/// What [`compare`] found.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Rows with equal arm and key, in the order of the first run, which is the base.
    pub rows: Vec<DifferenceRow>,
    /// Whether errors are of paired differences (equal seed and people); else the runs count as independent.
    pub paired: bool,
    /// Arms and keys of the first run alone, and of the second alone.
    pub only: [Vec<(String, Key)>; 2],
}

/// Compares the second run with the first.
pub fn compare(first: &Run, second: &Run) -> Comparison {
    let paired = first.pairs_with(second);
    let mut theirs: BTreeMap<(&str, &Key), usize> = second
        .rows
        .iter()
        .enumerate()
        .map(|(i, r)| ((&*r.arm, &r.key), i))
        .collect();
    let (mut rows, mut only_first) = (Vec::new(), Vec::new());
    for (i, base) in first.rows.iter().enumerate() {
        let Some(j) = theirs.remove(&(&*base.arm, &base.key)) else {
            only_first.push((base.arm.clone(), base.key.clone()));
            continue;
        };
        let other = &second.rows[j];
        let mut row = DifferenceRow {
            arm: base.arm.clone(),
            key: base.key.clone(),
            base_value: base.value,
            value: other.value,
            difference: other.value - base.value,
            std_error: independent(base.std_error, other.std_error),
        };
        if let (true, Some(a), Some(b)) = (paired, first.estimate(i), second.estimate(j)) {
            let difference = b.minus(a);
            (row.base_value, row.value) = (a.value, b.value);
            (row.difference, row.std_error) = (difference.value, difference.std_error());
        }
        rows.push(row);
    }
    let only_second = second
        .rows
        .iter()
        .filter(|r| theirs.contains_key(&(&*r.arm, &r.key)));
    let only_second = only_second
        .map(|r| (r.arm.clone(), r.key.clone()))
        .collect();
    Comparison {
        rows,
        paired,
        only: [only_first, only_second],
    }
}

/// Error of a difference of independent estimates; `None` if either has none.
pub(crate) fn independent(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    let (a, b) = (a?, b?);
    Some((a * a + b * b).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{estimates, estimates_of};
    use crate::{Estimates, read_outcomes, write_groups, write_outcomes};

    fn run(estimates: &Estimates, seed: u64) -> Run {
        let (mut table, mut groups) = (Vec::new(), Vec::new());
        write_outcomes(&mut table, estimates).unwrap();
        write_groups(&mut groups, estimates, seed, 4000).unwrap();
        let groups = Groups::read(&groups[..]).unwrap();
        Run::new(read_outcomes(&table[..]).unwrap(), Some(groups)).unwrap()
    }

    #[test]
    fn a_run_equals_itself() {
        let run = run(&estimates(), 1);
        let same = compare(&run, &run);
        assert!(same.paired && same.only.iter().all(Vec::is_empty));
        assert_eq!(same.rows.len(), run.rows().len());
        let same_or_undefined = |d: f64| d == 0.0 || d.is_nan();
        assert!(same.rows.iter().all(|r| same_or_undefined(r.difference)));
        assert!(
            same.rows
                .iter()
                .all(|r| r.std_error.is_none_or(|e| e == 0.0))
        );
    }

    #[test]
    fn pairing_needs_the_same_seed_and_shrinks_the_error() {
        let (a, b) = (estimates_of(&["base"], 1.0), estimates_of(&["base"], 1.01));
        let (first, second) = (run(&a, 1), run(&b, 1));
        let paired = compare(&first, &second);
        let apart = compare(&first, &run(&b, 2));
        assert!(paired.paired && !apart.paired);
        let error = |c: &Comparison| {
            c.rows
                .iter()
                .find(|r| r.key == Key::of("ad_clicks"))
                .unwrap()
                .std_error
                .unwrap()
        };
        assert!(error(&paired) < 0.1 * error(&apart));
    }

    #[test]
    fn rows_without_a_counterpart_are_named() {
        let full = run(&estimates(), 1);
        let part = Run::new(full.rows()[3..].to_vec(), None).unwrap();
        let comparison = compare(&full, &part);
        assert!(!comparison.paired);
        assert_eq!(comparison.only.map(|o| o.len()), [3, 0]);
    }

    #[test]
    fn groups_of_another_table_are_refused() {
        let full = run(&estimates(), 1);
        assert!(Run::new(full.rows()[1..].to_vec(), full.groups.clone()).is_err());
    }
}
