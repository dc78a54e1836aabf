//! The report of a run: charts, and one page of plain HTML that says what the numbers say.
//!
//! Everything is read from the run's folder (`manifest.json` and its CSV tables), so a report can be drawn again at any time and on
//! any machine, and every number in it can be looked up. Three numbers are never merged: what is *attributed* to chats, what is
//! *displaced* between two arms, and the *net* difference between them.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

use std::path::{Path, PathBuf};

pub use overheard_charts::{Look, Theme, WIDTH};

mod answer;
mod beside;
mod calibration;
mod cost;
mod data;
mod decomposition;
mod drawn;
mod effects;
mod ensemble;
mod error;
mod estimate;
mod figures;
mod files;
mod findings;
#[cfg(test)]
mod fixture;
mod manifest;
mod names;
mod page;
mod run;
mod sweep;
mod table;
#[cfg(test)]
mod tests;
mod theme;
mod write;

pub use calibration::CalibrationRow;
pub use cost::{cost_files, draw_costs};
pub use decomposition::write_decomposition_charts;
pub use drawn::Drawn;
pub use effects::EffectRow;
pub use error::ReportError;
pub use estimate::{Estimate, Z95};
pub use files::Format;
pub use findings::{Finding, Kind};
pub use manifest::{Manifest, MarketDiscrepancy};
pub use overheard_formats::{Column, Key};
pub use run::Run;
pub use sweep::{Headline, SweepManifest, headlines, sweep_charts, write_sweep, write_sweep_with};
pub use table::{Differences, Outcomes};

/// What [`write()`] has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The page.
    pub report: PathBuf,
    /// Chart files: an SVG, a PNG and the numbers of each.
    pub charts: Vec<PathBuf>,
    /// Charts the run has no rows for: name and reason.
    pub skipped: Vec<(String, String)>,
}

/// Draws all charts of the run in `folder` and writes `charts/*.svg`, `*.png` and `*.csv`, and `report.html` there.
///
/// A chart whose rows are absent is skipped with a reason. Same tables, same bytes.
///
/// # Errors
/// [`ReportError`]; no file is ever left half-written.
pub fn write(folder: &Path) -> Result<Written, ReportError> {
    write_run(folder, &Run::read(folder)?)
}

/// [`write()`] for a folder that has no `manifest.json` yet: a run writes it last, when everything else is there.
///
/// # Errors
/// As [`write()`].
pub fn write_with(folder: &Path, manifest: Manifest) -> Result<Written, ReportError> {
    write_run(folder, &Run::read_with(folder, manifest)?)
}

fn write_run(folder: &Path, run: &Run) -> Result<Written, ReportError> {
    let drawn = drawn_of(run);
    // The page has pictures of its own.
    let (charts, page) = files::on_threads(drawn.threads, || {
        let look = (&files::OF_A_RUN[..], Look::default());
        let (charts, page) = rayon::join(
            || files::save(folder, &drawn.charts, look),
            || page::render(run, &drawn.charts, &drawn.skipped),
        );
        Ok((charts?, page?))
    })?;
    let report = folder.join("report.html");
    write::atomically(&report, page.as_bytes())?;
    Ok(Written {
        report,
        charts,
        skipped: drawn.skipped,
    })
}

/// The charts of the run in `folder`, with those of its draws.
///
/// # Errors
/// [`ReportError`]: it cannot be read.
pub fn run_charts(folder: &Path) -> Result<Drawn, ReportError> {
    Ok(drawn_of(&Run::read(folder)?))
}

fn drawn_of(run: &Run) -> Drawn {
    let mut drawn = Drawn {
        charts: Vec::new(),
        skipped: Vec::new(),
        threads: run.manifest.threads,
    };
    if let Some(ensemble) = &run.ensemble {
        drawn.charts.extend(sweep::of_ensemble(&ensemble.draws));
    }
    for (name, figure) in figures::of(run) {
        match figure(run) {
            Ok(chart) => drawn.charts.push((name.to_owned(), chart)),
            Err(reason) => {
                tracing::info!(chart = name, %reason, "chart skipped");
                drawn.skipped.push((name.to_owned(), reason.to_string()));
            }
        }
    }
    drawn
}
