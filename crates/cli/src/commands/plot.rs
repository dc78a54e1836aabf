//! `overheard plot`.

use crate::args::PlotArguments;
use crate::commands::Code;
use crate::runs;
use crate::stdout::print;
use crate::voice::Voice;

/// Draws charts and report of a finished run or sweep again, and prints where they are.
pub fn plot(arguments: &PlotArguments) -> anyhow::Result<Code> {
    let folder = runs::finished(&arguments.run)?;
    let voice = Voice::new(false);
    if runs::sweep_of(&folder).is_some() {
        let charts = overheard_report::write_sweep(&folder)?;
        voice.say(&format!("{} chart files", charts.len()));
        print(&format!("{}\n", folder.join("charts").display()))?;
        return Ok(Code::Done);
    }
    let written = overheard_report::write(&folder)?;
    for (chart, reason) in &written.skipped {
        voice.say(&format!("no chart `{chart}`: {reason}"));
    }
    voice.say(&format!("{} chart files", written.charts.len()));
    print(&format!("{}\n", written.report.display()))?;
    Ok(Code::Done)
}
