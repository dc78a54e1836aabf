//! Outcomes against a golden table: what CI asks.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Write};

use crate::compare::independent;
use crate::error::OutcomeError;
use crate::key::Key;
use crate::number::{number, number_or_empty};
use crate::tables::{OutcomeRow, header, read};

/// A row of a golden table: the columns of `outcomes.csv`, and how far an outcome may be from it.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldenRow {
    pub outcome: OutcomeRow,
    /// Allowed distance as a percentage of the golden value (`tolerance_percent`).
    pub tolerance_percent: Option<f64>,
    /// Allowed distance in the measure's unit (`tolerance_abs`).
    pub tolerance_abs: Option<f64>,
}

/// Combined standard errors that are allowed where a golden row states no tolerance: 1 in 16,000 rows by chance.
const ERRORS: f64 = 4.0;
/// And at least this percentage.
const PERCENT: f64 = 0.5;

impl GoldenRow {
    /// How far `got` may be from the golden value: the larger of the stated tolerances; if none is stated, of 4 combined
    /// standard errors and 0.5 %.
    pub fn tolerance(&self, got: &OutcomeRow) -> f64 {
        let percent = |p: f64| p / 100.0 * self.outcome.value.abs();
        match (self.tolerance_percent, self.tolerance_abs) {
            (None, None) => {
                // A golden table that leaves errors out has none of its own.
                let golden = self.outcome.std_error.or(Some(0.0));
                let errors = independent(golden, got.std_error).unwrap_or(0.0);
                percent(PERCENT).max(ERRORS * errors)
            }
            (p, a) => percent(p.unwrap_or(0.0)).max(a.unwrap_or(0.0)),
        }
    }
}

/// An outcome that left its tolerance, or is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub arm: String,
    pub key: Key,
    /// NaN: undefined.
    pub golden: f64,
    /// `None`: there is no such row.
    pub got: Option<f64>,
    pub tolerance: f64,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: f64| {
            if value.is_nan() {
                "undefined".to_owned()
            } else {
                number(value)
            }
        };
        write!(
            f,
            "{}: {}: golden {}, ",
            self.arm,
            self.key,
            text(self.golden)
        )?;
        match self.got {
            None => f.write_str("but there is no such row"),
            Some(got) => write!(f, "got {}, tolerance {}", text(got), number(self.tolerance)),
        }
    }
}

/// Every golden row whose outcome is missing or out of tolerance. Rows that are not golden may be anything.
pub fn check(outcomes: &[OutcomeRow], golden: &[GoldenRow]) -> Vec<Finding> {
    let by_key: BTreeMap<(&str, &Key), &OutcomeRow> =
        outcomes.iter().map(|r| ((&*r.arm, &r.key), r)).collect();
    let judge = |row: &GoldenRow| {
        let want = &row.outcome;
        let got = by_key.get(&(&*want.arm, &want.key)).copied();
        let tolerance = got.map_or(0.0, |got| row.tolerance(got));
        let fine = got.is_some_and(|got| {
            let distance = (got.value - want.value).abs();
            distance <= tolerance || (got.value.is_nan() && want.value.is_nan())
        });
        (!fine).then(|| Finding {
            arm: want.arm.clone(),
            key: want.key.clone(),
            golden: want.value,
            got: got.map(|g| g.value),
            tolerance,
        })
    };
    golden.iter().filter_map(judge).collect()
}

/// Reads a golden table. Columns of `outcomes.csv` that it lacks are empty, but `arm`, `measure`, `value` must be there.
///
/// # Errors
/// A malformed table or number, or a negative tolerance, with its line.
pub fn read_golden(input: impl Read) -> Result<Vec<GoldenRow>, OutcomeError> {
    read("golden table", input, |record| {
        let tolerance = |column: &str| match record.number(column)? {
            Some(t) if t < 0.0 => Err(record.fault(format!("{column} is negative"))),
            tolerance => Ok(tolerance),
        };
        Ok(GoldenRow {
            tolerance_percent: tolerance("tolerance_percent")?,
            tolerance_abs: tolerance("tolerance_abs")?,
            outcome: OutcomeRow {
                arm: record.text("arm").to_owned(),
                key: record.key(),
                value: record.number("value")?.unwrap_or(f64::NAN),
                std_error: record.number("std_error")?,
            },
        })
    })
}

