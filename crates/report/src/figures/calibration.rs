//! How far the simulated figures are from the published ones.

use overheard_charts::{
    Band, Category, Chart, Estimate, Panel, Plot, Rows, Series, Shape, Unit, palette,
};

use super::parts::{Skipped, titled};
use crate::run::Run;

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let rows: Vec<_> = run
        .calibration
        .iter()
        .filter_map(|row| Some((row, row.deviation_in_tolerances()?)))
        .collect();
    if rows.is_empty() {
        return Err(Skipped("the run compares nothing with published figures"));
    }
    let outside = rows.iter().filter(|(_, units)| units.abs() > 1.0).count();
    let values = |out: bool| {
        rows.iter()
            .map(|(_, units)| ((units.abs() > 1.0) == out).then(|| Estimate::exact(*units)))
            .collect()
    };
    let subtitle = format!(
        "Deviation of the simulated from the published figure in units of its tolerance; {} of {} lie within. Beyond ±3 an arrow points outwards.",
        rows.len() - outside,
        rows.len()
    );
    let mut chart = titled(run, "Calibration: simulated against published", subtitle);
    let mut series = vec![Series::solid(
        "within tolerance",
        palette::BLUE,
        values(false),
    )];
    if outside > 0 {
        series.push(Series::solid("outside", palette::VERMILLION, values(true)));
    }
    chart.panels.push(Panel::of(Plot::Rows(Rows {
        categories: rows
            .iter()
            .map(|(row, _)| Category::from(row.figure.as_str()))
            .collect(),
        x_title: "deviation [tolerances]".into(),
        unit: Unit::Plain,
        shape: Shape::Dots,
        signed: true,
        series,
        band: Some(Band {
            low: -1.0,
            high: 1.0,
            label: "tolerance".into(),
        }),
        clip: Some(3.0),
        ..Rows::default()
    })));
    Ok(chart)
}
