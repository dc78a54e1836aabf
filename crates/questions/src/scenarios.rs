//! Reading scenario files.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use overheard_scenario::{MAX_BYTES, Scenario, ScenarioError, ScenarioFile};

/// Where scenarios are looked for when they are listed.
pub const FOLDER: &str = "scenarios";

/// Stands for standard input.
pub const STDIN: &str = "-";

/// Reads and checks a scenario with the overrides of the command line.
///
/// # Errors
/// It cannot be read, or is wrong.
pub fn load(given: &Path, overrides: &[Override]) -> Result<Scenario, ScenarioError> {
    read(given)?.scenario(overrides)
}

/// What was typed to be laid over a scenario: the option, and `KEY=VALUE`.
pub type Override = (&'static str, String);

/// A scenario file: it may be asked for more than one scenario.
#[derive(Clone, Debug)]
pub struct Typed {
    /// What messages call it.
    name: String,
    bytes: Vec<u8>,
    /// Texts that it may extend, which are in no file.
    beneath: Vec<(String, Vec<u8>)>,
}

impl Typed {
    /// A scenario as text; messages call it `name`.
    pub fn text(name: &str, text: &str) -> Self {
        Typed {
            name: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
            beneath: Vec::new(),
        }
    }

    /// What messages call it, and what another that extends it names.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same, where it may name this one as what it extends.
    #[must_use]
    pub fn over(mut self, base: &Typed) -> Self {
        self.beneath.push((base.name.clone(), base.bytes.clone()));
        self.beneath.extend(base.beneath.iter().cloned());
        self
    }

    /// The scenario under overrides.
    ///
    /// # Errors
    /// Everything that is wrong with the two.
    pub fn scenario(&self, overrides: &[Override]) -> Result<Scenario, ScenarioError> {
        let overrides: Vec<(&str, &str)> =
            overrides.iter().map(|(o, text)| (*o, &**text)).collect();
        let load = &mut |of: &str, named: &str| self.load(of, named);
        Scenario::read_with(&self.name, &self.bytes, &overrides, load)
    }

    /// The file as typed.
    ///
    /// # Errors
    /// Everything that is wrong with it alone.
    pub fn file(&self) -> Result<ScenarioFile, ScenarioError> {
        let load = &mut |of: &str, named: &str| self.load(of, named);
        ScenarioFile::parse_with(&self.name, &self.bytes, load)
    }

    fn load(&self, of: &str, named: &str) -> io::Result<(String, Vec<u8>)> {
        let text = self.beneath.iter().find(|(name, _)| name == named);
        text.map_or_else(|| base(of, named), |text| Ok(text.clone()))
    }
}

/// Reads a scenario file.
///
/// # Errors
/// It cannot be read.
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
    read.map(|bytes| Typed {
        name,
        bytes,
        beneath: Vec::new(),
    })
}

/// The file that another extends, from that one's folder: `december-16` is `december-16.toml` there, or a scenario at hand.
fn base(of: &str, named: &str) -> io::Result<(String, Vec<u8>)> {
    let beside = Path::new(of).parent().unwrap_or(Path::new("")).join(named);
    let there = [beside.clone(), with_ending(&beside)]
        .into_iter()
        .find(|path| path.is_file());
    let path = there.unwrap_or_else(|| find(Path::new(named)));
    Ok((path.to_string_lossy().into_owned(), bytes(&path)?))
}

/// The file that a path or a name stands for: `december-16` is `scenarios/december-16.toml`.
fn find(given: &Path) -> PathBuf {
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

/// `december-16.toml` of `december-16`, and `v1.2.toml` of `v1.2`.
fn with_ending(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".toml");
    PathBuf::from(name)
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
        // A pipe would be waited for.
        .filter(|path| path.extension().is_some_and(|e| e == "toml") && path.is_file())
        .collect();
    list.sort();
    list
}
