//! What a row of a run's tables is about.

use std::borrow::Cow;
use std::fmt;

type Text = Cow<'static, str>;

/// The dimensions of a row, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub enum Column {
    Day,
    Market,
    App,
    Surface,
    Age,
    Topic,
    Source,
    Bucket,
}

impl Column {
    /// All of them, in that order.
    pub const ALL: [Column; 8] = [
        Column::Day,
        Column::Market,
        Column::App,
        Column::Surface,
        Column::Age,
        Column::Topic,
        Column::Source,
        Column::Bucket,
    ];

    /// Its header.
    pub fn name(self) -> &'static str {
        COLUMNS[1 + self as usize]
    }
}

/// Header of the key columns, `arm` apart.
pub const COLUMNS: [&str; 9] = [
    "measure", "day", "market", "app", "surface", "age", "topic", "source", "bucket",
];

/// A measure and the members of its dimensions; empty where summed over or not applicable.
#[derive(Clone, Debug, Default, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::derived_hash_with_manual_eq,
    reason = "keys are equal when their texts are, found out in another way"
)]
pub struct Key {
    measure: Text,
    members: [Text; 8],
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.measure == other.measure && self.agrees(other, |_| true)
    }
}

impl Key {
    /// The total of a measure.
    pub fn of(measure: impl Into<Text>) -> Self {
        Key {
            measure: measure.into(),
            members: Default::default(),
        }
    }

    /// The same with one dimension set.
    pub fn with(mut self, column: Column, member: impl Into<Text>) -> Self {
        self.members[column as usize] = member.into();
        self
    }

    /// The same cut of another measure.
    pub fn renamed(&self, measure: impl Into<Text>) -> Self {
        Key {
            measure: measure.into(),
            members: self.members.clone(),
        }
    }

    /// Whether it is a total, or a total's cut by source and bucket alone.
    pub fn is_total(&self) -> bool {
        let beside = |column| matches!(column, Column::Source | Column::Bucket);
        let mut cuts = Column::ALL.into_iter().filter(|column| !beside(*column));
        cuts.all(|column| self.get(column).is_empty())
    }

    /// The same with buckets in words: tables of earlier versions name ranges as `3-6` and `10+`.
    pub fn in_words(self) -> Self {
        let words = match self.get(Column::Bucket) {
            "10+" => "10 or more",
            "14+" => "14 or more",
            "28+" => "28 or more",
            "0-6" => "0 to 6",
            "3-6" => "3 to 6",
            "7-13" => "7 to 13",
            "14-27" => "14 to 27",
            _ => return self,
        };
        self.with(Column::Bucket, words)
    }

    /// The measure.
    pub fn measure(&self) -> &str {
        &self.measure
    }

    /// Member of a dimension, empty if summed over.
    pub fn get(&self, column: Column) -> &str {
        &self.members[column as usize]
    }

    /// Whether another key has the same members in some columns. Most are empty, and those are not handed to what compares bytes: it
    /// takes longer over no bytes, nowhere in memory, than over a word.
    pub fn agrees(&self, other: &Self, columns: impl Fn(Column) -> bool) -> bool {
        let same = |a: &str, b: &str| a.len() == b.len() && (a.is_empty() || a == b);
        Column::ALL
            .into_iter()
            .all(|column| !columns(column) || same(self.get(column), other.get(column)))
    }

    /// The members in the order of [`Column::ALL`].
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|m| m.as_ref())
    }

    /// The fields in the order of [`COLUMNS`].
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.measure()).chain(self.members())
    }

    /// What is not empty, for a reader who looks the row up: `ad_impressions, source chat`.
    pub fn listed(&self) -> String {
        let mut text = self.measure.to_string();
        for (name, member) in COLUMNS[1..].iter().zip(&self.members) {
            if !member.is_empty() {
                text.push_str(&format!(", {name} {member}"));
            }
        }
        text
    }

    /// From fields in the order of [`COLUMNS`]; missing ones are empty.
    pub fn from_fields<'a>(mut fields: impl Iterator<Item = &'a str>) -> Self {
        let mut next = || match fields.next() {
            None | Some("") => Text::Borrowed(""),
            Some(field) => Text::from(field.to_owned()),
        };
        let measure = next();
        Key {
            measure,
            members: std::array::from_fn(|_| next()),
        }
    }
}

impl fmt::Display for Key {
    /// The measure, then what is not empty: `ad_clicks (market eu, source chat)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.measure)?;
        let mut opening = " (";
        for (name, member) in COLUMNS[1..].iter().zip(&self.members) {
            if !member.is_empty() {
                write!(f, "{opening}{name} {member}")?;
                opening = ", ";
            }
        }
        if opening == ", " {
            f.write_str(")")
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_is_set_and_reads_its_own_fields() {
        let key = Key::of("ad_clicks")
            .with(Column::Market, "eu")
            .with(Column::Source, "chat");
        assert_eq!(key.to_string(), "ad_clicks (market eu, source chat)");
        assert_eq!(key.listed(), "ad_clicks, market eu, source chat");
        assert_eq!(Key::of("people").to_string(), "people");
        assert_eq!(Key::from_fields(key.fields()), key);
        for (i, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, i);
        }
    }
}
