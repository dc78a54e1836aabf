//! The chart of a table that `overheard bench` wrote: what a person-day costs against how many people a run has.

use std::path::{Path, PathBuf};

use overheard_charts::{Chart, Estimate, Lines, Look, Panel, Plot, Series, Unit};
use serde::Deserialize;

use crate::error::ReportError;
use crate::table::all_rows;
use crate::write::atomically;

/// A row of the table. Empty is what the system did not tell.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Row {
    people: u64,
    threads: usize,
    isa: String,
    cpu_seconds: Option<f64>,
    person_days: u64,
    marginal_ns_per_person_day: Option<f64>,
}

/// The files of the chart beside a table.
pub fn cost_files(table: &Path) -> [PathBuf; 2] {
    ["svg", "png"].map(|ending| table.with_extension(ending))
}

/// Draws the chart of a table into [`cost_files`]; `caption` says what was run.
///
/// # Errors
/// [`ReportError`]; no file is ever left half-written.
pub fn draw_costs(table: &Path, caption: &str) -> Result<(), ReportError> {
    let rows: Vec<Row> = all_rows(table)?;
    let chart = chart(&rows, caption);
    let [svg, png] = cost_files(table);
    atomically(&svg, chart.svg(Look::default())?.as_bytes())?;
    Ok(atomically(&png, &chart.png(Look::default())?)?)
}

fn chart(rows: &[Row], caption: &str) -> Chart {
    let mut people: Vec<u64> = rows.iter().map(|row| row.people).collect();
    people.sort_unstable();
    people.dedup();
    let mean = |row: &Row| Some(1e9 * row.cpu_seconds? / row.person_days as f64);
    let marginal = |row: &Row| row.marginal_ns_per_person_day;
    let mut panels = vec![panel("of a whole run", &people, rows, mean)];
    if people.len() > 1 {
        let heading = "of what it has more than the next smaller run";
        panels.push(panel(heading, &people[1..], rows, marginal));
    }
    Chart {
        title: "What a person-day costs".into(),
        subtitle: "Core time of all threads per simulated person and day, all arms together, against the run's assistant users. A whole \
                   run holds what it costs however few its people are: start, market, tables, report."
            .into(),
        panels,
        columns: 2,
        caption: caption.into(),
        ..Chart::default()
    }
}

/// One line for each way to run.
fn panel(
    heading: &str,
    people: &[u64],
    rows: &[Row],
    value: impl Fn(&Row) -> Option<f64>,
) -> Panel {
    let mut ways: Vec<(&str, usize)> = Vec::new();
    for row in rows {
        let way = (row.isa.as_str(), row.threads);
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    let line = |(i, (isa, threads)): (usize, &(&str, usize))| {
        let at = |people: &u64| {
            let row = rows.iter().find(|row| {
                (row.people, row.isa.as_str(), row.threads) == (*people, isa, *threads)
            });
            row.and_then(&value).map(Estimate::exact)
        };
        let plural = if *threads == 1 { "" } else { "s" };
        let label = format!("{isa}, {threads} thread{plural}");
        Series::nth(i, label, people.iter().map(at).collect())
    };
    let lines = Lines {
        steps: people
            .iter()
            .map(|n| Unit::Count.format(*n as f64))
            .collect(),
        y_title: "core time per person-day [ns]".into(),
        unit: Unit::Plain,
        series: ways.iter().enumerate().map(line).collect(),
        ..Lines::default()
    };
    Panel::headed(heading, Plot::Lines(lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
people,threads,isa,rounds,wall_seconds,cpu_seconds,person_days,person_days_per_second,marginal_ns_per_person_day,peak_memory_bytes
100000,2,avx2,3,1.2,2.3,3506250,2921875.0,,180000000
1000000,2,avx2,3,6.0,11.2,35062500,5843750.0,282.0,190000000
100000,2,scalar,3,2.2,4.3,3506250,1593750.0,,180000000
1000000,2,scalar,3,12.0,23.2,35062500,2921875.0,599.0,190000000
";

    fn drawn(table: &str) -> (String, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bench.csv");
        fs_err::write(&path, table).unwrap();
        draw_costs(&path, "december-16").unwrap();
        let svg = fs_err::read_to_string(folder.path().join("bench.svg")).unwrap();
        assert!(
            fs_err::read(folder.path().join("bench.png"))
                .unwrap()
                .starts_with(b"\x89PNG")
        );
        let texts = chart(&all_rows::<Row>(&path).unwrap(), "december-16")
            .layout(1200)
            .texts;
        (svg, texts.into_iter().map(|t| t.text).collect())
    }

    #[test]
    fn every_way_to_run_has_a_line_in_both_panels() {
        let (svg, texts) = drawn(TABLE);
        assert!(svg.contains("What a person-day costs"));
        let shown = |text: &str| texts.iter().filter(|t| *t == text).count();
        for text in ["avx2, 2 threads", "scalar, 2 threads", "of a whole run"] {
            assert!(shown(text) >= 1, "{text}: {texts:?}");
        }
        assert_eq!(shown("1.00M"), 2, "{texts:?}");
    }

    #[test]
    fn one_size_has_no_margin_and_an_unknown_time_no_line() {
        let one: String = TABLE.lines().take(2).map(|l| format!("{l}\n")).collect();
        let (_, texts) = drawn(&one);
        assert!(
            !texts.iter().any(|t| t.contains("next smaller")),
            "{texts:?}"
        );
        drawn(&one.replace(",2.3,", ",,"));
    }

    #[test]
    fn what_is_no_such_table_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bench.csv");
        fs_err::write(&path, "people,threads\nmany,2\n").unwrap();
        let error = draw_costs(&path, "").unwrap_err();
        assert!(matches!(error, ReportError::Table { .. }), "{error}");
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
    }
}
