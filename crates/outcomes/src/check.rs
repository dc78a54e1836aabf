//! Outcomes against a golden table: what CI asks.

use std::cmp::Ordering;
use std::fmt;

use overheard_formats::{Key, OutcomeRow, TERMINAL, change_percent, number, plain};

use crate::compare::independent;
use crate::golden::{Golden, GoldenRow};
use crate::tolerance::Tolerance;

/// What is allowed where other people were simulated and nothing is stated: 1 in 16,000 rows leave it by chance.
const OTHERS: Tolerance = Tolerance {
    percent: Some(0.5),
    abs: None,
    errors: Some(4.0),
};

/// Whose outcomes a golden table is held against, where a row states no tolerance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// The same people under the same scenario: every digit that is written must be the same.
    Same,
    /// Other people, or nobody knows: 4 combined standard errors are allowed, and 0.5 % at least.
    Others,
}

/// Where a row's tolerance comes from.
enum Rule<'a> {
    Row(&'a Tolerance),
    Measure(&'a Tolerance),
    /// None is stated.
    None(Against),
}

impl Rule<'_> {
    fn of<'a>(golden: &'a Golden, row: &'a GoldenRow, against: Against) -> Rule<'a> {
        let of_measure = golden.tolerances.get(row.outcome.key.measure());
        match of_measure {
            _ if row.tolerance.is_stated() => Rule::Row(&row.tolerance),
            Some(tolerance) => Rule::Measure(tolerance),
            None => Rule::None(against),
        }
    }

    /// How far `got` may be from the golden value.
    fn distance(&self, golden: &OutcomeRow, got: &OutcomeRow) -> f64 {
        // A golden table that leaves errors out has none of its own.
        let own = golden.std_error.or(Some(0.0));
        let error = independent(own, got.std_error).unwrap_or(0.0);
        match self {
            Rule::Row(tolerance) | Rule::Measure(tolerance) => {
                tolerance.distance(golden.value, error)
            }
            Rule::None(Against::Same) => 0.0,
            Rule::None(Against::Others) => OTHERS.distance(golden.value, error),
        }
    }
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Row(tolerance) => write!(f, "{tolerance}"),
            Rule::Measure(tolerance) => write!(f, "{tolerance}, of the measure"),
            Rule::None(Against::Same) => f.write_str("none is stated, and the people are the same"),
            Rule::None(Against::Others) => write!(f, "none is stated: {OTHERS}"),
        }
    }
}

/// An outcome that left its tolerance, or is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Where the golden table says otherwise.
    pub line: u64,
    pub arm: String,
    pub key: Key,
    /// NaN: undefined.
    pub golden: f64,
    /// `None`: there is no such row.
    pub got: Option<f64>,
    pub tolerance: f64,
    /// Where the tolerance comes from.
    pub rule: String,
}

impl Finding {
    /// Change of the golden value (%); none where either is undefined or missing, or the golden value is 0.
    pub fn change_percent(&self) -> Option<f64> {
        change_percent(self.golden, self.got? - self.golden)
    }

    /// What a person must see first: what is gone, what has no number, what was nothing, then the largest change.
    fn rank(&self) -> f64 {
        match self.got {
            None => f64::INFINITY,
            Some(_) => self.change_percent().map_or(f64::MAX, f64::abs),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: ", self.arm, self.key)?;
        if let Some(percent) = self.change_percent() {
            write!(f, "{}: ", TERMINAL.change(percent))?;
        }
        write!(f, "golden {}, ", plain(self.golden))?;
        match self.got {
            None => f.write_str("but there is no such row"),
            Some(got) => write!(
                f,
                "got {}, tolerance {} ({})",
                plain(got),
                plain(self.tolerance),
                self.rule
            ),
        }
    }
}

/// Every golden row whose outcome is missing or out of tolerance, the largest relative change first. Rows that are not
/// golden may be anything.
pub fn check(outcomes: &[OutcomeRow], golden: &Golden, against: Against) -> Vec<Finding> {
    let judge = |(row, got): (&GoldenRow, Option<&OutcomeRow>)| {
        let want = &row.outcome;
        let rule = Rule::of(golden, row, against);
        let tolerance = got.map_or(0.0, |got| rule.distance(want, got));
        let fine = got.is_some_and(|got| {
            let distance = (got.value - want.value).abs();
            distance <= tolerance
                || (got.value.is_nan() && want.value.is_nan())
                // A golden value may have been read with more digits than are written.
                || (tolerance == 0.0 && number(got.value) == number(want.value))
        });
        (!fine).then(|| Finding {
            line: row.line,
            arm: want.arm.clone(),
            key: want.key.clone(),
            golden: want.value,
            got: got.map(|g| g.value),
            tolerance,
            rule: rule.to_string(),
        })
    };
    let mut findings: Vec<Finding> = golden.beside(outcomes).filter_map(judge).collect();
    findings.sort_by(|a, b| b.rank().partial_cmp(&a.rank()).unwrap_or(Ordering::Equal));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::estimates;
    use crate::golden::Origin;
    use crate::{read_outcomes, write_outcomes};

    const CHOSEN: [&str; 4] = ["people", "ad_clicks", "ad_spend_usd", "price_per_mille_usd"];

    fn outcomes() -> Vec<OutcomeRow> {
        let mut table = Vec::new();
        write_outcomes(&mut table, &estimates()).unwrap();
        read_outcomes(&table[..]).unwrap()
    }

    fn golden(outcomes: &[OutcomeRow]) -> Golden {
        let chosen = outcomes
            .iter()
            .filter(|r| CHOSEN.contains(&r.key.measure()));
        let mut table = Vec::new();
        let origin = Origin::new("fixture", "", 1, 4000, "thinned");
        Golden::of(chosen.cloned(), origin)
            .write(&mut table)
            .unwrap();
        Golden::read(&table[..]).unwrap()
    }

    #[test]
    fn a_run_passes_its_own_golden_table() {
        let outcomes = outcomes();
        let golden = golden(&outcomes);
        assert!(golden.rows.len() > 1000);
        for against in [Against::Same, Against::Others] {
            assert_eq!(check(&outcomes, &golden, against), []);
        }
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
        for against in [Against::Same, Against::Others] {
            let findings = check(&outcomes, &golden, against);
            assert_eq!(findings.len(), 1);
            assert_eq!((&*findings[0].arm, &findings[0].key), ("other", &key));
            let told = findings[0].to_string();
            assert!(
                told.starts_with("other: ad_spend_usd: +2 %: golden "),
                "{told}"
            );
        }
    }

    #[test]
    fn the_same_people_must_have_the_same_numbers() {
        let mut outcomes = outcomes();
        let golden = golden(&outcomes);
        let key = Key::of("ad_clicks");
        let row = outcomes
            .iter_mut()
            .find(|r| r.arm == "other" && r.key == key);
        row.unwrap().value *= 1.000_000_1;
        assert_eq!(check(&outcomes, &golden, Against::Others), []);
        let told = check(&outcomes, &golden, Against::Same)[0].to_string();
        assert!(
            told.contains("less than 0.001 % up") && told.contains("tolerance 0 (none is stated"),
            "{told}"
        );
    }

    #[test]
    fn what_changed_most_stands_first() {
        let mut outcomes = outcomes();
        let golden = golden(&outcomes);
        let mut shift = |arm: &str, measure: &'static str, factor: f64| {
            let key = Key::of(measure);
            let row = outcomes.iter_mut().find(|r| r.arm == arm && r.key == key);
            row.unwrap().value *= factor;
        };
        shift("base", "people", 1.01);
        shift("twin", "ad_clicks", 0.5);
        shift("other", "ad_spend_usd", 1.2);
        outcomes.retain(|r| r.arm != "split" || r.key != Key::of("people"));
        let findings = check(&outcomes, &golden, Against::Same);
        let order: Vec<&str> = findings.iter().map(|f| f.arm.as_str()).collect();
        assert_eq!(order, ["split", "twin", "other", "base"]);
        assert!(findings[1].to_string().contains("ad_clicks: -50 %: golden"));
    }

