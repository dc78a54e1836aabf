//! What a stratum weighs in a row, and in each of its replicates.

use std::iter;
use std::ops::{AddAssign, Sub};

use overheard_model::strata::{FEWEST_GROUPS, REPLICATES, Stratum};

use crate::estimate::Estimate;

/// Replicates lie in blocks of [`FEWEST_GROUPS`]: those of a small stratum, and nearly all strata of a small run are such, are one.
const BLOCKS: usize = REPLICATES / FEWEST_GROUPS;
/// A number of each replicate of a block.
type Block = [f64; FEWEST_GROUPS];

/// Where a replicate stands: its block, and its place in it.
const fn place(replicate: usize) -> (usize, usize) {
    (replicate % BLOCKS, replicate / BLOCKS)
}

/// Weights of one stratum: of the sum over everybody, and with each group left out.
pub(super) struct Factors {
    weight: f64,
    pub without: Vec<Without>,
    /// Where the replicates are that leave out one of its groups.
    blocks: Vec<usize>,
}

/// What a replicate makes of a stratum.
pub(super) struct Without {
    place: (usize, usize),
    /// Weight of everybody's total, and of the total without the group.
    all: f64,
    rest: f64,
}

impl Factors {
    /// `None` for a stratum without people. Where one group is the whole stratum, leaving it out is not possible and the
    /// replicate is the estimate.
    pub fn new(stratum: &Stratum) -> Option<Self> {
        let people = stratum.people;
        if people == 0 {
            return None;
        }
        let (weight, count) = (stratum.weight(), stratum.groups());
        let part = |n: usize| 1.0 - 1.0 / n as f64;
        // Exactly 1 where there are as many groups as replicates.
        let z = (part(count) / part(REPLICATES)).sqrt();
        let without = (0..count).map(|g| {
            let range = stratum.group(g);
            let rest = people - (range.end - range.start);
            let (all, rest) = if rest == 0 {
                (weight, 0.0)
            } else {
                let grown = weight * (people as f64 / rest as f64);
                (weight * (1.0 - z), grown * z)
            };
            Without {
                place: place(stratum.replicate(g)),
                all,
                rest,
            }
        });
        let without: Vec<Without> = without.collect();
        let used = |block: &usize| without.iter().any(|w| w.place.0 == *block);
        Some(Factors {
            weight,
            blocks: (0..BLOCKS).filter(used).collect(),
            without,
        })
    }

    /// Weighs what the stratum brings to a row, given its total in each group, and says whether it brings anything.
    pub fn weigh<T: Total>(&self, groups: &[T], units: f64, brought: &mut Brought) -> bool {
        if groups.iter().all(|total| *total == T::default()) {
            return false;
        }
        let total: T = groups.iter().copied().sum();
        let all = total.to_f64();
        // Units are powers of two: scaling by them rounds nothing.
        let unit = 1.0 / units;
        brought.value = all * (unit * self.weight);
        for (w, group) in self.without.iter().zip(groups) {
            let rest = (total - *group).to_f64();
            let (block, place) = w.place;
            brought.off[block][place] =
                all * (unit * w.all) + rest * (unit * w.rest) - brought.value;
        }
        true
    }
}

/// Totals of groups: in 64 bits where they fit, as they nearly always do, else in 128.
pub(super) trait Total:
    Copy + Default + PartialEq + AddAssign + Sub<Output = Self> + iter::Sum
{
    /// The nearest double.
    fn to_f64(self) -> f64;
}

macro_rules! total {
    ($integer:ty) => {
        impl Total for $integer {
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    };
}

total!(i64);
total!(i128);

/// What a stratum brings to a row: a number, and by how much the replicates that leave out one of its groups are off it. To the
/// others it says nothing: they are not off.
#[derive(Default)]
pub(super) struct Brought {
    value: f64,
    off: [Block; BLOCKS],
}

/// The sums of all rows of an arm: numbers, and by how much the replicates are off them. Numbers lie side by side, and so do those
/// of a block: what a small stratum brings to one row after another then goes along two lines, without steps between.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    values: Vec<f64>,
    off: [Vec<Block>; BLOCKS],
}

impl Sums {
    /// Nothing yet, in so many rows.
    pub fn new(rows: usize) -> Self {
        Sums {
            values: vec![0.0; rows],
            off: std::array::from_fn(|_| vec![[0.0; FEWEST_GROUPS]; rows]),
        }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.values.len()
    }

    /// Adds what a stratum brings to a row.
    pub fn add(&mut self, row: usize, brought: &Brought, factors: &Factors) {
        self.values[row] += brought.value;
        for block in &factors.blocks {
            let sums = &mut self.off[*block][row];
            for (sum, off) in sums.iter_mut().zip(&brought.off[*block]) {
                *sum += off;
            }
        }
    }

    /// The number of a row.
    pub fn value(&self, row: usize) -> f64 {
        self.values[row]
    }

    /// The number of a row with its replicates.
    pub fn estimate(&self, row: usize) -> Estimate {
        let value = self.values[row];
        Estimate {
            value,
            replicates: std::array::from_fn(|r| {
                let (block, place) = place(r);
                value + self.off[block][row][place]
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use overheard_model::ids::{Age, Market};

    use super::*;

    #[test]
    fn every_replicate_has_a_place_and_those_of_a_small_stratum_are_a_block() {
        let mut places: Vec<_> = (0..REPLICATES).map(place).collect();
        places.sort_unstable();
        let of = |block| (0..FEWEST_GROUPS).map(move |place| (block, place));
        assert!(places.into_iter().eq((0..BLOCKS).flat_map(of)));
        for (market, age) in Market::ALL
            .iter()
            .flat_map(|m| Age::ALL.iter().map(move |a| (*m, *a)))
        {
            let stratum = Stratum {
                market,
                age,
                assistant: age.index() % 2 == 0,
                people: 100,
                represented: 1e6,
                whole: false,
            };
            let groups = stratum.groups();
            assert_eq!(groups, FEWEST_GROUPS);
            let mut places: Vec<_> = (0..groups).map(|g| place(stratum.replicate(g))).collect();
            places.sort_unstable();
            assert!(places.iter().copied().eq(of(places[0].0)));
        }
    }
}
