//! Tornado charts: how far each unknown pulls a headline.

use overheard_charts::{
    Category, Chart, Estimate, Panel, Plot, Rows, Series, Shape, Unit, palette,
};
use overheard_formats::{Band, Column};

use super::folder::{Headline, Pull, Sweep};
use crate::names::not_drawn;

/// So many unknowns, those that pull most.
const MOST: usize = 12;
/// More arms than this are not drawn.
const MOST_ARMS: usize = 3;

/// A panel for each arm in which the headline varies, the last arms first in line.
pub fn chart(sweep: &Sweep, headline: &Headline) -> Option<Chart> {
    let panels: Vec<(&String, Rows)> = sweep
        .manifest
        .arms
        .iter()
        .filter_map(|arm| Some((arm, rows(sweep, headline, arm)?)))
        .collect();
    let (left, shown) = panels.split_at(panels.len().saturating_sub(MOST_ARMS));
    let left: Vec<&str> = left.iter().map(|(arm, _)| arm.as_str()).collect();
    let heading = shown.len() > 1;
    let panels: Vec<Panel> = shown
        .iter()
        .map(|(arm, rows)| Panel {
            heading: heading.then(|| format!("Arm “{arm}”")),
            plot: Plot::Rows(rows.clone()),
        })
        .collect();
    let against = match headline.difference {
        true => format!(", against arm “{}”", sweep.base()),
        false => String::new(),
    };
    (!panels.is_empty()).then(|| Chart {
        title: format!("What moves {}", headline.name),
        subtitle: format!(
            "Median of the draws in which an unknown is in its lowest and in its highest fifth, from the median of all \
             draws{against}; the others vary as they may. Below each name its rank correlation; unknowns whose correlation may be chance are left \
             out."
        ),
        note: not_drawn(&left).unwrap_or_default(),
        panels,
        caption: sweep.caption(),
        ..Chart::default()
    })
}

/// How far apart the two ends lie.
fn width(pull: &Pull, middle: f64) -> Option<f64> {
    let (low, high) = (pull.at_low? - middle, pull.at_high? - middle);
    Some((high - low).abs().max(low.abs()).max(high.abs()))
}

/// Correlations of so many standard errors are more than chance gives: to one unknown in 400, if none of them mattered.
const TELLING: f64 = 3.0;

/// Whether an unknown among so many correlates more than chance alone would have it. Of ranks that have nothing to do with each
/// other the correlation has the variance `1/(n - 1)`, a partial one loses a draw to each of the other unknowns.
fn is_telling(pull: &Pull, unknowns: usize) -> bool {
    let beyond = |r: Option<f64>, freedom: f64| {
        freedom > 0.0 && r.is_some_and(|r| r.abs() >= TELLING / freedom.sqrt())
    };
    beyond(pull.rank_correlation, pull.draws - 1.0)
        || beyond(pull.partial_rank_correlation, pull.draws - unknowns as f64)
}

/// The unknowns that pull a headline most, each with how far, and what they pull it from: the median of the draws.
pub fn strongest<'a>(
    sweep: &'a Sweep,
    headline: &Headline,
    arm: &str,
) -> Option<(f64, Vec<(f64, &'a Pull)>)> {
    let row = sweep.band(arm, &headline.key)?;
    let band: Band = match headline.difference {
        true => row.difference?,
        false => row.value,
    };
    let middle = band.quantiles?[2];
    let of = match headline.difference {
        true => "difference",
        false => "value",
    };
    let own = |pull: &&Pull| {
        pull.arm == arm
            && pull.measure == headline.key.measure()
            && pull.source == headline.key.get(Column::Source)
            && pull.of == of
    };
    let all: Vec<&Pull> = sweep.pulls.iter().filter(own).collect();
    let telling = all.iter().filter(|pull| is_telling(pull, all.len()));
    let mut pulls: Vec<(f64, &Pull)> = telling
        .filter_map(|pull| Some((width(pull, middle)?, *pull)))
        .collect();
    pulls.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    pulls.truncate(MOST);
    Some((middle, pulls))
}

fn rows(sweep: &Sweep, headline: &Headline, arm: &str) -> Option<Rows> {
    let (middle, pulls) = strongest(sweep, headline, arm)?;
    if pulls.is_empty() {
        return None;
    }
    let side = |of: fn(&Pull) -> Option<f64>| {
        let one = |(_, pull): &(f64, &Pull)| of(pull).map(|x| Estimate::exact(x - middle));
        pulls.iter().map(one).collect()
    };
    Some(Rows {
        categories: pulls.iter().map(|(_, pull)| category(pull)).collect(),
        x_title: format!("{}, from the median of all draws", headline.name),
        unit: unit(headline),
        shape: Shape::Grouped,
        signed: true,
        series: vec![
            Series::solid("unknown low", palette::BLUE, side(|p| p.at_low)),
            Series::solid("unknown high", palette::ORANGE, side(|p| p.at_high)),
        ],
        ..Rows::default()
    })
}

/// The unit of a headline.
pub fn unit(headline: &Headline) -> Unit {
    match headline.key.measure() {
        "ad_spend_usd" => Unit::Usd,
        _ => Unit::Count,
    }
}

/// A correlation as it is written.
pub fn signed(r: f64) -> String {
    format!("{r:+.2}").replace('-', "−")
}

fn category(pull: &Pull) -> Category {
    let mut parts = Vec::new();
    parts.extend(pull.rank_correlation.map(signed));
    parts.extend(
        pull.partial_rank_correlation
            .map(|r| format!("partial {}", signed(r))),
    );
    parts.extend(
        pull.total
            .map(|t| format!("total index {t:.2}").replace('-', "−")),
    );
    let note = (!parts.is_empty()).then(|| parts.join(", "));
    Category {
        label: pull.knob.clone(),
        note,
        ..Category::default()
    }
}
