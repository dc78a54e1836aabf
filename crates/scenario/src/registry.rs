//! The registry of knobs: `data/knobs.csv`, parsed once.
//!
//! That file is the one declaration of every knob; its type, range, default, help, schema and reference all come from
//! there.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use overheard_formats::{DataError, DataTable};
use serde::Deserialize;

use crate::knob::{Kind, Knob, Scope};
use crate::markets::MARKETS;
use crate::nearest::nearest_of;
use crate::value::Value;
use crate::vocabulary::Vocabulary;

/// Keys of a scenario file that are no knobs.
pub const PLAIN_KEYS: [&str; 5] = ["name", "description", "extends", "arm", "imitates"];

/// All knobs, sorted by key.
#[derive(Debug)]
pub struct Registry {
    knobs: Vec<Knob>,
    places: BTreeMap<String, usize>,
    sections: Vec<String>,
}

#[derive(Deserialize)]
struct Row {
    key: String,
    r#type: String,
    per: String,
    default: String,
    min: String,
    max: String,
    unit: String,
    scope: String,
    source: String,
    help: String,
}

const FILE: &str = "crates/scenario/data/knobs.csv";

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in, and a test parses it: this build would not have passed"
    )]
    Registry::parse(include_str!("../data/knobs.csv")).expect("the built-in knobs.csv is sound")
});

impl Registry {
    /// The registry of this program.
    pub fn get() -> &'static Registry {
        &REGISTRY
    }

    /// Parses the text of a `knobs.csv`.
    ///
    /// # Errors
    /// The first row that is malformed, repeats a key, or has a default outside its own range.
    pub fn parse(text: &str) -> Result<Self, DataError> {
        let table = DataTable::parse(FILE, text)?;
        let mut knobs: Vec<Knob> = Vec::new();
        for row in table.rows() {
            let row = row?;
            let knob = row.read::<Row>()?.knob();
            let knob = knob.map_err(|message| row.fault(message))?;
            if knobs.iter().any(|k| k.key == knob.key) {
                return Err(row.fault(format!("`{}` is declared twice", knob.key)));
            }
            knobs.push(knob);
        }
        knobs.sort_by(|a, b| a.key.cmp(&b.key));
        let places: BTreeMap<String, usize> = knobs
            .iter()
            .enumerate()
            .map(|(i, k)| (k.key.clone(), i))
            .collect();
        let mut sections = Vec::new();
        for knob in &knobs {
            for (dot, _) in knob.key.match_indices('.') {
                let section = &knob.key[..dot];
                if places.contains_key(section) {
                    return Err(table.fault(0, format!("`{section}` is a knob and a section")));
                }
                sections.push(section.to_owned());
            }
        }
        sections.sort();
        sections.dedup();
        Ok(Registry {
            knobs,
            places,
            sections,
        })
    }

    /// Every knob, sorted by key.
    pub fn knobs(&self) -> &[Knob] {
        &self.knobs
    }

    /// Every dotted prefix of a key, sorted.
    pub fn sections(&self) -> &[String] {
        &self.sections
    }

    /// The knob of that key.
    pub fn find(&self, key: &str) -> Option<&Knob> {
        self.place(key).map(|i| &self.knobs[i])
    }

    /// The place of that key in [`Registry::knobs`].
    pub fn place(&self, key: &str) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// Whether some knob's key begins with `path` and a dot.
    pub fn is_section(&self, path: &str) -> bool {
        self.sections.iter().any(|s| s == path)
    }

    /// The known keys closest to `path`, at most three and equally close; none if nothing is close enough to be meant.
    pub fn nearest(&self, path: &str) -> Vec<&str> {
        let knobs = self.knobs.iter().map(|k| k.key.as_str());
        let sections = self.sections.iter().map(String::as_str);
        nearest_of(path, knobs.chain(sections).chain(PLAIN_KEYS))
    }
}

impl Row {
    fn knob(self) -> Result<Knob, String> {
        check_key(&self.key)?;
        let kind = Kind::from_column(&self.r#type)
            .ok_or_else(|| format!("`{}` is no type of knob", self.r#type))?;
        let per = match self.per.as_str() {
            "" => None,
            name => Some(
                Vocabulary::from_name(name).ok_or_else(|| format!("`{name}` is no vocabulary"))?,
            ),
        };
        let bound = |text: &str| match text {
            "" => Ok(None),
            _ => kind
                .read_text(text)
                .map(Some)
                .ok_or_else(|| format!("`{text}` is no bound")),
        };
        let (min, max) = (bound(&self.min)?, bound(&self.max)?);
        let scope = match self.scope.as_str() {
            "world" => Scope::World,
            "arm" => Scope::Arm,
            other => return Err(format!("`{other}` is no scope: world or arm")),
        };
        if self.help.is_empty() || self.source.is_empty() {
            return Err(format!("`{}` lacks a help or a source", self.key));
        }
        let default = read_default(&self.default, &kind, per)?;
        let knob = Knob {
            key: self.key,
            kind,
            per,
            default,
            min,
            max,
            unit: self.unit,
            scope,
            source: self.source,
            help: self.help,
        };
        match knob
            .default
            .scalars()
            .iter()
            .find(|s| knob.outside(s).is_some())
        {
            Some(s) => Err(format!(
                "`{knob}`: the default {s} is not {}",
                knob.expected()
            )),
            None => Ok(knob),
        }
    }
}

fn check_key(key: &str) -> Result<(), String> {
    let well_formed = key.split('.').all(|part| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    });
    if !well_formed {
        return Err(format!("`{key}` is no key: dotted parts of a-z, 0-9 and _"));
    }
    if PLAIN_KEYS.contains(&key.split('.').next().unwrap_or(key)) {
        return Err(format!(
            "`{key}` begins with a word reserved in scenario files"
        ));
    }
    Ok(())
}

/// One value for all members, one per member between spaces, or `data:markets.csv#COLUMN`.
fn read_default(text: &str, kind: &Kind, per: Option<Vocabulary>) -> Result<Value, String> {
    let one = |s: &str| {
        kind.read_text(s)
            .ok_or_else(|| format!("the default `{s}` is not {}", kind.words()))
    };
    let Some(vocabulary) = per else {
        return Ok(Value::One(one(text)?));
    };
    if let Some(column) = text.strip_prefix("data:markets.csv#") {
        if vocabulary != Vocabulary::Market {
            return Err("only knobs per market can take a column of markets.csv".to_owned());
        }
        let cells = MARKETS
            .cells(column)
            .ok_or_else(|| format!("markets.csv has no column `{column}`"))?;
        return cells
            .iter()
            .map(|cell| one(cell))
            .collect::<Result<_, _>>()
            .map(Value::Table);
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    let values = match parts.len() {
        1 => vec![one(text)?; vocabulary.size()],
        n if n == vocabulary.size() => parts.into_iter().map(one).collect::<Result<Vec<_>, _>>()?,
        n => {
            return Err(format!(
                "{n} defaults for the {} members of {}",
                vocabulary.size(),
                vocabulary.name()
            ));
        }
    };
    Ok(Value::Table(values))
}

#[cfg(test)]
mod tests;
