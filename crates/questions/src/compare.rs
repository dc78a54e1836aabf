//! Two runs, or the arms of one.

use overheard_outcomes::{DifferenceRow, compare, compare_arms as arms_of_run};

use crate::fault::hinted;
use crate::numbers::count;
use crate::runs::{Finished, differing};

/// What differs, and what is to know before any number.
#[derive(Clone, Debug)]
pub struct Differing {
    /// What against what.
    pub title: String,
    /// Whether errors are of paired differences.
    pub paired: bool,
    /// The rows of `differences.csv`.
    pub rows: Vec<DifferenceRow>,
    /// What the two differ in, and what errors are of.
    pub notes: Vec<String>,
    /// What could not be compared.
    pub warnings: Vec<String>,
}

/// What two runs differ in before any number, a sentence each. Said also where they have nothing in common.
pub fn told_apart(first: &Finished, second: &Finished) -> Vec<String> {
    let differ = |what: String| format!("the runs differ in {what}");
    differing(first, second).into_iter().map(differ).collect()
}

/// The second run against the first.
///
/// # Errors
/// They have nothing in common.
pub fn compare_runs(first: &Finished, second: &Finished) -> anyhow::Result<Differing> {
    let mut notes = told_apart(first, second);
    let comparison = compare(&first.run, &second.run);
    let arms = [first.run.arms(), second.run.arms()];
    if comparison.rows.is_empty() {
        let alike = arms[0].iter().any(|arm| arms[1].contains(arm));
        let [a, b] = arms.map(|arms| arms.join(", "));
        return Err(match alike {
            true => hinted(
                "the runs have no row in common",
                "rows are the same if arm, measure, day, market, … are: compare runs of one window and version",
            ),
            false => hinted(
                format!("the runs have no arm in common: {a}; {b}"),
                "arms are compared by their names: name them alike, or compare the arms of one run with --base ARM",
            ),
        });
    }
    notes.push(if comparison.paired {
        "same seed and people: errors are of paired differences".to_owned()
    } else if let Some(without) = [first, second].into_iter().find(|run| !run.has_groups()) {
        format!(
            "groups.bin is missing in {}: errors are of independent runs",
            without.folder.display()
        )
    } else {
        "seed or people differ: errors are of independent runs".to_owned()
    });
    let folders = [&first.folder, &second.folder];
    let only = comparison.only.iter().zip(folders);
    let alone = only.filter_map(|(rows, folder)| {
        let (arm, key) = rows.first()?;
        let (n, folder) = (count(rows.len() as f64), folder.display());
        Some(format!(
            "{n} rows have no counterpart, such as {arm}: {key}, in {folder}"
        ))
    });
    let warnings = alone.collect();
    let title = format!(
        "{} against {}",
        second.folder.display(),
        first.folder.display()
    );
    Ok(Differing {
        title,
        paired: comparison.paired,
        rows: comparison.rows,
        notes,
        warnings,
    })
}

/// The other arms of a run against one of them.
///
/// # Errors
/// It has no such arm, or no other.
pub fn compare_arms(run: &Finished, base: &str) -> anyhow::Result<Differing> {
    let arms = run.run.arms();
    let folder = run.folder.display();
    if !arms.contains(&base) {
        let message = format!("there is no arm `{base}` in {folder}");
        return Err(hinted(message, format!("its arms are {}", arms.join(", "))));
    }
    if arms.len() == 1 {
        let hint = "compare it with another run";
        return Err(hinted(
            format!("`{base}` is the only arm in {folder}"),
            hint,
        ));
    }
    let others: Vec<&str> = arms.into_iter().filter(|arm| *arm != base).collect();
    let title = format!("{} against `{base}`", others.join(", "));
    let note = format!("{title}: errors are of paired differences");
    Ok(Differing {
        title: format!("{folder}: {title}"),
        paired: true,
        rows: arms_of_run(&run.run, base)?,
        notes: vec![note],
        warnings: Vec::new(),
    })
}
