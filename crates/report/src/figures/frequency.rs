//! How often people meet ads that go back to their chats.

use overheard_charts::{Chart, Columns, Estimate as Plotted, Panel, Plot, Series, Unit, palette};
use overheard_formats::{Column, Key, PAGE};

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, share_scales, titled};
use crate::estimate::Estimate;
use crate::run::Run;

const NONE: &str = "0";
/// Bars side by side that are still told apart; with more arms, each gets a plot of its own.
const MOST_BARS: usize = 4;

/// One arm: shares of people by bucket, and of those who saw none.
#[derive(PartialEq)]
struct Shares {
    some: Vec<Option<Plotted>>,
    none: Option<String>,
}

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let cut = Key::of("chat_ad_frequency");
    let mut buckets: Vec<String> = Vec::new();
    let mut arms = Vec::new();
    for arm in &run.manifest.arms {
        let people = run.outcomes.along(arm, &cut, Column::Bucket);
        if people
            .iter()
            .all(|(bucket, e)| bucket == NONE || e.value == 0.0)
        {
            continue;
        }
        if buckets.is_empty() {
            buckets = people.iter().map(|(bucket, _)| bucket.clone()).collect();
            buckets.retain(|bucket| bucket != NONE);
        }
        arms.push((arm.clone(), shares(run, arm, &buckets, &people)));
    }
    if arms.is_empty() {
        return Err(Skipped("nobody saw an ad attributed to a chat"));
    }
    let groups = grouped(arms, |a, b| a == b);
    Ok(fitting(&groups, |drawn| {
        panels(run, &buckets, drawn, groups.len() <= MOST_BARS)
    }))
}

fn shares(run: &Run, arm: &str, buckets: &[String], people: &[(String, Estimate)]) -> Shares {
    // How many people there are is not random.
    let whole = Estimate::new(run.assistant_users(arm), 0.0);
    let find = |bucket: &str| people.iter().find(|(b, _)| b == bucket).map(|(_, e)| *e);
    let some = buckets
        .iter()
        .map(|bucket| Some(find(bucket)?.share_of(whole)?.plotted(100.0)))
        .collect();
    let seen: f64 = buckets
        .iter()
        .filter_map(|b| find(b))
        .map(|e| e.value)
        .sum();
    let none = (whole.value > 0.0).then(|| PAGE.percent(100.0 * (1.0 - seen / whole.value)));
    Shares { some, none }
}

fn panels(run: &Run, buckets: &[String], groups: &[Group<Shares>], together: bool) -> Chart {
    let mut subtitle = "Share of assistant users by the number of ads attributed to their chats in the window. Whiskers: 95\u{a0}% intervals.".to_owned();
    let none: Vec<String> = groups
        .iter()
        .filter_map(|g| Some(format!("{} in {}", g.shown.none.as_ref()?, g.quoted())))
        .collect();
    if !together {
        subtitle.push_str(" Not drawn: those who saw none; their share stands with the arm.");
    } else if !none.is_empty() {
        subtitle.push_str(&format!(
            " Not drawn: those who saw none, {}.",
            none.join(", ")
        ));
    }
    let mut chart = titled(run, "How many chat-derived ads one person sees", subtitle);
    let columns = |series, x_title: &str, y_title: &str| {
        Plot::Columns(Columns {
            categories: buckets.iter().map(|b| short(b)).collect(),
            x_title: x_title.into(),
            y_title: y_title.into(),
            unit: Unit::Percent,
            series,
            stacked: false,
            reach: 0.0,
        })
    };
    let values = |group: &Group<Shares>| group.shown.some.clone();
    if together {
        let one = |(i, group): (usize, &Group<Shares>)| {
            Series::solid(group.quoted(), palette::series(i), values(group))
        };
        let plot = columns(
            groups.iter().enumerate().map(one).collect(),
            "chat-derived ads seen by one person in the window",
            "share of assistant users [%]",
        );
        chart.panels.push(Panel::of(plot));
    } else {
        chart.columns = 3;
        for group in groups {
            let series = vec![Series::solid("", palette::BLUE, values(group))];
            let none = group.shown.none.as_deref().unwrap_or("–");
            let heading = format!("{}: {none} saw none", group.heading());
            let plot = columns(series, "", "");
            chart.panels.push(Panel::headed(heading, plot));
        }
    }
    share_scales(&mut chart);
    chart
}

/// What stands below a narrow bar: `10+` for `10 or more`, `3–6` for `3 to 6`.
fn short(bucket: &str) -> String {
    bucket.replace(" or more", "+").replace(" to ", "–")
}
