//! `points.csv`, `outcomes.csv` and `bands.csv` of a sweep.

use std::collections::BTreeMap;
use std::io::Write;

use overheard_formats::{
    BAND_NUMBERS, BAND_SHARES, Band, BandRow, Key, OUTCOME_NUMBERS, header, number, number_or_empty,
};

use super::kept::Kept;
use super::record::Row;
use crate::calibrate::Levels;
use crate::plan::Plan;
use crate::statistics::quantiles;

/// Points that do not count, each with the reason.
pub type Reasons = BTreeMap<u32, String>;

/// Writes `points.csv`: `draw`, `block`, `of`, `state`, `message`, then a column for each unknown, and for each level that was met
/// again; empty where the point has what the scenario says. Numbers read back as the same doubles: the file can be given to a sweep
/// again.
pub fn points(
    out: &mut dyn Write,
    kept: &mut Kept,
    open: &[usize],
    [failed, left_out]: [&Reasons; 2],
) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    let plan = kept.plan;
    let mut levels = Levels::names();
    let levels: Vec<String> = open
        .iter()
        .map(|i| std::mem::take(&mut levels[*i]))
        .collect();
    let names: Vec<String> = plan.unknowns.iter().map(|u| u.target.to_string()).collect();
    let head = ["draw", "block", "of", "state", "message"];
    let columns = names.iter().chain(&levels).map(String::as_str);
    table.write_record(head.into_iter().chain(columns))?;
    for (draw, point) in plan.points.iter().enumerate() {
        let of = point.block.of().map_or("", |i| names[i].as_str());
        let number = draw as u32;
        let (state, message) = match (failed.get(&number), left_out.get(&number)) {
            (Some(why), _) => ("failed", why.as_str()),
            (None, Some(why)) => ("left out", why.as_str()),
            (None, None) => ("done", ""),
        };
        let met = match levels.is_empty() {
            true => Vec::new(),
            false => kept.beside(draw)?.unwrap_or_default().levels,
        };
        let level = |name: &String| {
            let own = met.iter().find(|(key, _)| key == name);
            own.map_or_else(String::new, |(_, x)| format!("{x}"))
        };
        let levels: Vec<String> = levels.iter().map(level).collect();
        let draw = draw.to_string();
        let values: Vec<String> = point
            .values
            .iter()
            .map(|value| value.map_or_else(String::new, |x| format!("{x}")))
            .collect();
        let head = [draw.as_str(), point.block.name(), of, state, message];
        let values = values.iter().chain(&levels).map(String::as_str);
        table.write_record(head.into_iter().chain(values))?;
    }
    Ok(table.flush()?)
}

/// Writes `outcomes.csv`: `draw`, then the columns of a run's.
pub fn outcomes(out: &mut dyn Write, kept: &mut Kept) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(std::iter::once("draw").chain(header(&OUTCOME_NUMBERS)))?;
    kept.each(|draw, rows| {
        let draw = draw.to_string();
        for row in rows {
            let numbers = [number(row.value), number_or_empty(row.std_error)];
            let head = [draw.as_str(), row.arm.as_str()];
            let fields = head.into_iter().chain(row.key.fields());
            table.write_record(fields.chain(numbers.iter().map(String::as_str)))?;
        }
        Ok(())
    })?;
    Ok(table.flush()?)
}

/// Writes a table of rows that are there.
pub fn write<'a>(
    out: &mut dyn Write,
    header: impl Iterator<Item = &'a str>,
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header)?;
    for row in rows {
        table.write_record(row)?;
    }
    Ok(table.flush()?)
}

/// So many numbers of all draws are in memory at a time.
const MOST: usize = 4 << 20;

/// Writes `bands.csv`: for each row of the central point its quantiles over the draws, but for those left out.
pub fn bands(out: &mut dyn Write, kept: &mut Kept, left_out: &Reasons) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header(&BAND_NUMBERS))?;
    let central = kept.rows(0)?.unwrap_or_default();
    let is_draw = |point: usize, plan: &Plan| {
        plan.points[point].block.is_draw() && !left_out.contains_key(&(point as u32))
    };
    let draws = (0..kept.plan.points.len())
        .filter(|point| is_draw(*point, kept.plan))
        .count();
    for chunk in central.chunks((MOST / (2 * draws.max(1))).max(1)) {
        let places: BTreeMap<(&str, &Key), usize> = chunk
            .iter()
            .enumerate()
            .map(|(place, row)| ((row.arm.as_str(), &row.key), place))
            .collect();
        let mut samples = vec![[const { Vec::new() }; 2]; chunk.len()];
        let plan = kept.plan;
        kept.each(|point, rows| {
            if is_draw(point, plan) {
                for row in rows {
                    if let Some(place) = places.get(&(row.arm.as_str(), &row.key)) {
                        let [values, differences] = &mut samples[*place];
                        values.push(row.value);
                        differences.extend(row.difference);
                    }
                }
            }
            Ok(())
        })?;
        for (row, samples) in chunk.iter().zip(&samples) {
            table.write_record(band_row(row, samples, &central[0].arm).fields())?;
        }
    }
    Ok(table.flush()?)
}

/// A number of the central point, and its quantiles over the draws in which it is defined.
pub fn band(central: f64, sample: &[f64]) -> Band {
    Band {
        central,
        quantiles: quantiles(sample, BAND_SHARES),
        draws: sample.iter().filter(|x| x.is_finite()).count() as u64,
    }
}

fn band_row(row: &Row, [values, differences]: &[Vec<f64>; 2], base: &str) -> BandRow {
    BandRow {
        arm: row.arm.clone(),
        key: row.key.clone(),
        value: band(row.value, values),
        difference: (row.arm != base)
            .then(|| band(row.difference.unwrap_or(f64::NAN), differences)),
    }
}
