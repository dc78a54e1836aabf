//! What a stratum weighs in a row, and in each of its replicates.

use overheard_model::strata::{REPLICATES, Stratum};

use crate::estimate::Estimate;

/// Weights of one stratum: of the sum over everybody, and with each group left out.
pub(super) struct Factors {
    weight: f64,
    pub without: Vec<Without>,
}

/// What a replicate makes of a stratum.
pub(super) struct Without {
    replicate: usize,
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
                replicate: stratum.replicate(g),
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
    pub fn weigh(&self, groups: &[i128], units: f64, brought: &mut Sum) -> bool {
        if groups.iter().fold(0, |bits, total| bits | total) == 0 {
            return false;
        }
        let total: i128 = groups.iter().sum();
        // Units are powers of two: scaling by them rounds nothing.
        let unit = 1.0 / units;
        let mut weigh = |total: f64, rest: &dyn Fn(usize) -> f64| {
            brought.value = total * (unit * self.weight);
            for (off, (g, w)) in brought.off.iter_mut().zip(self.without.iter().enumerate()) {
                let all = total * (unit * w.all);
                *off = all + rest(g) * (unit * w.rest) - brought.value;
            }
        };
        // Nearly all sums fit the conversion that processors have; both round to the nearest double.
        let fits = |x: &i128| x.unsigned_abs() >> 62 == 0;
        if fits(&total) && groups.iter().all(fits) {
            let all = total as i64;
            weigh(all as f64, &|g| (all - groups[g] as i64) as f64);
        } else {
            weigh(total as f64, &|g| (total - groups[g]) as f64);
        }
        true
    }
}

/// A number, and by how much others are off it: of a row the replicates, of what a stratum brings to it the estimates without
/// each of its groups. Strata of few groups have replicates that leave nobody of theirs out, and say nothing to these.
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
            self.off[without.replicate] += off;
        }
    }

    pub fn estimate(&self) -> Estimate {
        Estimate {
            value: self.value,
            replicates: self.off.map(|off| self.value + off),
        }
    }
}
