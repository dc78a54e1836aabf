//! `outcomes.csv` and `differences.csv` as typed tables.
//!
//! Rows are found by a [`Cut`]: a measure and the members of its dimensions, empty where summed over, exactly as in the files.

use std::path::Path;

use csv::StringRecord;
use indexmap::{IndexMap, IndexSet};
use serde::de::DeserializeOwned;

use crate::error::ReportError;
use crate::estimate::Estimate;

/// A dimension of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub enum Dimension {
    Day,
    Market,
    App,
    Surface,
    Age,
    Topic,
    Source,
    Bucket,
}

const DIMENSIONS: [(Dimension, &str); 8] = [
    (Dimension::Day, "day"),
    (Dimension::Market, "market"),
    (Dimension::App, "app"),
    (Dimension::Surface, "surface"),
    (Dimension::Age, "age"),
    (Dimension::Topic, "topic"),
    (Dimension::Source, "source"),
    (Dimension::Bucket, "bucket"),
];

/// What a row is about: a measure, and one member per dimension or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cut {
    measure: String,
    members: Members,
}

type Members = [String; DIMENSIONS.len()];

impl Cut {
    /// The total of `measure`.
    pub fn of(measure: &str) -> Self {
        Self {
            measure: measure.to_owned(),
            members: Default::default(),
        }
    }

    /// The same with one dimension set.
    pub fn with(mut self, dimension: Dimension, member: &str) -> Self {
        member.clone_into(&mut self.members[dimension as usize]);
        self
    }

    /// The member of a dimension, empty if summed over.
    pub fn member(&self, dimension: Dimension) -> &str {
        &self.members[dimension as usize]
    }

    /// For a reader who looks the row up: `ad_impressions, source chat`.
    pub fn describe(&self) -> String {
        let mut text = self.measure.clone();
        for (dimension, name) in DIMENSIONS {
            let member = self.member(dimension);
            if !member.is_empty() {
                text.push_str(&format!(", {name} {member}"));
            }
        }
        text
    }
}

/// Rows by arm, measure and members, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
struct Rows<T>(IndexMap<String, IndexMap<String, IndexMap<Members, T>>>);

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows(IndexMap::new())
    }
}

impl<T: Copy> Rows<T> {
    fn insert(&mut self, arm: &str, cut: Cut, row: T) {
        if !self.0.contains_key(arm) {
            self.0.insert(arm.to_owned(), IndexMap::new());
        }
        let measures = &mut self.0[arm];
        if !measures.contains_key(&cut.measure) {
            measures.insert(cut.measure.clone(), IndexMap::new());
        }
        measures[&cut.measure].insert(cut.members, row);
    }

    /// All rows of a measure.
    fn of(&self, arm: &str, measure: &str) -> Option<&IndexMap<Members, T>> {
        self.0.get(arm)?.get(measure)
    }

    fn at(&self, arm: &str, cut: &Cut) -> Option<T> {
        self.of(arm, &cut.measure)?.get(&cut.members).copied()
    }
}

/// `outcomes.csv`: the value and standard error of every cut, by arm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcomes {
    arms: Vec<String>,
    rows: Rows<Estimate>,
    /// Members in order of first appearance, which is the order to show them in.
    order: IndexSet<String>,
}

