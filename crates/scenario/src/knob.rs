//! A knob: one row of `knobs.csv`, and the rules for values of it.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;
use overheard_model::cut::Cut;
use overheard_model::ids::Market;

use crate::value::{NEVER, Scalar, Value, toml_key};
use crate::vocabulary::Vocabulary;

/// What kind of value a knob takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A finite number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Flag,
    /// A day, or `never`.
    Date,
    /// One of a few names.
    Choice(Vec<String>),
    /// A list of market names.
    Markets,
    /// A list of cuts of the outcomes.
    Cuts,
    /// Free text.
    Text,
}

impl Kind {
    /// Reads the `type` column.
    pub fn from_column(text: &str) -> Option<Self> {
        Some(match text {
            "number" => Kind::Number,
            "integer" => Kind::Integer,
            "bool" => Kind::Flag,
            "date" => Kind::Date,
            "markets" => Kind::Markets,
            "cuts" => Kind::Cuts,
            "text" => Kind::Text,
            _ => {
                let options: Vec<String> = text
                    .strip_prefix("choice:")?
                    .split('|')
                    .map(str::to_owned)
                    .collect();
                if options.iter().any(String::is_empty) {
                    return None;
                }
                Kind::Choice(options)
            }
        })
    }

    /// The kind in a few words, with its article: `a whole number`.
    pub fn words(&self) -> String {
        match self {
            Kind::Number => "a number".to_owned(),
            Kind::Integer => "a whole number".to_owned(),
            Kind::Flag => "true or false".to_owned(),
            Kind::Date => "a date".to_owned(),
            Kind::Choice(options) => format!("one of \"{}\"", options.join("\", \"")),
            Kind::Markets => "a list of markets".to_owned(),
            Kind::Cuts => "a list of cuts".to_owned(),
            Kind::Text => "a text in quotes".to_owned(),
        }
    }

    /// The value that plain text stands for: a cell of `knobs.csv`, or a word typed in quotes. `None` if it stands
    /// for none.
    pub fn read_text(&self, text: &str) -> Option<Scalar> {
        Some(match self {
            Kind::Number => {
                let x: f64 = text.parse().ok()?;
                // Adding zero turns -0 into 0, which would otherwise print and hash differently.
                Scalar::Number(if x.is_finite() { x + 0.0 } else { return None })
            }
            Kind::Integer => Scalar::Integer(text.parse().ok()?),
            Kind::Flag => Scalar::Flag(text.parse().ok()?),
            Kind::Date => Scalar::Date(read_date(text)?),
            Kind::Choice(options) => Scalar::Text(options.iter().find(|o| *o == text)?.to_owned()),
            Kind::Markets => Scalar::Markets(read_markets(text).ok()?),
            Kind::Cuts => Scalar::Cuts(read_cuts(text).ok()?),
            Kind::Text => Scalar::Text(text.to_owned()),
        })
    }
}

/// `2025-12-16`, or `never`. Only that form: jiff would also take times and week dates.
pub fn read_date(text: &str) -> Option<Date> {
    if text == "never" {
        return Some(NEVER);
    }
    let digits = |r: std::ops::Range<usize>| {
        text.get(r)
            .filter(|s| s.bytes().all(|b| b.is_ascii_digit()))
    };
    if text.len() != 10 || text.get(4..5) != Some("-") || text.get(7..8) != Some("-") {
        return None;
    }
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Market names between spaces or commas, or `all`, or `none`. The error is the first name that is none.
pub fn read_markets(text: &str) -> Result<Vec<Market>, &str> {
    match text.trim() {
        "all" => return Ok(Market::ALL.to_vec()),
        "none" => return Ok(Vec::new()),
        _ => {}
    }
    let names = text.split([' ', ',']).filter(|s| !s.is_empty());
    let found: Result<Vec<Market>, &str> = names.map(|n| Market::from_name(n).ok_or(n)).collect();
    found.map(in_order)
}

/// Cuts between commas, or `none`. The error is the first text that is none, and the part of it that is at fault.
pub fn read_cuts(text: &str) -> Result<Vec<Cut>, (&str, &str)> {
    if matches!(text.trim(), "" | "none") {
        return Ok(Vec::new());
    }
    let cuts = text.split(',').map(str::trim);
    let found: Result<Vec<Cut>, _> = cuts
        .map(|cut| Cut::parse(cut).map_err(|part| (cut, part)))
        .collect();
    found.map(in_order)
}

/// Numbers between spaces or commas, all finite and not negative. The error is the first word that is none.
pub fn read_numbers(text: &str) -> Result<Vec<f64>, &str> {
    let words = text.split([' ', ',']).filter(|s| !s.is_empty());
    words
        .map(|w| {
            w.parse()
                .ok()
                .filter(|x: &f64| x.is_finite() && *x >= 0.0)
                .ok_or(w)
        })
        .collect()
}

/// In their own order, each once: two lists of the same markets are the same value.
pub fn in_order<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list.dedup();
    list
}

