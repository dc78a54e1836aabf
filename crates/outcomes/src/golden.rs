//! Golden tables: what a run's outcomes are checked against, and what that run was.
//!
//! ```text
//! # A golden table of overheard: …            remarks, and what the numbers were made from
//! # scenario: golden-week
//! # settings: 3f1c8a2e5b7d9041…               SHA-256 of what the scenario sets otherwise than the defaults
//! # seed: 1
//! # people: 20000
//! # engine: thinned
//! # tolerance ad_clicks: 1 %                of all rows of a measure that state none: also `0.5`, `3 errors`
//! arm,measure,…,value,std_error,tolerance_percent,tolerance_abs,tolerance_errors
//! policy,ad_clicks,…,5202206016.0,113748519.4,,,
//! ```
//!
//! A table without remarks, of an earlier version or made by hand, is read too; nobody knows then what it is of.

mod fault;
mod head;

use std::collections::BTreeMap;
use std::io::{Read, Write};

use overheard_formats::{COLUMNS, Key, OutcomeRow, TableText, header, number, number_or_empty};

use crate::error::OutcomeError;
use crate::measures::measure_names;
use crate::tolerance::Tolerance;

use fault::{TABLE, fault, meant};
use head::{TOLERANCE, remarks, tolerances};

pub use head::Origin;

/// The columns of numbers, in their order.
const NUMBERS: [&str; 5] = [
    "value",
    "std_error",
    "tolerance_percent",
    "tolerance_abs",
    "tolerance_errors",
];

/// A row of a golden table: the columns of `outcomes.csv`, and how far an outcome may be from it.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldenRow {
    /// Where it stands in the file.
    pub line: u64,
    pub outcome: OutcomeRow,
    /// Its own.
    pub tolerance: Tolerance,
}

/// A golden table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Golden {
    /// Nothing where the table does not say.
    pub origin: Option<Origin>,
    /// Of rows that state none, by measure.
    pub tolerances: BTreeMap<String, Tolerance>,
    /// Each arm and key once.
    pub rows: Vec<GoldenRow>,
}

