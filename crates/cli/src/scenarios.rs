//! Reading scenario files.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use overheard_scenario::{MAX_BYTES, Scenario, ScenarioError, ScenarioFile};

use crate::args::Simulation;
use crate::fault::Interrupted;

/// Where scenarios are looked for when they are listed.
pub const FOLDER: &str = "scenarios";

/// Stands for standard input.
pub const STDIN: &str = "-";

/// Reads and checks a scenario with the overrides of the command line.
pub fn load(given: &Path, overrides: &[Override]) -> Result<Scenario, ScenarioError> {
    read(given)?.scenario(overrides)
}

/// What was typed to be laid over a scenario: the option, and `KEY=VALUE`.
pub type Override = (&'static str, String);

/// A scenario file: it may be asked for more than one scenario.
pub struct Typed {
    /// What messages call it.
    name: String,
    bytes: Vec<u8>,
}

impl Typed {
    /// The scenario under overrides.
    pub fn scenario(&self, overrides: &[Override]) -> Result<Scenario, ScenarioError> {
        let overrides: Vec<(&str, &str)> =
            overrides.iter().map(|(o, text)| (*o, &**text)).collect();
        Scenario::read_with(&self.name, &self.bytes, &overrides, &mut base)
    }

    /// The file as typed.
    pub fn file(&self) -> Result<ScenarioFile, ScenarioError> {
        ScenarioFile::parse_with(&self.name, &self.bytes, &mut base)
    }
}

/// Reads a scenario file.
pub fn read(given: &Path) -> Result<Typed, ScenarioError> {
    let (name, bytes) = if given == Path::new(STDIN) {
        ("stdin".to_owned(), limited(io::stdin().lock()))
    } else {
        let path = find(given);
        (path.to_string_lossy().into_owned(), bytes(&path))
    };
    let read = bytes.map_err(|cause| {
        let mut near = known();
        if let Some(folder) = given.parent() {
            near.extend(in_folder(folder));
        }
        let near: Vec<String> = near.iter().map(|p| p.display().to_string()).collect();
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        ScenarioError::unreadable(&name, &cause, &near)
    });
    read.map(|bytes| Typed { name, bytes })
}

/// The file that another extends, from that one's folder: `december-16` is `december-16.toml` there, or a scenario at hand.
fn base(of: &str, named: &str) -> io::Result<(String, Vec<u8>)> {
    let beside = Path::new(of).parent().unwrap_or(Path::new("")).join(named);
    let ending = beside.with_extension("toml");
    let there = [beside.clone(), ending]
        .into_iter()
        .find(|path| path.is_file());
    let path = there.unwrap_or_else(|| find(Path::new(named)));
    Ok((path.to_string_lossy().into_owned(), bytes(&path)?))
}

/// The file that a path or a name stands for: `december-16` is `scenarios/december-16.toml`.
fn find(given: &Path) -> PathBuf {
    let with_ending = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".toml");
        PathBuf::from(name)
    };
    let named = Path::new(FOLDER).join(given);
    let places = [
        given.to_owned(),
        with_ending(given),
        named.clone(),
        with_ending(&named),
    ];
    let there = |path: &&PathBuf| path.exists() && !path.is_dir();
    places.iter().find(there).unwrap_or(&places[0]).clone()
}

/// All of a file, or enough to see that it is too long: a path can name something endless.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    // Not fs_err: the message names the file itself.
    limited(std::fs::File::open(path)?)
}

fn limited(file: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The question that a scenario file asks, if its first line is a remark that is one.
pub fn question(path: &Path) -> Option<String> {
    let text = String::from_utf8(bytes(path).ok()?).ok()?;
    let line = text.lines().next()?.strip_prefix('#')?.trim();
    line.ends_with('?').then(|| line.to_owned())
}

/// The scenario files at hand, by name.
pub fn known() -> Vec<PathBuf> {
    in_folder(Path::new(FOLDER))
}

fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let folder = match folder == Path::new("") {
        true => Path::new("."),
        false => folder,
    };
    let mut list: Vec<PathBuf> = fs_err::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    list.sort();
    list
}

impl Simulation {
    /// The scenario as it was asked for.
    pub fn load(&self) -> Result<Scenario, ScenarioError> {
        load(&self.scenario, &self.overrides())
    }

    /// What is laid over the file: `--set`, then `--people` and `--seed`.
    pub fn overrides(&self) -> Vec<Override> {
        let people = self.people.map(|n| ("--people", format!("run.people={n}")));
        let seed = self.seed.map(|n| ("--seed", format!("run.seed={n}")));
        typed(&self.set)
            .into_iter()
            .chain(people)
            .chain(seed)
            .collect()
    }

    /// What an interruption is told as: how to go on with what this command line began.
    pub fn interrupted(&self, command: &str) -> Interrupted {
        let mut resume = format!("{command} --resume");
        if self.is_from_stdin() {
            resume += ", with the same scenario on standard input";
        }
        Interrupted {
            resume: Some(resume),
        }
    }

    /// Whether the scenario came from standard input, where it is gone now.
    fn is_from_stdin(&self) -> bool {
        self.scenario == Path::new(STDIN)
    }
}

/// What was typed with `--set`.
pub fn typed(set: &[String]) -> Vec<Override> {
    set.iter().map(|text| ("--set", text.clone())).collect()
}
