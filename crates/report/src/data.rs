//! The numbers of a chart beside it: a file for programs, and a table for readers.

use overheard_charts::{Chart, Datum, Unit};
use overheard_formats::number;

use crate::error::ReportError;

/// So many rows of a chart stand in the page; all are in its file.
const MOST_ROWS: usize = 400;

/// The header of a chart's file. `panel`, `group` and `series` are empty where a chart has one of these only.
const HEADER: [&str; 9] = [
    "panel", "group", "category", "series", "measure", "unit", "value", "low", "high",
];

/// The file of a chart: every number on a row of its own, `low` and `high` the ends of its interval as drawn.
///
/// # Errors
/// None that a text in memory could have.
pub(crate) fn csv(chart: &Chart) -> Result<Vec<u8>, ReportError> {
    let mut file = csv::Writer::from_writer(Vec::new());
    let failed = |cause: String| ReportError::Table {
        path: "charts".into(),
        cause,
    };
    file.write_record(HEADER)
        .map_err(|e| failed(e.to_string()))?;
    for datum in chart.data() {
        let end =
            |of: fn((f64, f64)) -> f64| datum.interval.map_or_else(String::new, |i| number(of(i)));
        let record = [
            datum.panel.as_str(),
            &datum.group,
            &datum.category,
            &datum.series,
            &datum.measure,
            unit(datum.unit),
            &number(datum.value),
            &end(|(low, _)| low),
            &end(|(_, high)| high),
        ];
        file.write_record(record)
            .map_err(|e| failed(e.to_string()))?;
    }
    file.into_inner().map_err(|e| failed(e.to_string()))
}

/// As in `measures.csv`, where it has such a unit.
fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "count",
        Unit::Percent => "percent",
        Unit::PerMille => "per mille",
        Unit::Usd => "usd",
        Unit::Plain => "number",
    }
}

/// The same as a page shows it: names that all rows lack are left out.
pub(crate) struct Table {
    pub heads: Vec<&'static str>,
    /// Texts, then the value.
    pub rows: Vec<Row>,
    /// Rows that are in the file only.
    pub more: usize,
    /// Whether any value has an interval.
    pub intervals: bool,
}

/// One number.
pub(crate) struct Row {
    pub names: Vec<String>,
    pub value: String,
    pub interval: String,
}

impl Table {
    pub fn of(chart: &Chart) -> Self {
        let data = chart.data();
        type Column = (&'static str, fn(&Datum) -> &String);
        let columns: [Column; 4] = [
            ("panel", |d| &d.panel),
            ("group", |d| &d.group),
            ("category", |d| &d.category),
            ("series", |d| &d.series),
        ];
        let used = |of: &Column| data.iter().any(|d| !of.1(d).is_empty());
        let columns: Vec<Column> = columns.into_iter().filter(used).collect();
        let row = |datum: &Datum| Row {
            names: columns.iter().map(|c| c.1(datum).clone()).collect(),
            value: datum.unit.format(datum.value),
            interval: datum.interval.map_or_else(String::new, |(low, high)| {
                format!("{} to {}", datum.unit.format(low), datum.unit.format(high))
            }),
        };
        Self {
            heads: columns.iter().map(|c| c.0).collect(),
            rows: data.iter().take(MOST_ROWS).map(row).collect(),
            more: data.len().saturating_sub(MOST_ROWS),
            intervals: data.iter().any(|d| d.interval.is_some()),
        }
    }
}

#[cfg(test)]
mod tests {
    use overheard_charts::{Estimate, Panel, Plot, Rows, Series, palette};

    use super::*;

    fn chart(rows: usize) -> Chart {
        let name = |i: usize| format!("row, {i}").as_str().into();
        let value = |i: usize| Some(Estimate::new(i as f64, if i == 1 { 0.25 } else { 0.0 }));
        Chart {
            panels: vec![Panel::of(Plot::Rows(Rows {
                categories: (0..rows).map(name).collect(),
                x_title: "share of people [%]".into(),
                unit: Unit::Percent,
                series: vec![Series::solid(
                    "",
                    palette::BLUE,
                    (0..rows).map(value).collect(),
                )],
                ..Rows::default()
            }))],
            ..Chart::default()
        }
    }

    #[test]
    fn a_file_has_every_number() {
        let text = String::from_utf8(csv(&chart(2)).unwrap()).unwrap();
        assert_eq!(
            text,
            "panel,group,category,series,measure,unit,value,low,high\n\
             ,,\"row, 0\",,share of people [%],percent,0.0,,\n\
             ,,\"row, 1\",,share of people [%],percent,1.0,0.75,1.25\n"
        );
    }

    #[test]
    fn a_table_of_many_rows_says_how_many_are_left_out() {
        let table = Table::of(&chart(MOST_ROWS + 5));
        assert_eq!(table.heads, ["category"]);
        assert_eq!((table.rows.len(), table.more), (MOST_ROWS, 5));
        assert_eq!(table.rows[1].interval, "0.75\u{202f}% to 1.25\u{202f}%");
    }
}
