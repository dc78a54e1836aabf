//! How much of what people are shown goes back to chats: attributed and displaced, by day and by market.

use std::collections::{BTreeMap, BTreeSet};

use overheard_charts::{
    Category, Chart, Estimate as Plotted, Lines, Marker, Matrix, Panel, Plot, Rows, Series, Shape,
    Unit, palette,
};
use overheard_formats::{Column, Key};

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, share_scales, titled};
use crate::estimate::Estimate;
use crate::names::{axis_dates, long_date, readable};
use crate::run::Run;
use crate::sweep::chat_ads;

/// More lines than this in one plot are not told apart: every arm gets a small plot of its own.
const MOST_LINES: usize = 6;
/// More plots than this do not fit on a page: every arm gets a row of numbers.
const MOST_PLOTS: usize = 4;
/// From percent.
const PER_MILLION: f64 = 1e4;
/// Lines closer than this part of the plot's height lie on each other.
const LINE: f64 = 0.004;

/// Shares of ad impressions in percent, by member of one dimension.
#[derive(PartialEq)]
struct Shares {
    attributed: BTreeMap<String, Estimate>,
    displaced: BTreeMap<String, Estimate>,
}

impl Shares {
    fn values(&self) -> impl Iterator<Item = f64> {
        let all = self.attributed.values().chain(self.displaced.values());
        all.map(|e| e.value)
    }

    /// Whether nobody could see a difference in a plot as high as `whole`.
    fn lies_on(&self, other: &Self, whole: f64) -> bool {
        let near = |a: &BTreeMap<String, Estimate>, b: &BTreeMap<String, Estimate>| {
            any(a) == any(b)
                && a.keys().eq(b.keys())
                && a.values()
                    .zip(b.values())
                    .all(|(a, b)| (a.value - b.value).abs() <= LINE * whole)
        };
        near(&self.attributed, &other.attributed) && near(&self.displaced, &other.displaced)
    }
}

/// Impressions of `arm` by member of `along`: the share attributed to chats, and the share displaced against the base.
fn shares(run: &Run, arm: &str, along: Column) -> Shares {
    let impressions = Key::of("ad_impressions");
    let share = |part: &Key, member: &str| {
        let whole = impressions.clone().with(along, member.to_owned());
        let part = run
            .outcomes
            .total(arm, &part.clone().with(along, member.to_owned()))?;
        part.share_of(run.outcomes.total(arm, &whole)?)
    };
    let chat = impressions.clone().with(Column::Source, "chat");
    let displaced = Key::of("displaced_impressions");
    let all = |cut: &Key| {
        let members = run.outcomes.along(arm, cut, along);
        members
            .into_iter()
            .filter_map(|(member, _)| Some((member.clone(), share(cut, &member)?.times(100.0))))
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
fn arms_with_shares(run: &Run, along: Column) -> Vec<(String, Shares)> {
    run.manifest
        .arms
        .iter()
        .map(|arm| (arm.clone(), shares(run, arm, along)))
        .filter(|(_, s)| any(&s.attributed) || any(&s.displaced))
        .collect()
}

fn pick(shares: &BTreeMap<String, Estimate>, members: &[String]) -> Vec<Option<Plotted>> {
    members
        .iter()
        .map(|m| shares.get(m).map(|e| e.plotted(1.0)))
        .collect()
}

/// The two numbers, and which of them the arms have: experiments without chats have nothing attributed, a single arm nothing
/// displaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    Attributed,
    Displaced,
}

impl Number {
    fn of(self, shares: &Shares) -> &BTreeMap<String, Estimate> {
        match self {
            Self::Attributed => &shares.attributed,
            Self::Displaced => &shares.displaced,
        }
    }

    /// What a legend calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Attributed => "attributed to chats",
            Self::Displaced => "displaced",
        }
    }

    /// What a heading calls it.
    fn heading(self, run: &Run) -> String {
        match self {
            Self::Attributed => "Attributed to chats".into(),
            Self::Displaced => format!("Displaced against arm “{}”", run.base()),
        }
    }

    fn present(groups: &[Group<Shares>]) -> Vec<Self> {
        [Self::Attributed, Self::Displaced]
            .into_iter()
            .filter(|number| groups.iter().any(|g| any(number.of(&g.shown))))
            .collect()
    }
}

