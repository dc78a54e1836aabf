//! The charts of a decomposition, from its table.

use std::path::{Path, PathBuf};

use overheard_charts::{
    Category, Chart, Estimate, Panel, Plot, Rows, Series, Shape, Unit, palette,
};
use serde::Deserialize;

use crate::error::ReportError;
use crate::estimate::Z95;
use crate::files::save;
use crate::table::all_rows;

/// A row of `decomposition.csv`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Row {
    measure: String,
    source: String,
    bucket: String,
    provision: String,
    alone: f64,
    alone_std_error: Option<f64>,
    last: f64,
    last_std_error: Option<f64>,
    shapley: f64,
    shapley_std_error: Option<f64>,
}

/// Draws a chart of each number in a folder's `decomposition.csv`. `caption` says where the numbers come from.
///
/// # Errors
/// The table or the disk.
pub fn write_decomposition_charts(
    folder: &Path,
    caption: &str,
    threads: u64,
) -> Result<Vec<PathBuf>, ReportError> {
    let rows: Vec<Row> = all_rows(&folder.join("decomposition.csv"))?;
    let same =
        |a: &Row, b: &Row| a.measure == b.measure && a.source == b.source && a.bucket == b.bucket;
    let drawn: Vec<(String, Chart)> = rows
        .chunk_by(same)
        .map(|of_one| {
            let name = [&of_one[0].measure, &of_one[0].source, &of_one[0].bucket];
            let parts: Vec<&str> = name
                .into_iter()
                .map(String::as_str)
                .filter(|p| !p.is_empty())
                .collect();
            let file = parts.join("-").replace(['_', ' '], "-");
            (
                file,
                chart(of_one, &parts.join(", ").replace('_', " "), caption),
            )
        })
        .collect();
    save(folder, threads, &drawn)
}

fn chart(rows: &[Row], name: &str, caption: &str) -> Chart {
    let side = |of: fn(&Row) -> (f64, Option<f64>)| {
        let one = |row: &Row| {
            let (value, error) = of(row);
            Some(Estimate::new(value, Z95 * error.unwrap_or(0.0)))
        };
        rows.iter().map(one).collect::<Vec<_>>()
    };
    let money = rows[0].measure.ends_with("_usd");
    let plot = Rows {
        categories: rows
            .iter()
            .map(|row| Category::from(row.provision.clone()))
            .collect(),
        x_title: format!("Change of {name}"),
        unit: if money { Unit::Usd } else { Unit::Count },
        shape: Shape::Dots,
        signed: true,
        series: vec![
            Series::solid(
                "first of all",
                palette::BLUE,
                side(|r| (r.alone, r.alone_std_error)),
            ),
            Series::solid(
                "last of all",
                palette::ORANGE,
                side(|r| (r.last, r.last_std_error)),
            ),
            Series::solid(
                "mean over all orders",
                palette::INK,
                side(|r| (r.shapley, r.shapley_std_error)),
            ),
        ],
        ..Rows::default()
    };
    Chart {
        title: format!("What each provision does to {name}"),
        subtitle: "What a provision changes where it is the only one, where all others are there already, and on the \
                   average over all orders; the averages add up to what all do together. Lines are 95 % intervals of sampling."
            .to_owned(),
        panels: vec![Panel::of(Plot::Rows(plot))],
        caption: caption.to_owned(),
        ..Chart::default()
    }
}
