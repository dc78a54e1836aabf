//! `overheard plot`.

use crate::args::PlotArguments;
use crate::commands::Code;
use crate::runs;
use crate::stdout::print;
use crate::voice::Voice;

/// Draws charts and report of a finished run again, and prints where they are.
pub fn plot(arguments: &PlotArguments) -> anyhow::Result<Code> {
    let folder = runs::finished(&arguments.run)?;
    let written = overheard_report::write(&folder)?;
    let voice = Voice::new(false);
    for (chart, reason) in &written.skipped {
        voice.say(&format!("no chart `{chart}`: {reason}"));
    }
    voice.say(&format!("{} chart files", written.charts.len()));
    print(&format!("{}\n", written.report.display()))?;
    Ok(Code::Done)
}
