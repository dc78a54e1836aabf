//! What the assumptions leave open: by day, and of every headline.

use overheard_charts::{Chart, Estimate, Lines, Panel, Plot, Rows, Series, Shape, Unit, palette};
use overheard_formats::{Band, BandRow, Column, Key};

use super::folder::{Headline, Sweep, chat_ads, headlines};
use crate::names::{axis_dates, not_drawn};

/// More arms than this are not drawn.
const MOST_ARMS: usize = 4;

/// Arms whose rows are worth a panel, those in which a number varies: if there are too many, those that come too early, and the
/// others.
fn arms<'a>(sweep: &'a Sweep, key: &Key, difference: bool) -> [Vec<&'a str>; 2] {
    let varies = |arm: &&String| {
        let row = sweep.band(arm, key);
        let band = row.and_then(|row| of(row, difference));
        band.and_then(|band| band.quantiles)
            .is_some_and(|q| q[0] != q[4])
    };
    let mut early: Vec<&str> = sweep
        .manifest
        .arms
        .iter()
        .filter(varies)
        .map(String::as_str)
        .collect();
    let late = early.split_off(early.len().saturating_sub(MOST_ARMS));
    [early, late]
}

fn of(row: &BandRow, difference: bool) -> Option<Band> {
    match difference {
        true => row.difference,
        false => Some(row.value),
    }
}

/// The ads of each day that go back to chats.
pub fn by_day(sweep: &Sweep) -> Option<Chart> {
    let key = chat_ads();
    let mut panels = Vec::new();
    let [left, drawn] = arms(sweep, &key, false);
    for arm in drawn {
        let own = |row: &&BandRow| {
            let day = row.key.get(Column::Day);
            row.arm == arm
                && !day.is_empty()
                && row.key == key.clone().with(Column::Day, day.to_owned())
        };
        let mut rows: Vec<&BandRow> = sweep.bands.iter().filter(own).collect();
        rows.sort_by(|a, b| a.key.get(Column::Day).cmp(b.key.get(Column::Day)));
        let days: Vec<String> = rows
            .iter()
            .map(|row| row.key.get(Column::Day).to_owned())
            .collect();
        let series = |from: usize, to: usize| -> Vec<Option<Estimate>> {
            let one = |row: &&BandRow| {
                let q = row.value.quantiles?;
                Some(Estimate::between(q[2], q[from], q[to]))
            };
            rows.iter().map(one).collect()
        };
        let central = rows
            .iter()
            .map(|row| Some(Estimate::exact(row.value.central)));
        let lines = Lines {
            steps: axis_dates(&days),
            keys: days.clone(),
            y_title: "ad impressions a day that go back to chats".into(),
            unit: Unit::Count,
            series: vec![
                Series::solid("median of the draws", palette::BLUE, series(0, 4)),
                Series::solid("median of the draws", palette::BLUE, series(1, 3)),
                Series::dashed("the scenario as it is", palette::ORANGE, central.collect()),
            ],
            ..Lines::default()
        };
        panels.push(Panel::headed(format!("Arm “{arm}”"), Plot::Lines(lines)));
    }
    (!panels.is_empty()).then(|| Chart {
        title: "How far the assumptions leave open what goes back to chats".into(),
        subtitle: "Each draw is the whole window under other plausible values of what nobody knows. Pale: 5 % to 95 % of the draws; \
                   darker: 25 % to 75 %. Sampling errors are not in the bands."
            .into(),
        note: not_drawn(&left).unwrap_or_default(),
        panels,
        caption: sweep.caption(),
        ..Chart::default()
    })
}

/// Every headline against its value under the scenario as it is.
pub fn of_headlines(sweep: &Sweep) -> Option<Chart> {
    let arm = sweep.manifest.arms.last()?;
    let all = headlines();
    let relative = |headline: &Headline| {
        let band = of(sweep.band(arm, &headline.key)?, headline.difference)?;
        let q = band.quantiles.filter(|q| q[0] < q[4])?;
        let percent = |x: f64| 100.0 * x / band.central.abs();
        let estimate = Estimate::between(percent(q[2]), percent(q[0]), percent(q[4]));
        percent(band.central)
            .is_finite()
            .then_some((headline.name, estimate))
    };
    let rows: Vec<(&str, Estimate)> = all.iter().filter_map(relative).collect();
    let plot = Rows {
        categories: rows.iter().map(|(name, _)| (*name).into()).collect(),
        x_title: "percent of the size that the scenario as it is gives".into(),
        unit: Unit::Percent,
        shape: Shape::Dots,
        signed: true,
        series: vec![Series::solid(
            "median, and 5 % to 95 % of draws",
            palette::BLUE,
            rows.iter().map(|(_, e)| Some(*e)).collect(),
        )],
        ..Rows::default()
    };
    (!rows.is_empty()).then(|| Chart {
        title: "What the assumptions leave open".into(),
        subtitle: format!(
            "Arm “{arm}”: the scenario as it is gives ±100 %. Net numbers are differences from arm “{}”.",
            sweep.base()
        ),
        panels: vec![Panel::of(Plot::Rows(plot))],
        caption: sweep.caption(),
        ..Chart::default()
    })
}