/// Writes a golden table of the rows that `choose` picks, with the tolerance columns left empty for people to fill.
///
/// # Errors
/// Whatever the writer says.
pub fn write_golden(
    out: impl Write,
    outcomes: &[OutcomeRow],
    choose: impl Fn(&OutcomeRow) -> bool,
) -> Result<(), OutcomeError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header(&[
        "value",
        "std_error",
        "tolerance_percent",
        "tolerance_abs",
    ]))?;
    for row in outcomes.iter().filter(|r| choose(r)) {
        let (value, error) = (number(row.value), number_or_empty(row.std_error));
        let numbers = [&*value, &*error, "", ""];
        table.write_record(
            std::iter::once(&*row.arm)
                .chain(row.key.fields())
                .chain(numbers),
        )?;
    }
    table.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::estimates;
    use crate::{read_outcomes, write_outcomes};

    const CHOSEN: [&str; 4] = ["people", "ad_clicks", "ad_spend_usd", "price_per_mille_usd"];

    fn outcomes() -> Vec<OutcomeRow> {
        let mut table = Vec::new();
        write_outcomes(&mut table, &estimates()).unwrap();
        read_outcomes(&table[..]).unwrap()
    }

    fn golden(outcomes: &[OutcomeRow]) -> Vec<GoldenRow> {
        let mut table = Vec::new();
        let choose = |r: &OutcomeRow| CHOSEN.contains(&r.key.measure());
        write_golden(&mut table, outcomes, choose).unwrap();
        read_golden(&table[..]).unwrap()
    }

    #[test]
    fn a_run_passes_its_own_golden_table() {
        let outcomes = outcomes();
        let golden = golden(&outcomes);
        assert!(golden.len() > 1000);
        assert_eq!(check(&outcomes, &golden), []);
    }

    #[test]
    fn a_planted_shift_of_two_percent_is_found_and_named() {
        let mut outcomes = outcomes();
        let golden = golden(&outcomes);
        let key = Key::of("ad_spend_usd");
        let row = outcomes
            .iter_mut()
            .find(|r| r.arm == "other" && r.key == key)
            .unwrap();
        row.value *= 1.02;
        row.std_error = Some(0.001 * row.value);
        let findings = check(&outcomes, &golden);
        assert_eq!(findings.len(), 1);
        assert_eq!((&*findings[0].arm, &findings[0].key), ("other", &key));
        assert!(
            findings[0]
                .to_string()
                .starts_with("other: ad_spend_usd: golden ")
        );
    }

    #[test]
    fn a_missing_row_is_a_finding() {
        let outcomes = outcomes();
        let golden = golden(&outcomes);
        let findings = check(&outcomes[1..], &golden);
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0]
                .to_string()
                .ends_with("but there is no such row")
        );
    }

    #[test]
    fn tolerances_are_the_larger_of_what_is_stated() {
        let row = |value: f64, error: f64| OutcomeRow {
            arm: "base".to_owned(),
            key: Key::of("chats"),
            value,
            std_error: Some(error),
        };
        let cases = [
            // golden, its error, percent, absolute, got, its error, passes
            (100.0, 0.0, None, None, 100.5, 0.0, true),
            (100.0, 0.0, None, None, 100.6, 0.0, false),
            (100.0, 0.3, None, None, 101.9, 0.4, true),
            (100.0, 0.3, None, None, 102.1, 0.4, false),
            (100.0, 9.0, Some(1.0), None, 102.0, 9.0, false),
            (100.0, 9.0, Some(1.0), Some(3.0), 102.0, 9.0, true),
            (0.0, 0.0, None, None, 0.0, 0.0, true),
            (0.0, 0.0, None, Some(0.1), 0.2, 0.0, false),
            (f64::NAN, 0.0, None, None, f64::NAN, 0.0, true),
            (f64::NAN, 0.0, None, None, 1.0, 0.0, false),
        ];
        for case in cases {
            let (value, error, tolerance_percent, tolerance_abs, got, got_error, passes) = case;
            let golden = GoldenRow {
                outcome: row(value, error),
                tolerance_percent,
                tolerance_abs,
            };
            assert_eq!(
                check(&[row(got, got_error)], &[golden]).is_empty(),
                passes,
                "{case:?}"
            );
        }
    }

    #[test]
    fn a_golden_table_may_be_short() {
        let text = "arm,measure,market,value,tolerance_percent\nbase,chats,eu,12,3\n";
        let rows = read_golden(text.as_bytes()).unwrap();
        assert_eq!(rows[0].outcome.key.to_string(), "chats (market eu)");
        assert_eq!(rows[0].tolerance_percent, Some(3.0));
        assert!(read_golden(text.replace(",3\n", ",-3\n").as_bytes()).is_err());
    }
}
