//! `overheard compare`.

use std::path::Path;

use overheard_outcomes::{compare as compare_runs, write_differences};

use crate::args::CompareArguments;
use crate::commands::Code;
use crate::data;
use crate::fault::hinted;
use crate::runs;
use crate::voice::Voice;

pub fn compare(arguments: &CompareArguments) -> anyhow::Result<Code> {
    let Some(other) = &arguments.second else {
        return Err(alone(&arguments.first));
    };
    let (first, second) = (runs::read(&arguments.first)?, runs::read(other)?);
    let comparison = compare_runs(&first, &second);
    let voice = Voice::new(false);
    voice.say(if comparison.paired {
        "same seed and people: errors are of paired differences"
    } else {
        "seed or people differ: errors are of independent runs"
    });
    for (rows, run) in comparison.only.iter().zip([&arguments.first, other]) {
        if let Some((arm, key)) = rows.first() {
            let (n, run) = (rows.len(), run.display());
            voice.warn(&format!(
                "{n} rows have no counterpart, such as {arm}: {key}, in {run}"
            ));
        }
    }
    data(|out| Ok(write_differences(out, comparison.rows)?))?;
    Ok(Code::Done)
}

/// One run only: the arms of a run are compared in its own tables.
fn alone(run: &Path) -> anyhow::Error {
    let message = "two runs are compared: overheard compare RUN RUN".to_owned();
    let Ok(folder) = runs::finished(run) else {
        return hinted(message, "`overheard list` shows the runs at hand");
    };
    let table = folder.join("differences.csv");
    let hint = match runs::arms(&folder).as_deref() {
        Some([base, others @ ..]) if !others.is_empty() => format!(
            "its own arms are compared already: {} has {} against `{base}`",
            table.display(),
            others.join(", ")
        ),
        _ => "`overheard list` shows the runs at hand".to_owned(),
    };
    hinted(message, hint)
}