/// Who may set a knob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The same in every arm: population, behaviour, dates.
    World,
    /// An arm may differ from the others.
    Arm,
}

impl Scope {
    /// The name used in `knobs.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::World => "world",
            Scope::Arm => "arm",
        }
    }
}

/// One declared knob.
#[derive(Clone, Debug, PartialEq)]
pub struct Knob {
    /// Dotted path in a scenario file: `signals.half_life_chat`.
    pub key: String,
    /// What kind of value it takes; of each member, if it is a table.
    pub kind: Kind,
    /// The vocabulary it has one value per member of, if any.
    pub per: Option<Vocabulary>,
    /// What it is when nothing sets it.
    pub default: Value,
    /// Smallest allowed value, in [`Knob::unit`].
    pub min: Option<Scalar>,
    /// Largest allowed value, in [`Knob::unit`].
    pub max: Option<Scalar>,
    /// Unit of the value; empty for pure numbers and what is no number.
    pub unit: String,
    /// Whether arms may set it.
    pub scope: Scope,
    /// Where the default comes from: `assumption`, `fitted`, `calibration:ROW`, `fact:KEY`, `prior` ….
    pub source: String,
    /// What it does, in one sentence.
    pub help: String,
}

/// Which end of its range a value passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Smaller than [`Knob::min`].
    Below,
    /// Larger than [`Knob::max`].
    Above,
}

impl Knob {
    /// All of the key but its last part; empty for a key without a dot.
    pub fn section(&self) -> &str {
        self.key.rsplit_once('.').map_or("", |(section, _)| section)
    }

    /// The last part of the key.
    pub fn leaf(&self) -> &str {
        self.key
            .rsplit_once('.')
            .map_or(&self.key, |(_, leaf)| leaf)
    }

    /// Whether `value` leaves the range, and on which side. [`NEVER`] is within every range of dates.
    pub fn outside(&self, value: &Scalar) -> Option<Outside> {
        if *value == Scalar::Date(NEVER) {
            return None;
        }
        let beyond = |bound: &Option<Scalar>, side| {
            bound.as_ref().is_some_and(|b| value.order(b) == Some(side))
        };
        if beyond(&self.min, Ordering::Less) {
            Some(Outside::Below)
        } else if beyond(&self.max, Ordering::Greater) {
            Some(Outside::Above)
        } else {
            None
        }
    }

    /// The ends of the range as numbers; infinite where there is none.
    pub fn limits(&self) -> (f64, f64) {
        let bound = |bound: &Option<Scalar>, none: f64| match bound {
            Some(Scalar::Number(x)) => *x,
            Some(Scalar::Integer(i)) => *i as f64,
            _ => none,
        };
        (
            bound(&self.min, f64::NEG_INFINITY),
            bound(&self.max, f64::INFINITY),
        )
    }

    /// The range in words, empty if there is none: `0 to 1`, `at least 0`.
    pub fn range(&self) -> String {
        match (&self.min, &self.max) {
            (Some(a), Some(b)) => format!("{a} to {b}"),
            (Some(a), None) => format!("at least {a}"),
            (None, Some(b)) => format!("at most {b}"),
            (None, None) => String::new(),
        }
    }

    /// What may be typed, with range and unit: `a number from 0.5 to 365 (days)`.
    pub fn expected(&self) -> String {
        let mut words = self.kind.words();
        match (&self.min, &self.max) {
            (Some(a), Some(b)) => words += &format!(" from {a} to {b}"),
            (None, None) => {}
            _ => words += &format!(", {}", self.range()),
        }
        if !self.unit.is_empty() && self.unit != "date" {
            words += &format!(" ({})", self.unit);
        }
        if let Some(vocabulary) = self.per {
            words += &format!(", one for all or by {}", vocabulary.name());
        }
        words
    }

    /// A line that could stand in a scenario: `signals.half_life_chat = 14`.
    pub fn example(&self) -> String {
        if self.kind == Kind::Cuts {
            return format!("{} = [\"market*topic\", \"day*age\"]", self.key);
        }
        let short = |value: &Scalar| match value {
            // Numbers may be typed without a fraction.
            Scalar::Number(_) => value.to_string(),
            other => other.to_toml(),
        };
        if let (Some(vocabulary), None) = (self.per, self.default.uniform()) {
            let values = self.default.scalars();
            let telling = values.iter().position(|v| *v != values[0]).unwrap_or(0);
            let member = toml_key(vocabulary.members()[telling]);
            return format!("{}.{member} = {}", self.key, short(&values[telling]));
        }
        let value = self.default.uniform().map_or_else(String::new, short);
        format!("{} = {value}", self.key)
    }
}

impl fmt::Display for Knob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
}
