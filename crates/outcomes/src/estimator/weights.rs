//! What a stratum weighs in a row, and in each of its replicates.

use std::iter;
use std::ops::{AddAssign, Sub};

use overheard_model::strata::{FEWEST_GROUPS, REPLICATES, Stratum};

use crate::estimate::Estimate;

/// Weights of one stratum: of the sum over everybody, and with each group left out.
pub(super) struct Factors {
    weight: f64,
    pub without: Vec<Without>,
}

/// Where a replicate stands among those of a row: those of a stratum of [`FEWEST_GROUPS`] side by side, since nearly all strata of a
/// small run are such, and a row's are apart from another's in memory.
const fn place(replicate: usize) -> usize {
    const APART: usize = REPLICATES / FEWEST_GROUPS;
    replicate % APART * FEWEST_GROUPS + replicate / APART
}

/// What a replicate makes of a stratum.
pub(super) struct Without {
    place: usize,
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
        Some(Factors {
            weight,
            without: without.collect(),
        })
    }

    /// Weighs what the stratum brings to a row, given its total in each group, and says whether it brings anything.
    pub fn weigh<T: Total>(&self, groups: &[T], units: f64, brought: &mut Sum) -> bool {
        if groups.iter().all(|total| *total == T::default()) {
            return false;
        }
        let total: T = groups.iter().copied().sum();
        let all = total.to_f64();
        // Units are powers of two: scaling by them rounds nothing.
        let unit = 1.0 / units;
        brought.value = all * (unit * self.weight);
        for ((off, w), group) in brought.off.iter_mut().zip(&self.without).zip(groups) {
            let rest = (total - *group).to_f64();
            *off = all * (unit * w.all) + rest * (unit * w.rest) - brought.value;
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

/// A number, and by how much others are off it: of a row the replicates at their [`places`](place), of what a stratum brings to it
/// the estimates without each of its groups. Strata of few groups have replicates that leave nobody of theirs out, and say nothing
/// to these.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sum {
    pub value: f64,
    off: [f64; REPLICATES],
}

impl Sum {
    pub const ZERO: Sum = Sum {
        value: 0.0,
        off: [0.0; REPLICATES],
    };

    /// Adds what a stratum brings.
    pub fn add(&mut self, part: &Sum, factors: &Factors) {
        self.value += part.value;
        for (off, without) in part.off.iter().zip(&factors.without) {
            self.off[without.place] += off;
        }
    }

    pub fn estimate(&self) -> Estimate {
        Estimate {
            value: self.value,
            replicates: std::array::from_fn(|r| self.value + self.off[place(r)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use overheard_model::ids::{Age, Market};

    use super::*;

    #[test]
    fn every_replicate_has_a_place_and_those_of_a_small_stratum_are_neighbours() {
        let mut places: Vec<usize> = (0..REPLICATES).map(place).collect();
        places.sort_unstable();
        assert!(places.into_iter().eq(0..REPLICATES));
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
            let mut places: Vec<usize> = (0..groups).map(|g| place(stratum.replicate(g))).collect();
            places.sort_unstable();
            let first = places[0];
            assert_eq!(first % FEWEST_GROUPS, 0);
            assert!(places.into_iter().eq(first..first + FEWEST_GROUPS));
        }
    }
}
