//! `groups.bin`: the replicates behind `outcomes.csv`, so that runs of equal seed and people can be paired.
//!
//! ```text
//! bytes  what                                          numbers are little-endian
//! 8      "OVHGROUP"
//! 4      version, 1
//! 4      groups, 32
//! 8      seed
//! 8      people: simulated assistant users
//! 8      rows: data lines of outcomes.csv
//! 32     SHA-256 of the rows' arms and keys
//! 264 ×  one record per data line, in its order: value, then 32 replicates, as doubles (NaN: no error, or undefined)
//! 32     SHA-256 of everything before
//! ```

use std::io::{Read, Write};

use overheard_formats::Key;
use overheard_model::strata::REPLICATES;
use sha2::{Digest, Sha256};

use crate::error::OutcomeError;
use crate::estimate::Estimate;
use crate::estimates::Estimates;

const MAGIC: &[u8; 8] = b"OVHGROUP";
const VERSION: u32 = 1;
const HEADER: usize = 72;
const RECORD: usize = 8 * (1 + REPLICATES);
const DIGEST: usize = 32;

/// The content of a `groups.bin`.
#[derive(Clone, Debug, PartialEq)]
pub struct Groups {
    pub seed: u64,
    pub people: u64,
    /// SHA-256 of the rows' arms and keys: see [`Groups::fits`].
    pub keys: [u8; DIGEST],
    /// One per data line of `outcomes.csv`.
    pub estimates: Vec<Estimate>,
}

/// Writes `groups.bin`.
///
/// # Errors
/// Whatever the writer says.
pub fn write_groups(
    out: impl Write,
    estimates: &Estimates,
    seed: u64,
    people: u64,
) -> Result<(), OutcomeError> {
    let mut out = Hashing {
        out,
        hash: Sha256::new(),
    };
    out.put(MAGIC)?;
    out.put(&VERSION.to_le_bytes())?;
    out.put(&(REPLICATES as u32).to_le_bytes())?;
    out.put(&seed.to_le_bytes())?;
    out.put(&people.to_le_bytes())?;
    out.put(&(estimates.rows().count() as u64).to_le_bytes())?;
    out.put(&digest(estimates.rows().map(|r| (r.arm, r.key))))?;
    for row in estimates.rows() {
        let mut record = [0; RECORD];
        let numbers = std::iter::once(&row.estimate.value).chain(&row.estimate.replicates);
        for (bytes, number) in record.chunks_exact_mut(8).zip(numbers) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        out.put(&record)?;
    }
    let sum = out.hash.finalize();
    out.out.write_all(&sum)?;
    out.out.flush()?;
    Ok(())
}

struct Hashing<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Hashing<W> {
    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes)
    }
}

/// SHA-256 over arms and keys: fields end with 0x1f, rows with a line feed.
fn digest<'a>(rows: impl Iterator<Item = (&'a str, &'a Key)>) -> [u8; DIGEST] {
    let mut hash = Sha256::new();
    for (arm, key) in rows {
        for field in std::iter::once(arm).chain(key.fields()) {
            hash.update(field);
            hash.update([0x1f]);
        }
        hash.update("\n");
    }
    hash.finalize().into()
}

impl Groups {
    /// Reads and checks a `groups.bin`.
    ///
    /// # Errors
    /// Anything but a complete, undamaged file of this version: the checksum covers every byte.
    pub fn read(mut input: impl Read) -> Result<Self, OutcomeError> {
        let damaged = |what: &str| OutcomeError::Groups(what.to_owned());
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes)?;
        if !bytes.starts_with(MAGIC) {
            return Err(damaged("not a file of groups"));
        }
        let Some(body_end) = bytes.len().checked_sub(DIGEST).filter(|end| *end >= HEADER) else {
            return Err(damaged("cut short"));
        };
        let (body, sum) = bytes.split_at(body_end);
        if u32_at(body, 8) != VERSION || u32_at(body, 12) != REPLICATES as u32 {
            return Err(damaged("written by another version"));
        }
        if Sha256::digest(body)[..] != *sum {
            return Err(damaged("the checksum does not match: the file is damaged"));
        }
        let records = &body[HEADER..];
        if records.len() % RECORD != 0 || (records.len() / RECORD) as u64 != u64_at(body, 32) {
            return Err(damaged("the number of rows is not the one announced"));
        }
        let mut keys = [0; DIGEST];
        keys.copy_from_slice(&body[40..HEADER]);
        Ok(Groups {
            seed: u64_at(body, 16),
            people: u64_at(body, 24),
            keys,
            estimates: records.chunks_exact(RECORD).map(estimate).collect(),
        })
    }

    /// Whether these are the groups of the rows with these arms and keys.
    pub fn fits<'a>(&self, rows: impl Iterator<Item = (&'a str, &'a Key)>) -> bool {
        self.keys == digest(rows)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u64_at(bytes, at) as u32
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8]
        .iter()
        .rev()
        .fold(0, |n, byte| n << 8 | u64::from(*byte))
}

fn estimate(record: &[u8]) -> Estimate {
    let number = |i: usize| f64::from_bits(u64_at(record, 8 * i));
    Estimate {
        value: number(0),
        replicates: std::array::from_fn(|g| number(g + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::estimates;

    fn file() -> Vec<u8> {
        let mut bytes = Vec::new();
        write_groups(&mut bytes, &estimates(), 7, 5000).unwrap();
        bytes
    }

    #[test]
    fn what_was_written_is_read() {
        let estimates = estimates();
        let groups = Groups::read(&file()[..]).unwrap();
        assert_eq!((groups.seed, groups.people), (7, 5000));
        assert!(groups.fits(estimates.rows().map(|r| (r.arm, r.key))));
        assert!(!groups.fits(estimates.rows().skip(1).map(|r| (r.arm, r.key))));
        assert_eq!(groups.estimates.len(), estimates.rows().count());
        for (read, row) in groups.estimates.iter().zip(estimates.rows()) {
            let bits = |e: &Estimate| e.replicates.map(f64::to_bits);
            assert_eq!(read.value.to_bits(), row.estimate.value.to_bits());
            assert_eq!(bits(read), bits(row.estimate));
        }
    }

    #[test]
    fn damage_anywhere_is_noticed() {
        let good = file();
        for at in (0..good.len())
            .step_by(good.len() / 97)
            .chain(good.len() - DIGEST..good.len())
        {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            assert!(Groups::read(&bad[..]).is_err(), "byte {at}");
        }
        for len in [0, 7, 8, 71, 103, good.len() - 264, good.len() - 1] {
            assert!(Groups::read(&good[..len]).is_err(), "{len} bytes");
        }
        let mut long = good;
        long.push(0);
        assert!(Groups::read(&long[..]).is_err());
    }
}
