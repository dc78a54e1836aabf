//! The charts of a sweep, from the tables in its folder.

mod bands;
mod folder;
mod points;
mod scatter;
#[cfg(test)]
mod tests;
mod tornado;

use std::path::{Path, PathBuf};

use overheard_charts::{Chart, Look};

use crate::drawn::Drawn;
use crate::error::ReportError;
use crate::{files, manifest};
pub use folder::{Headline, Sweep, chat_ads, headlines};

pub use folder::SweepManifest;
pub use tornado::strongest;

/// The charts of what a run's draws leave open: its headlines, by day, and what moves the first of them and the net clicks.
pub fn of_ensemble(draws: &Sweep) -> Vec<(String, Chart)> {
    let mut drawn = Vec::new();
    drawn.extend(bands::of_headlines(draws).map(|chart| ("bands".to_owned(), chart)));
    drawn.extend(bands::by_day(draws).map(|chart| ("bands-by-day".to_owned(), chart)));
    for file in ["chat-ads", "net-clicks"] {
        let headline = headlines().into_iter().find(|h| h.file == file);
        let chart = headline.and_then(|headline| tornado::chart(draws, &headline));
        drawn.extend(chart.map(|chart| (format!("tornado-{file}"), chart)));
    }
    drawn
}

/// The charts of the sweep in `folder`.
///
/// # Errors
/// [`ReportError`]: it cannot be read.
pub fn sweep_charts(folder: &Path) -> Result<Drawn, ReportError> {
    drawn(folder, manifest::read(folder)?)
}

fn drawn(folder: &Path, manifest: SweepManifest) -> Result<Drawn, ReportError> {
    let threads = manifest.threads;
    let sweep = Sweep::read(folder, manifest)?;
    let mut charts: Vec<(String, Chart)> = Vec::new();
    charts.extend(bands::by_day(&sweep).map(|chart| ("bands-by-day".to_owned(), chart)));
    charts.extend(bands::of_headlines(&sweep).map(|chart| ("bands".to_owned(), chart)));
    for headline in headlines() {
        let name = format!("tornado-{}", headline.file);
        charts.extend(tornado::chart(&sweep, &headline).map(|chart| (name, chart)));
    }
    let points = points::Points::read(folder)?;
    for headline in headlines() {
        let name = format!("scatter-{}", headline.file);
        charts.extend(scatter::chart(&sweep, &points, &headline).map(|chart| (name, chart)));
    }
    Ok(Drawn {
        charts,
        skipped: Vec::new(),
        threads,
    })
}

/// Draws the charts of a sweep whose manifest is yet to be written; gives their files.
///
/// # Errors
/// [`ReportError`]; no file is ever left half-written.
pub fn write_sweep_with(
    folder: &Path,
    manifest: SweepManifest,
) -> Result<Vec<PathBuf>, ReportError> {
    drawn(folder, manifest)?.save(folder, &files::OF_A_RUN, Look::default())
}

/// The same for a finished sweep.
///
/// # Errors
/// As [`write_sweep_with`].
pub fn write_sweep(folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    write_sweep_with(folder, manifest::read(folder)?)
}
