//! What is kept of a point: the settings it was run with, as a hash, and its numbers, to the last bit.

use sha2::{Digest, Sha256};

use super::data::Simulated;
use crate::calibrate::Levels;

const HASH: usize = 32;

fn hash(settings: &[String]) -> [u8; HASH] {
    Sha256::digest(settings.join("\n")).into()
}

/// As bytes.
pub fn encode(settings: &[String], simulated: &Simulated) -> Vec<u8> {
    let mut bytes = hash(settings).to_vec();
    for number in simulated.levels.numbers().iter().chain(&simulated.data) {
        bytes.extend(number.to_le_bytes());
    }
    bytes
}

/// Read back; nothing if it is of other settings.
pub fn decode(settings: &[String], bytes: &[u8]) -> Option<Simulated> {
    let (head, rest) = bytes.split_at_checked(HASH)?;
    if head != hash(settings) {
        return None;
    }
    let (numbers, []) = rest.as_chunks::<8>() else {
        return None;
    };
    let numbers: Vec<f64> = numbers.iter().map(|b| f64::from_le_bytes(*b)).collect();
    let (levels, data) = numbers.split_first_chunk::<{ Levels::COUNT }>()?;
    Some(Simulated {
        data: data.to_vec(),
        levels: Levels::of_numbers(*levels),
    })
}