/// Title and explanation for the numbers that are there.
fn explained(run: &Run, numbers: &[Number], by: &str, whole: &str, marks: &str) -> Chart {
    let subject = if numbers.contains(&Number::Attributed) {
        "Ad impressions that go back to chats"
    } else {
        "Displaced ad impressions"
    };
    let mut subtitle = format!("Share of all ad impressions of the {whole}.");
    if numbers.contains(&Number::Attributed) {
        subtitle.push_str(" Attributed: what profiles added to the winning chances, credited to chats by their share of the signal.");
    }
    if numbers.contains(&Number::Displaced) {
        subtitle.push_str(&format!(
            " Displaced: another ad, by kind or topic, than in arm “{}” on the same day.",
            run.base()
        ));
    }
    if numbers.len() > 1 {
        subtitle.push_str(" Two different numbers; neither is an effect of time.");
    }
    subtitle.push_str(marks);
    titled(run, &format!("{subject}, by {by}"), subtitle)
}

pub(super) fn by_day(run: &Run) -> Result<Chart, Skipped> {
    let arms = arms_with_shares(run, Column::Day);
    if arms.is_empty() {
        return Err(Skipped(
            "no arm has chat-derived or displaced impressions by day",
        ));
    }
    let days: BTreeSet<&String> = arms
        .iter()
        .flat_map(|(_, s)| s.attributed.keys().chain(s.displaced.keys()))
        .collect();
    let days: Vec<String> = days.into_iter().cloned().collect();
    let highest = arms
        .iter()
        .flat_map(|(_, s)| s.values())
        .fold(0.0, f64::max);
    let groups = grouped(arms, |a, b| a.lies_on(b, highest));
    Ok(fitting(&groups, |drawn| {
        day_panels(run, &days, drawn, groups.len())
    }))
}

fn day_panels(run: &Run, days: &[String], groups: &[Group<Shares>], all: usize) -> Chart {
    let numbers = Number::present(groups);
    let small = all > MOST_LINES;
    let date = run.manifest.policy_date.as_deref();
    let in_force = date.and_then(|date| {
        let label = format!("policy in force, {}", long_date(date));
        let at = days.iter().position(|d| d == date)?;
        Some(Marker { at, label })
    });
    let mut marks = " Bands: 95\u{a0}% intervals.".to_owned();
    if let (true, Some(marker)) = (small, &in_force) {
        marks.push_str(&format!(" Upright line: {}.", marker.label));
    }
    let mut chart = explained(run, &numbers, "day", "day", &marks);
    let lines = |series, marker| {
        Plot::Lines(Lines {
            steps: axis_dates(days),
            keys: days.to_vec(),
            x_title: String::new(),
            curve: false,
            y_title: if small {
                String::new()
            } else {
                "share of ad impressions [%]".into()
            },
            unit: Unit::Percent,
            series,
            marker,
            reach: 0.0,
        })
    };
    // What is nothing in an arm has no line but stays in the legend, so that all plots have the same.
    let values = |shares: &BTreeMap<String, Estimate>| {
        if any(shares) {
            pick(shares, days)
        } else {
            Vec::new()
        }
    };
    // The numbers of one arm: colour and dash tell them apart.
    let both = |group: &Group<Shares>, name: &str| -> Vec<Series> {
        numbers
            .iter()
            .map(|number| {
                let values = values(number.of(&group.shown));
                let label = format!("{name}{}", number.name());
                match number {
                    Number::Attributed => Series::solid(label, palette::BLUE, values),
                    Number::Displaced => Series::dashed(label, palette::VERMILLION, values),
                }
            })
            .collect()
    };
    if let [alone] = groups {
        let series = both(alone, &format!("{}: ", alone.name()));
        chart.panels.push(Panel::of(lines(series, in_force)));
    } else if small {
        chart.columns = 3;
        for group in groups {
            let marker = in_force.clone().map(|m| Marker {
                label: String::new(),
                ..m
            });
            let plot = lines(both(group, ""), marker);
            chart.panels.push(Panel::headed(group.heading(), plot));
        }
    } else {
        // A plot for each number, in which colour and dash tell arms apart.
        chart.columns = numbers.len();
        for number in &numbers {
            let one = |(i, group): (usize, &Group<Shares>)| {
                Series::nth(i, group.name(), values(number.of(&group.shown)))
            };
            let series = groups.iter().enumerate().map(one).collect();
            let plot = lines(series, in_force.clone());
            chart.panels.push(Panel {
                heading: (numbers.len() > 1).then(|| number.heading(run)),
                plot,
            });
        }
    }
    share_scales(&mut chart);
    chart
}