impl Golden {
    /// Reads a golden table. Columns of `outcomes.csv` that it lacks are empty, but `arm`, `measure`, `value` must be there.
    ///
    /// # Errors
    /// An unknown column, a malformed number, a negative tolerance, two rows that say two things of one outcome; with
    /// the line.
    pub fn read(mut input: impl Read) -> Result<Self, OutcomeError> {
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes)?;
        let (remarks, header) = remarks(&bytes)?;
        let tolerances = tolerances(&remarks)?;
        let text = TableText::new(TABLE, &bytes, header);
        let mut rows = Vec::new();
        text.each(&["arm", "measure", "value"], known, |record| {
            let tolerance = |column: &str| match record.number(column)? {
                Some(t) if t < 0.0 => Err(record.fault(format!("{column} is negative"))),
                tolerance => Ok(tolerance),
            };
            let outcome = record.outcome()?;
            rows.push(GoldenRow {
                line: record.line(),
                tolerance: Tolerance {
                    percent: tolerance("tolerance_percent")?,
                    abs: tolerance("tolerance_abs")?,
                    errors: tolerance("tolerance_errors")?,
                },
                outcome: OutcomeRow {
                    key: outcome.key.in_words(),
                    ..outcome
                },
            });
            Ok(())
        })?;
        Ok(Golden {
            origin: Origin::read(&remarks)?,
            tolerances,
            rows: each_once(rows)?,
        })
    }

    /// Whether every row is of one of these arms, and of a measure that there is.
    ///
    /// # Errors
    /// The first that is not, with its line and the nearest name.
    pub fn of_arms(&self, arms: &[&str]) -> Result<(), OutcomeError> {
        let measures: Vec<&str> = measure_names().collect();
        for row in &self.rows {
            let (arm, measure) = (&*row.outcome.arm, row.outcome.key.measure());
            let stray = if !arms.contains(&arm) {
                let hint =
                    meant(arm, arms).unwrap_or_else(|| format!("there are {}", arms.join(", ")));
                format!("the scenario has no arm `{arm}`; {hint}")
            } else if !measures.contains(&measure) {
                let hint = meant(measure, &measures)
                    .unwrap_or_else(|| "outcomes.csv names all of them".to_owned());
                format!("there is no measure `{measure}`; {hint}")
            } else {
                continue;
            };
            return Err(fault(row.line, stray));
        }
        Ok(())
    }

    /// What holding `outcomes` against the table would change in it, row by row: where it stands, its name, value before
    /// and after; nothing after where the row is gone.
    pub fn moved<'a>(
        &'a self,
        outcomes: &'a [OutcomeRow],
    ) -> impl Iterator<Item = (&'a GoldenRow, Option<&'a OutcomeRow>)> {
        self.beside(outcomes).filter(|(row, now)| {
            !now.is_some_and(|now| number(now.value) == number(row.outcome.value))
        })
    }

    /// Every row, and the outcome of the same arm and key, if there is one.
    pub(crate) fn beside<'a>(
        &'a self,
        outcomes: &'a [OutcomeRow],
    ) -> impl Iterator<Item = (&'a GoldenRow, Option<&'a OutcomeRow>)> {
        let by_key: BTreeMap<(&str, &Key), &OutcomeRow> =
            outcomes.iter().map(|r| ((&*r.arm, &r.key), r)).collect();
        self.rows.iter().map(move |row| {
            let own = (&*row.outcome.arm, &row.outcome.key);
            (row, by_key.get(&own).copied())
        })
    }

    /// The same rows and tolerances with the values of these outcomes; rows that are no longer there are dropped.
    pub fn updated(&self, outcomes: &[OutcomeRow], origin: Origin) -> Golden {
        let rows = self.beside(outcomes).filter_map(|(row, outcome)| {
            Some(GoldenRow {
                outcome: outcome?.clone(),
                ..row.clone()
            })
        });
        Golden {
            origin: Some(origin),
            tolerances: self.tolerances.clone(),
            rows: rows.collect(),
        }
    }

    /// These outcomes, with tolerances left empty for people to fill.
    pub fn of(outcomes: impl IntoIterator<Item = OutcomeRow>, origin: Origin) -> Golden {
        let rows = outcomes.into_iter().map(|outcome| GoldenRow {
            line: 0,
            outcome,
            tolerance: Tolerance::default(),
        });
        Golden {
            origin: Some(origin),
            tolerances: BTreeMap::new(),
            rows: rows.collect(),
        }
    }

    /// Writes the table.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, mut out: impl Write) -> Result<(), OutcomeError> {
        if let Some(origin) = &self.origin {
            writeln!(
                out,
                "# A golden table of overheard: `overheard check` holds a run of the same scenario against it"
            )?;
            writeln!(out, "# scenario: {}", origin.scenario)?;
            writeln!(out, "# settings: {}", origin.settings)?;
            writeln!(out, "# seed: {}", origin.seed)?;
            writeln!(out, "# people: {}", origin.people)?;
            writeln!(out, "# engine: {}", origin.engine)?;
        }
        for (measure, tolerance) in &self.tolerances {
            writeln!(out, "# {TOLERANCE}{measure}: {tolerance}")?;
        }
        let mut table = csv::Writer::from_writer(out);
        table.write_record(header(&NUMBERS))?;
        for row in &self.rows {
            let outcome = &row.outcome;
            let numbers = [
                number(outcome.value),
                number_or_empty(outcome.std_error),
                number_or_empty(row.tolerance.percent),
                number_or_empty(row.tolerance.abs),
                number_or_empty(row.tolerance.errors),
            ];
            table.write_record(
                std::iter::once(&*outcome.arm)
                    .chain(outcome.key.fields())
                    .chain(numbers.iter().map(String::as_str)),
            )?;
        }
        table.flush()?;
        Ok(())
    }
}

