//! From all ads to those that go back to chats, step by step.

use overheard_charts::{
    Category, Chart, Estimate as Plotted, Panel, Plot, Rows, Series, Shape, Unit, palette,
};
use overheard_formats::{Column, Key, PAGE};

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, titled};
use crate::estimate::Estimate;
use crate::run::Run;

/// Each a part of the one before.
const STEPS: [&str; 5] = [
    "shown in the window",
    "on days with the policy in force",
    "to assistant users, in the window",
    "where a chat’s signal is live",
    "go back to chats",
];

/// Ads of one arm at each step.
type Ads = [Option<Estimate>; STEPS.len()];

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let arms = run
        .policy_arms()
        .iter()
        .map(|arm| (arm.clone(), ads(run, arm)));
    let told = arms.filter(|(_, ads)| ads[3..].iter().all(|e| e.is_some_and(|e| e.value > 0.0)));
    let groups = grouped(told, |a, b| a == b);
    if groups.is_empty() {
        return Err(Skipped("no ad goes back to a chat"));
    }
    Ok(fitting(&groups, |drawn| panels(run, drawn)))
}

fn ads(run: &Run, arm: &str) -> Ads {
    let all = Key::of("ad_impressions");
    let group = |bucket: &'static str| {
        let key = Key::of("ad_impressions_by_group").with(Column::Bucket, bucket);
        run.outcomes.total(arm, &key)
    };
    let chat = all.clone().with(Column::Source, "chat");
    [
        run.outcomes.total(arm, &all),
        in_force(run, arm, &all),
        group("assistant"),
        group("live-signal"),
        run.outcomes.total(arm, &chat),
    ]
}

/// Ads of the days from the first on which any arm has a policy in force.
fn in_force(run: &Run, arm: &str, all: &Key) -> Option<Estimate> {
    let from = run.manifest.policy_date.as_ref()?;
    let days = run.outcomes.along(arm, all, Column::Day);
    let own = days.into_iter().filter(|(day, _)| day >= from);
    Estimate::sum(own.map(|(_, e)| e))
}

fn panels(run: &Run, arms: &[Group<Ads>]) -> Chart {
    let mut chart = titled(
        run,
        "From all ads to those that go back to chats",
        "Ad impressions. Every grid line is ten times the one before. Below each step its share of the step before; days in force and \
         assistant users are both parts of all."
            .into(),
    );
    chart.columns = arms.len().min(2);
    for arm in arms {
        let categories = STEPS.iter().enumerate().map(|(i, step)| Category {
            note: share(&arm.shown, i),
            ..Category::from(*step)
        });
        let values: Vec<Option<Plotted>> =
            arm.shown.iter().map(|e| Some((*e)?.plotted(1.0))).collect();
        let plot = Plot::Rows(Rows {
            categories: categories.collect(),
            x_title: "ad impressions; each line is ten times the one before".into(),
            unit: Unit::Count,
            shape: Shape::Grouped,
            logarithmic: true,
            series: vec![Series::solid("", palette::BLUE, values)],
            ..Rows::default()
        });
        chart.panels.push(match arms.len() {
            1 => Panel::of(plot),
            _ => Panel::headed(arm.heading(), plot),
        });
    }
    chart
}

/// The share of the step before: of all for the first two, which are no parts of each other.
fn share(ads: &Ads, step: usize) -> Option<String> {
    let (before, of) = match step {
        0 => return None,
        1 | 2 => (0, "all"),
        later => (later - 1, "those"),
    };
    let share = ads[step]?.share_of(ads[before]?)?;
    Some(format!("{} of {of}", PAGE.percent(100.0 * share.value)))
}
