//! What becomes of chats about sensitive matters, and whom their traces reach.

use overheard_charts::{Category, Chart, Matrix, Panel, Plot, Rows, Series, Shape, Unit, palette};
use overheard_formats::{Column, Key, PAGE};

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, share_scales, titled};
use crate::estimate::Estimate;
use crate::names::{is_promised, readable};
use crate::run::Run;

const REACHED: &str = "people_reached_from_sensitive_chats";
const ROUTES: [&str; 3] = ["missed", "neighbour", "unprotected"];

/// With more arms than this, the grids of the detector are left out.
const MOST_GRIDS: usize = 6;

/// One arm: by class, its chats (all, caught, missed), and people reached by each route.
struct Classes {
    arm: String,
    classes: Vec<String>,
    chats: Vec<[f64; 3]>,
    people: Vec<[Option<Estimate>; 3]>,
}

impl Classes {
    fn of(run: &Run, arm: &str) -> Self {
        let classes = classes(run, arm);
        let chats = |class: &String| {
            ["sensitive_chats", "sensitive_caught", "sensitive_missed"]
                .map(|measure| count(run, arm, measure, class).map_or(0.0, |e| e.value))
        };
        let people = |class: &String| {
            ROUTES.map(|route| reached(run, arm, class, route).filter(|e| e.value != 0.0))
        };
        Self {
            arm: arm.into(),
            chats: classes.iter().map(chats).collect(),
            people: classes.iter().map(people).collect(),
            classes,
        }
    }

    /// Whether a chat was read, or anybody reached.
    fn any(&self) -> bool {
        self.chats
            .iter()
            .any(|[_, caught, missed]| caught + missed != 0.0)
            || self.people.iter().flatten().any(Option::is_some)
    }

    fn alike(&self, other: &Self) -> bool {
        self.classes == other.classes && self.chats == other.chats && self.people == other.people
    }
}

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let arms = run.manifest.arms.iter();
    let arms = arms.map(|arm| (arm.clone(), Classes::of(run, arm)));
    let groups = grouped(arms.filter(|(_, classes)| classes.any()), Classes::alike);
    if groups.is_empty() {
        return Err(Skipped("no arm reads a sensitive chat"));
    }
    Ok(fitting(&groups, |drawn| match groups.as_slice() {
        [alone] => one_arm(run, &alone.shown),
        _ => several_arms(run, drawn, groups.len()),
    }))
}

fn explained(run: &Run, marks: &str) -> Chart {
    let subtitle = format!(
        "Chats in which a sensitive class came up, by what the detector did, and people shown ads that go back to such a chat, by route. \
         “Missed” is a share of the chats the detector read. Its quality is an assumption. {marks}"
    );
    let title = "Sensitive chats: caught, missed, and whom they reach";
    titled(run, title, subtitle)
}

fn one_arm(run: &Run, classes: &Classes) -> Chart {
    let mut chart = explained(run, "Whiskers: 95\u{a0}% intervals.");
    let arm = &classes.arm;
    chart.panels.push(Panel::headed(
        format!("Chats in arm “{arm}”"),
        Plot::Rows(chats(classes)),
    ));
    if let Some(rows) = people(classes) {
        let heading = format!("People reached by ads from such chats in arm “{arm}”");
        chart.panels.push(Panel::headed(heading, Plot::Rows(rows)));
    }
    share_scales(&mut chart);
    chart
}