/// Whether a golden table can have a column.
fn known(column: &str) -> Result<(), String> {
    let columns = std::iter::once("arm").chain(COLUMNS).chain(NUMBERS);
    let columns: Vec<&str> = columns.collect();
    if columns.contains(&column) {
        return Ok(());
    }
    let hint =
        meant(column, &columns).unwrap_or_else(|| format!("there are {}", columns.join(", ")));
    Err(format!(
        "there is no column `{column}` in a golden table; {hint}"
    ))
}

/// Drops repetitions.
fn each_once(rows: Vec<GoldenRow>) -> Result<Vec<GoldenRow>, OutcomeError> {
    let mut first: BTreeMap<(String, Key), usize> = BTreeMap::new();
    let mut kept: Vec<GoldenRow> = Vec::with_capacity(rows.len());
    for row in rows {
        let key = (row.outcome.arm.clone(), row.outcome.key.clone());
        let Some(before) = first.get(&key).map(|place| &kept[*place]) else {
            first.insert(key, kept.len());
            kept.push(row);
            continue;
        };
        let numbers = |r: &GoldenRow| {
            let value = (!r.outcome.value.is_nan()).then_some(r.outcome.value);
            [
                value,
                r.outcome.std_error,
                r.tolerance.percent,
                r.tolerance.abs,
                r.tolerance.errors,
            ]
        };
        if numbers(before) != numbers(&row) {
            let (arm, key) = key;
            let message = format!("{arm}: {key}: line {} says otherwise", before.line);
            return Err(fault(row.line, message));
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Golden, String> {
        Golden::read(text.as_bytes()).map_err(|e| e.to_string())
    }

    fn origin() -> Origin {
        Origin::new("week", "policy.start = 2025-12-16\n", 7, 2464, "thinned")
    }

    #[test]
    fn what_was_written_is_read() {
        let outcome = |arm: &str, value| OutcomeRow {
            arm: arm.to_owned(),
            key: Key::of("chats"),
            value,
            std_error: None,
        };
        let mut golden = Golden::of(
            [outcome("base", 12.0), outcome("policy", f64::NAN)],
            origin(),
        );
        golden.rows[0].tolerance.percent = Some(0.1);
        let mut bytes = Vec::new();
        golden.write(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let back = read(&text).unwrap();
        assert_eq!(back.origin, Some(origin()));
        assert_eq!(
            back.rows[0],
            GoldenRow {
                line: 8,
                ..golden.rows[0].clone()
            }
        );
        assert!(back.rows[1].outcome.value.is_nan());
        // As a spreadsheet may save it.
        let saved: String = text
            .lines()
            .map(|line| match line.starts_with('#') {
                true => format!("\"{line}\",,,\r\n"),
                false => format!("{line}\r\n"),
            })
            .collect();
        let saved = read(&format!("\u{feff}{saved}")).unwrap();
        assert_eq!((&saved.origin, saved.rows[0].line), (&back.origin, 8));
        // Values move, tolerances stay, what is gone goes.
        let updated = back.updated(&[outcome("base", 13.0)], origin());
        assert_eq!(updated.rows.len(), 1);
        assert_eq!(updated.rows[0].outcome.value, 13.0);
        assert_eq!(updated.rows[0].tolerance.percent, Some(0.1));
    }

    #[test]
    fn a_table_may_be_short_and_old() {
        let golden = read(
            "arm,measure,market,bucket,value,tolerance_percent\n\
             base,chats,eu,,12,3\nbase,days_to_first_ad,,3-6,1,\n",
        )
        .unwrap();
        assert_eq!(golden.origin, None);
        let keys: Vec<String> = golden
            .rows
            .iter()
            .map(|r| r.outcome.key.to_string())
            .collect();
        assert_eq!(
            keys,
            ["chats (market eu)", "days_to_first_ad (bucket 3 to 6)"]
        );
        assert_eq!(golden.rows[0].tolerance.percent, Some(3.0));
    }

    #[test]
    fn mistakes_are_refused_with_their_line() {
        let head = "arm,measure,value,tolerance_percent\n";
        for (text, told) in [
            (
                "# seed: 1\narm,measure,value,tolerance_pct\n",
                "line 2: there is no column `tolerance_pct` in a golden table; did you mean `tolerance_percent`?",
            ),
            (
                "arm,measure,valu,value\n",
                "line 1: there is no column `valu` in a golden table; did you mean `value`?",
            ),
            ("arm,measure,value,zebra\n", "there are arm, measure, day, "),
            (
                &format!("# people: 20k\n{head}"),
                "line 1: people: `20k` is no whole number",
            ),
            (
                &format!("# seed: 1\n# seed: 2\n{head}"),
                "line 2: seed is said twice",
            ),
            (
                &format!("# tolerance ad_clicks 1 %\n{head}"),
                "line 1: write `# tolerance MEASURE: 1 %` for what stands in `tolerance ad_clicks 1 %`",
            ),
            (
                &format!("# Tolerance ad_clicks: 1 %\n{head}"),
                "line 1: write `# tolerance MEASURE: 1 %`",
            ),
            (
                &format!("# tolerance zebra: 1 %\n{head}"),
                "line 1: there is no measure `zebra`; outcomes.csv names all of them",
            ),
            (
                "arm,measure,value,value\n",
                "line 1: the column `value` is there twice",
            ),
            (
                &format!("{head}base,chats,1,-3\n"),
                "line 2: tolerance_percent is negative",
            ),
            (
                &format!("{head}base,chats,1,\nbase,chats,1,\nbase,chats,2,\n"),
                "line 4: base: chats: line 2 says otherwise",
            ),
            (
                &format!("{head}base,chats,1,\nbase,chats,1,2\n"),
                "line 3: base: chats: line 2 says otherwise",
            ),
            (
                &format!("{head}base,chats,1,\r\nbase,people,many,\r\n").replace(",\n", ",\r\n"),
                "line 3: value: `many`",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(told), "{error}: {text:?}");
        }
        let golden = read(&format!(
            "{head}base,chats,1,\npolcy,chats,1,\nzebra,chats,1,\n"
        ))
        .unwrap();
        let of = |arms: &[&str]| golden.of_arms(arms).unwrap_err().to_string();
        assert!(
            of(&["base", "policy"])
                .contains("line 3: the scenario has no arm `polcy`; did you mean `policy`?")
        );
        assert!(
            of(&["base", "polcy"])
                .ends_with("line 4: the scenario has no arm `zebra`; there are base, polcy")
        );
        assert!(golden.of_arms(&["base", "polcy", "zebra"]).is_ok());
        for (measure, hint) in [
            ("add_clicks", "did you mean `ad_clicks`?"),
            ("zzz", "outcomes.csv names all of them"),
        ] {
            let golden = read(&format!("{head}base,chats,1,\nbase,{measure},1,\n")).unwrap();
            let error = golden.of_arms(&["base"]).unwrap_err().to_string();
            let told = format!("line 3: there is no measure `{measure}`; {hint}");
            assert!(error.ends_with(&told), "{error}");
        }
    }

    #[test]
    fn what_differs_is_said() {
        let other = Origin::new("other", "policy.start = 2025-12-17\n", 8, 2000, "events");
        assert_eq!(origin().unlike(&origin()), [""; 0]);
        let renamed = Origin {
            scenario: "renamed".to_owned(),
            ..origin()
        };
        assert_eq!(origin().unlike(&renamed), [""; 0]);
        let said = origin().unlike(&other);
        assert_eq!(said.len(), 4);
        assert!(said[0].starts_with("scenario week (settings ") && said[0].contains("not other"));
        assert_eq!(
            said[1..],
            [
                "seed 7, not 8",
                "people 2464, not 2000",
                "engine thinned, not events"
            ]
        );
    }
}
