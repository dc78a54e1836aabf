//! From a notice shown to a control used.

use overheard_charts::{Category, Chart, Panel, Plot, Rows, Series, Shape, Unit, palette};

use super::{Skipped, titled};
use crate::estimate::Estimate;
use crate::names::percent;
use crate::run::Run;
use crate::table::{Cut, Dimension};

const STEPS: [(&str, &str); 4] = [
    ("shown", "notice shown"),
    ("opened", "opened"),
    ("understood", "understood"),
    ("acted", "acted on"),
];

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let step = |arm: &str, bucket: &str| {
        let cut = Cut::of("notice_funnel").with(Dimension::Bucket, bucket);
        run.outcomes.at(arm, &cut)
    };
    let arms: Vec<&String> = run
        .manifest
        .arms
        .iter()
        .filter(|arm| {
            STEPS
                .iter()
                .any(|(b, _)| step(arm, b).is_some_and(|e| e.value > 0.0))
        })
        .collect();
    if arms.is_empty() {
        return Err(Skipped("no arm shows a notice in the window"));
    }
    let series = arms
        .iter()
        .enumerate()
        .map(|(i, arm)| {
            // Notices go to everybody; how many people there are is not random.
            let whole = run.outcomes.at(arm, &Cut::of("people"));
            let whole = whole.map(|people| Estimate::new(people.value, 0.0));
            let share = |b: &str| Some(step(arm, b)?.share_of(whole?)?.plotted(100.0));
            let values = STEPS.iter().map(|(b, _)| share(b)).collect();
            Series::solid(format!("arm “{arm}”"), palette::series(i), values)
        })
        .collect();
    // Which share of a step reached the next one can be written only where there is one arm.
    let note = |i: usize| {
        let (Some(before), [arm]) = (i.checked_sub(1), &arms[..]) else {
            return None;
        };
        let share = step(arm, STEPS[i].0)?.share_of(step(arm, STEPS[before].0)?)?;
        Some(format!(
            "{} of the step before",
            percent(100.0 * share.value)
        ))
    };
    let categories = STEPS
        .iter()
        .enumerate()
        .map(|(i, (_, label))| Category {
            note: note(i),
            ..Category::from(*label)
        })
        .collect();
    let subtitle = "Share of all people, assistant users or not, who reached each step by the end of the window. Whiskers: 95\u{a0}% intervals. Rates between steps are assumptions.";
    let mut chart = titled(
        run,
        "From a notice shown to a control used",
        subtitle.into(),
    );
    chart.panels.push(Panel::of(Plot::Rows(Rows {
        categories,
        x_title: "share of people [%]".into(),
        unit: Unit::Percent,
        shape: Shape::Grouped,
        series,
        ..Rows::default()
    })));
    Ok(chart)
}
