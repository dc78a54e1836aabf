//! What the figures have in common.

use std::fmt;

use overheard_charts::{Chart, Plot, Series, Shape};
use overheard_formats::PAGE;

use crate::run::Run;

/// Why a chart was not drawn.
#[derive(Debug)]
pub(crate) struct Skipped(pub &'static str);

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Where the numbers come from; the same under every chart.
fn caption(run: &Run) -> String {
    let m = &run.manifest;
    format!(
        "Scenario {} · {} simulated assistant users · seed {} · market.response = {} · Overheard {}",
        m.scenario,
        PAGE.exact(m.people),
        m.seed,
        m.market_response,
        m.version
    )
}

/// A chart of `run` without panels.
pub fn titled(run: &Run, title: &str, subtitle: String) -> Chart {
    Chart {
        title: title.into(),
        subtitle,
        caption: caption(run),
        ..Chart::default()
    }
}

/// The end farthest from zero of any interval of these series: what panels that show them side by side must reach.
pub fn farthest<'a>(series: impl IntoIterator<Item = &'a Series>) -> f64 {
    let values = series.into_iter().flat_map(|s| s.values.iter().flatten());
    values
        .map(|e| e.low.abs().max(e.high.abs()))
        .fold(0.0, f64::max)
}

/// Gives all panels of one kind with the same axis title the same reach.
pub fn share_scales(chart: &mut Chart) {
    let reaches: Vec<f64> = chart.panels.iter().map(|p| reach_of(&p.plot)).collect();
    let axes: Vec<_> = chart.panels.iter().map(|p| axis(&p.plot)).collect();
    for i in 0..axes.len() {
        let alike = axes.iter().zip(&reaches).filter(|(a, _)| **a == axes[i]);
        let shared = alike.map(|(_, r)| *r).fold(0.0, f64::max);
        match &mut chart.panels[i].plot {
            Plot::Rows(plot) => plot.reach = shared,
            Plot::Lines(plot) => plot.reach = shared,
            Plot::Columns(plot) => plot.reach = shared,
            Plot::Matrix(_) | Plot::Scatter(_) => {}
        }
    }
}

/// Kind and axis title of a plot.
fn axis(plot: &Plot) -> (u8, String) {
    match plot {
        Plot::Rows(rows) => (0, rows.x_title.clone()),
        Plot::Lines(lines) => (1, lines.y_title.clone()),
        Plot::Columns(columns) => (2, columns.y_title.clone()),
        Plot::Matrix(_) | Plot::Scatter(_) => (3, String::new()),
    }
}

fn reach_of(plot: &Plot) -> f64 {
    match plot {
        Plot::Rows(rows) if rows.shape == Shape::Stacked => (0..rows.categories.len())
            .map(|i| {
                let parts = rows.series.iter();
                let parts = parts.filter_map(|s| s.values.get(i).copied().flatten());
                parts.map(|e| e.value).sum::<f64>()
            })
            .fold(0.0, f64::max),
        Plot::Rows(rows) => farthest(&rows.series),
        Plot::Lines(lines) => farthest(&lines.series),
        Plot::Columns(columns) => farthest(&columns.series),
        Plot::Matrix(_) | Plot::Scatter(_) => 0.0,
    }
}
