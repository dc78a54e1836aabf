//! `overheard compare`: two runs, or the arms of one.

use std::io::{self, IsTerminal};
use std::path::Path;

use overheard_formats::TERMINAL;
use overheard_outcomes::{
    Comparison, DifferenceRow, compare as compare_runs, compare_arms, telling, write_differences,
};

use crate::args::CompareArguments;
use crate::commands::Code;
use crate::fault::hinted;
use crate::numbers::{count, figure};
use crate::runs::{self, Finished};
use crate::stdout::data;
use crate::voice::Voice;

/// Rows that a person is shown.
const SHOWN: usize = 10;

/// Prints `differences.csv` of two runs or of one run's arms; to a person, what matters of it.
pub fn compare(arguments: &CompareArguments) -> anyhow::Result<Code> {
    let voice = Voice::new(false);
    let first = runs::read(&arguments.first)?;
    let rows = match (&arguments.second, &arguments.base) {
        (Some(second), _) => {
            let second = runs::read(second)?;
            runs_of(&first, &second, &voice)?
        }
        (None, Some(base)) => arms_of(&first, base, &voice)?,
        (None, None) => {
            let (arms, shown) = (first.run.arms().join(", "), arguments.first.display());
            return Err(hinted(
                "one run is compared with another, or its arms with one of them",
                format!("its arms are {arms}: `overheard compare {shown} --base ARM`"),
            ));
        }
    };
    if io::stdout().is_terminal() {
        show(rows, &voice)?;
    } else {
        data(|out| Ok(write_differences(out, rows)?))?;
    }
    Ok(Code::Done)
}

/// The second run against the first, and what is to know about the two before any number.
fn runs_of(
    first: &Finished,
    second: &Finished,
    voice: &Voice,
) -> anyhow::Result<Vec<DifferenceRow>> {
    for difference in runs::differing(first, second) {
        voice.say(&format!("the runs differ in {difference}"));
    }
    let comparison = compare_runs(&first.run, &second.run);
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
    voice.say(if comparison.paired {
        "same seed and people: errors are of paired differences"
    } else {
        "seed or people differ: errors are of independent runs"
    });
    alone(&comparison, [&first.folder, &second.folder], voice);
    Ok(comparison.rows)
}

fn alone(comparison: &Comparison, folders: [&Path; 2], voice: &Voice) {
    for (rows, folder) in comparison.only.iter().zip(folders) {
        if let Some((arm, key)) = rows.first() {
            let (n, folder) = (count(rows.len() as f64), folder.display());
            voice.warn(&format!(
                "{n} rows have no counterpart, such as {arm}: {key}, in {folder}"
            ));
        }
    }
}

/// The other arms of a run against one of them.
fn arms_of(run: &Finished, base: &str, voice: &Voice) -> anyhow::Result<Vec<DifferenceRow>> {
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
    voice.say(&format!(
        "{} against `{base}`: errors are of paired differences",
        others.join(", ")
    ));
    Ok(compare_arms(&run.run, base)?)
}

/// What matters of the differences, for a person: the rest is for a pipe.
fn show(rows: Vec<DifferenceRow>, voice: &Voice) -> anyhow::Result<()> {
    let few = telling(&rows, SHOWN);
    let differ = rows.iter().filter(|r| r.difference.abs() > 0.0).count();
    data(|out| {
        for row in &few {
            writeln!(out, "{}", line(row))?;
        }
        Ok(())
    })?;
    let (all, differ) = (count(rows.len() as f64), count(differ as f64));
    voice.say(&match few.len() {
        0 => format!("no total differs by more than chance, {differ} of {all} rows differ at all; all of them: > differences.csv"),
        n => format!(
            "the {n} totals that changed most, of those beyond 2 standard errors; {differ} of {all} rows differ; all of them: > differences.csv"
        ),
    });
    Ok(())
}

/// `policy: ad_clicks (source chat): +9.1 %: 5,202 to 5,675, by 473 ± 12`.
fn line(row: &DifferenceRow) -> String {
    let change = row.change_percent().map_or_else(String::new, |percent| {
        format!("{}: ", TERMINAL.change(percent))
    });
    let error = row
        .std_error
        .map_or_else(String::new, |e| format!(" ± {}", figure(e)));
    format!(
        "{}: {}: {change}{} to {}, by {}{error}",
        row.arm,
        row.key,
        figure(row.base_value),
        figure(row.value),
        figure(row.difference)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use overheard_outcomes::Key;

    #[test]
    fn a_person_reads_a_difference_in_a_line() {
        let row = DifferenceRow {
            arm: "policy".to_owned(),
            key: Key::of("ad_clicks"),
            base_value: 5200.0,
            value: 5675.5,
            difference: 475.5,
            std_error: Some(12.34),
        };
        assert_eq!(
            line(&row),
            "policy: ad_clicks: +9.14 %: 5,200 to 5,676, by 476 ± 12.3"
        );
        let new = DifferenceRow {
            base_value: 0.0,
            std_error: None,
            ..row
        };
        assert_eq!(line(&new), "policy: ad_clicks: 0 to 5,676, by 476");
    }
}
