//! Files that are whole or not there.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;

/// How names of files that are not finished yet begin.
pub const UNFINISHED: &str = ".overheard-";

/// Writes a file beside its place, syncs it, and renames it into place: that of the file that a link leads to, which keeps its
/// permissions. What is no file, a pipe or a device, is written to.
///
/// # Errors
/// `fill` or the disk; nothing is left behind then, and an older file stays as it was.
pub fn write<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let path = &behind_links(path)?;
    let old = fs::metadata(path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        let mut out = io::BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
        fill(&mut out)?;
        return Ok(out.flush()?);
    }
    let file = beside(path, fill)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.persist(path).map_err(|e| at(path, &e.error))?;
    Ok(sync_folder(path)?)
}

/// Where a path leads to in the end, whether or not anything is there yet.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    /// As many links on end as systems follow.
    const MOST: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST {
        match fs::symlink_metadata(&path) {
            Ok(there) if there.is_symlink() => path = parent(&path).join(fs::read_link(&path)?),
            _ => return Ok(path),
        }
    }
    Err(io::Error::other(format!(
        "too many links: {}",
        path.display()
    )))
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

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_leads_to_what_is_written() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let [file, link, dangling, round] =
            ["file", "link", "dangling", "round"].map(|name| dir.path().join(name));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        symlink("file", &link).unwrap();
        symlink(dir.path().join("later"), &dangling).unwrap();
        symlink("round", &round).unwrap();
        for path in [&link, &dangling] {
            write::<io::Error>(path, |out| out.write_all(b"new")).unwrap();
            assert!(fs::symlink_metadata(path).unwrap().is_symlink());
            assert_eq!(fs::read(path).unwrap(), b"new");
        }
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(write::<io::Error>(&round, |_| Ok(())).is_err());
        write::<io::Error>(Path::new("/dev/null"), |out| out.write_all(b"new")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
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
