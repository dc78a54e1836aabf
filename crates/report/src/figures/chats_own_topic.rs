//! Whether the ads that go back to a chat are about what the chat was about.

use overheard_charts::{
    Category, Chart, Estimate as Plotted, Panel, Plot, Rows, Series, Shape, Unit, palette,
};
use overheard_formats::{Column, Key, PAGE};

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, titled};
use crate::run::Run;

/// Impressions on the chat's own topic, and on other topics that it was taken for or that lie near it.
type Parts = [f64; 2];

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let part = |arm: &str, bucket| {
        let cut = Key::of("ad_impressions_from_chats").with(Column::Bucket, bucket);
        run.outcomes.total(arm, &cut).map_or(0.0, |e| e.value)
    };
    let parts = |arm: &String| {
        let parts: Parts = [part(arm, "own-topic"), part(arm, "elsewhere")];
        (arm.clone(), parts)
    };
    let arms = run.manifest.arms.iter().map(parts);
    let groups = grouped(arms.filter(|(_, p)| p.iter().any(|v| *v > 0.0)), |a, b| {
        a == b
    });
    if groups.is_empty() {
        return Err(Skipped(
            "the run does not tell ads on a chat's own topic from others",
        ));
    }
    Ok(fitting(&groups, |drawn| panel(run, drawn)))
}

fn panel(run: &Run, groups: &[Group<Parts>]) -> Chart {
    let subtitle = "Ad impressions attributed to chats in the window: on the topic of the chat they go back to, or on another, which the chat was taken \
                    for or which lies near. Intervals are in the tables.";
    let mut chart = titled(
        run,
        "Chat-derived ads on the chat’s own topic, and elsewhere",
        subtitle.into(),
    );
    let categories = groups
        .iter()
        .map(|group| {
            let [own, elsewhere] = group.shown;
            let share = PAGE.percent(100.0 * own / (own + elsewhere));
            let sum = Unit::Count.format(own + elsewhere);
            Category {
                value_label: Some(format!("{sum}, {share} on its own topic")),
                ..Category::from(group.name())
            }
        })
        .collect();
    let series = [
        ("on the chat’s own topic", palette::BLUE),
        ("elsewhere", palette::ORANGE),
    ]
    .into_iter()
    .enumerate()
    .map(|(i, (name, colour))| {
        let value = |g: &Group<Parts>| Some(Plotted::exact(g.shown[i]));
        Series::solid(name, colour, groups.iter().map(value).collect())
    })
    .collect();
    chart.panels.push(Panel::of(Plot::Rows(Rows {
        categories,
        x_title: "ad impressions attributed to chats".into(),
        unit: Unit::Count,
        shape: Shape::Stacked,
        series,
        ..Rows::default()
    })));
    chart
}
