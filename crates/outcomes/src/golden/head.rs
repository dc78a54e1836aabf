//! The head of a golden table: what its numbers were made from, and the tolerances of whole measures.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::fault::{fault, meant};
use crate::error::OutcomeError;
use crate::measures::measure_names;
use crate::tolerance::Tolerance;

/// How remarks begin that state the tolerance of a measure.
pub(super) const TOLERANCE: &str = "tolerance ";
/// How remarks begin that say what the numbers were made from.
const ORIGIN: [&str; 5] = ["scenario", "settings", "seed", "people", "engine"];

/// What a golden table's numbers were made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Name of the scenario, for people.
    pub scenario: String,
    /// SHA-256, in hexadecimal, of what the scenario sets.
    pub settings: String,
    pub seed: u64,
    /// Simulated assistant users.
    pub people: u64,
    pub engine: String,
}

impl Origin {
    /// `settings`: a text that scenarios share if they ask the same question, seed and people apart.
    pub fn new(scenario: &str, settings: &str, seed: u64, people: u64, engine: &str) -> Self {
        let hash = Sha256::digest(settings);
        Origin {
            scenario: scenario.to_owned(),
            settings: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            seed,
            people,
            engine: engine.to_owned(),
        }
    }

    /// What differs from another, each in words: nothing if numbers can be held against each other to the last digit.
    pub fn unlike(&self, other: &Origin) -> Vec<String> {
        let mut list = Vec::new();
        let mut differ = |what: &str, a: &str, b: &str| {
            if a != b {
                list.push(format!("{what} {a}, not {b}"));
            }
        };
        let question = |o: &Origin| {
            let short = o.settings.get(..8).unwrap_or(&o.settings);
            format!("{} (settings {short})", o.scenario)
        };
        if self.settings != other.settings {
            differ("scenario", &question(self), &question(other));
        }
        differ("seed", &self.seed.to_string(), &other.seed.to_string());
        differ(
            "people",
            &self.people.to_string(),
            &other.people.to_string(),
        );
        differ("engine", &self.engine, &other.engine);
        list
    }

    /// Whether the numbers are of the same people, seed and engine, whatever was asked of them.
    pub fn has_same_people(&self, other: &Origin) -> bool {
        (self.seed, self.people) == (other.seed, other.people) && self.engine == other.engine
    }

    /// From `# key: value` lines; nothing unless all of them are there.
    pub(super) fn read(remarks: &Remarks) -> Result<Option<Self>, OutcomeError> {
        let text = |key: &str| remarks.get(key).map(|(_, text)| text.clone());
        let whole = |key: &str| match remarks.get(key) {
            None => Ok(None),
            Some((line, text)) => text
                .parse::<u64>()
                .map(Some)
                .map_err(|_| fault(*line, format!("{key}: `{text}` is no whole number"))),
        };
        let numbers = (whole("seed")?, whole("people")?);
        let (Some(scenario), Some(settings), Some(engine), (Some(seed), Some(people))) =
            (text("scenario"), text("settings"), text("engine"), numbers)
        else {
            return Ok(None);
        };
        Ok(Some(Origin {
            scenario,
            settings,
            seed,
            people,
            engine,
        }))
    }
}

/// `# key: value` lines: by key, where each stands and what it says.
pub(super) type Remarks = BTreeMap<String, (u64, String)>;

/// The tolerances that remarks state, by measure.
pub(super) fn tolerances(remarks: &Remarks) -> Result<BTreeMap<String, Tolerance>, OutcomeError> {
    let measures: Vec<&str> = measure_names().collect();
    let stated = remarks.iter().filter_map(|(key, (line, text))| {
        let measure = key.strip_prefix(TOLERANCE)?.trim();
        Some((measure, line, text))
    });
    stated
        .map(|(measure, line, text)| {
            if !measures.contains(&measure) {
                let hint = meant(measure, &measures)
                    .unwrap_or_else(|| "outcomes.csv names all of them".to_owned());
                let message = format!("there is no measure `{measure}`; {hint}");
                return Err(fault(*line, message));
            }
            let tolerance = text.parse().map_err(|message| fault(*line, message))?;
            Ok((measure.to_owned(), tolerance))
        })
        .collect()
}

/// The `# key: value` lines at the head, and where the header begins. A spreadsheet that saved the table may have put a
/// remark in quotes and commas behind it.
///
/// # Errors
/// What the table is of, or the tolerance of a measure, is said twice; or a tolerance is said as nobody would read it.
pub(super) fn remarks(bytes: &[u8]) -> Result<(Remarks, usize), OutcomeError> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let mut at = if bytes.starts_with(MARK) {
        MARK.len()
    } else {
        0
    };
    let mut found = BTreeMap::new();
    loop {
        let rest = &bytes[at..];
        let line = rest
            .split(|b| matches!(b, b'\r' | b'\n'))
            .next()
            .unwrap_or(rest);
        if !(line.is_empty() || line.starts_with(b"#") || line.starts_with(b"\"#"))
            || rest.is_empty()
        {
            return Ok((found, at));
        }
        let text = String::from_utf8_lossy(line);
        let text = text.trim_matches(|c: char| ",\"#".contains(c) || c.is_whitespace());
        let line_number = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count() as u64;
        if is_misspelt(text) {
            let message = format!("write `# {TOLERANCE}MEASURE: 1 %` for what stands in `{text}`");
            return Err(fault(line_number, message));
        }
        if let Some((key, value)) = text.split_once(':') {
            let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
            let counts = ORIGIN.contains(&&*key) || key.starts_with(TOLERANCE);
            if counts && found.contains_key(&key) {
                return Err(fault(line_number, format!("{key} is said twice")));
            }
            found.insert(key, (line_number, value));
        }
        at = (at + line.len() + 1).min(bytes.len());
    }
}

/// Whether a remark was to state the tolerance of a measure, but for a colon or a letter.
fn is_misspelt(remark: &str) -> bool {
    let mut words = remark.split_whitespace();
    let begins = words.next().is_some_and(|word| {
        let word = word.to_lowercase();
        word == "tolerance" || word == "tolerances"
    });
    let Some(measure) = words.next().filter(|_| begins) else {
        return false;
    };
    let measure = measure.trim_end_matches(':');
    let key = remark.split_once(':').map(|(key, _)| key);
    let read = key.and_then(|key| key.strip_prefix(TOLERANCE));
    read.map(str::trim) != Some(measure) && measure_names().any(|name| name == measure)
}
