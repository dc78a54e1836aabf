//! `overheard plot`.

use std::path::Path;

use overheard_report::{Drawn, Format, Look, Theme, run_charts, sweep_charts};
use overheard_scenario::{nearest_of, suggestion};

use crate::args::{Page, Picture, PlotArguments};
use crate::commands::Code;
use crate::fault::hinted;
use crate::runs;
use crate::stdout::print;
use crate::voice::Voice;

/// Draws charts and report of a finished run or sweep again, and prints where they are; or only what was asked for.
pub fn plot(arguments: &PlotArguments) -> anyhow::Result<Code> {
    let folder = runs::finished(&arguments.run)?;
    let is_sweep = runs::sweep_of(&folder).is_some();
    let voice = Voice::new(false);
    let theme = match arguments.theme {
        Page::Light => Theme::Light,
        Page::Dark => Theme::Dark,
    };
    let look = Look {
        width: arguments.width,
        theme,
    };
    if !arguments.chart.is_empty() || arguments.format.is_some() || look != Look::default() {
        let drawn = match is_sweep {
            true => sweep_charts(&folder)?,
            false => run_charts(&folder)?,
        };
        some(drawn, &folder, arguments, look, &voice)?;
    } else if is_sweep {
        let charts = overheard_report::write_sweep(&folder)?;
        voice.say(&format!("{} chart files", charts.len()));
        print(&format!("{}\n", folder.join("charts").display()))?;
    } else {
        let written = overheard_report::write(&folder)?;
        say_skipped(&written.skipped, &voice);
        voice.say(&format!("{} chart files", written.charts.len()));
        print(&format!("{}\n", written.report.display()))?;
    }
    Ok(Code::Done)
}

/// Draws the charts that were named, or all, and prints their files.
fn some(
    mut drawn: Drawn,
    folder: &Path,
    arguments: &PlotArguments,
    look: Look,
    voice: &Voice,
) -> anyhow::Result<()> {
    let wanted = &arguments.chart;
    if !wanted.is_empty() {
        let known: Vec<&str> = drawn.names().collect();
        if let Some(odd) = wanted.iter().find(|name| !known.contains(&name.as_str())) {
            let near = nearest_of(odd, known.iter().copied());
            let hint = suggestion(&near, &format!("known: {}", known.join(", ")));
            return Err(hinted(format!("there is no chart `{odd}`"), hint));
        }
        drawn.keep(wanted);
        if let Some((name, reason)) = drawn.skipped.first() {
            anyhow::bail!("the chart `{name}` cannot be drawn: {reason}");
        }
    }
    say_skipped(&drawn.skipped, voice);
    let formats = match arguments.format {
        None => vec![Format::Svg, Format::Png],
        Some(Picture::Svg) => vec![Format::Svg],
        Some(Picture::Png) => vec![Format::Png],
    };
    for path in drawn.save(folder, &formats, look)? {
        print(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

fn say_skipped(skipped: &[(String, String)], voice: &Voice) {
    for (chart, reason) in skipped {
        voice.say(&format!("no chart `{chart}`: {reason}"));
    }
}
