//! `data/demand.csv`: the daily curve of advertisers' demand, with its holidays.

use std::sync::LazyLock;

use jiff::civil::Date;
use overheard_formats::{DataError, DataTable};

use crate::knob::read_date;

/// The text of the built-in table.
pub const DEMAND_CSV: &str = include_str!("../../../data/demand.csv");

const FILE: &str = "data/demand.csv";

static DEMAND: LazyLock<Vec<(Date, f64)>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in, and a test parses it: this build would not have passed"
    )]
    parse(DEMAND_CSV).expect("the built-in demand.csv is sound")
});

/// Advertisers' demand on a day, relative to its mean level.
///
/// A day outside the table has the demand of the same day of another year in it, since the curve is one of seasons; if
/// no year has that day, the mean of the table.
pub fn demand_on(date: Date) -> f64 {
    let table = &*DEMAND;
    if let Ok(i) = table.binary_search_by_key(&date, |(d, _)| *d) {
        return table[i].1;
    }
    let season = |d: &Date| (d.month(), d.day()) == (date.month(), date.day());
    match table.iter().find(|(d, _)| season(d)) {
        Some((_, demand)) => *demand,
        None => table.iter().map(|(_, demand)| demand).sum::<f64>() / table.len() as f64,
    }
}

/// Parses `date,demand` rows of consecutive days.
fn parse(text: &str) -> Result<Vec<(Date, f64)>, DataError> {
    let table = DataTable::parse(FILE, text)?;
    let mut days: Vec<(Date, f64)> = Vec::new();
    for row in table.rows() {
        let row = row?;
        let (date, demand) = (row.text("date")?, row.text("demand")?);
        let date = read_date(date).ok_or_else(|| row.fault(format!("`{date}` is no day")))?;
        let above = demand.parse().ok();
        let above = above.filter(|x: &f64| x.is_finite() && *x > 0.0);
        let demand = above.ok_or_else(|| row.fault(format!("`{demand}` is no demand above 0")))?;
        let follows = |last: &(Date, f64)| last.0.tomorrow().ok() == Some(date);
        if !days.last().is_none_or(follows) {
            return Err(row.fault(format!("{date} does not follow the day before it")));
        }
        days.push((date, demand));
    }
    if days.is_empty() {
        return Err(table.fault(0, "there is no day in it".to_owned()));
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_built_in_table_covers_the_default_window() {
        let rows = parse(DEMAND_CSV).unwrap();
        for day in 1..=31 {
            assert!(rows.iter().any(|(d, _)| *d == date(2025, 12, day)));
        }
    }

    #[test]
    fn other_years_have_the_same_season() {
        assert_eq!(demand_on(date(2027, 12, 25)), demand_on(date(2025, 12, 25)));
        let summer = demand_on(date(2025, 8, 1));
        let least = DEMAND.iter().map(|(_, x)| *x).fold(f64::INFINITY, f64::min);
        let most = DEMAND.iter().map(|(_, x)| *x).fold(0.0, f64::max);
        assert!(least < summer && summer < most);
    }

    #[test]
    fn faults_name_file_and_line() {
        let check = |text: &str, expected: &str| {
            assert_eq!(parse(text).unwrap_err().to_string(), expected);
        };
        check("date,demand\n", "data/demand.csv:0: there is no day in it");
        check(
            "date,demand\n2025-02-30,1\n",
            "data/demand.csv:2: `2025-02-30` is no day",
        );
        check(
            "date,demand\n2025-02-03,0\n",
            "data/demand.csv:2: `0` is no demand above 0",
        );
        check(
            "date,demand\n2025-02-03,1\n2025-02-05,1\n",
            "data/demand.csv:3: 2025-02-05 does not follow the day before it",
        );
    }
}
