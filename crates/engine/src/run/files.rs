//! Files that are whole or not there.

use std::io::{self, Write};
use std::path::Path;

use fs_err as fs;

/// How names of files that are not finished yet begin.
pub const UNFINISHED: &str = ".overheard-";

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

/// Makes a folder and those on the way to it, for good.
pub fn make_folder(path: &Path) -> io::Result<()> {
    let new = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let new: Vec<&Path> = path.ancestors().take_while(new).collect();
    fs::create_dir_all(path)?;
    new.into_iter().try_for_each(sync_folder)
}

/// Gives a file another name in its folder, for good.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder(to)
}

/// A new name, of a file or a folder, outlives a power cut only if the folder that it stands in is synced.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(parent(path))?.sync_all()?;
    Ok(())
}

/// The folder of a file.
pub fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_made_wherever_they_are() {
        let dir = tempfile::tempdir().unwrap();
        for way in ["a/b/c", "a/b/c", "new/../d"] {
            let folder = dir.path().join(way);
            make_folder(&folder).unwrap();
            assert!(folder.is_dir());
        }
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(make_folder(&dir.path().join("file/e")).is_err());
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
}
