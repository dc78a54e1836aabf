//! Who carries it: chat-derived ads per person by chat habit and age, how unequally they fall, and what becomes of the variety
//! of ads.

use overheard_charts::{
    Category, Chart, Estimate as Plotted, Lines, Matrix, Panel, Plot, Rows, Series, Unit, palette,
};
use overheard_formats::{Column, Key, PAGE};

use super::arms::{Group, fitting, grouped};
use super::dots::{Dots, Values};
use super::parts::{Skipped, titled};
use crate::estimate::Estimate;
use crate::names::readable;
use crate::run::Run;

/// Bars below each other, or lines in one plot, that are still told apart.
const MOST_TOGETHER: usize = 4;

/// A part of the assistant's users: the column that names it, its name in tables, and the heading that it begins.
struct Part {
    column: Column,
    member: String,
    heading: Option<&'static str>,
}

impl Part {
    fn of(&self, measure: &'static str) -> Key {
        Key::of(measure).with(self.column, self.member.clone())
    }

    fn category(&self) -> Category {
        Category {
            heading: self.heading.map(Into::into),
            ..Category::from(readable(&self.member))
        }
    }
}

/// The parts that a measure is told of, in the order of the file.
fn parts(run: &Run, measure: &'static str, cuts: &[(Column, &'static str)]) -> Vec<Part> {
    let whole = Key::of(measure);
    let arms = &run.manifest.arms;
    let members = |column| {
        let found = arms
            .iter()
            .map(|arm| run.outcomes.along(arm, &whole, column));
        found.max_by_key(Vec::len).unwrap_or_default()
    };
    let parts = |(column, heading): &(Column, &'static str)| {
        let named = members(*column).into_iter().enumerate();
        let part = |(i, (member, _))| Part {
            column: *column,
            member,
            heading: (i == 0).then_some(*heading),
        };
        named.map(part).collect::<Vec<_>>()
    };
    cuts.iter().flat_map(parts).collect()
}

/// Chat-derived ads per assistant user.
pub(super) fn per_person(run: &Run) -> Result<Chart, Skipped> {
    const MEASURE: &str = "chat_ads_per_person";
    let cuts = [
        (
            Column::Bucket,
            "By how often they chat, in five equal parts",
        ),
        (Column::Age, "By declared age"),
    ];
    let parts = parts(run, MEASURE, &cuts);
    let arms = run.manifest.arms.iter().map(|arm| {
        let of = |part: &Part| Some(run.outcomes.at(arm, &part.of(MEASURE))?.plotted(1.0));
        (arm.clone(), parts.iter().map(of).collect::<Values>())
    });
    let arms = arms.filter(|(_, values)| values.iter().flatten().any(|e| e.value > 0.0));
    let groups = grouped(arms, |a, b| a == b);
    if groups.is_empty() {
        return Err(Skipped(
            "nobody is expected to see an ad attributed to a chat",
        ));
    }
    Ok(fitting(&groups, |drawn| {
        people_panels(run, &parts, drawn, groups.len() <= MOST_TOGETHER)
    }))
}

fn people_panels(run: &Run, parts: &[Part], groups: &[Group<Values>], together: bool) -> Chart {
    let marks = if together {
        "Whiskers: 95\u{a0}% intervals."
    } else {
        "Intervals are in the tables."
    };
    let subtitle = format!("Ads attributed to chats in the window per assistant user. {marks}");
    let mut chart = titled(run, "Who sees chat-derived ads", subtitle);
    if together {
        let one = |(i, group): (usize, &Group<Values>)| {
            Series::solid(group.quoted(), palette::series(i), group.shown.clone())
        };
        chart.panels.push(Panel::of(Plot::Rows(Rows {
            categories: parts.iter().map(Part::category).collect(),
            x_title: "chat-derived ads per assistant user".into(),
            unit: Unit::Plain,
            series: groups.iter().enumerate().map(one).collect(),
            ..Rows::default()
        })));
    } else {
        let cells = |group: &Group<Values>| {
            let values = group.shown.iter();
            values.map(|e| e.map(|e| e.value)).collect()
        };
        chart.panels.push(Panel::of(Plot::Matrix(Matrix {
            column_title: "chat-derived ads per assistant user".into(),
            row_title: "arm".into(),
            rows: groups.iter().map(Group::name).collect(),
            columns: parts.iter().map(|p| readable(&p.member).into()).collect(),
            unit: Unit::Plain,
            reach: 0.0,
            cells: groups.iter().map(cells).collect(),
        })));
    }
    chart
}

/// One arm's curve, and its coefficient.
#[derive(PartialEq)]
struct Curve {
    held: Values,
    gini: Option<Estimate>,
}

/// Part of people [%] of a bucket such as `top 5 %`.
fn part_of(bucket: &str) -> Option<u32> {
    bucket
        .strip_prefix("top ")?
        .strip_suffix(" %")?
        .parse()
        .ok()
}

/// A share in percent, with an interval that stays within nothing and everything.
fn share(e: Estimate) -> Plotted {
    let Plotted { value, low, high } = e.plotted(100.0);
    Plotted::between(value, low.max(0.0), high.min(100.0))
}

/// Places along the curve, evenly apart [%].
const STEP: u32 = 2;

