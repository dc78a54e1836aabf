//! The standard charts, one function each. A chart that the run has no rows for says why instead.

mod calibration;
mod cross_app;
mod exposure;
mod frequency;
mod funnel;
mod price;
mod sensitive;

use std::fmt;

use overheard_charts::{Chart, Panel, Plot, Series, Shape};

use crate::names::prose;
use crate::run::Run;

/// Why a chart was not drawn.
#[derive(Debug)]
pub(crate) struct Skipped(&'static str);

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

pub(crate) type Figure = fn(&Run) -> Result<Chart, Skipped>;

/// File names and makers, in the order of the report.
pub(crate) fn all() -> [(&'static str, Figure); 8] {
    [
        ("exposure-by-day", exposure::by_day),
        ("exposure-by-market", exposure::by_market),
        ("cross-app", cross_app::chart),
        ("frequency", frequency::chart),
        ("notice-funnel", funnel::chart),
        ("sensitive-chats", sensitive::chart),
        ("price-by-market", price::chart),
        ("calibration", calibration::chart),
    ]
}

/// Where the numbers come from; the same under every chart.
fn caption(run: &Run) -> String {
    let m = &run.manifest;
    format!(
        "Scenario {} · {} simulated assistant users · seed {} · market.response = {} · Overheard {}",
        m.scenario,
        prose(m.people as f64),
        m.seed,
        m.market_response,
        m.version
    )
}

/// A chart of `run` without panels.
fn titled(run: &Run, title: &str, subtitle: String) -> Chart {
    Chart {
        title: title.into(),
        subtitle,
        caption: caption(run),
        ..Chart::default()
    }
}

/// The highest end of any interval of these series: what panels that show them side by side must reach.
fn highest<'a>(series: impl IntoIterator<Item = &'a Series>) -> f64 {
    let values = series.into_iter().flat_map(|s| s.values.iter().flatten());
    values.map(|e| e.value + e.half_width).fold(0.0, f64::max)
}

/// Gives all panels of rows with the same axis title the same reach.
fn share_scales(chart: &mut Chart) {
    let title = |panel: &Panel| match &panel.plot {
        Plot::Rows(rows) => Some(rows.x_title.clone()),
        _ => None,
    };
    let reach = |panel: &Panel| match &panel.plot {
        Plot::Rows(rows) if rows.shape == Shape::Stacked => (0..rows.categories.len())
            .map(|i| {
                let parts = rows
                    .series
                    .iter()
                    .filter_map(|s| s.values.get(i).copied().flatten());
                parts.map(|e| e.value).sum::<f64>()
            })
            .fold(0.0, f64::max),
        Plot::Rows(rows) => highest(&rows.series),
        _ => 0.0,
    };
    let reaches: Vec<_> = chart.panels.iter().map(|p| (title(p), reach(p))).collect();
    for panel in &mut chart.panels {
        if let Plot::Rows(rows) = &mut panel.plot {
            let alike = reaches
                .iter()
                .filter(|(t, _)| t.as_ref() == Some(&rows.x_title));
            rows.reach = alike.map(|(_, r)| *r).fold(0.0, f64::max);
        }
    }
}

/// A heading only where it is needed to tell arms apart.
fn heading(arms: usize, arm: &str) -> Option<String> {
    (arms > 1).then(|| format!("Arm “{arm}”"))
}
