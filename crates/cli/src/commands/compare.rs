//! `overheard compare`: two runs, or the arms of one.

mod compared;
mod json;
mod text;
mod view;

use std::io::{self, IsTerminal};
use std::path::Path;

use overheard_outcomes::{Comparison, compare as compare_runs, compare_arms, write_differences};

use crate::args::{CompareArguments, Format};
use crate::commands::Code;
use crate::fault::hinted;
use crate::numbers::count;
use crate::runs::{self, Finished};
use crate::stdout::data;
use crate::voice::Voice;

use compared::Compared;
use view::View;

/// Prints what differs between two runs or one run's arms: all of it for programs, what matters of it for people.
pub fn compare(arguments: &CompareArguments) -> anyhow::Result<Code> {
    let voice = Voice::new(false);
    let first = runs::read(&arguments.first)?;
    let compared = match (&arguments.second, &arguments.base) {
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
    let format = arguments
        .format
        .unwrap_or_else(|| match io::stdout().is_terminal() {
            true => Format::Table,
            false => Format::Csv,
        });
    data(|out| match format {
        Format::Table => text::table(out, &View::of(&compared)),
        Format::Markdown => text::markdown(out, &View::of(&compared)),
        Format::Json => json::json(out, &compared),
        Format::Csv => Ok(write_differences(out, compared.rows)?),
    })?;
    Ok(Code::Done)
}

/// The second run against the first, and what is to know about the two before any number.
fn runs_of(first: &Finished, second: &Finished, voice: &Voice) -> anyhow::Result<Compared> {
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
    let title = format!(
        "{} against {}",
        second.folder.display(),
        first.folder.display()
    );
    Ok(Compared::new(title, comparison.paired, comparison.rows))
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
fn arms_of(run: &Finished, base: &str, voice: &Voice) -> anyhow::Result<Compared> {
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
    voice.say(&format!("{title}: errors are of paired differences"));
    let rows = compare_arms(&run.run, base)?;
    Ok(Compared::new(format!("{folder}: {title}"), true, rows))
}
