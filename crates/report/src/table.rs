//! `outcomes.csv` and `differences.csv` as tables to look rows up in.
//!
//! Rows are found by a [`Key`]: a measure and the members of its columns, empty where summed over, exactly as in the files.

use std::path::Path;

use indexmap::{IndexMap, IndexSet};
use overheard_formats::{
    Column, DifferenceRow, Key, OutcomeRow, TableError, each_difference, each_outcome,
};
use serde::de::DeserializeOwned;

use crate::error::ReportError;
use crate::estimate::Estimate;

/// What may have chosen an ad, in the order of the files.
const SOURCES: [&str; 3] = ["broad", "behaviour", "chat"];

/// Rows by arm, measure and key, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
struct Rows<T>(IndexMap<String, IndexMap<String, IndexMap<Key, T>>>);

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows(IndexMap::new())
    }
}

impl<T: Copy> Rows<T> {
    fn insert(&mut self, arm: &str, key: Key, row: T) {
        let measures = named(&mut self.0, arm);
        named(measures, key.measure()).insert(key, row);
    }

    /// All rows of a measure.
    fn of(&self, arm: &str, measure: &str) -> Option<&IndexMap<Key, T>> {
        self.0.get(arm)?.get(measure)
    }

    fn at(&self, arm: &str, key: &Key) -> Option<T> {
        self.of(arm, key.measure())?.get(key).copied()
    }

    /// Members of a column among the rows of a measure, in the order of the file.
    fn members(&self, arm: &str, measure: &str, column: Column) -> Vec<&str> {
        let rows = self.of(arm, measure).into_iter().flatten();
        let members = rows.map(|(row, _)| row.get(column));
        let distinct: IndexSet<&str> = members.filter(|member| !member.is_empty()).collect();
        distinct.into_iter().collect()
    }
}

/// What has a name, made if there is none. Rows of an arm and of a measure stand below each other, so it is mostly the last.
fn named<'a, T: Default>(all: &'a mut IndexMap<String, T>, name: &str) -> &'a mut T {
    let last = all.last().is_some_and(|(last, _)| last == name);
    let place = match last {
        true => all.len() - 1,
        false => match all.get_index_of(name) {
            Some(place) => place,
            None => all.insert_full(name.to_owned(), T::default()).0,
        },
    };
    &mut all[place]
}

/// Members in order of first appearance.
#[derive(Debug, Clone, Default, PartialEq)]
struct Order {
    members: IndexSet<String>,
    /// Where those of the last row stand: most of the next are the same.
    last: [usize; Column::ALL.len()],
}

impl Order {
    fn meet(&mut self, key: &Key) {
        let named = key.members().zip(&mut self.last);
        for (member, last) in named.filter(|(member, _)| !member.is_empty()) {
            if self.members.get_index(*last).is_none_or(|m| m != member) {
                *last = match self.members.get_index_of(member) {
                    Some(place) => place,
                    None => self.members.insert_full(member.to_owned()).0,
                };
            }
        }
    }
}

/// `outcomes.csv`: the value and standard error of every key, by arm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcomes {
    arms: Vec<String>,
    rows: Rows<Estimate>,
    /// The order to show members in.
    order: Order,
}

