//! Why a run did not come to its end, what remains of it, and what to do.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::EngineError;

use super::journal::JournalError;
use super::need::Need;

/// Why there is no finished run. Nothing that was in the folder before has been overwritten.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunFailure {
    #[error("`{path}` is not a folder", path = .0.display())]
    NoFolder(PathBuf),
    #[error("the folder is not empty and holds no run: it has `{found}`, in {path}", path = folder.display())]
    Foreign { folder: PathBuf, found: String },
    #[error("another finished run is in {path}", path = .0.display())]
    OtherRun(PathBuf),
    #[error("an unfinished run of other inputs is in {path}", path = .0.display())]
    OtherInputs(PathBuf),
    #[error("an unfinished run of this scenario is in {path}", path = .0.display())]
    Unfinished(PathBuf),
    #[error("another process is at work in {path}", path = .0.display())]
    Busy(PathBuf),
    #[error("the journal is none of this version of overheard, or damaged from its first byte on, in {path}", path = .0.display())]
    Journal(PathBuf),
    /// It would not fit, and was not begun.
    #[error("the run needs about {} GiB of memory, and {} GiB are free", gib(need.whole()), gib(*free))]
    Memory { need: Need, free: u64 },
    /// A table was asked for as this build cannot write it; nothing was begun.
    #[error("report.parquet is set, and this build of overheard writes no Parquet")]
    Parquet,
    /// The disk is at fault. `kept`: there is a journal to resume from.
    #[error("cannot {doing}: {source}")]
    Disk {
        doing: &'static str,
        source: io::Error,
        kept: bool,
    },
    /// The simulation is at fault. `kept`: there is a journal to resume from.
    #[error("{source}")]
    Engine { source: EngineError, kept: bool },
    #[error("the results are written, but the report could not be: {0}")]
    Report(Box<dyn Error + Send + Sync>),
    /// The caller's flag went up.
    #[error("interrupted")]
    Interrupted { kept: bool },
}

impl RunFailure {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoFolder(_) | Self::Foreign { .. } => {
                "give --out a folder that is empty or not there yet"
            }
            Self::OtherRun(_) | Self::OtherInputs(_) => {
                "give --out another folder, or leave it out: each question then has a folder of its own"
            }
            Self::Unfinished(_) => {
                "add --resume to go on where it stopped, or give --out another folder"
            }
            Self::Busy(_) => "wait until it has ended, or give --out another folder",
            Self::Journal(_) => "remove the folder to start anew, or give --out another one",
            Self::Disk { source, kept, .. } => disk_hint(source, *kept),
            Self::Engine { kept: true, .. } => {
                "finished shards are kept: the same command with --resume repeats only what failed"
            }
            Self::Memory { need, .. } if need.tables > need.pilot => {
                "fewer cuts (report.cuts), arms or days make smaller tables; or ask several scenarios, one after the other"
            }
            Self::Memory { .. } => "a smaller pilot (pilot.people), fewer arms or days need less",
            Self::Parquet => {
                "`cargo build --release --features parquet` builds one that does; or leave report.parquet out: the CSV files say the same"
            }
            Self::Report(_) => {
                "once the cause is removed, the same command with --resume ends the run in seconds"
            }
            Self::Engine { kept: false, .. } | Self::Interrupted { .. } => return None,
        })
    }

    /// The same with what is known of the journal.
    pub(super) fn keeping(mut self, journalled: bool) -> Self {
        if let Self::Disk { kept, .. } | Self::Engine { kept, .. } | Self::Interrupted { kept } =
            &mut self
        {
            *kept = journalled;
        }
        self
    }

    pub(super) fn from_journal(error: JournalError, folder: &Path) -> Self {
        let folder = folder.to_owned();
        match error {
            JournalError::Busy => Self::Busy(folder),
            JournalError::OtherInputs => Self::OtherInputs(folder),
            JournalError::Header => Self::Journal(folder),
            JournalError::Io(source) => Self::Disk {
                doing: "open the journal",
                source,
                kept: false,
            },
        }
    }
}

fn gib(bytes: u64) -> String {
    format!("{:.2}", bytes as f64 / (1u64 << 30) as f64)
}

fn disk_hint(source: &io::Error, kept: bool) -> &'static str {
    use io::ErrorKind::{
        FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    let full = matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge);
    match (full, kept) {
        (true, true) => {
            "finished shards are kept: make room, then run the same command with --resume"
        }
        (true, false) => "make room, or give --out a folder on another disk",
        (false, true) => {
            "finished shards are kept: once the cause is removed, run the same command with --resume"
        }
        (false, false) => match source.kind() {
            PermissionDenied | ReadOnlyFilesystem => "give --out a folder that you may write to",
            _ => "give --out another folder",
        },
    }
}

impl From<EngineError> for RunFailure {
    fn from(source: EngineError) -> Self {
        match source {
            EngineError::Cancelled => Self::Interrupted { kept: false },
            source => Self::Engine {
                source,
                kept: false,
            },
        }
    }
}
