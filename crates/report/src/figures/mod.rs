//! The standard charts, one function each. A chart that the run has no rows for says why instead.

mod calibration;
mod cross_app;
mod exposure;
mod frequency;
mod funnel;
mod price;
mod sensitive;

use std::fmt;

use overheard_charts::Chart;

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
        panels: Vec::new(),
    }
}

/// A heading only where it is needed to tell arms apart.
fn heading(arms: usize, arm: &str) -> Option<String> {
    (arms > 1).then(|| format!("Arm “{arm}”"))
}
