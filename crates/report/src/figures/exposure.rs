//! How much of what people are shown goes back to chats: attributed and displaced, by day and by market.

use std::collections::BTreeMap;

use overheard_charts::{
    Category, Chart, Estimate as Plotted, Lines, Marker, Panel, Plot, Rows, Series, Shape, Unit,
    palette,
};

use super::{Skipped, heading, share_scales, titled};
use crate::estimate::Estimate;
use crate::names::{readable, short_date};
use crate::run::Run;
use crate::table::{Cut, Dimension};

/// Shares of ad impressions, by member of one dimension.
struct Shares {
    attributed: BTreeMap<String, Estimate>,
    displaced: BTreeMap<String, Estimate>,
}

/// Impressions of `arm` by member of `along`: the share attributed to chats, and the share displaced against the base.
fn shares(run: &Run, arm: &str, along: Dimension) -> Shares {
    let impressions = Cut::of("ad_impressions");
    let share = |part: &Cut, member: &str| {
        let whole = impressions.clone().with(along, member);
        let part = run.outcomes.total(arm, &part.clone().with(along, member))?;
        part.share_of(run.outcomes.total(arm, &whole)?)
    };
    let chat = impressions.clone().with(Dimension::Source, "chat");
    let displaced = Cut::of("displaced_impressions");
    let all = |cut: &Cut| {
        let members = run.outcomes.along(arm, cut, along);
        members
            .into_iter()
            .filter_map(|(member, _)| Some((member.clone(), share(cut, &member)?)))
            .collect()
    };
    Shares {
        attributed: all(&chat),
        displaced: if arm == run.base() {
            BTreeMap::new()
        } else {
            all(&displaced)
        },
    }
}

fn any(shares: &BTreeMap<String, Estimate>) -> bool {
    shares.values().any(|e| e.value != 0.0)
}

/// The arms in which anything is attributed or displaced, with their shares.
fn arms_with_shares(run: &Run, along: Dimension) -> Vec<(&str, Shares)> {
    run.manifest
        .arms
        .iter()
        .map(|arm| (arm.as_str(), shares(run, arm, along)))
        .filter(|(_, s)| any(&s.attributed) || any(&s.displaced))
        .collect()
}

fn pick(shares: &BTreeMap<String, Estimate>, members: &[String]) -> Vec<Option<Plotted>> {
    members
        .iter()
        .map(|m| shares.get(m).map(|e| e.plotted(100.0)))
        .collect()
}

pub(super) fn by_day(run: &Run) -> Result<Chart, Skipped> {
    let arms = arms_with_shares(run, Dimension::Day);
    if arms.is_empty() {
        return Err(Skipped(
            "no arm has chat-derived or displaced impressions by day",
        ));
    }
    let impressions = Cut::of("ad_impressions").with(Dimension::Source, "chat");
    let days: Vec<String> = run
        .outcomes
        .along(arms[0].0, &impressions, Dimension::Day)
        .into_iter()
        .map(|(day, _)| day)
        .collect();
    // One arm: colours tell the two measures apart. More: colours tell arms apart, dashes the measures.
    let mut series = Vec::new();
    for (i, (arm, shares)) in arms.iter().enumerate() {
        let (attributed, displaced) = match arms.len() {
            1 => (palette::BLUE, palette::VERMILLION),
            _ => (palette::series(i), palette::series(i)),
        };
        let values = pick(&shares.attributed, &days);
        series.push(Series::solid(
            format!("{arm}: attributed to chats"),
            attributed,
            values,
        ));
        if any(&shares.displaced) {
            let values = pick(&shares.displaced, &days);
            series.push(Series::dashed(
                format!("{arm}: displaced"),
                displaced,
                values,
            ));
        }
    }
    let date = run.manifest.policy_date.as_deref();
    let marker = date.and_then(|date| {
        Some(Marker {
            at: days.iter().position(|d| d == date)?,
            label: format!("policy in force, {}", short_date(date)),
        })
    });
    let subtitle = format!(
        "Share of all ad impressions of the day. Attributed: what profiles added to the winning chances, credited to chats by their share of the signal. \
         Displaced: another ad, by kind or topic, than in arm “{}” on the same day. Two different numbers; neither is an effect of time. Bands: 95\u{a0}% intervals.",
        run.base()
    );
    let mut chart = titled(
        run,
        "Ad impressions that go back to chats, by day",
        subtitle,
    );
    chart.panels.push(Panel::of(Plot::Lines(Lines {
        steps: days.iter().map(|d| short_date(d)).collect(),
        y_title: "share of ad impressions [%]".into(),
        unit: Unit::Percent,
        series,
        marker,
        reach: 0.0,
    })));
    Ok(chart)
}

pub(super) fn by_market(run: &Run) -> Result<Chart, Skipped> {
    let arms = arms_with_shares(run, Dimension::Market);
    if arms.is_empty() {
        return Err(Skipped(
            "no arm has chat-derived or displaced impressions by market",
        ));
    }
    let subtitle = format!(
        "Share of all ad impressions of the whole window. Attributed: what profiles added to the winning chances, credited to chats by their share of the signal. \
         Displaced: another ad, by kind or topic, than in arm “{}”. Whiskers: 95\u{a0}% intervals. Nothing is attributed where the rule is not in force.",
        run.base()
    );
    let mut chart = titled(
        run,
        "Ad impressions that go back to chats, by market",
        subtitle,
    );
    for (arm, shares) in &arms {
        let impressions = Cut::of("ad_impressions").with(Dimension::Source, "chat");
        let markets: Vec<String> = run
            .outcomes
            .along(arm, &impressions, Dimension::Market)
            .into_iter()
            .map(|(market, _)| market)
            .collect();
        let attributed = pick(&shares.attributed, &markets);
        let mut series = vec![Series::solid(
            "attributed to chats",
            palette::BLUE,
            attributed,
        )];
        if any(&shares.displaced) {
            let displaced = pick(&shares.displaced, &markets);
            series.push(Series::solid("displaced", palette::VERMILLION, displaced));
        }
        chart.panels.push(Panel {
            heading: heading(arms.len(), arm),
            plot: Plot::Rows(Rows {
                categories: markets
                    .iter()
                    .map(|m| Category::from(readable(m)))
                    .collect(),
                x_title: "share of ad impressions [%]".into(),
                unit: Unit::Percent,
                shape: Shape::Grouped,
                series,
                ..Rows::default()
            }),
        });
    }
    share_scales(&mut chart);
    Ok(chart)
}