    #[test]
    fn a_missing_row_is_a_finding() {
        let outcomes = outcomes();
        let golden = golden(&outcomes);
        let findings = check(&outcomes[1..], &golden, Against::Same);
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0]
                .to_string()
                .ends_with("but there is no such row")
        );
    }

    #[test]
    fn a_measure_s_tolerance_is_that_of_its_rows_that_state_none() {
        let mut outcomes = outcomes();
        let mut golden = golden(&outcomes);
        let rows = outcomes
            .iter_mut()
            .filter(|r| r.key.measure() == "ad_clicks");
        rows.for_each(|row| row.value *= 1.02);
        let one = Tolerance {
            percent: Some(1.0),
            ..Tolerance::default()
        };
        let three = Tolerance {
            percent: Some(3.0),
            ..one
        };
        golden.tolerances.insert("ad_clicks".to_owned(), three);
        assert_eq!(check(&outcomes, &golden, Against::Same), []);
        let row = golden
            .rows
            .iter_mut()
            .find(|r| r.outcome.key == Key::of("ad_clicks"));
        let line = row.map(|row| {
            row.tolerance = one;
            row.line
        });
        let findings = check(&outcomes, &golden, Against::Same);
        assert_eq!((findings.len(), Some(findings[0].line)), (1, line));
        golden.tolerances.insert("ad_clicks".to_owned(), one);
        let told = check(&outcomes, &golden, Against::Same)[1].to_string();
        assert!(told.ends_with("(1 %, of the measure)"), "{told}");
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
            // golden, its error, percent, absolute, in errors, got, its error, passes
            (100.0, 0.0, None, None, None, 100.5, 0.0, true),
            (100.0, 0.0, None, None, None, 100.6, 0.0, false),
            (100.0, 0.3, None, None, None, 101.9, 0.4, true),
            (100.0, 0.3, None, None, None, 102.1, 0.4, false),
            (100.0, 9.0, Some(1.0), None, None, 102.0, 9.0, false),
            (100.0, 9.0, Some(1.0), Some(3.0), None, 102.0, 9.0, true),
            (100.0, 0.3, None, None, Some(2.0), 100.9, 0.4, true),
            (100.0, 0.3, None, None, Some(2.0), 101.1, 0.4, false),
            (0.0, 0.0, None, None, None, 0.0, 0.0, true),
            (0.0, 0.0, None, Some(0.1), None, 0.2, 0.0, false),
            (f64::NAN, 0.0, None, None, None, f64::NAN, 0.0, true),
            (f64::NAN, 0.0, None, None, None, 1.0, 0.0, false),
        ];
        for case in cases {
            let (value, error, percent, abs, errors, got, got_error, passes) = case;
            let golden = GoldenRow {
                line: 0,
                outcome: row(value, error),
                tolerance: Tolerance {
                    percent,
                    abs,
                    errors,
                },
            };
            let golden = Golden {
                rows: vec![golden],
                ..Golden::default()
            };
            assert_eq!(
                check(&[row(got, got_error)], &golden, Against::Others).is_empty(),
                passes,
                "{case:?}"
            );
        }
    }
}
