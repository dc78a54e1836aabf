//! What becomes of chats about sensitive matters, and whom their traces reach.

use overheard_charts::{Category, Chart, Panel, Plot, Rows, Series, Shape, Unit, palette};

use super::{Skipped, share_scales, titled};
use crate::estimate::Estimate;
use crate::names::{is_promised, percent, readable};
use crate::run::Run;
use crate::table::{Cut, Dimension};

const REACHED: &str = "people_reached_from_sensitive_chats";
const ROUTES: [&str; 3] = ["missed", "neighbour", "unprotected"];

/// Arms drawn in one figure; more would not be read.
const MOST_ARMS: usize = 3;

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let nonzero = |e: &Estimate| e.value != 0.0;
    let arms: Vec<(&String, Vec<String>)> = run
        .manifest
        .arms
        .iter()
        .map(|arm| (arm, classes(run, arm)))
        .filter(|(arm, classes)| {
            classes.iter().any(|c| {
                ["sensitive_caught", "sensitive_missed"]
                    .iter()
                    .any(|m| count(run, arm, m, c).is_some_and(|e| nonzero(&e)))
                    || ROUTES
                        .iter()
                        .any(|r| reached(run, arm, c, r).is_some_and(|e| nonzero(&e)))
            })
        })
        .take(MOST_ARMS)
        .collect();
    if arms.is_empty() {
        return Err(Skipped("no arm reads a sensitive chat"));
    }
    let subtitle = "Chats in which a sensitive class came up, by what the detector did, and people shown ads that go back to such a chat, by route. \
                    “Missed” is a share of the chats the detector read. Its quality is an assumption. Whiskers: 95\u{a0}% intervals.";
    let mut chart = titled(
        run,
        "Sensitive chats: caught, missed, and whom they reach",
        subtitle.into(),
    );
    for (arm, classes) in &arms {
        chart.panels.push(Panel::headed(
            format!("Chats in arm “{arm}”"),
            Plot::Rows(chats(run, arm, classes)),
        ));
        if let Some(rows) = people(run, arm, classes) {
            let heading = format!("People reached by ads from such chats in arm “{arm}”");
            chart.panels.push(Panel::headed(heading, Plot::Rows(rows)));
        }
    }
    share_scales(&mut chart);
    Ok(chart)
}

fn count(run: &Run, arm: &str, measure: &str, class: &str) -> Option<Estimate> {
    let cut = Cut::of(measure).with(Dimension::Topic, class);
    run.outcomes.total(arm, &cut)
}

fn reached(run: &Run, arm: &str, class: &str, route: &str) -> Option<Estimate> {
    let cut = Cut::of(REACHED)
        .with(Dimension::Topic, class)
        .with(Dimension::Bucket, route);
    run.outcomes.at(arm, &cut)
}

/// The classes of an arm, promised ones first.
fn classes(run: &Run, arm: &str) -> Vec<String> {
    let along = |measure| run.outcomes.along(arm, &Cut::of(measure), Dimension::Topic);
    let mut classes: Vec<String> = along("sensitive_chats")
        .into_iter()
        .map(|(c, _)| c)
        .collect();
    classes.retain(|c| c != "ordinary");
    classes.sort_by_key(|c| !is_promised(c));
    classes
}

/// The rows, with a heading where a group of classes begins.
fn categories(classes: &[String], label: impl Fn(usize) -> Option<String>) -> Vec<Category> {
    let group = |promised| {
        if promised {
            "Classes named in the promise"
        } else {
            "Classes not named in the promise"
        }
    };
    let promised: Vec<bool> = classes.iter().map(|c| is_promised(c)).collect();
    classes
        .iter()
        .enumerate()
        .map(|(i, class)| Category {
            label: readable(class).into(),
            value_label: label(i),
            heading: (i == 0 || promised[i] != promised[i - 1]).then(|| group(promised[i]).into()),
            note: None,
        })
        .collect()
}

fn chats(run: &Run, arm: &str, classes: &[String]) -> Rows {
    let value =
        |measure: &str, class: &str| count(run, arm, measure, class).map_or(0.0, |e| e.value);
    let caught: Vec<f64> = classes
        .iter()
        .map(|c| value("sensitive_caught", c))
        .collect();
    let missed: Vec<f64> = classes
        .iter()
        .map(|c| value("sensitive_missed", c))
        .collect();
    let rest: Vec<f64> = classes
        .iter()
        .zip(caught.iter().zip(&missed))
        .map(|(c, (caught, missed))| {
            let rest = value("sensitive_chats", c) - caught - missed;
            // What is left of a difference of rounded numbers is not a chat.
            if rest > 1e-6 * (caught + missed) {
                rest
            } else {
                0.0
            }
        })
        .collect();
    let label = |i: usize| {
        let seen = caught[i] + missed[i];
        let mut label = Unit::Count.format(seen + rest[i]);
        if seen > 0.0 {
            label.push_str(&format!(", {} missed", percent(100.0 * missed[i] / seen)));
        }
        Some(label)
    };
    let exact = |values: &[f64]| {
        values
            .iter()
            .map(|v| Some(overheard_charts::Estimate::exact(*v)))
            .collect()
    };
    let mut series = vec![
        Series::solid("chats caught", palette::GREEN, exact(&caught)),
        Series::solid("chats missed", palette::VERMILLION, exact(&missed)),
    ];
    if rest.iter().any(|v| *v > 0.0) {
        series.push(Series::solid(
            "not read, or class not protected",
            palette::GREY,
            exact(&rest),
        ));
    }
    Rows {
        categories: categories(classes, label),
        x_title: "chats in the window".into(),
        unit: Unit::Count,
        shape: Shape::Stacked,
        series,
        ..Rows::default()
    }
}

fn people(run: &Run, arm: &str, classes: &[String]) -> Option<Rows> {
    let colours = [palette::VERMILLION, palette::PURPLE, palette::ORANGE];
    let series: Vec<Series> = ROUTES
        .iter()
        .zip(colours)
        .map(|(route, colour)| {
            let values = classes
                .iter()
                .map(|c| {
                    let e = reached(run, arm, c, route)?;
                    // A route that a class cannot take has no bar.
                    (e.value != 0.0).then(|| e.plotted(1.0))
                })
                .collect();
            Series::solid(readable(route), colour, values)
        })
        .filter(|s| s.values.iter().any(Option::is_some))
        .collect();
    (!series.is_empty()).then(|| Rows {
        categories: categories(classes, |_| None),
        x_title: "people, each counted once per class and route".into(),
        unit: Unit::Count,
        shape: Shape::Grouped,
        series,
        ..Rows::default()
    })
}