/// The Lorenz curve from its upper end.
pub(super) fn lorenz(run: &Run) -> Result<Chart, Skipped> {
    let places: Vec<u32> = (0..=100 / STEP).map(|k| k * STEP).collect();
    let curve = |arm: &String| {
        let held = run
            .outcomes
            .along(arm, &Key::of("chat_ads_held_by_top"), Column::Bucket);
        let at = |place: &u32| match place {
            0 => Some(Plotted::exact(0.0)),
            100 => Some(Plotted::exact(100.0)),
            _ => {
                let found = held
                    .iter()
                    .find(|(bucket, _)| part_of(bucket) == Some(*place));
                found.map(|(_, e)| share(*e))
            }
        };
        let curve = Curve {
            held: places.iter().map(at).collect(),
            gini: run.outcomes.at(arm, &Key::of("gini_chat_ads")),
        };
        (!held.is_empty()).then(|| (arm.clone(), curve))
    };
    let groups = grouped(run.manifest.arms.iter().filter_map(curve), |a, b| a == b);
    if groups.is_empty() {
        return Err(Skipped(
            "nobody is expected to see an ad attributed to a chat",
        ));
    }
    Ok(fitting(&groups, |drawn| {
        lorenz_panels(run, &places, drawn, groups.len() <= MOST_TOGETHER)
    }))
}

fn lorenz_panels(run: &Run, places: &[u32], groups: &[Group<Curve>], together: bool) -> Chart {
    let subtitle = "Assistant users, those with the most ads attributed to their chats first, and the share of all such ads of the window that they are \
                    expected to see. Bands: 95\u{a0}% intervals. Gini coefficient: 0 if everybody saw as many, 1 if one person saw all.";
    let mut chart = titled(run, "How unequally chat-derived ads fall", subtitle.into());
    let lines = |mut series: Vec<Series>, titles: [&str; 2]| {
        let equal = places.iter().map(|p| Some(Plotted::exact(f64::from(*p))));
        series.push(Series {
            dash: overheard_charts::Dash::Dotted,
            ..Series::solid("if all saw as many", palette::GREY, equal.collect())
        });
        Plot::Lines(Lines {
            steps: places
                .iter()
                .map(|p| Unit::Percent.format(f64::from(*p)))
                .collect(),
            x_title: titles[0].into(),
            y_title: titles[1].into(),
            curve: true,
            unit: Unit::Percent,
            series,
            reach: 100.0,
            ..Lines::default()
        })
    };
    if together {
        let one = |(i, group): (usize, &Group<Curve>)| {
            Series::solid(group.quoted(), palette::series(i), group.shown.held.clone())
        };
        let series = groups.iter().enumerate().map(one).collect();
        let titles = ["assistant users [%]", "chat-derived ads [%]"];
        chart.panels.push(Panel::of(lines(series, titles)));
        let told = groups.iter().filter_map(|group| {
            let gini = group.shown.gini?;
            let (low, high) = gini.interval();
            let [gini, low, high] =
                [gini.value, low.max(0.0), high.min(1.0)].map(|x| PAGE.figure(x, 3));
            Some(format!(
                "{} {gini} (95\u{a0}% interval {low} to {high})",
                group.quoted()
            ))
        });
        let told = told.collect::<Vec<_>>().join("; ");
        chart.note = format!("Gini coefficient: {told}.");
    } else {
        chart.columns = 3;
        for group in groups {
            let series = Series::solid("chat-derived ads", palette::BLUE, group.shown.held.clone());
            let gini = group
                .shown
                .gini
                .map_or("–".into(), |e| PAGE.figure(e.value, 3));
            let heading = format!("{}: Gini coefficient {gini}", group.heading());
            let plot = lines(vec![series], ["", ""]);
            chart.panels.push(Panel::headed(heading, plot));
        }
    }
    chart
}

/// How much more or less varied the ads of a person become.
pub(super) fn variety(run: &Run) -> Result<Chart, Skipped> {
    const MEASURE: &str = "ad_categories_per_person";
    let mut parts = parts(run, MEASURE, &[(Column::Bucket, "By how often they chat")]);
    let everybody = Part {
        column: Column::Bucket,
        member: String::new(),
        heading: None,
    };
    parts.insert(0, everybody);
    let arms = run.policy_arms().iter().map(|arm| {
        let of = |part: &Part| {
            let row = run.differences.at(arm, &part.of(MEASURE))?;
            Some(row.difference.plotted(1.0))
        };
        (arm.clone(), parts.iter().map(of).collect::<Values>())
    });
    let arms = arms.filter(|(_, values)| values.iter().any(Option::is_some));
    let groups = grouped(arms, |a, b| a == b);
    if groups.is_empty() {
        return Err(Skipped("no difference in the variety of ads"));
    }
    let base = run.outcomes.at(run.base(), &Key::of(MEASURE));
    Ok(fitting(&groups, |drawn| {
        variety_panels(run, &parts, base, drawn, groups.len() <= MOST_TOGETHER)
    }))
}

fn variety_panels(
    run: &Run,
    parts: &[Part],
    base: Option<Estimate>,
    groups: &[Group<Values>],
    together: bool,
) -> Chart {
    let base = base.map_or_else(String::new, |e| {
        format!(", where it is {} on average", PAGE.figure(e.value, 4))
    });
    let subtitle = format!(
        "Difference in the effective number of ad categories per assistant user from arm “{}”{base}: as many equally frequent categories would be as \
         diverse (inverse of the chance that two of a person’s ads are of one category). Whiskers: 95\u{a0}% intervals.",
        run.base()
    );
    let mut chart = titled(run, "What becomes of the variety of ads", subtitle);
    let category = |part: &Part| match part.member.as_str() {
        "" => Category::from("all assistant users"),
        _ => part.category(),
    };
    let dots = Dots {
        categories: parts.iter().map(category).collect(),
        unit: Unit::Plain,
        titles: [
            "difference in the effective number of categories",
            "difference",
        ],
    };
    dots.draw(&mut chart, groups, together);
    chart
}
