//! Of a thousand ads, how many go back to chats: among everybody, among those who chat, and where a chat is in force.

use overheard_charts::{
    Category, Chart, Estimate as Plotted, Panel, Plot, Rows, Series, Shape, Unit, palette,
};
use overheard_formats::{Column, Key, PAGE};

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, titled};
use crate::estimate::Estimate;
use crate::run::Run;

/// Groups of people, each a part of the one before: bucket (all people have none) and name.
const GROUPS: [(&str, &str); 3] = [
    ("", "all people"),
    ("assistant", "assistant users"),
    ("live-signal", "holders of a live signal"),
];
/// Bars below each other that are still told apart; with more arms, each group of people gets a plot with a row for every arm.
const MOST_BARS: usize = 4;

/// One arm: the share of each group's ads that is attributed to chats [‰].
type Shares = [Option<Estimate>; GROUPS.len()];

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let shares = |arm: &String| (arm.clone(), GROUPS.map(|(group, _)| share(run, arm, group)));
    let arms = run.manifest.arms.iter().map(shares).filter(|(_, shares)| {
        // What all people see stands in other charts: here it is a measure for the groups.
        let mut groups = shares[1..].iter().flatten();
        groups.any(|e| e.value > 0.0)
    });
    let groups = grouped(arms, |a, b| a == b);
    if groups.is_empty() {
        return Err(Skipped("the run does not count ads by group of people"));
    }
    Ok(fitting(&groups, |drawn| {
        panels(run, drawn, groups.len() <= MOST_BARS)
    }))
}

fn share(run: &Run, arm: &str, group: &'static str) -> Option<Estimate> {
    let measure = if group.is_empty() {
        "ad_impressions"
    } else {
        "ad_impressions_by_group"
    };
    let all = Key::of(measure).with(Column::Bucket, group);
    let chat = all.clone().with(Column::Source, "chat");
    let part = run.outcomes.at(arm, &chat)?;
    Some(part.share_of(run.outcomes.total(arm, &all)?)?.times(1000.0))
}

fn panels(run: &Run, arms: &[Group<Shares>], together: bool) -> Chart {
    let subtitle = "Ads attributed to chats per thousand ads shown in the window. Holders of a live signal are assistant users on the days and in the apps that \
                    a signal of their chats reaches. Every grid line is ten times the one before: a bar that is longer by one such step \
                    stands for ten times as many ads. Whiskers: 95\u{a0}% intervals.";
    let mut chart = titled(
        run,
        "Of a thousand ads, so many go back to chats",
        subtitle.into(),
    );
    let plotted = |share: Option<Estimate>| Some(share?.plotted(1.0));
    let rows = |categories, series| {
        Plot::Rows(Rows {
            categories,
            x_title: "of a thousand ads; each line is ten times the one before".into(),
            unit: Unit::PerMille,
            shape: Shape::Grouped,
            logarithmic: true,
            series,
            ..Rows::default()
        })
    };
    if together {
        let one = |(i, arm): (usize, &Group<Shares>)| {
            let values: Vec<Option<Plotted>> = arm.shown.iter().map(|s| plotted(*s)).collect();
            Series::solid(arm.quoted(), palette::series(i), values)
        };
        let categories = (0..GROUPS.len()).map(|i| Category {
            note: one_in(arms, i),
            ..Category::from(GROUPS[i].1)
        });
        let series = arms.iter().enumerate().map(one).collect();
        let plot = rows(categories.collect(), series);
        chart.panels.push(Panel::of(plot));
    } else {
        chart.columns = 2;
        for (i, (_, name)) in GROUPS.iter().enumerate() {
            let categories = arms.iter().map(|a| Category::from(a.name())).collect();
            let values = arms.iter().map(|a| plotted(a.shown[i])).collect();
            let series = vec![Series::solid("", palette::BLUE, values)];
            chart.panels.push(Panel::headed(
                format!("Ads shown to {name}"),
                rows(categories, series),
            ));
        }
    }
    chart
}

/// The same share as one ad in so many, where there is one arm to say it of.
fn one_in(arms: &[Group<Shares>], group: usize) -> Option<String> {
    let [alone] = arms else { return None };
    let share = alone.shown[group].filter(|e| e.value > 0.0)?;
    Some(format!(
        "one ad in {}",
        PAGE.prose((1000.0 / share.value).round())
    ))
}
