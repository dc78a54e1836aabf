//! Folders of finished runs.

use std::path::{Path, PathBuf};

use anyhow::Context;
use overheard_engine::run::{JOURNAL, MANIFEST};
use overheard_outcomes::{Groups, Run, read_outcomes};

use crate::fault::hinted;

/// Where runs go if nothing else is said.
pub const FOLDER: &str = "output";

/// The folder of a finished run, given as a path or by its name in `output`.
pub fn finished(given: &Path) -> anyhow::Result<PathBuf> {
    let named = Path::new(FOLDER).join(given);
    let folder = match !given.exists() && named.exists() {
        true => named,
        false => given.to_owned(),
    };
    let shown = folder.display();
    if folder.join(MANIFEST).is_file() {
        Ok(folder)
    } else if folder.join(JOURNAL).is_file() {
        let hint = "end it with the command that began it and --resume";
        Err(hinted(format!("the run is not finished: {shown}"), hint))
    } else {
        let what = if folder.exists() {
            "no run is in"
        } else {
            "there is no folder"
        };
        Err(hinted(
            format!("{what} {shown}"),
            "`overheard list` shows the runs at hand",
        ))
    }
}

/// Reads back what `compare` needs of a run.
pub fn read(given: &Path) -> anyhow::Result<Run> {
    let folder = finished(given)?;
    let shown = |name: &str| folder.join(name).display().to_string();
    let rows = fs_err::File::open(folder.join("outcomes.csv"))?;
    let rows = read_outcomes(rows).with_context(|| shown("outcomes.csv"))?;
    let path = folder.join("groups.bin");
    let groups = match path.exists() {
        true => Some(Groups::read(fs_err::File::open(path)?).with_context(|| shown("groups.bin"))?),
        false => None,
    };
    Run::new(rows, groups).with_context(|| folder.display().to_string())
}

/// The arms of a finished run, the base first.
pub fn arms(folder: &Path) -> Option<Vec<String>> {
    let text = fs_err::read_to_string(folder.join(MANIFEST)).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    let arms = manifest["arms"].as_array()?.iter();
    arms.map(|arm| Some(arm.as_str()?.to_owned())).collect()
}

/// All finished runs in `output`, by name.
pub fn known() -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = fs_err::read_dir(FOLDER)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join(MANIFEST).is_file())
        .collect();
    list.sort();
    list
}