impl Outcomes {
    /// Reads the file at `path`. Rows without a value are undefined (a ratio over nothing) and left out.
    ///
    /// # Errors
    /// [`ReportError::Io`] if it cannot be read, [`ReportError::Table`] with the line if it is not such a table.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let mut table = Self::default();
        each_row(path, &["value", "std_error"], |arm, cut, numbers| {
            if !table.arms.iter().any(|a| a == arm) {
                table.arms.push(arm.to_owned());
            }
            for member in &cut.members {
                if !table.order.contains(member) {
                    table.order.insert(member.clone());
                }
            }
            if let Some(value) = numbers[0] {
                let estimate = Estimate::new(value, numbers[1].unwrap_or(0.0));
                table.rows.insert(arm, cut, estimate);
            }
        })?;
        Ok(table)
    }

    /// The arms in order of appearance.
    pub fn arms(&self) -> &[String] {
        &self.arms
    }

    /// The row of exactly this cut.
    pub fn at(&self, arm: &str, cut: &Cut) -> Option<Estimate> {
        self.rows.at(arm, cut)
    }

    /// The row of this cut or, where the table has it only by source, the sum over sources.
    pub fn total(&self, arm: &str, cut: &Cut) -> Option<Estimate> {
        self.at(arm, cut).or_else(|| {
            let parts = self.along(arm, cut, Dimension::Source);
            Estimate::sum(parts.into_iter().map(|(_, e)| e))
        })
    }

    /// All rows that are `cut` but for `dimension`, where they name a member: days in order of time, others as the file has them.
    pub fn along(&self, arm: &str, cut: &Cut, dimension: Dimension) -> Vec<(String, Estimate)> {
        let others = || DIMENSIONS.iter().filter(|(d, _)| *d != dimension);
        let mut members: Vec<(String, Estimate)> = self
            .rows
            .of(arm, &cut.measure)
            .into_iter()
            .flatten()
            .filter(|(members, _)| !members[dimension as usize].is_empty())
            .filter(|(members, _)| others().all(|(d, _)| members[*d as usize] == cut.member(*d)))
            .map(|(members, estimate)| (members[dimension as usize].clone(), *estimate))
            .collect();
        if dimension == Dimension::Day {
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
        } else {
            members.sort_by_key(|(member, _)| self.order.get_index_of(member));
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

/// `differences.csv`: every cut of every arm against the first.
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
        let numbers = ["base_value", "value", "difference", "std_error"];
        each_row(path, &numbers, |arm, cut, numbers| {
            if let [Some(base), Some(value), Some(difference), error] = *numbers {
                let row = Difference {
                    base,
                    value,
                    difference: Estimate::new(difference, error.unwrap_or(0.0)),
                };
                table.rows.insert(arm, cut, row);
            }
        })?;
        Ok(table)
    }

    /// The row of exactly this cut.
    pub fn at(&self, arm: &str, cut: &Cut) -> Option<Difference> {
        self.rows.at(arm, cut)
    }

    /// The row of this cut or, where the table has it only by source, the sum over sources.
    pub fn total(&self, arm: &str, cut: &Cut) -> Option<Difference> {
        self.at(arm, cut).or_else(|| {
            ["broad", "behaviour", "chat"]
                .iter()
                .filter_map(|source| self.at(arm, &cut.clone().with(Dimension::Source, source)))
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
    csv::Reader::from_reader(fs_err::File::open(path)?)
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|e| ReportError::Table {
            path: path.to_owned(),
            cause: e.to_string(),
        })
}

/// Calls `take` with the arm, the cut and the `numbers` of every row, empty ones as `None`.
fn each_row(
    path: &Path,
    numbers: &[&str],
    mut take: impl FnMut(&str, Cut, &[Option<f64>]),
) -> Result<(), ReportError> {
    let fault = |cause: String| ReportError::Table {
        path: path.to_owned(),
        cause,
    };
    let file = fs_err::File::open(path)?;
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers().map_err(|e| fault(e.to_string()))?.clone();
    let column = |name: &str| {
        let found = header.iter().position(|h| h == name);
        found.ok_or_else(|| fault(format!("no column `{name}`")))
    };
    let arm = column("arm")?;
    let measure = column("measure")?;
    let members = DIMENSIONS.map(|(_, name)| column(name));
    let members: Vec<usize> = members.into_iter().collect::<Result<_, _>>()?;
    let numbers: Vec<usize> = numbers
        .iter()
        .map(|n| column(n))
        .collect::<Result<_, _>>()?;
    let mut record = StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|e| fault(e.to_string()))?
    {
        let line = record.position().map_or(0, csv::Position::line);
        let mut cut = Cut::of(&record[measure]);
        for (slot, column) in cut.members.iter_mut().zip(&members) {
            record[*column].clone_into(slot);
        }
        let parse = |column: &usize| match &record[*column] {
            "" => Ok(None),
            text => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Some(number)),
                _ => Err(fault(format!("line {line}: `{text}` is not a number"))),
            },
        };
        let values: Vec<Option<f64>> = numbers.iter().map(parse).collect::<Result<_, _>>()?;
        take(&record[arm], cut, &values);
    }
    Ok(())
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
        let cut = Cut::of("ad_impressions");
        assert_eq!(table.at("base", &cut), None);
        assert_eq!(table.total("base", &cut), Some(Estimate::new(100.0, 4.0)));
        let chat = cut.with(Dimension::Source, "chat");
        let days: Vec<String> = table
            .along("base", &chat, Dimension::Day)
            .into_iter()
            .map(|(day, _)| day)
            .collect();
        assert_eq!(days, ["2025-12-01", "2025-12-02"]);
        let buckets = table.along("base", &Cut::of("chat_ad_frequency"), Dimension::Bucket);
        assert_eq!(buckets[0].0, "10 or more", "as the file has them");
        let price = Cut::of("price_per_mille_usd").with(Dimension::Market, "eu");
        assert_eq!(table.at("base", &price), None, "undefined");
        assert_eq!(chat.describe(), "ad_impressions, source chat");
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
