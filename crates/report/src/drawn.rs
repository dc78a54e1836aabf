//! Charts that are made, for whoever wants some of them as files, in this look or another.

use std::path::{Path, PathBuf};

use overheard_charts::{Chart, Look};

use crate::error::ReportError;
use crate::files::{self, Format};

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
        let save = || files::save(folder, &self.charts, (formats, look));
        files::on_threads(self.threads, save)
    }
}