impl Outcomes {
    /// Reads the file at `path`. Rows without a value are undefined (a ratio over nothing) and left out.
    ///
    /// # Errors
    /// [`ReportError::Io`] if it cannot be read, [`ReportError::Table`] with the line if it is not such a table.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let mut table = Self::default();
        read(path, |file| {
            each_outcome(
                file,
                |OutcomeRow {
                     arm,
                     key,
                     value,
                     std_error,
                 }| {
                    if !table.arms.contains(&arm) {
                        table.arms.push(arm.clone());
                    }
                    table.order.meet(&key);
                    if !value.is_nan() {
                        let estimate = Estimate::new(value, std_error.unwrap_or(0.0));
                        table.rows.insert(&arm, key, estimate);
                    }
                },
            )
        })?;
        Ok(table)
    }

    /// The arms in order of appearance.
    pub fn arms(&self) -> &[String] {
        &self.arms
    }

    /// The row of exactly this key.
    pub fn at(&self, arm: &str, key: &Key) -> Option<Estimate> {
        self.rows.at(arm, key)
    }

    /// Members of a column among the rows of a measure, in the order of the file.
    pub fn members(&self, arm: &str, measure: &str, column: Column) -> Vec<&str> {
        self.rows.members(arm, measure, column)
    }

    /// The row of this key or, where the table has it only by source, the sum over sources.
    pub fn total(&self, arm: &str, key: &Key) -> Option<Estimate> {
        let part = |source| self.at(arm, &key.clone().with(Column::Source, source));
        self.at(arm, key)
            .or_else(|| Estimate::sum(SOURCES.into_iter().filter_map(part)))
    }

    /// All rows that are `key` but for `column`, where they name a member: days in order of time, others as the file has them.
    pub fn along(&self, arm: &str, key: &Key, column: Column) -> Vec<(String, Estimate)> {
        let mut members: Vec<(String, Estimate)> = self
            .rows
            .of(arm, key.measure())
            .into_iter()
            .flatten()
            .filter(|(row, _)| !row.get(column).is_empty())
            .filter(|(row, _)| row.agrees(key, |other| other != column))
            .map(|(row, estimate)| (row.get(column).to_owned(), *estimate))
            .collect();
        if column == Column::Day {
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
        } else {
            members.sort_by_key(|(member, _)| self.order.members.get_index_of(member));
        }
        members
    }
}

/// One row of `differences.csv`: an arm against the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Value in the first arm.
    pub base: f64,
    /// Value in this arm.
    pub value: f64,
    /// This arm minus the first, with its error.
    pub difference: Estimate,
}

impl Difference {
    /// What rounded numbers leave when they should cancel is zero.
    fn without_dust(mut self) -> Self {
        if self.difference.value.abs() < 1e-9 * self.base.abs() {
            self.difference.value = 0.0;
        }
        self
    }

    /// The difference in percent of the base value; `None` if that is not positive.
    pub fn percent(self) -> Option<Estimate> {
        (self.base > 0.0).then(|| self.difference.times(100.0 / self.base))
    }
}

/// `differences.csv`: every key of every arm against the first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Differences {
    rows: Rows<Difference>,
}

impl Differences {
    /// Reads the file at `path`; undefined rows are left out.
    ///
    /// # Errors
    /// As [`Outcomes::read`].
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let mut table = Self::default();
        read(path, |file| {
            each_difference(file, |row: DifferenceRow| {
                let numbers = [row.base_value, row.value, row.difference];
                if !numbers.iter().any(|number| number.is_nan()) {
                    let difference = Difference {
                        base: row.base_value,
                        value: row.value,
                        difference: Estimate::new(row.difference, row.std_error.unwrap_or(0.0)),
                    };
                    table.rows.insert(&row.arm, row.key, difference);
                }
            })
        })?;
        Ok(table)
    }

    /// The row of exactly this key.
    pub fn at(&self, arm: &str, key: &Key) -> Option<Difference> {
        self.rows.at(arm, key)
    }

    /// Members of a column among the rows of a measure, in the order of the file.
    pub fn members(&self, arm: &str, measure: &str, column: Column) -> Vec<&str> {
        self.rows.members(arm, measure, column)
    }

    /// The row of this key or, where the table has it only by source, the sum over sources.
    pub fn total(&self, arm: &str, key: &Key) -> Option<Difference> {
        self.at(arm, key).or_else(|| {
            SOURCES
                .into_iter()
                .filter_map(|source| self.at(arm, &key.clone().with(Column::Source, source)))
                .reduce(|a, b| Difference {
                    base: a.base + b.base,
                    value: a.value + b.value,
                    difference: Estimate::new(
                        a.difference.value + b.difference.value,
                        a.difference.std_error + b.difference.std_error,
                    ),
                })
                .map(Difference::without_dust)
        })
    }
}

