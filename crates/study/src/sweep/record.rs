//! What is kept of a point: the settings it was run with, as a hash, and its rows, as CSV with numbers to the last bit.

use overheard_formats::{COLUMNS, Key};
use overheard_outcomes::Estimates;
use sha2::{Digest, Sha256};

use super::rows::is_kept;

/// A row of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Name of the arm.
    pub arm: String,
    /// What it is about.
    pub key: Key,
    /// NaN: undefined.
    pub value: f64,
    /// Of the value, by sampling.
    pub std_error: Option<f64>,
    /// From the first arm; none there, or where either is undefined.
    pub difference: Option<f64>,
}

const HASH: usize = 32;

fn hash(settings: &[String]) -> [u8; HASH] {
    Sha256::digest(settings.join("\n")).into()
}

/// What is kept of a point's estimates.
pub fn encode(settings: &[String], estimates: &Estimates) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(hash(settings).to_vec());
    let keys: Vec<&Key> = estimates.keys().collect();
    for (arm, name) in estimates.arms().iter().enumerate() {
        for (place, key) in keys.iter().enumerate().filter(|(_, key)| is_kept(key)) {
            let Some(own) = estimates.at(arm, place) else {
                continue;
            };
            let base = (arm > 0).then(|| estimates.at(0, place)).flatten();
            let difference = base
                .map(|base| own.difference(base).0)
                .filter(|d| d.is_finite());
            let exact = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x:?}"));
            let numbers = [
                format!("{:?}", own.value),
                exact(own.std_error()),
                exact(difference),
            ];
            let fields = std::iter::once(name.as_str()).chain(key.fields());
            // Writing to memory does not fail.
            let _ = table.write_record(fields.chain(numbers.iter().map(String::as_str)));
        }
    }
    table.into_inner().unwrap_or_default()
}

/// The part of a record that does not depend on its settings.
pub fn table(bytes: &[u8]) -> &[u8] {
    bytes.get(HASH..).unwrap_or_default()
}

/// The rows of a point; nothing if it was run with other settings, or is no record of a point.
pub fn decode(settings: &[String], bytes: &[u8]) -> Option<Vec<Row>> {
    let (head, table) = bytes.split_at_checked(HASH)?;
    if head != hash(settings) {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(table);
    let row = |fields: csv::StringRecord| {
        let number = |place: usize| {
            let text = fields.get(1 + COLUMNS.len() + place)?;
            match text {
                "" => Some(None),
                text => text.parse::<f64>().ok().map(Some),
            }
        };
        Some(Row {
            arm: fields.get(0)?.to_owned(),
            key: Key::from_fields(fields.iter().skip(1).take(COLUMNS.len())),
            value: number(0)??,
            std_error: number(1)?,
            difference: number(2)?,
        })
    };
    reader.records().map(|fields| row(fields.ok()?)).collect()
}
