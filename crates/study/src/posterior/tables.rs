//! `posterior.csv`, `narrowed.csv` and `predicted.csv`.

use std::io::Write;
use std::path::Path;

use overheard_engine::run::write_whole;
use overheard_formats::number;

use super::summary::Summary;
use crate::calibrate::{Levels, round};

/// Writes every table.
pub fn write(folder: &Path, summary: &Summary) -> Result<(), csv::Error> {
    let file = |name: &str, fill: &dyn Fn(&mut dyn Write) -> Result<(), csv::Error>| {
        write_whole(&folder.join(name), |out| fill(out))
    };
    file("posterior.csv", &|out| points(out, summary))?;
    file("narrowed.csv", &|out| narrowed(out, summary))?;
    file("predicted.csv", &|out| predicted(out, summary))
}

/// `set`, `weight`, a column for each unknown and each level: four significant digits, more would pretend.
fn points(out: &mut dyn Write, summary: &Summary) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    let unknowns = summary.unknowns.iter().map(|u| u.target.to_string());
    let head = ["set", "weight"].map(str::to_owned);
    table.write_record(head.into_iter().chain(unknowns).chain(Levels::names()))?;
    let points = summary.places.iter().zip(&summary.levels);
    for ((place, levels), weight) in points.zip(&summary.weights) {
        let pairs = summary.unknowns.iter().zip(place);
        let values = pairs.map(|(unknown, u)| unknown.value(*u));
        let numbers = std::iter::once(*weight)
            .chain(values)
            .chain(levels.numbers());
        let set = std::iter::once(summary.set.name().to_owned());
        table.write_record(set.chain(numbers.map(|x| format!("{}", round(x)))))?;
    }
    Ok(table.flush()?)
}

fn narrowed(out: &mut dyn Write, summary: &Summary) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "knob",
        "prior_q05",
        "prior_q50",
        "prior_q95",
        "posterior_q05",
        "posterior_q50",
        "posterior_q95",
        "width",
        "moved",
        "covered",
    ])?;
    for row in summary.narrowed() {
        let numbers = [row.width, row.moved, row.covered];
        let numbers = row.prior.into_iter().chain(row.posterior).chain(numbers);
        table.write_record(std::iter::once(row.knob).chain(numbers.map(number)))?;
    }
    Ok(table.flush()?)
}

fn predicted(out: &mut dyn Write, summary: &Summary) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "datum",
        "published",
        "low",
        "high",
        "central",
        "prior_q05",
        "prior_q50",
        "prior_q95",
        "posterior_q05",
        "posterior_q50",
        "posterior_q95",
        "inside",
        "emulator",
    ])?;
    for row in summary.predicted() {
        let first = [row.published, row.low, row.high, row.central];
        let numbers = first.into_iter().chain(row.prior).chain(row.posterior);
        let numbers = numbers.chain([row.inside, row.emulator]);
        table.write_record(std::iter::once(row.name).chain(numbers.map(number)))?;
    }
    Ok(table.flush()?)
}