/// Reads a table with a type for its rows; one that is not there has none.
pub(crate) fn read_rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, ReportError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    all_rows(path)
}

/// The same of a table that must be there.
pub(crate) fn all_rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, ReportError> {
    csv::Reader::from_reader(fs_err::File::open(path)?)
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|e| ReportError::Table {
            path: path.to_owned(),
            cause: e.to_string(),
        })
}

/// Hands every row of a table over with its header; a row that nothing can be made of is an error with its line.
pub(crate) fn each_row(
    path: &Path,
    mut take: impl FnMut(&csv::StringRecord, &csv::StringRecord) -> Option<()>,
) -> Result<(), ReportError> {
    let table = |cause: String| ReportError::Table {
        path: path.to_owned(),
        cause,
    };
    let mut reader = csv::Reader::from_reader(fs_err::File::open(path)?);
    let head = reader.headers().map_err(|e| table(e.to_string()))?.clone();
    for row in reader.records() {
        let row = row.map_err(|e| table(e.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        take(&head, &row)
            .ok_or_else(|| table(format!("line {line}: it is no row of this table")))?;
    }
    Ok(())
}

/// Has a table read, and tells where it cannot be.
pub(crate) fn read(
    path: &Path,
    read: impl FnOnce(fs_err::File) -> Result<(), TableError>,
) -> Result<(), ReportError> {
    let file = fs_err::File::open(path)?;
    read(file).map_err(|error| match error {
        TableError::Io(error) => error.into(),
        TableError::Malformed { line, message, .. } => ReportError::Table {
            path: path.to_owned(),
            cause: format!("line {line}: {message}"),
        },
        TableError::Csv(error) => ReportError::Table {
            path: path.to_owned(),
            cause: error.to_string(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(rows: &str) -> Result<Outcomes, ReportError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outcomes.csv");
        let header = "arm,measure,day,market,app,surface,age,topic,source,bucket,value,std_error\n";
        fs_err::write(&path, format!("{header}{rows}")).unwrap();
        Outcomes::read(&path)
    }

    #[test]
    fn finds_rows_totals_and_members() {
        let table = outcomes(
            "base,ad_impressions,,,,,,,broad,,90,3\n\
             base,ad_impressions,,,,,,,chat,,10,1\n\
             base,ad_impressions,2025-12-02,,,,,,chat,,4,\n\
             base,ad_impressions,2025-12-01,,,,,,chat,,6,\n\
             base,ad_impressions,2025-12-01,eu,,,,,chat,,5,\n\
             base,chat_ad_frequency,,,,,,,,10 or more,1,\n\
             base,chat_ad_frequency,,,,,,,,2,1,\n\
             base,price_per_mille_usd,,eu,,,,,,,,\n",
        )
        .unwrap();
        let key = Key::of("ad_impressions");
        assert_eq!(table.at("base", &key), None);
        assert_eq!(table.total("base", &key), Some(Estimate::new(100.0, 4.0)));
        let chat = key.with(Column::Source, "chat");
        let days: Vec<String> = table
            .along("base", &chat, Column::Day)
            .into_iter()
            .map(|(day, _)| day)
            .collect();
        assert_eq!(days, ["2025-12-01", "2025-12-02"]);
        let buckets = table.along("base", &Key::of("chat_ad_frequency"), Column::Bucket);
        assert_eq!(buckets[0].0, "10 or more", "as the file has them");
        let price = Key::of("price_per_mille_usd").with(Column::Market, "eu");
        assert_eq!(table.at("base", &price), None, "undefined");
        assert_eq!(chat.listed(), "ad_impressions, source chat");
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let error = outcomes("a,people,,,,,,,,,many,0\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line 2") && error.contains("`many`"),
            "{error}"
        );
        let error = outcomes("a,people\n").unwrap_err().to_string();
        assert!(error.contains("outcomes.csv"), "{error}");
    }
}
