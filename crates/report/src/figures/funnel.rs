//! From a notice shown to a control used.

use overheard_charts::{
    Category, Chart, Estimate as Plotted, Panel, Plot, Rows, Series, Shape, Unit, palette,
};
use overheard_formats::{Column, Key, PAGE};

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, share_scales, titled};
use crate::estimate::Estimate;
use crate::run::Run;

const STEPS: [(&str, &str); 4] = [
    ("shown", "notice shown"),
    ("opened", "opened"),
    ("understood", "understood"),
    ("acted", "acted on"),
];
/// Bars below each other that are still told apart; with more arms, each step gets a plot with a row for every arm.
const MOST_BARS: usize = 4;

/// One arm: people at each step, and their shares of all people.
#[derive(PartialEq)]
struct Steps {
    people: [Option<Estimate>; 4],
    shares: [Option<Plotted>; 4],
}

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let steps = |arm: &String| {
        let people = STEPS.map(|(bucket, _)| {
            let cut = Key::of("notice_funnel").with(Column::Bucket, bucket);
            run.outcomes.at(arm, &cut)
        });
        // Notices go to everybody; how many people there are is not random.
        let whole = run.outcomes.at(arm, &Key::of("people"));
        let whole = whole.map(|people| Estimate::new(people.value, 0.0));
        let shares = people.map(|e| Some(e?.share_of(whole?)?.plotted(100.0)));
        (arm.clone(), Steps { people, shares })
    };
    let arms = run.manifest.arms.iter().map(steps).filter(|(_, steps)| {
        let mut people = steps.people.iter().flatten();
        people.any(|e| e.value > 0.0)
    });
    let groups = grouped(arms, |a, b| a == b);
    if groups.is_empty() {
        return Err(Skipped("no arm shows a notice in the window"));
    }
    Ok(fitting(&groups, |drawn| {
        panels(run, drawn, groups.len() <= MOST_BARS)
    }))
}

fn panels(run: &Run, groups: &[Group<Steps>], together: bool) -> Chart {
    let subtitle = "Share of all people, assistant users or not, who reached each step by the end of the window. Whiskers: 95\u{a0}% intervals. Rates between steps are assumptions.";
    let mut chart = titled(
        run,
        "From a notice shown to a control used",
        subtitle.into(),
    );
    let rows = |categories, series| {
        Plot::Rows(Rows {
            categories,
            x_title: "share of people [%]".into(),
            unit: Unit::Percent,
            shape: Shape::Grouped,
            series,
            ..Rows::default()
        })
    };
    if together {
        let categories = STEPS
            .iter()
            .enumerate()
            .map(|(i, (_, label))| Category {
                note: of_the_step_before(groups, i),
                ..Category::from(*label)
            })
            .collect();
        let one = |(i, group): (usize, &Group<Steps>)| {
            let values = group.shown.shares.to_vec();
            Series::solid(group.quoted(), palette::series(i), values)
        };
        let series = groups.iter().enumerate().map(one).collect();
        chart.panels.push(Panel::of(rows(categories, series)));
    } else {
        chart.columns = 2;
        for (i, (_, label)) in STEPS.iter().enumerate() {
            let categories = groups.iter().map(|g| Category::from(g.name())).collect();
            let values = groups.iter().map(|g| g.shown.shares[i]).collect();
            let series = vec![Series::solid("", palette::BLUE, values)];
            let plot = rows(categories, series);
            chart.panels.push(Panel::headed(*label, plot));
        }
    }
    // The steps differ by orders of magnitude: each has a scale of its own, and arms are compared within it.
    if together {
        share_scales(&mut chart);
    }
    chart
}

/// Which share of a step reached the next one can be written only where there is one picture.
fn of_the_step_before(groups: &[Group<Steps>], i: usize) -> Option<String> {
    let (Some(before), [alone]) = (i.checked_sub(1), groups) else {
        return None;
    };
    let people = &alone.shown.people;
    let share = people[i]?.share_of(people[before]?)?;
    Some(format!(
        "{} of the step before",
        PAGE.percent(100.0 * share.value)
    ))
}
