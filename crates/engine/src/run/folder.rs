//! A run's folder: whose it is.

use std::fmt::Write as _;
use std::io;
use std::path::{Component, Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;

use super::files::{UNFINISHED, parent};
use super::journal;

/// The last file of a run to be written: where it is, the run is finished.
pub const MANIFEST: &str = "manifest.json";

/// What a run's manifest would have as its `kind`.
pub const RUN: &str = "run";

/// What a folder holds before a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing, or it is not there at all.
    Free,
    /// A finished run.
    Finished(Finished),
    /// A journal and no manifest.
    Unfinished,
    /// Something else, for example this.
    Foreign(String),
    /// It is no folder at all, or something on the way to it is none: this.
    NoFolder(PathBuf),
}

/// Looks at a folder without changing anything.
///
/// # Errors
/// It cannot be read.
pub fn state(folder: &Path) -> io::Result<State> {
    match fs::metadata(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            // `a/new/..` is not there before it is made, and then is `a`.
            return match straight(folder) {
                Some(folder) => state(&folder),
                None => Ok(State::Free),
            };
        }
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
            let mut way = folder.ancestors();
            let file = way.find(|path| path.exists() && !path.is_dir());
            return Ok(State::NoFolder(file.unwrap_or(folder).to_owned()));
        }
        Err(e) => return Err(e),
        Ok(found) if !found.is_dir() => return Ok(State::NoFolder(folder.to_owned())),
        Ok(_) => {}
    }
    if let Some(run) = finished(folder) {
        return Ok(State::Finished(run));
    }
    if folder.join(journal::NAME).exists() {
        return Ok(State::Unfinished);
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // What a killed run was about to write is nobody's.
        if !name.starts_with(UNFINISHED) {
            names.push(name);
        }
    }
    Ok(match names.into_iter().min() {
        None => State::Free,
        Some(name) => State::Foreign(name),
    })
}

/// The way to a folder without what is not there and goes back again; nothing if the way is straight.
fn straight(folder: &Path) -> Option<PathBuf> {
    let mut way = PathBuf::new();
    let mut turned = false;
    for step in folder.components() {
        if step == Component::ParentDir && !way.as_os_str().is_empty() && !way.exists() {
            way.pop();
            turned = true;
        } else {
            way.push(step);
        }
    }
    if way.as_os_str().is_empty() {
        way.push(".");
    }
    turned.then_some(way)
}

/// Whether there is a journal that can be gone on with.
pub fn is_unfinished(folder: &Path) -> bool {
    matches!(state(folder), Ok(State::Unfinished))
}

/// Whether nothing is there, or an empty folder.
pub fn is_free(folder: &Path) -> bool {
    matches!(state(folder), Ok(State::Free))
}

/// Whether another build has finished what is there.
pub fn is_of_another_build(folder: &Path) -> bool {
    finished(folder).is_some_and(|run| run.build != crate::BUILD)
}

/// What a finished run's manifest says of where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Finished {
    pub inputs_hash: String,
    /// What is finished there: a part, a sweep; a run's manifest does not say.
    #[serde(default = "run")]
    pub kind: String,
    /// Of the program; empty if it did not know its own.
    #[serde(default)]
    pub build: String,
}

/// What a manifest is of that does not say.
pub fn run() -> String {
    RUN.to_owned()
}

/// The finished run in a folder, if it holds one.
fn finished(folder: &Path) -> Option<Finished> {
    let text = fs::read_to_string(folder.join(MANIFEST)).ok()?;
    serde_json::from_str(&text).ok()
}

/// Where a run goes without `--out`: `output/<scenario>-<short hash of inputs>`.
pub fn default_folder(scenario: &str, inputs: &[u8; 32]) -> PathBuf {
    Path::new("output").join(format!("{scenario}-{}", &hex(inputs)[..8]))
}

/// Folders of unfinished runs of a scenario beside another, by name.
pub fn unfinished_beside(folder: &Path, scenario: &str) -> Vec<PathBuf> {
    let begin = format!("{scenario}-");
    let mut list: Vec<PathBuf> = fs::read_dir(parent(folder))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(&begin)) && path != folder
        })
        .filter(|path| matches!(state(path), Ok(State::Unfinished)))
        .collect();
    list.sort();
    list
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Removes what an earlier sitting was writing when it was killed.
///
/// # Errors
/// The disk is at fault.
pub fn sweep(folder: &Path) -> io::Result<()> {
    for place in [folder.to_owned(), folder.join("charts")] {
        if !place.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&place)? {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(UNFINISHED) && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_known_by_what_it_holds() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        assert_eq!(state(&at("absent")).unwrap(), State::Free);
        assert_eq!(state(dir.path()).unwrap(), State::Free);
        fs::write(at(".overheard-x1"), "half").unwrap();
        assert_eq!(state(dir.path()).unwrap(), State::Free);
        fs::write(at("thesis.tex"), "").unwrap();
        let foreign = State::Foreign("thesis.tex".to_owned());
        assert_eq!(state(dir.path()).unwrap(), foreign);
        for inside in ["thesis.tex", "thesis.tex/run", "thesis.tex/a/b"] {
            let found = state(&at(inside)).unwrap();
            assert_eq!(found, State::NoFolder(at("thesis.tex")), "{inside}");
        }
        // What is not there yet is gone through and back.
        for around in ["new/..", "new/old/../..", "./new/../new/.."] {
            assert_eq!(state(&at(around)).unwrap(), foreign, "{around}");
        }
        assert_eq!(state(&at("new/../absent")).unwrap(), State::Free);
        fs::write(at(MANIFEST), "{}").unwrap();
        assert!(matches!(state(dir.path()).unwrap(), State::Foreign(_)));
        fs::write(at(journal::NAME), "").unwrap();
        assert_eq!(state(dir.path()).unwrap(), State::Unfinished);
        fs::write(at(MANIFEST), "{\"inputs_hash\":\"ab\"}").unwrap();
        let run = Finished {
            inputs_hash: "ab".to_owned(),
            kind: RUN.to_owned(),
            build: String::new(),
        };
        assert_eq!(state(dir.path()).unwrap(), State::Finished(run));
    }

    #[test]
    fn sweeping_takes_only_what_was_never_finished() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("charts")).unwrap();
        for name in [
            ".overheard-a",
            "charts/.overheard-b",
            "outcomes.csv",
            ".hidden",
        ] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        sweep(dir.path()).unwrap();
        let left = |name: &str| dir.path().join(name).exists();
        assert!(left("outcomes.csv") && left(".hidden"));
        assert!(!left(".overheard-a") && !left("charts/.overheard-b"));
    }
}
