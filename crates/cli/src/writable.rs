//! Where results can be written: better known before the work than after it.

use std::path::Path;

use crate::fault::hinted;

/// Whether a file can be written where it is asked for, as far as can be told before there is anything to write.
pub fn can_be_written(file: &Path) -> anyhow::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let (message, hint) = match folder {
        Some(folder) if !folder.is_dir() => (
            format!("there is no folder {}", folder.display()),
            "files are written into folders that are there",
        ),
        _ if file.is_dir() => (
            format!("{} is a folder", file.display()),
            "name a file in it",
        ),
        _ => return Ok(()),
    };
    Err(hinted(message, hint))
}