pub(super) fn by_market(run: &Run) -> Result<Chart, Skipped> {
    let arms = arms_with_shares(run, Column::Market);
    let Some((first, _)) = arms.first() else {
        return Err(Skipped(
            "no arm has chat-derived or displaced impressions by market",
        ));
    };
    let impressions = chat_ads();
    let markets: Vec<String> = run
        .outcomes
        .along(first, &impressions, Column::Market)
        .into_iter()
        .map(|(market, _)| market)
        .collect();
    let groups = grouped(arms, |a, b| a == b);
    Ok(fitting(&groups, |drawn| {
        market_panels(run, &markets, drawn, groups.len())
    }))
}

fn market_panels(run: &Run, markets: &[String], groups: &[Group<Shares>], all: usize) -> Chart {
    let mut numbers = Number::present(groups);
    let few = all <= MOST_PLOTS;
    if all > MOST_LINES {
        // Two grids would leave room for half of the arms.
        numbers.truncate(1);
    }
    let mut marks = if few {
        " Whiskers: 95\u{a0}% intervals."
    } else {
        " Intervals are in the tables."
    }
    .to_owned();
    if numbers.contains(&Number::Attributed) {
        marks.push_str(" Nothing is attributed where the rule is not in force.");
    }
    let mut chart = explained(run, &numbers, "market", "whole window", &marks);
    if few {
        chart.columns = 2.min(groups.len());
        for group in groups {
            let plot = Plot::Rows(market_rows(markets, group, &numbers));
            chart.panels.push(Panel {
                heading: (all > 1).then(|| group.heading()),
                plot,
            });
        }
    } else {
        for number in &numbers {
            // Shares of so many arms are small numbers in small cells.
            let cells = |group: &Group<Shares>| {
                let shares = number.of(&group.shown);
                let share = |m| Some(PER_MILLION * shares.get(m)?.value);
                markets.iter().map(share).collect()
            };
            let plot = Plot::Matrix(Matrix {
                column_title: "of a million ad impressions".into(),
                row_title: "arm".into(),
                rows: groups.iter().map(Group::name).collect(),
                columns: markets.iter().map(|m| readable(m).into()).collect(),
                unit: Unit::Plain,
                reach: 0.0,
                cells: groups.iter().map(cells).collect(),
            });
            chart.panels.push(Panel::headed(number.heading(run), plot));
        }
    }
    share_scales(&mut chart);
    chart
}

fn market_rows(markets: &[String], group: &Group<Shares>, numbers: &[Number]) -> Rows {
    let series = numbers
        .iter()
        .filter(|number| any(number.of(&group.shown)))
        .map(|number| {
            let colour = match number {
                Number::Attributed => palette::BLUE,
                Number::Displaced => palette::VERMILLION,
            };
            Series::solid(
                number.name(),
                colour,
                pick(number.of(&group.shown), markets),
            )
        })
        .collect();
    Rows {
        categories: markets
            .iter()
            .map(|m| Category::from(readable(m)))
            .collect(),
        x_title: "share of ad impressions [%]".into(),
        unit: Unit::Percent,
        shape: Shape::Grouped,
        series,
        ..Rows::default()
    }
}
