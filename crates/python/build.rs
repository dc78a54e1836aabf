//! The scenarios of the repository, to be carried by the module: a wheel has no folder of them.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable = |name| env::var(name).map_err(io::Error::other);
    let folder = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("../../scenarios");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            files.push((
                path.with_extension("").file_name().map(ToOwned::to_owned),
                path,
            ));
        }
    }
    files.sort();
    let mut list = "[\n".to_owned();
    for (name, path) in files {
        let name = name.unwrap_or_default();
        // A list that cannot be written to memory is no list.
        let _ = writeln!(list, "    ({name:?}, include_str!({path:?})),");
    }
    list.push(']');
    fs::write(Path::new(&variable("OUT_DIR")?).join("scenarios.rs"), list)
}
