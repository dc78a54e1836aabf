//! Reading scenario files.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use overheard_scenario::{MAX_BYTES, Scenario, ScenarioError, ScenarioFile};

use crate::args::Simulation;

/// Where scenarios are looked for when they are listed.
pub const FOLDER: &str = "scenarios";

/// Reads and checks a scenario with the overrides of the command line.
pub fn load(path: &Path, overrides: &[String]) -> Result<Scenario, ScenarioError> {
    file(path)?.scenario(overrides)
}

/// Reads a scenario file.
pub fn file(path: &Path) -> Result<ScenarioFile, ScenarioError> {
    let name = path.to_string_lossy();
    match bytes(path) {
        Ok(bytes) => ScenarioFile::parse(&name, &bytes),
        Err(cause) => {
            let known: Vec<String> = known().iter().map(|p| p.display().to_string()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            Err(ScenarioError::unreadable(&name, &cause, &known))
        }
    }
}

/// All of a file, or enough to see that it is too long: a path can name something endless.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Not fs_err: the message names the file itself.
    let file = std::fs::File::open(path)?;
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The scenario files at hand, by name.
pub fn known() -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = fs_err::read_dir(FOLDER)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    list.sort();
    list
}

impl Simulation {
    /// The scenario with `--set`, then `--people` and `--seed`, laid over it.
    pub fn load(&self) -> Result<Scenario, ScenarioError> {
        let mut overrides = self.set.clone();
        overrides.extend(self.people.map(|n| format!("run.people={n}")));
        overrides.extend(self.seed.map(|n| format!("run.seed={n}")));
        load(&self.scenario, &overrides)
    }
}