/// Arms below each other, so that a class can be compared between them.
fn several_arms(run: &Run, groups: &[Group<Classes>], all: usize) -> Chart {
    let mut chart = explained(run, "Intervals are in the tables.");
    if all > MOST_GRIDS {
        // Who is reached matters more than how, and five grids would leave room for few of the arms.
        chart.title = "People whom sensitive chats reach".into();
        chart.subtitle = "People shown ads that go back to a chat in which a sensitive class came up, by route; each counted once per class and route. \
                          Intervals, and what the detector caught and missed, are in the tables.".into();
    }
    let share = |class: usize, arm: &Classes| {
        let [_, caught, missed] = arm.chats.get(class)?;
        (caught + missed > 0.0).then(|| 100.0 * missed / (caught + missed))
    };
    let missed = |class: usize, arm: &Classes| arm.chats.get(class).map(|c| c[2]);
    let mut add = |heading: String, unit, cell: &dyn Fn(usize, &Classes) -> Option<f64>| {
        if let Some(matrix) = matrix(groups, unit, cell) {
            chart
                .panels
                .push(Panel::headed(heading, Plot::Matrix(matrix)));
        }
    };
    if all <= MOST_GRIDS {
        add("Chats missed by the detector".into(), Unit::Count, &missed);
        add(
            "The same in percent of the chats it read".into(),
            Unit::Plain,
            &share,
        );
    }
    for (i, route) in ROUTES.iter().enumerate() {
        add(
            format!("People reached by ads from such chats: {}", readable(route)),
            Unit::Count,
            &|class, arm: &Classes| Some(arm.people.get(class)?[i]?.value),
        );
    }
    chart
}

/// Arms by class, without classes in which no arm has a number.
fn matrix(
    groups: &[Group<Classes>],
    unit: Unit,
    cell: &dyn Fn(usize, &Classes) -> Option<f64>,
) -> Option<Matrix> {
    let classes = &groups.first()?.shown.classes;
    // An arm of other classes has its own order.
    let at = |class: &String, arm: &Classes| {
        let place = arm.classes.iter().position(|c| c == class)?;
        cell(place, arm)
    };
    let shown: Vec<&String> = classes
        .iter()
        .filter(|class| {
            let mut cells = groups.iter().filter_map(|g| at(class, &g.shown));
            cells.any(|v| v != 0.0)
        })
        .collect();
    (!shown.is_empty()).then(|| Matrix {
        row_title: "arm".into(),
        rows: groups.iter().map(Group::name).collect(),
        columns: shown.iter().map(|c| readable(c).into()).collect(),
        unit,
        cells: groups
            .iter()
            .map(|g| shown.iter().map(|class| at(class, &g.shown)).collect())
            .collect(),
        ..Matrix::default()
    })
}

fn count(run: &Run, arm: &str, measure: &'static str, class: &str) -> Option<Estimate> {
    let cut = Key::of(measure).with(Column::Topic, class.to_owned());
    run.outcomes.total(arm, &cut)
}

fn reached(run: &Run, arm: &str, class: &str, route: &'static str) -> Option<Estimate> {
    let cut = Key::of(REACHED)
        .with(Column::Topic, class.to_owned())
        .with(Column::Bucket, route);
    run.outcomes.at(arm, &cut)
}

/// The classes of an arm, promised ones first.
fn classes(run: &Run, arm: &str) -> Vec<String> {
    let along = |measure| run.outcomes.along(arm, &Key::of(measure), Column::Topic);
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

fn chats(arm: &Classes) -> Rows {
    let column = |i: usize| -> Vec<f64> { arm.chats.iter().map(|c| c[i]).collect() };
    let (caught, missed) = (column(1), column(2));
    let rest: Vec<f64> = arm
        .chats
        .iter()
        .map(|[all, caught, missed]| {
            let rest = all - caught - missed;
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
            label.push_str(&format!(
                ", {} missed",
                PAGE.percent(100.0 * missed[i] / seen)
            ));
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
        categories: categories(&arm.classes, label),
        x_title: "chats in the window".into(),
        unit: Unit::Count,
        shape: Shape::Stacked,
        series,
        ..Rows::default()
    }
}

fn people(arm: &Classes) -> Option<Rows> {
    let colours = [palette::VERMILLION, palette::PURPLE, palette::ORANGE];
    let series: Vec<Series> = ROUTES
        .iter()
        .zip(colours)
        .enumerate()
        .map(|(i, (route, colour))| {
            // A route that a class cannot take has no bar.
            let values = arm.people.iter().map(|p| Some(p[i]?.plotted(1.0)));
            let values = values.collect();
            Series::solid(readable(route), colour, values)
        })
        .filter(|s| s.values.iter().any(Option::is_some))
        .collect();
    (!series.is_empty()).then(|| Rows {
        categories: categories(&arm.classes, |_| None),
        x_title: "people, each counted once per class and route".into(),
        unit: Unit::Count,
        shape: Shape::Grouped,
        series,
        ..Rows::default()
    })
}
