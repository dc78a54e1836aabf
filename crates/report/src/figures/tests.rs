//! What every figure keeps to, whatever the number of arms.

use overheard_charts::{Chart, Plot, WIDTH};

use super::arms::HIGHEST;
use crate::Run;
use crate::figures::all;
use crate::fixture::Fixture;

fn run(fixture: &Fixture) -> Run {
    let folder = tempfile::tempdir().unwrap();
    fixture.write(folder.path());
    Run::read(folder.path()).unwrap()
}

/// So many arms; what sets their names apart stands at the end.
fn arms(count: usize, long: bool) -> &'static [&'static str] {
    let name = |i: usize| -> &'static str {
        match long {
            true => format!("a-very-long-name-that-says-everything-about-arm-{i:02}").leak(),
            false => format!("arm-{i:02}").leak(),
        }
    };
    (0..count).map(name).collect::<Vec<_>>().leak()
}

fn drawn(fixture: &Fixture) -> Vec<(&'static str, Chart)> {
    let run = run(fixture);
    let figures = all().into_iter();
    figures
        .filter_map(|(name, figure)| Some((name, figure(&run).ok()?)))
        .collect()
}

fn figure(fixture: &Fixture, wanted: &str) -> Option<Chart> {
    let mut figures = drawn(fixture).into_iter();
    figures.find(|(name, _)| *name == wanted).map(|(_, c)| c)
}

fn words(chart: &Chart, width: u32) -> String {
    let texts = chart.layout(width).texts.into_iter();
    texts.map(|t| t.text).collect::<Vec<_>>().join(" ")
}

#[test]
fn any_number_of_arms_gives_charts_that_can_be_read() {
    for (count, long) in [
        (1, false),
        (2, true),
        (5, true),
        (8, false),
        (12, true),
        (32, true),
    ] {
        let fixture = Fixture {
            arms: arms(count, long),
            ladder: true,
            ..Fixture::default()
        };
        for (name, chart) in drawn(&fixture) {
            let of = format!("{name} of {count} arms");
            let height = chart.layout(WIDTH).height;
            assert!(height <= HIGHEST, "{of}: {height} px");
            assert!(chart.layout(560).height <= 4.5 * HIGHEST, "{of}, narrow");
            for width in [560, WIDTH] {
                let texts = chart.layout(width).texts;
                for (i, a) in texts.iter().enumerate() {
                    assert!(!a.text.contains('…'), "{of}: {a:?} is cut");
                    let apart = |b: &overheard_charts::TextBox| !a.frame.overlaps(&b.frame);
                    assert!(texts[i + 1..].iter().all(apart), "{of} at {width}: {a:?}");
                }
            }
            for panel in &chart.panels {
                let series = match &panel.plot {
                    Plot::Lines(plot) => &plot.series,
                    Plot::Columns(plot) => &plot.series,
                    Plot::Rows(plot) => &plot.series,
                    Plot::Matrix(_) | Plot::Scatter(_) => continue,
                };
                for (i, a) in series.iter().enumerate() {
                    let same =
                        |b: &&overheard_charts::Series| (a.colour, a.dash) == (b.colour, b.dash);
                    let twin = series[i + 1..].iter().find(same);
                    assert!(twin.is_none(), "{of}: {} and {twin:?}", a.label);
                }
            }
            if count > 2 && name != "calibration" {
                // Every arm that has anything to show is in the picture, or named below it.
                let all: String = words(&chart, WIDTH).split_whitespace().collect();
                for arm in &fixture.arms[1..] {
                    assert!(all.contains(arm), "{of}: {arm}");
                }
            }
        }
    }
}

#[test]
fn arms_whose_lines_lie_on_each_other_are_drawn_once() {
    // All arms from the fourth are alike.
    let fixture = Fixture {
        arms: arms(12, false),
        ..Fixture::default()
    };
    for (name, chart) in drawn(&fixture) {
        // Policies have a row for each arm.
        if ["calibration", "notice-funnel", "policies"].contains(&name) {
            continue;
        }
        let words = words(&chart, WIDTH);
        assert!(words.contains("and 8 alike"), "{name}: {words}");
        assert!(
            chart
                .note
                .contains("Drawn as one with “arm-03”: arm-04, arm-05"),
            "{name}: {}",
            chart.note
        );
    }
    let funnel = figure(&fixture, "notice-funnel").unwrap();
    assert!(words(&funnel, WIDTH).contains("arm “arm-01” and 10 alike"));
}

#[test]
fn charts_of_experiments_without_chats_do_not_speak_of_chats() {
    let fixture = Fixture {
        experiment: true,
        policy_day: None,
        arms: &["status-quo", "nothing-personal", "no-off-platform"],
        ..Fixture::default()
    };
    let chart = figure(&fixture, "exposure-by-day").unwrap();
    assert!(chart.title.starts_with("Displaced ad impressions"));
    assert!(!words(&chart, WIDTH).contains("chats"), "{chart:?}");
    // And a single arm does not speak of differences.
    let alone = Fixture {
        arms: &["base"],
        ..Fixture::default()
    };
    let alone = Fixture {
        ladder: false,
        ..alone
    };
    assert!(figure(&alone, "exposure-by-day").is_none(), "nothing in it");
}

#[test]
fn axes_of_dates_name_the_year() {
    let over_a_year = Fixture {
        days: 60,
        ..Fixture::default()
    };
    let chart = figure(&over_a_year, "exposure-by-day").unwrap();
    for width in [560, WIDTH] {
        let words = words(&chart, width);
        for part in ["2025", "2026", "policy in force, 16 December 2025"] {
            assert!(words.contains(part), "{part} at {width}: {words}");
        }
    }
}

#[test]
fn no_chart_of_people_reaches_below_nobody() {
    let uncertain = Fixture {
        error_percent: 80.0,
        ..Fixture::default()
    };
    for (name, chart) in drawn(&uncertain) {
        if ["price-by-market", "variety", "calibration"].contains(&name) {
            continue;
        }
        assert!(!words(&chart, WIDTH).contains('−'), "{name}");
    }
}

#[test]
fn ads_by_group_of_people_are_drawn_where_they_are_counted() {
    let charts = ["of-a-thousand-ads", "own-topic"];
    let counted = Fixture::default();
    let words_of = |name| words(&figure(&counted, name).unwrap(), WIDTH).replace('\u{202f}', " ");
    let thousand = words_of(charts[0]);
    for part in [
        "holders of a live signal",
        "34 ‰",
        "8.50 ‰",
        "one ad in 29",
        "one ad in 118",
        "100 ‰",
    ] {
        assert!(thousand.contains(part), "{part}: {thousand}");
    }
    let own = words_of(charts[1]);
    assert!(own.contains("420M, 69\u{a0}% on its own topic"), "{own}");
    let not_counted = Fixture {
        by_group: false,
        ..Fixture::default()
    };
    for name in charts {
        assert!(figure(&not_counted, name).is_none(), "{name}");
    }
    // With many arms, every group of people has a plot of its own.
    let many = Fixture {
        arms: arms(12, false),
        ladder: true,
        ..Fixture::default()
    };
    assert_eq!(figure(&many, charts[0]).unwrap().panels.len(), 3);
}
