//! Two runs, or two arms of one, row by row.

use std::collections::BTreeMap;

use overheard_formats::{DifferenceRow, Key, OutcomeRow};

use crate::chance::{Chance, is_rounding};
use crate::error::OutcomeError;
use crate::estimate::Estimate;
use crate::groups::Groups;

/// A finished run, read back from its folder.
#[derive(Clone, Debug)]
pub struct Run {
    rows: Vec<OutcomeRow>,
    groups: Option<Groups>,
    sample: Sample,
}

/// How many people of each stratum were simulated, in the order of the strata, each under a name of its own. With the
/// seed this says who they are, whatever number was asked for. Empty: nobody knows.
pub type Sample = Vec<(String, u64)>;

impl Run {
    /// Joins `outcomes.csv` and, where there is one, `groups.bin`.
    ///
    /// # Errors
    /// Groups of other rows.
    pub fn new(
        rows: Vec<OutcomeRow>,
        groups: Option<Groups>,
        sample: Sample,
    ) -> Result<Self, OutcomeError> {
        if let Some(groups) = &groups {
            let keys = rows.iter().map(|r| (&*r.arm, &r.key));
            if groups.estimates.len() != rows.len() || !groups.fits(keys) {
                return Err(OutcomeError::Groups(
                    "belongs to another outcomes.csv".to_owned(),
                ));
            }
        }
        let in_words = |row: OutcomeRow| OutcomeRow {
            key: row.key.in_words(),
            ..row
        };
        Ok(Run {
            rows: rows.into_iter().map(in_words).collect(),
            groups,
            sample,
        })
    }

    /// The rows of `outcomes.csv`, in its order.
    pub fn rows(&self) -> &[OutcomeRow] {
        &self.rows
    }

    /// Names of the arms, the base first.
    pub fn arms(&self) -> Vec<&str> {
        let mut arms: Vec<&str> = Vec::new();
        for row in &self.rows {
            // Rows of an arm stand together.
            if arms.last() != Some(&&*row.arm) {
                arms.push(&row.arm);
            }
        }
        arms
    }

