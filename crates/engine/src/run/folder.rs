//! A run's folder: whose it is, and files that are whole or not there.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;

use super::journal;

/// The last file of a run to be written: where it is, the run is finished.
pub const MANIFEST: &str = "manifest.json";

/// How names of files that are not finished yet begin.
const UNFINISHED: &str = ".overheard-";

/// What a folder holds before a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing, or it is not there at all.
    Free,
    /// A finished run, with the hash of its inputs.
    Finished(String),
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
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(State::Free),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
            let mut way = folder.ancestors();
            let file = way.find(|path| path.exists() && !path.is_dir());
            return Ok(State::NoFolder(file.unwrap_or(folder).to_owned()));
        }
        Err(e) => return Err(e),
        Ok(found) if !found.is_dir() => return Ok(State::NoFolder(folder.to_owned())),
        Ok(_) => {}
    }
    if let Some(hash) = finished(folder) {
        return Ok(State::Finished(hash));
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

/// The hash of the inputs of a finished run, if the folder holds one.
fn finished(folder: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct Hash {
        inputs_hash: String,
    }
    let text = fs::read_to_string(folder.join(MANIFEST)).ok()?;
    Some(serde_json::from_str::<Hash>(&text).ok()?.inputs_hash)
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

/// Writes a file beside its place, syncs it, and renames it into place.
///
/// # Errors
/// `fill` or the disk; nothing is left behind then, and an older file stays as it was.
pub fn write<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let file = beside(path, fill)?;
    file.persist(path).map_err(|e| at(path, &e.error))?;
    Ok(sync_folder(path)?)
}

/// The same with given bytes, for a file that must not be there yet.
///
/// # Errors
/// The disk, or the file is there.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = beside(path, |out| out.write_all(bytes))?;
    file.persist_noclobber(path)
        .map_err(|e| at(path, &e.error))?;
    sync_folder(path)
}

fn at(path: &Path, cause: &io::Error) -> io::Error {
    io::Error::new(cause.kind(), format!("{cause}: {}", path.display()))
}

fn beside<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<tempfile::NamedTempFile, E> {
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempfile_in(parent(path))?;
    {
        let mut out = io::BufWriter::with_capacity(1 << 16, &mut file);
        fill(&mut out)?;
        out.flush()?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are private; results are for everyone.
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

/// A rename outlives a power cut only if its folder is synced.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(parent(path))?.sync_all()?;
    Ok(())
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
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
        fs::write(at(MANIFEST), "{}").unwrap();
        assert!(matches!(state(dir.path()).unwrap(), State::Foreign(_)));
        fs::write(at(journal::NAME), "").unwrap();
        assert_eq!(state(dir.path()).unwrap(), State::Unfinished);
        fs::write(at(MANIFEST), "{\"inputs_hash\":\"ab\"}").unwrap();
        assert_eq!(state(dir.path()).unwrap(), State::Finished("ab".to_owned()));
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outcomes.csv");
        write::<io::Error>(&path, |out| out.write_all(b"old")).unwrap();
        let failed = write(&path, |out| {
            out.write_all(b"new")?;
            Err(io::Error::other("full"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "full");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(write_new(&path, b"newer").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
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
