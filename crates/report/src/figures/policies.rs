//! How policies differ from the first of them, draw by draw.

use overheard_charts::{
    Category, Chart, Estimate, Panel, Plot, Rows, Series, Shape, Unit, WIDTH, palette,
};

use super::arms::HIGHEST;
use super::parts::titled;
use crate::beside::{Change, percent, policies};
use crate::names::not_drawn;
use crate::run::Run;
use crate::sweep::{Headline, headlines};

/// Headlines with a panel each, by the names of their files.
const DRAWN: [&str; 4] = [
    "chat-ads",
    "displaced-ads",
    "people-reached",
    "people-sensitive",
];

/// Nothing where ads go back to chats in one arm only.
pub(crate) fn chart(run: &Run) -> Option<Chart> {
    let (against, arms) = policies(run)?;
    let mut most = arms.len();
    loop {
        let chart = panels(run, against, arms.split_at(most));
        if most <= 1 || chart.layout(WIDTH).height <= HIGHEST {
            return Some(chart);
        }
        most -= 1;
    }
}

fn panels(run: &Run, against: &str, (arms, left): (&[&str], &[&str])) -> Chart {
    let drawn = headlines().into_iter().filter(|h| DRAWN.contains(&h.file));
    let panel = |headline: Headline| {
        let change = |arm: &&str| {
            let Change { central, open } = percent(run, arm, against, &headline.key)?;
            Some(match open {
                Some(open) => Estimate::between(central, open.low, open.high),
                None => Estimate::exact(central),
            })
        };
        let values: Vec<Option<Estimate>> = arms.iter().map(change).collect();
        let drawn = values.iter().any(Option::is_some);
        let rows = Rows {
            categories: arms.iter().map(|arm| Category::from(*arm)).collect(),
            x_title: format!("change from arm “{against}” [%]"),
            unit: Unit::Percent,
            shape: Shape::Dots,
            signed: true,
            series: vec![Series::solid("", palette::BLUE, values)],
            ..Rows::default()
        };
        drawn.then(|| Panel::headed(headline.name, Plot::Rows(rows)))
    };
    let whiskers = match &run.ensemble {
        Some(ensemble) => format!(
            "Dots: this run. Whiskers: 5\u{a0}% to 95\u{a0}% of {} draws of what nobody knows, each with both arms.",
            ensemble.draws.manifest.draws
        ),
        None => "Without draws, so that nothing says what is open.".to_owned(),
    };
    let mut chart = titled(
        run,
        "How the policies differ",
        format!("Each arm beside arm “{against}”. {whiskers}"),
    );
    chart.columns = 2;
    chart.panels = drawn.filter_map(panel).collect();
    chart.note = not_drawn(left).unwrap_or_default();
    chart
}
