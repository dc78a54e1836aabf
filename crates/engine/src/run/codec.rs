//! Tallies as bytes: what a journal's record holds.
//!
//! Arms live the same month until a policy parts them, and most cells of a small shard are zero. So every arm but the
//! first is written as its difference from the first, runs of zeros are written as their length, other cells as the bytes
//! that they need behind their number, and the whole is compressed. Nothing is rounded: what is read is what was written, bit by bit.

use overheard_model::tally::Tally;

/// Writes the tallies of all arms of a shard.
pub fn encode(tallies: &[Tally]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(tallies.len() * 8192);
    let mut zeros = 0;
    let nothing = vec![0; tallies.first().map_or(0, |t| t.cells.len())];
    for (arm, tally) in tallies.iter().enumerate() {
        let base = if arm == 0 {
            &nothing
        } else {
            &tallies[0].cells
        };
        for (cells, base) in tally.cells.chunks(8).zip(base.chunks(8)) {
            let differ = |bits, (cell, base): (&i64, &i64)| bits | (cell ^ base);
            if cells.iter().zip(base).fold(0, differ) == 0 {
                zeros += cells.len() as u64;
                continue;
            }
            for (cell, base) in cells.iter().zip(base) {
                let cell = cell.wrapping_sub(*base);
                if cell == 0 {
                    zeros += 1;
                } else {
                    end_zeros(&mut plain, &mut zeros);
                    put(&mut plain, zigzag(cell));
                }
            }
        }
    }
    end_zeros(&mut plain, &mut zeros);
    lz4_flex::compress_prepend_size(&plain)
}

/// Reads the tallies of `arms` arms with `cells` cells each; nothing if the bytes are not exactly that.
pub fn decode(bytes: &[u8], arms: usize, cells: usize) -> Option<Vec<Tally>> {
    // A cell takes ten bytes at most, and so does a run of zeros before it: what claims more is damaged.
    let announced = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    if announced > 20 * arms * cells + 10 {
        return None;
    }
    let plain = lz4_flex::decompress_size_prepended(bytes).ok()?;
    let mut rest = plain.as_slice();
    let mut tallies: Vec<Tally> = Vec::with_capacity(arms);
    let mut zeros = 0;
    for arm in 0..arms {
        let mut tally = match arm {
            0 => vec![0; cells],
            _ => tallies[0].cells.clone(),
        };
        for cell in &mut tally {
            if zeros == 0 {
                match take(&mut rest)? {
                    0 => zeros = take(&mut rest)?,
                    code => {
                        *cell = cell.wrapping_add(unzigzag(code));
                        continue;
                    }
                }
            }
            zeros = zeros.checked_sub(1)?;
        }
        tallies.push(Tally { cells: tally });
    }
    (rest.is_empty() && zeros == 0).then_some(tallies)
}

/// A zero, which no other cell is written as, and how many.
fn end_zeros(out: &mut Vec<u8>, zeros: &mut u64) {
    if *zeros > 0 {
        out.push(0);
        put(out, *zeros);
        *zeros = 0;
    }
}

const fn zigzag(x: i64) -> u64 {
    ((x << 1) ^ (x >> 63)) as u64
}

const fn unzigzag(x: u64) -> i64 {
    (x >> 1) as i64 ^ -((x & 1) as i64)
}

/// A number that is not zero: how many bytes it needs, and these, low ones first. All eight are written, and the next number
/// over those that are not needed.
fn put(out: &mut Vec<u8>, x: u64) {
    let needed = (u64::BITS - x.leading_zeros()).div_ceil(8) as usize;
    out.push(needed as u8);
    let end = out.len() + needed;
    out.extend_from_slice(&x.to_le_bytes());
    out.truncate(end);
}

/// The next number; 0 where a zero stands in its place.
fn take(rest: &mut &[u8]) -> Option<u64> {
    let (needed, after) = rest.split_first()?;
    let (bytes, after) = after.split_at_checked(usize::from(*needed))?;
    let mut x = [0; 8];
    x.get_mut(..bytes.len())?.copy_from_slice(bytes);
    *rest = after;
    Some(u64::from_le_bytes(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(cells: &[i64]) -> Tally {
        Tally {
            cells: cells.to_vec(),
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let some = tally(&[0, 0, 1 << 32, -1, i64::MAX, i64::MIN, 0, 5 << 40, 0]);
        let other = tally(&[0, 0, 1 << 32, -2, i64::MIN, i64::MAX, 0, 5 << 40, 7]);
        let nothing = tally(&[0; 9]);
        for arms in [
            vec![some.clone()],
            vec![some.clone(), some.clone()],
            vec![some.clone(), other.clone(), nothing.clone()],
            vec![nothing.clone(), other],
            vec![nothing],
            vec![],
        ] {
            assert_eq!(decode(&encode(&arms), arms.len(), 9), Some(arms));
        }
    }

    #[test]
    fn equal_arms_cost_nothing() {
        let some = tally(&[3 << 32; 4000]);
        let (one, two) = (
            encode(std::slice::from_ref(&some)),
            encode(&[some.clone(), some.clone()]),
        );
        assert!(two.len() <= one.len() + 8, "{} {}", one.len(), two.len());
    }

    #[test]
    fn bytes_of_another_shape_are_refused() {
        let bytes = encode(&[tally(&[1, 0, 0, 2]), tally(&[1, 0, 3, 2])]);
        assert!(decode(&bytes, 2, 4).is_some());
        for (arms, cells) in [(2, 3), (2, 5), (1, 4), (3, 4), (1, 7), (0, 0)] {
            assert_eq!(decode(&bytes, arms, cells), None, "{arms} × {cells}");
        }
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end], 2, 4), None, "{end} bytes");
        }
    }
}
