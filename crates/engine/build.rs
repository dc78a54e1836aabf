//! Names the build by its sources, so that a journal can tell whether this program began it: `OVERHEARD_BUILD`.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Whoever keeps a journal, or writes down the build that made something: all that they stand on may change an outcome. Charts,
/// pages and the terminal change none.
const ROOTS: [&str; 2] = ["engine", "study"];

/// What is compiled into these crates, and what they are compiled by.
const BESIDE: [&str; 6] = [
    "data",
    "scenarios/display.toml",
    "scenarios/experiments.toml",
    "Cargo.lock",
    "Cargo.toml",
    "rust-toolchain.toml",
];

fn main() -> io::Result<()> {
    // Asked when it runs: two checkouts that share a folder of builds share this program, too.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?;
    let root = Path::new(&here).join("../..");
    let mut crates = BTreeSet::new();
    for name in ROOTS {
        stands_on(&root.join("crates"), name, &mut crates)?;
    }
    let crates = crates.into_iter().map(|name| format!("crates/{name}"));
    let mut files = Vec::new();
    for source in crates.chain(BESIDE.map(str::to_owned)) {
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

/// A crate and all of ours that it stands on, as their manifests say; what it needs for tests alone counts, too.
fn stands_on(crates: &Path, name: &str, found: &mut BTreeSet<String>) -> io::Result<()> {
    if !found.insert(name.to_owned()) {
        return Ok(());
    }
    let manifest = fs::read_to_string(crates.join(name).join("Cargo.toml"))?;
    let dependencies = manifest.lines().filter_map(|line| {
        line.strip_prefix("overheard-")?
            .split(['.', ' ', '='])
            .next()
    });
    for name in dependencies {
        stands_on(crates, name, found)?;
    }
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
