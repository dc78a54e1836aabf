//! All rows of a comparison as JSON, with what a table has no columns for.

use std::io::Write;

use overheard_formats::{Column, number};
use overheard_outcomes::{Chance, DEGREES, DifferenceRow, FALSE_DISCOVERY_RATE};
use serde::Serialize;

use super::compared::Compared;

/// What is known of all rows.
#[derive(Serialize)]
struct Head<'a> {
    compared: &'a str,
    /// Whether errors are of paired differences.
    paired: bool,
    false_discovery_rate: f64,
    degrees_of_freedom: usize,
    /// Rows that were judged together.
    tested: usize,
}

/// A row; `null` where `differences.csv` has an empty field.
#[derive(Serialize)]
struct Row<'a> {
    arm: &'a str,
    measure: &'a str,
    day: Option<&'a str>,
    market: Option<&'a str>,
    app: Option<&'a str>,
    surface: Option<&'a str>,
    age: Option<&'a str>,
    topic: Option<&'a str>,
    source: Option<&'a str>,
    bucket: Option<&'a str>,
    base_value: Option<f64>,
    value: Option<f64>,
    difference: Option<f64>,
    std_error: Option<f64>,
    /// Ends of the 95 % interval of the difference.
    low: Option<f64>,
    high: Option<f64>,
    change_percent: Option<f64>,
    p_value: Option<f64>,
    q_value: Option<f64>,
    more_than_chance: Option<bool>,
}

/// Writes one object; each of its `rows` stands on a line of its own.
pub fn json(out: &mut dyn Write, compared: &Compared) -> anyhow::Result<()> {
    let head = serde_json::to_string(&Head {
        compared: &compared.title,
        paired: compared.paired,
        false_discovery_rate: FALSE_DISCOVERY_RATE,
        degrees_of_freedom: DEGREES,
        tested: compared.tested(),
    })?;
    // The object stays open for its rows.
    write!(out, "{},\"rows\":[", head.trim_end_matches('}'))?;
    for (place, (difference, chance)) in compared.rows.iter().zip(&compared.chances).enumerate() {
        let row = serde_json::to_string(&row(difference, *chance))?;
        write!(out, "{}\n{row}", if place > 0 { "," } else { "" })?;
    }
    writeln!(out, "\n]}}")?;
    Ok(())
}

fn row(row: &DifferenceRow, chance: Chance) -> Row<'_> {
    let member = |column| Some(row.key.get(column)).filter(|member| !member.is_empty());
    let end = |sign: f64| row.half_width().map(|half| row.difference + sign * half);
    let (p_value, q_value) = match chance {
        Chance::Tested { p_value, q_value } => (Some(p_value), Some(q_value)),
        _ => (None, None),
    };
    Row {
        arm: &row.arm,
        measure: row.key.measure(),
        day: member(Column::Day),
        market: member(Column::Market),
        app: member(Column::App),
        surface: member(Column::Surface),
        age: member(Column::Age),
        topic: member(Column::Topic),
        source: member(Column::Source),
        bucket: member(Column::Bucket),
        base_value: rounded(Some(row.base_value)),
        value: rounded(Some(row.value)),
        difference: rounded(Some(row.difference)),
        std_error: rounded(row.std_error),
        low: rounded(end(-1.0)),
        high: rounded(end(1.0)),
        change_percent: rounded(row.change_percent()),
        p_value: rounded(p_value),
        q_value: rounded(q_value),
        more_than_chance: chance.is_more(),
    }
}

/// The number that tables have; none where they leave it empty.
fn rounded(value: Option<f64>) -> Option<f64> {
    number(value?).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use overheard_outcomes::Key;

    #[test]
    fn numbers_are_those_of_the_tables_and_what_is_undefined_is_null() {
        let difference = DifferenceRow {
            arm: "policy".to_owned(),
            key: Key::of("ad_clicks").with(Column::Source, "chat"),
            base_value: 0.1 + 0.2,
            value: f64::NAN,
            difference: f64::NAN,
            std_error: None,
        };
        let compared = Compared::new("a \"b\"".to_owned(), true, vec![difference; 2]);
        let mut out = Vec::new();
        json(&mut out, &compared).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(
            (&read["compared"], &read["tested"]),
            (&"a \"b\"".into(), &0.into())
        );
        assert_eq!(read["rows"].as_array().unwrap().len(), 2);
        let row = &read["rows"][1];
        assert_eq!(
            (&row["base_value"], &row["source"]),
            (&0.3.into(), &"chat".into())
        );
        for name in [
            "value",
            "difference",
            "low",
            "q_value",
            "more_than_chance",
            "day",
        ] {
            assert!(row[name].is_null(), "{name}: {row}");
        }
    }
}
