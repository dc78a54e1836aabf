//! `overheard compare`: two runs, or the arms of one.

mod compared;
mod json;
mod text;
mod view;

use std::io::{self, IsTerminal};

use overheard_outcomes::write_differences;
use overheard_questions::{compare_arms, compare_runs, told_apart};

use crate::args::{CompareArguments, Format};
use crate::commands::Code;
use crate::fault::hinted;
use crate::runs;
use crate::stdout::data;
use crate::voice::Voice;

use compared::Compared;
use view::View;

/// Prints what differs between two runs or one run's arms: all of it for programs, what matters of it for people.
pub fn compare(arguments: &CompareArguments) -> anyhow::Result<Code> {
    let voice = Voice::new(false);
    let first = runs::read(&arguments.first)?;
    let found = match (&arguments.second, &arguments.base) {
        (Some(second), _) => {
            let second = runs::read(second)?;
            compare_runs(&first, &second).inspect_err(|_| {
                let apart = told_apart(&first, &second);
                apart.iter().for_each(|note| voice.say(note));
            })?
        }
        (None, Some(base)) => compare_arms(&first, base)?,
        (None, None) => {
            let (arms, shown) = (first.run.arms().join(", "), arguments.first.display());
            return Err(hinted(
                "one run is compared with another, or its arms with one of them",
                format!("its arms are {arms}: `overheard compare {shown} --base ARM`"),
            ));
        }
    };
    for note in &found.notes {
        voice.say(note);
    }
    for warning in &found.warnings {
        voice.warn(warning);
    }
    let compared = Compared::new(found.title, found.paired, found.rows);
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