    /// Whether the same people were simulated with the same draws.
    fn pairs_with(&self, other: &Run) -> bool {
        let (Some(a), Some(b)) = (&self.groups, &other.groups) else {
            return false;
        };
        let known = !self.sample.is_empty() && !other.sample.is_empty();
        let alike = match known {
            true => self.sample == other.sample,
            false => a.people == b.people,
        };
        a.seed == b.seed && alike
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
        match theirs.remove(&(&*base.arm, &base.key)) {
            Some(j) => rows.push(difference((first, i), (second, j), paired)),
            None => only_first.push((base.arm.clone(), base.key.clone())),
        }
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

/// Compares every other arm of a run with one of them, arm by arm. The people are the same, so errors are of paired
/// differences.
///
/// # Errors
/// The run's groups are not there.
pub fn compare_arms(run: &Run, base: &str) -> Result<Vec<DifferenceRow>, OutcomeError> {
    if run.groups.is_none() {
        let message = "is not there: without it the arms of a run cannot be paired".to_owned();
        return Err(OutcomeError::Groups(message));
    }
    let of_base: BTreeMap<&Key, usize> = run
        .rows
        .iter()
        .enumerate()
        .filter(|(_, r)| r.arm == base)
        .map(|(i, r)| (&r.key, i))
        .collect();
    let others = run.rows.iter().enumerate().filter(|(_, r)| r.arm != base);
    Ok(others
        .filter_map(|(j, r)| Some(difference((run, *of_base.get(&r.key)?), (run, j), true)))
        .collect())
}

/// A row of the second against one of the first.
fn difference(first: (&Run, usize), second: (&Run, usize), paired: bool) -> DifferenceRow {
    let row = |(run, place): (&Run, usize)| run.rows[place].clone();
    let estimate = |(run, place): (&'_ Run, usize)| run.estimate(place).copied();
    let (base, other) = (row(first), row(second));
    let mut row = DifferenceRow {
        arm: other.arm,
        key: other.key,
        base_value: base.value,
        value: other.value,
        difference: other.value - base.value,
        std_error: independent(base.std_error, other.std_error),
    };
    if let (true, Some(a), Some(b)) = (paired, estimate(first), estimate(second)) {
        (row.base_value, row.value) = (a.value, b.value);
        (row.difference, row.std_error) = b.difference(&a);
    }
    row
}

/// The differences that a person wants to see first, by their places: of totals, and of their cuts by source and bucket,
/// those that are more than chance, the largest relative change first; at most so many. From 0 any change is infinite: among
/// those the surest come first.
pub fn telling(rows: &[DifferenceRow], chances: &[Chance], most: usize) -> Vec<usize> {
    let told = |place: &usize| {
        let row = &rows[*place];
        row.key.is_total() && !is_rounding(row) && chances[*place].is_more() == Some(true)
    };
    let mut list: Vec<usize> = (0..rows.len()).filter(told).collect();
    let size = |place: usize| rows[place].change_percent().map_or(f64::INFINITY, f64::abs);
    let errors = |place: usize| {
        let row = &rows[place];
        row.std_error
            .map_or(0.0, |error| row.difference.abs() / error)
    };
    list.sort_by(|a, b| {
        let surer = || errors(*b).total_cmp(&errors(*a));
        size(*b).total_cmp(&size(*a)).then_with(surer)
    });
    list.truncate(most);
    list
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
    use crate::{Estimates, differences, judge, read_outcomes, write_groups, write_outcomes};
    use overheard_formats::Column;

    fn run(estimates: &Estimates, seed: u64) -> Run {
        let (mut table, mut groups) = (Vec::new(), Vec::new());
        write_outcomes(&mut table, estimates).unwrap();
        write_groups(&mut groups, estimates, seed, 4000).unwrap();
        let groups = Groups::read(&groups[..]).unwrap();
        let sample = vec![("us-canada/13-17/assistant".to_owned(), 4000)];
        Run::new(read_outcomes(&table[..]).unwrap(), Some(groups), sample).unwrap()
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
    fn who_was_simulated_decides_and_not_what_was_asked_for() {
        let estimates = estimates_of(&["base"], 1.0);
        let first = run(&estimates, 1);
        let asking = |people: u64, strata: &[u64]| {
            let mut other = run(&estimates, 1);
            other.groups.as_mut().unwrap().people = people;
            let name = |(i, n): (usize, &u64)| (format!("stratum {i}"), *n);
            other.sample = strata.iter().enumerate().map(name).collect();
            other
        };
        let (few, more) = (asking(1000, &[32, 40]), asking(2000, &[32, 40]));
        assert!(compare(&few, &more).paired);
        assert!(!compare(&few, &asking(1000, &[40, 32])).paired);
        // Nobody knows: what was asked for has to do.
        assert!(compare(&asking(4000, &[]), &first).paired);
        assert!(!compare(&asking(1000, &[]), &first).paired);
    }

    #[test]
    fn any_arm_can_be_the_base_of_the_others() {
        let run = run(&estimates(), 1);
        assert_eq!(run.arms(), ["base", "twin", "other", "split"]);
        let against = |base: &str, arm: &str| {
            let rows = compare_arms(&run, base).unwrap();
            assert!(rows.iter().all(|r| r.arm != base));
            let found = rows
                .into_iter()
                .find(|r| r.arm == arm && r.key == Key::of("ad_clicks"));
            found.unwrap()
        };
        let (there, back) = (against("base", "other"), against("other", "base"));
        assert_eq!(
            (there.difference, there.std_error),
            (-back.difference, back.std_error)
        );
        assert_eq!(
            there,
            differences(&estimates())
                .find(|r| r.arm == "other" && r.key == there.key)
                .unwrap()
        );
        let same = against("base", "twin");
        assert_eq!((same.difference, same.std_error), (0.0, Some(0.0)));
        let alone = Run::new(run.rows().to_vec(), None, Vec::new()).unwrap();
        assert!(compare_arms(&alone, "base").is_err());
    }

    #[test]
    fn a_person_is_shown_the_largest_changes_that_are_no_chance() {
        let rows = compare_arms(&run(&estimates(), 1), "base").unwrap();
        let few = telling(&rows, &judge(&rows), 10);
        assert_eq!(few.len(), 10);
        let few: Vec<&DifferenceRow> = few.into_iter().map(|place| &rows[place]).collect();
        let sizes: Vec<f64> = few
            .iter()
            .map(|r| r.change_percent().unwrap().abs())
            .collect();
        assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
        assert!(
            few.iter()
                .all(|r| r.arm != "twin" && r.key.get(Column::Market).is_empty())
        );
    }

    #[test]
    fn rows_without_a_counterpart_are_named() {
        let full = run(&estimates(), 1);
        let part = Run::new(full.rows()[3..].to_vec(), None, Vec::new()).unwrap();
        let comparison = compare(&full, &part);
        assert!(!comparison.paired);
        assert_eq!(comparison.only.map(|o| o.len()), [3, 0]);
    }

    #[test]
    fn groups_of_another_table_are_refused() {
        let full = run(&estimates(), 1);
        assert!(Run::new(full.rows()[1..].to_vec(), full.groups.clone(), Vec::new()).is_err());
    }
}
