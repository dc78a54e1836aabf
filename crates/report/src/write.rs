//! Files that are whole or not there.

use std::io::{self, Write};
use std::path::Path;

/// Writes `bytes` beside `path`, syncs, and renames; readable by everyone (temporary files are private by default).
pub(crate) fn atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    unsynced(path, bytes)?;
    sync(folder_of(path))
}

/// The same, but that the rename outlives a power cut only when its folder is [synced](sync): for many files of one folder.
pub(crate) fn unsynced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // The name by which a run finds, and removes, what was not finished.
    let mut file = tempfile::Builder::new()
        .prefix(".overheard-")
        .tempfile_in(folder_of(path))?;
    file.write_all(bytes)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let readable = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(readable)?;
    }
    file.as_file().sync_all()?;
    file.persist(path)
        .map_err(|e| io::Error::new(e.error.kind(), format!("{}: {}", path.display(), e.error)))?;
    Ok(())
}

/// Brings the names of a folder's files to the disk.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs_err::File::open(folder)?.sync_all()?;
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::atomically;

    #[test]
    fn replaces_whole_files_and_leaves_nothing_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        atomically(&path, b"first, and longer").unwrap();
        atomically(&path, b"second").unwrap();
        assert_eq!(fs_err::read(&path).unwrap(), b"second");
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs_err::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o644);
        }
    }

    #[test]
    fn a_missing_folder_is_an_error_and_not_created() {
        let folder = tempfile::tempdir().unwrap();
        assert!(atomically(&folder.path().join("no/such.html"), b"x").is_err());
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 0);
    }
}
