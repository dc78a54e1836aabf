//! The charts of a decomposition, from its table.

use std::path::{Path, PathBuf};

use overheard_charts::{
    Category, Chart, Estimate, Look, Panel, Plot, Rows, Series, Shape, Unit, palette,
};
use serde::Deserialize;

use crate::drawn::Drawn;
use crate::error::ReportError;
use crate::estimate::Z95;
use crate::files::OF_A_RUN;
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
    shapley_p05: Option<f64>,
    shapley_p95: Option<f64>,
    draws: u64,
}

impl Row {
    /// What draws leave open of the mean over all orders, or else its error of sampling.
    fn mean(&self) -> Estimate {
        match (self.shapley_p05, self.shapley_p95) {
            (Some(low), Some(high)) => Estimate::between(self.shapley, low, high),
            _ => Estimate::new(self.shapley, Z95 * self.shapley_std_error.unwrap_or(0.0)),
        }
    }
}

/// Draws two charts of each number in a folder's `decomposition.csv`. `caption` says where the numbers come from.
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
    let charts: Vec<(String, Chart)> = rows
        .chunk_by(same)
        .flat_map(|of_one| {
            let name = [&of_one[0].measure, &of_one[0].source, &of_one[0].bucket];
            let parts: Vec<&str> = name
                .into_iter()
                .map(String::as_str)
                .filter(|p| !p.is_empty())
                .collect();
            let file = parts.join("-").replace(['_', ' '], "-");
            let name = parts.join(", ").replace('_', " ");
            let steps = format!("{file}-waterfall");
            [
                (file, chart(of_one, &name, caption)),
                (steps, waterfall(of_one, &name, caption)),
            ]
        })
        .collect();
    let drawn = Drawn {
        charts,
        skipped: Vec::new(),
        threads,
    };
    drawn.save(folder, &OF_A_RUN, Look::default())
}

fn chart(rows: &[Row], name: &str, caption: &str) -> Chart {
    let side = |of: fn(&Row) -> (f64, Option<f64>)| {
        let one = |row: &Row| {
            let (value, error) = of(row);
            Some(Estimate::new(value, Z95 * error.unwrap_or(0.0)))
        };
        rows.iter().map(one).collect::<Vec<_>>()
    };
    let plot = Rows {
        categories: rows
            .iter()
            .map(|row| Category::from(row.provision.clone()))
            .collect(),
        x_title: format!("Change of {name}"),
        unit: unit(rows),
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

fn unit(rows: &[Row]) -> Unit {
    match rows[0].measure.ends_with("_usd") {
        true => Unit::Usd,
        false => Unit::Count,
    }
}

/// From no provision to all of them, step by step; the last row is what they come to.
fn waterfall(rows: &[Row], name: &str, caption: &str) -> Chart {
    let steps = rows.len() - 1;
    let side = |own: &dyn Fn(usize, &Row) -> bool| {
        let one = |(i, row): (usize, &Row)| own(i, row).then(|| row.mean());
        rows.iter().enumerate().map(one).collect::<Vec<_>>()
    };
    let series = [
        (
            "raises",
            palette::BLUE,
            side(&|i, row| i < steps && row.shapley >= 0.0),
        ),
        (
            "lowers",
            palette::ORANGE,
            side(&|i, row| i < steps && row.shapley < 0.0),
        ),
        ("all together", palette::GREY, side(&|i, _| i == steps)),
    ];
    let shown = series
        .into_iter()
        .filter(|(.., values)| values.iter().any(Option::is_some));
    let plot = Rows {
        categories: rows
            .iter()
            .map(|row| Category::from(row.provision.clone()))
            .collect(),
        x_title: format!("Change of {name}, from none of them to all"),
        unit: unit(rows),
        shape: Shape::Steps,
        signed: true,
        series: shown
            .map(|(label, colour, values)| Series::solid(label, colour, values))
            .collect(),
        ..Rows::default()
    };
    let lines = match rows[0].draws {
        0 => "95 % intervals of sampling".to_owned(),
        n => format!(
            "5 % to 95 % of {n} draws of what nobody knows, which add up in each draw, not end by end"
        ),
    };
    Chart {
        title: format!("From no provision to all: {name}"),
        subtitle: format!(
            "What each provision changes on the average over all orders; each bar begins where the one above ended. Lines are {lines}."
        ),
        panels: vec![Panel::of(Plot::Rows(plot))],
        caption: caption.to_owned(),
        ..Chart::default()
    }
}
