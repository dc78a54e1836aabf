//! What can go wrong.

use std::path::PathBuf;

use overheard_charts::ChartError;

/// Why a report could not be made. Files already written are whole; the one being written is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file of the run could not be read, or a chart or page could not be written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// `manifest.json` is not what a run writes.
    #[error("{path}: {source}", path = path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong and where.
        source: serde_json::Error,
    },
    /// A table is not what a run writes.
    #[error("{path}: {cause}", path = path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong and where.
        cause: String,
    },
    /// A chart could not be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
    /// The threads that draw could not be begun.
    #[error("cannot begin to draw: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The page could not be filled in.
    #[error("report.html: {0}")]
    Page(#[from] askama::Error),
}
