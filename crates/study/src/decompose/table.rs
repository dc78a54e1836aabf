//! `decomposition.csv` and `decomposition-draws.csv`.

use std::io::Write;

use overheard_formats::{Column, Key, number, number_or_empty};
use overheard_outcomes::Estimate;

use super::drawn::Drawn;
use super::shares::Decomposition;

/// What a row is about.
const ABOUT: [&str; 4] = ["measure", "source", "bucket", "provision"];
/// What a provision contributes in three ways.
const WAYS: [&str; 3] = ["alone", "last", "shapley"];
/// Quantiles over the draws.
const QUANTILES: [&str; 3] = ["p05", "p50", "p95"];
/// Stands where others have a provision, in the row of what all of them do together.
const TOGETHER: &str = "all together";

/// Writes a row for each number and provision, and one for all provisions together: the contributions, each with its error of
/// sampling; then their quantiles over draws, and how many draws these are. Without draws quantiles are empty.
///
/// # Errors
/// Whatever the writer says.
pub fn write_decomposition(out: impl Write, found: &[Decomposition]) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    let with = |ends: &[&str]| -> Vec<String> {
        let each = |way: &&str| {
            ends.iter()
                .map(|end| format!("{way}{end}"))
                .collect::<Vec<_>>()
        };
        WAYS.iter().flat_map(each).collect()
    };
    let bands = QUANTILES.map(|name| format!("_{name}"));
    let bands = bands.each_ref().map(String::as_str);
    let head = ABOUT.map(str::to_owned).into_iter();
    let head = head.chain(with(&["", "_std_error"])).chain(with(&bands));
    table.write_record(head.chain(["draws".to_owned()]))?;
    for apart in found {
        let together = apart.all.minus(&apart.none);
        let rows = apart.contributions.iter();
        let rows = rows.map(|c| (c.provision.as_str(), [&c.alone, &c.last, &c.shapley]));
        for (i, (provision, estimates)) in rows.chain([(TOGETHER, [&together; 3])]).enumerate() {
            let about = about(&apart.key, provision).map(str::to_owned);
            let error = |e: &Estimate| [number(e.value), number_or_empty(e.std_error())];
            let band = |band: Option<[f64; 3]>| match band {
                Some(band) => band.map(number),
                None => [const { String::new() }; 3],
            };
            let cells = about
                .into_iter()
                .chain(estimates.into_iter().flat_map(error));
            let cells = cells.chain(apart.bands(i).into_iter().flat_map(band));
            table.write_record(cells.chain([apart.draws.len().to_string()]))?;
        }
    }
    Ok(table.flush()?)
}

/// Writes the same of each draw, to the last bit: `draw`, what a row is about, the three contributions.
///
/// # Errors
/// Whatever the writer says.
pub fn write_decomposition_draws(
    out: impl Write,
    found: &[Decomposition],
) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["draw"].into_iter().chain(ABOUT).chain(WAYS))?;
    for apart in found {
        for drawn in &apart.draws {
            let names = apart.contributions.iter().map(|c| c.provision.as_str());
            for (i, provision) in names.chain([TOGETHER]).enumerate() {
                let draw = drawn.draw.to_string();
                let about = [draw.as_str()]
                    .into_iter()
                    .chain(about(&apart.key, provision));
                let numbers = Drawn::row(drawn, i).map(|x| format!("{x}"));
                table.write_record(about.chain(numbers.iter().map(String::as_str)))?;
            }
        }
    }
    Ok(table.flush()?)
}

fn about<'a>(key: &'a Key, provision: &'a str) -> [&'a str; 4] {
    let of = |column| key.get(column);
    [
        key.measure(),
        of(Column::Source),
        of(Column::Bucket),
        provision,
    ]
}
