//! Names the build by its sources, so that a journal can tell whether this program began it: `OVERHEARD_BUILD`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Everything that may change an outcome: the crates and what is compiled into them, and what they stand on.
const SOURCES: [&str; 3] = ["crates", "data", "Cargo.lock"];

fn main() -> io::Result<()> {
    // Asked when it runs: two checkouts that share a folder of builds share this program, too.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?;
    let root = Path::new(&here).join("../..");
    let mut files = Vec::new();
    for source in SOURCES {
        let path = root.join(source);
        println!("cargo::rerun-if-changed={}", path.display());
        list(&path, &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let name = file.strip_prefix(&root).unwrap_or(&file);
        hash.update(name.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(fs::read(&file)?);
        hash.update([0]);
    }
    let hex: String = hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("cargo::rustc-env=OVERHEARD_BUILD={hex}");
    Ok(())
}

/// All files at or below a path that the compiler may read: tests and benches change no outcome.
fn list(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if name != "tests" && name != "benches" {
            list(&path, files)?;
        }
    }
    Ok(())
}
