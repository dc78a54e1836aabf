//! What is kept of a point: the settings it was run with, as a hash, what is known of it beside its rows, and its rows, as CSV with
//! numbers to the last bit.
//!
//! ```text
//! bytes
//! 32     SHA-256 of the settings
//! 4      length of what is beside, little-endian
//! n      CSV: levels that were met, how far it is off what is published
//!        CSV: the rows
//! ```

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

/// What is known of a point beside its rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beside {
    /// Levels that were met at it: knob and value.
    pub levels: Vec<(String, f64)>,
    /// How far it is off what is published.
    pub judged: Vec<Judged>,
}

/// How far a point is off something that is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What is published.
    pub what: String,
    /// In what is allowed: 1 is the end.
    pub off: f64,
    /// Which filter asks: a name of `Keep`.
    pub of: String,
}

const LEVEL: &str = "level";

impl Beside {
    fn encode(&self) -> Vec<u8> {
        let mut table = csv::Writer::from_writer(Vec::new());
        let levels = self.levels.iter();
        let levels =
            levels.map(|(key, value)| [LEVEL, key, &format!("{value:?}")].map(str::to_owned));
        let judged = self.judged.iter();
        let judged = judged.map(|j| [&j.of, &j.what, &format!("{:?}", j.off)].map(Clone::clone));
        for record in levels.chain(judged) {
            // Writing to memory does not fail.
            let _ = table.write_record(record);
        }
        table.into_inner().unwrap_or_default()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(bytes);
        let mut beside = Beside::default();
        for record in reader.records() {
            let record = record.ok()?;
            let [of, what, number] = [0, 1, 2].map(|i| record.get(i).map(str::to_owned));
            let (of, what, number) = (of?, what?, number?.parse().ok()?);
            match of == LEVEL {
                true => beside.levels.push((what, number)),
                false => beside.judged.push(Judged {
                    what,
                    off: number,
                    of,
                }),
            }
        }
        Some(beside)
    }
}

/// What is kept of a point's estimates.
pub fn encode(settings: &[String], beside: &Beside, estimates: &Estimates) -> Vec<u8> {
    let beside = beside.encode();
    let mut head = hash(settings).to_vec();
    head.extend((beside.len() as u32).to_le_bytes());
    head.extend(beside);
    let mut table = csv::Writer::from_writer(head);
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

/// The parts of a record: the hash of its settings, what is beside, its rows.
fn parts(bytes: &[u8]) -> Option<[&[u8]; 3]> {
    let (head, rest) = bytes.split_at_checked(HASH)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (beside, table) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some([head, beside, table])
}

/// The part of a record that does not depend on its settings.
pub fn table(bytes: &[u8]) -> &[u8] {
    parts(bytes).map_or(&[], |[.., table]| table)
}

/// What is known of a point beside its rows; nothing as of [`decode`].
pub fn beside(settings: &[String], bytes: &[u8]) -> Option<Beside> {
    let [head, beside, _] = parts(bytes)?;
    (head == hash(settings)).then(|| Beside::decode(beside))?
}

/// The rows of a point; nothing if it was run with other settings, or is no record of a point.
pub fn decode(settings: &[String], bytes: &[u8]) -> Option<Vec<Row>> {
    let [head, _, table] = parts(bytes)?;
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
