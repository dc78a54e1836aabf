//! Parts, and what they are parts of.

use std::path::{Path, PathBuf};

use overheard_engine::run::{Merge, MergeError, Parts, RUN};
use overheard_study::SweepMerge;

use crate::fault::hinted;

/// What parts make, looked through.
pub enum Merged {
    /// A run.
    Run(Merge),
    /// A sweep.
    Sweep(SweepMerge),
}

impl Merged {
    /// Of the parts in folders.
    ///
    /// # Errors
    /// They do not go together, or one of them is missing, there twice, unfinished or damaged.
    pub fn of(folders: &[PathBuf]) -> anyhow::Result<Self> {
        let parts = Parts::of(folders).map_err(told)?;
        match parts.question() == RUN {
            true => Ok(Merged::Run(Merge::of(parts).map_err(told)?)),
            false => Ok(Merged::Sweep(SweepMerge::of(parts).map_err(told)?)),
        }
    }

    /// Puts them into the journal of the whole in `out`, or where the whole in one piece would go; gives that folder. The whole is
    /// then finished there, and has nothing left to simulate.
    ///
    /// # Errors
    /// A part is damaged, or the folder is somebody else's.
    pub fn put_into(&self, out: Option<&Path>) -> anyhow::Result<PathBuf> {
        let folder = match (out, self) {
            (Some(folder), _) => folder.to_owned(),
            (None, Merged::Run(run)) => run.folder(),
            (None, Merged::Sweep(sweep)) => sweep.folder().map_err(told)?,
        };
        let put = match self {
            Merged::Run(run) => run.put_into(&folder, &mut |_| ()),
            Merged::Sweep(sweep) => sweep.put_into(&folder, &mut |_| ()),
        };
        put.map_err(told)?;
        Ok(folder)
    }
}

/// What hinders a merge, with what to do about it.
fn told(error: MergeError) -> anyhow::Error {
    match error {
        MergeError::Run(failure) => failure.into(),
        other => match other.hint() {
            Some(hint) => hinted(other.to_string(), hint),
            None => other.into(),
        },
    }
}
