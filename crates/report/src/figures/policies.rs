//! How policies differ from the first of them, draw by draw.

use overheard_charts::{
    Category, Chart, Estimate, Panel, Plot, Rows, Series, Shape, Unit, palette,
};
use overheard_formats::is_tiny;

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, titled};
use crate::beside::{Change, percent, policies};
use crate::run::Run;
use crate::sweep::{Sweep, headlines};

/// Headlines with a panel each, by the names of their files.
const DRAWN: [&str; 4] = [
    "chat-ads",
    "displaced-ads",
    "people-reached",
    "people-sensitive",
];

/// An arm's changes, panel by panel.
type Changes = Vec<Option<Estimate>>;

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let (against, arms) = policies(run).ok_or(Skipped("there are no two policies"))?;
    let drawn = headlines().into_iter().filter(|h| DRAWN.contains(&h.file));
    let (names, keys): (Vec<_>, Vec<_>) = drawn.map(|h| (h.name, h.key)).unzip();
    let changes = |arm: &&str| {
        let change = |key| {
            let Change { central, open } = percent(run, arm, against, key)?;
            // What no text would write out is nothing.
            let shown = |x: f64| if is_tiny(x) { 0.0 } else { x };
            Some(match open {
                Some(open) => Estimate::between(shown(central), shown(open.low), shown(open.high)),
                None => Estimate::exact(shown(central)),
            })
        };
        ((*arm).to_owned(), keys.iter().map(change).collect())
    };
    // Each arm has a row of its own.
    let groups = grouped(arms.iter().map(changes), |_: &Changes, _| false);
    let mut chart = fitting(&groups, |drawn| panels(run, against, &names, drawn));
    let draws = run.ensemble.as_ref().map(|ensemble| &ensemble.draws);
    if let Some(fixed) = draws.and_then(Sweep::fixed) {
        let fixed = format!("Not drawn, since an arm sets it: {fixed}.");
        chart.note = [chart.note, fixed].join(" ").trim().to_owned();
    }
    Ok(chart)
}

fn panels(run: &Run, against: &str, names: &[&str], arms: &[Group<Changes>]) -> Chart {
    let whiskers = match &run.ensemble {
        Some(ensemble) if ensemble.has_pairs() => format!(
            "Dots: this run. Whiskers: 5\u{a0}% to 95\u{a0}% of {} of what nobody knows, each with both arms.",
            ensemble.draws.manifest.draws_told()
        ),
        _ => "Without draws of both arms, so that nothing says what is open.".to_owned(),
    };
    let mut chart = titled(
        run,
        "How the policies differ",
        format!("Each arm beside arm “{against}”. {whiskers}"),
    );
    chart.columns = 2;
    for (place, name) in names.iter().enumerate() {
        let values: Vec<Option<Estimate>> = arms.iter().map(|arm| arm.shown[place]).collect();
        if values.iter().all(Option::is_none) {
            continue;
        }
        let rows = Rows {
            categories: arms.iter().map(|arm| Category::from(arm.name())).collect(),
            x_title: format!("change from arm “{against}” [%]"),
            unit: Unit::Percent,
            shape: Shape::Dots,
            signed: true,
            series: vec![Series::solid("", palette::BLUE, values)],
            ..Rows::default()
        };
        chart.panels.push(Panel::headed(*name, Plot::Rows(rows)));
    }
    chart
}
