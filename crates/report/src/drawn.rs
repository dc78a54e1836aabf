//! The charts of a finished run or sweep, for whoever wants some of them in another look.

use std::path::{Path, PathBuf};

use overheard_charts::{Chart, Look};

use crate::error::ReportError;
use crate::files::{self, Format};
use crate::manifest;
use crate::run::Run;
use crate::{figures, sweep};

/// Charts by name, in the order of the report.
#[derive(Debug)]
pub struct Drawn {
    pub(crate) charts: Vec<(String, Chart)>,
    /// Those that there are no rows for: name and reason.
    pub skipped: Vec<(String, String)>,
    /// Threads that may draw.
    pub(crate) threads: u64,
}

impl Drawn {
    /// Of the run in `folder`, with those of its draws.
    ///
    /// # Errors
    /// [`ReportError`]: it cannot be read.
    pub fn of_run(folder: &Path) -> Result<Self, ReportError> {
        Ok(Self::of(&Run::read(folder)?))
    }

    /// Of a run that was read.
    pub(crate) fn of(run: &Run) -> Self {
        let mut drawn = Drawn {
            charts: Vec::new(),
            skipped: Vec::new(),
            threads: run.manifest.threads,
        };
        if let Some(ensemble) = &run.ensemble {
            drawn.charts = sweep::of_ensemble(&ensemble.draws);
        }
        for (name, figure) in figures::all() {
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

    /// Of the sweep in `folder`.
    ///
    /// # Errors
    /// [`ReportError`]: it cannot be read.
    pub fn of_sweep(folder: &Path) -> Result<Self, ReportError> {
        sweep::drawn(folder, manifest::read(folder)?)
    }

    /// All names, drawn or not.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let drawn = self.charts.iter().map(|(name, _)| name.as_str());
        drawn.chain(self.skipped.iter().map(|(name, _)| name.as_str()))
    }

    /// Leaves these only.
    pub fn keep(&mut self, names: &[String]) {
        self.charts.retain(|(name, _)| names.contains(name));
        self.skipped.retain(|(name, _)| names.contains(name));
    }

    /// Writes `charts/NAME.*` into `folder`; a look that is not a run's own is part of the name. Gives the paths.
    ///
    /// # Errors
    /// [`ReportError`]; no file is ever left half-written.
    pub fn save(
        &self,
        folder: &Path,
        formats: &[Format],
        look: Look,
    ) -> Result<Vec<PathBuf>, ReportError> {
        files::save(folder, self.threads, &self.charts, (formats, look))
    }
}
