//! `overheard compare`.

use overheard_outcomes::{compare as compare_runs, write_differences};

use crate::args::CompareArguments;
use crate::commands::Code;
use crate::data;
use crate::runs;
use crate::voice::Voice;

pub fn compare(arguments: &CompareArguments) -> anyhow::Result<Code> {
    let (first, second) = (
        runs::read(&arguments.first)?,
        runs::read(&arguments.second)?,
    );
    let comparison = compare_runs(&first, &second);
    let voice = Voice::new(false);
    voice.say(if comparison.paired {
        "same seed and people: errors are of paired differences"
    } else {
        "seed or people differ: errors are of independent runs"
    });
    for (rows, run) in comparison
        .only
        .iter()
        .zip([&arguments.first, &arguments.second])
    {
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
