//! Values of knobs: single ones and tables, how they are ordered and how they are written.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;
use overheard_model::cut::Cut;
use overheard_model::ids::Market;

/// The date of something that does not happen; typed and printed as `never`.
pub const NEVER: Date = Date::MAX;

/// One value, of the kind its knob declares.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A finite number, in the knob's unit; never a negative zero.
    Number(f64),
    /// A whole number, in the knob's unit.
    Integer(i64),
    /// True or false.
    Flag(bool),
    /// A day, or [`NEVER`].
    Date(Date),
    /// Free text, or the option taken of a choice.
    Text(String),
    /// Markets in vocabulary order, each at most once.
    Markets(Vec<Market>),
    /// Cuts in their own order, each at most once.
    Cuts(Vec<Cut>),
}

impl Scalar {
    /// How two values compare, where that means something: numbers and dates of the same kind.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Scalar::Number(a), Scalar::Number(b)) => a.partial_cmp(b),
            (Scalar::Integer(a), Scalar::Integer(b)) => Some(a.cmp(b)),
            (Scalar::Date(a), Scalar::Date(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// The value as TOML, so that reading it back gives the same value to the last bit.
    pub fn to_toml(&self) -> String {
        match self {
            Scalar::Number(x) => format!("{x:?}"),
            Scalar::Integer(i) => i.to_string(),
            Scalar::Flag(b) => b.to_string(),
            Scalar::Date(d) if *d == NEVER => "\"never\"".to_owned(),
            Scalar::Date(d) => d.to_string(),
            Scalar::Text(s) => toml_string(s),
            Scalar::Markets(list) => toml_list(list.iter().map(|m| m.name().to_owned())),
            Scalar::Cuts(list) => toml_list(list.iter().map(Cut::to_string)),
        }
    }
}

fn toml_list(texts: impl Iterator<Item = String>) -> String {
    let quoted: Vec<_> = texts.map(|text| toml_string(&text)).collect();
    format!("[{}]", quoted.join(", "))
}

/// A string as TOML on one line, quoted and escaped.
pub fn toml_string(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 2);
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key, in quotes if it has to be: `13-17` is bare, `"65+"` is not.
pub fn toml_key(key: &str) -> String {
    let bare = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if bare {
        key.to_owned()
    } else {
        toml_string(key)
    }
}

/// For people to read: `14`, `2025-12-16`, `eu uk south-korea`.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Number(x) => {
                let plain = x.to_string();
                if plain.len() > 12 {
                    write!(f, "{x:e}")
                } else {
                    f.write_str(&plain)
                }
            }
            Scalar::Integer(i) => write!(f, "{i}"),
            Scalar::Flag(b) => write!(f, "{b}"),
            Scalar::Date(d) if *d == NEVER => f.write_str("never"),
            Scalar::Date(d) => write!(f, "{d}"),
            Scalar::Text(s) => f.write_str(s),
            Scalar::Markets(list) if list.is_empty() => f.write_str("none"),
            Scalar::Markets(list) if list.len() == Market::COUNT => f.write_str("all"),
            Scalar::Markets(list) => {
                let names: Vec<_> = list.iter().map(|m| m.name()).collect();
                f.write_str(&names.join(" "))
            }
            Scalar::Cuts(list) if list.is_empty() => f.write_str("none"),
            Scalar::Cuts(list) => {
                let names: Vec<_> = list.iter().map(Cut::to_string).collect();
                f.write_str(&names.join(", "))
            }
        }
    }
}

/// What a knob holds: one value, or one per member of its vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A knob whose `per` column is empty.
    One(Scalar),
    /// One value per member, in vocabulary order.
    Table(Vec<Scalar>),
}

impl Value {
    /// The single values in it, in vocabulary order.
    pub fn scalars(&self) -> &[Scalar] {
        match self {
            Value::One(s) => std::slice::from_ref(s),
            Value::Table(list) => list,
        }
    }

    /// The one value that all members share, if they do.
    pub fn uniform(&self) -> Option<&Scalar> {
        let (first, rest) = self.scalars().split_first()?;
        rest.iter().all(|s| s == first).then_some(first)
    }
}

/// `0.2` when all members agree, else the values in vocabulary order.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(one) = self.uniform() {
            return one.fmt(f);
        }
        let all: Vec<_> = self.scalars().iter().map(Scalar::to_string).collect();
        f.write_str(&all.join(" "))
    }
}
