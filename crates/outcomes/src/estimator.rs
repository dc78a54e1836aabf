//! Folds the tallies of strata into estimates.

use std::ops::Range;

use overheard_model::strata::{REPLICATES, Stratum};
use overheard_model::tally::{TABLES, TableId, Tally};

use crate::derived;
use crate::error::OutcomeError;
use crate::estimate::Estimate;
use crate::estimates::Estimates;
use crate::frame::{Arm, Frame};
use crate::measures::Only;
use crate::plan::Plan;

/// Sums of all rows over strata, for each arm: what an estimate and its replicates need and nothing more.
///
/// **Law.** With `T` the integer total of a cell over a stratum of `n` people and weight `w`, and `T_g`, `n_g` those of one
/// of its `G` groups, the estimate is `Σ w T` over strata in their order. A replicate leaves out one group of each stratum
/// that has one for it: its part is `w (T + z (n/(n - n_g) (T - T_g) - T))` with `z² = (1 - 1/G) / (1 - 1/R)`, that of
/// other strata `w T`. With as many groups as replicates, `z` is 1; with fewer, it makes what `R` replicates say of a
/// stratum what its own `G` would (the extended delete-a-group jackknife: P. S. Kott, *Journal of Official Statistics* 17,
/// 2001). `T` is exact, so nothing depends on how shards, blocks or leaves were merged before.
#[derive(Debug)]
pub struct Estimator {
    frame: Frame,
    plan: Plan,
    /// Arm by arm, one per row of the plan.
    sums: Vec<Vec<Sum>>,
    /// The stratum being added, and what its groups have so far.
    open: Option<usize>,
    groups: [Added; REPLICATES],
    /// The first stratum that may come next.
    next: usize,
}

impl Estimator {
    /// # Errors
    /// Names that do not fit the layout.
    pub fn new(frame: Frame) -> Result<Self, OutcomeError> {
        let layout = &frame.layout;
        for (what, expected, got) in [
            ("days", layout.days, frame.days.len()),
            ("categories", layout.categories, frame.categories.len()),
        ] {
            if expected != got {
                shape(0, format!("{expected} {what}"), got)?;
            }
        }
        let plan = Plan::new(&frame);
        let sums = vec![vec![Sum::ZERO; plan.keys.len()]; frame.arms.len()];
        Ok(Estimator {
            frame,
            plan,
            sums,
            open: None,
            groups: [const { Added::Nothing }; REPLICATES],
            next: 0,
        })
    }

    /// Adds the tallies, one per arm, of some people of one group: a shard, or all of the group's shards merged. Within
    /// a stratum the order does not matter; strata come in the order of the frame, those without people may be left
    /// out. Sums are 128 bits wide, so that a group may outgrow what a [`Tally`] can hold.
    ///
    /// # Errors
    /// A stratum that is not due, no such group, or tallies of another shape. Nothing was added then.
    pub fn add(
        &mut self,
        stratum: usize,
        group: usize,
        tallies: Vec<Tally>,
    ) -> Result<(), OutcomeError> {
        self.check(stratum, group, &tallies)?;
        if self.open != Some(stratum) {
            self.begin(stratum)?;
        }
        self.groups[group].add(tallies);
        Ok(())
    }

    /// Closes the stratum that is open and opens another.
    fn begin(&mut self, stratum: usize) -> Result<(), OutcomeError> {
        let end = self.frame.strata.len();
        let due = match self.skipped(stratum.min(end)) {
            Some(skipped) => Some(skipped.to_string()),
            None if stratum < self.next => Some(format!("{} or a later one", self.next)),
            None if stratum >= end => Some(format!("one of {end}")),
            None => None,
        };
        if let Some(expected) = due {
            let got = stratum.to_string();
            return Err(OutcomeError::Order { expected, got });
        }
        self.close();
        self.open = Some(stratum);
        self.next = stratum + 1;
        Ok(())
    }

    /// Weighs the open stratum and adds it to the rows.
    fn close(&mut self) {
        let Some(place) = self.open.take() else {
            return;
        };
        let count = self.groups(place);
        let stratum = &self.frame.strata[place];
        let groups = &mut self.groups[..count];
        if let Some(factors) = Factors::new(stratum) {
            let (mut told, mut totals, mut homes) = (Vec::new(), Vec::new(), Vec::new());
            let mut brought = Sum::ZERO;
            for table in TableId::ALL {
                let first = self.frame.layout.offset(*table);
                let cells = first..first + self.frame.layout.len(*table);
                let units = TABLES[*table as usize].scale.units();
                for (arm, sums) in self.sums.iter_mut().enumerate() {
                    told.clear();
                    for (group, added) in groups.iter().enumerate() {
                        added.tell(arm, cells.clone(), |cell, value| {
                            told.push((cell, group, value));
                        });
                    }
                    if told.is_empty() {
                        continue;
                    }
                    for part in self.plan.parts.iter().filter(|p| p.table == *table) {
                        totals.clear();
                        totals.resize(part.rows * count, 0);
                        for (cell, group, value) in &told {
                            if let Some(row) = part.row(*cell) {
                                totals[row * count + group] += value;
                            }
                        }
                        homes.clear();
                        homes.extend(part.homes(stratum));
                        for (row, totals) in totals.chunks_exact(count).enumerate() {
                            if factors.weigh(totals, units, &mut brought) {
                                for home in &homes {
                                    sums[home + row].add(&brought, &factors);
                                }
                            }
                        }
                    }
                }
            }
        }
        groups.fill_with(|| Added::Nothing);
    }

    /// The estimates, ratios and the Gini coefficient included.
    ///
    /// # Errors
    /// A stratum with people was never added.
    pub fn finish(mut self) -> Result<Estimates, OutcomeError> {
        self.close();
        if let Some(missing) = self.skipped(self.frame.strata.len()) {
            return Err(OutcomeError::Order {
                expected: missing.to_string(),
                got: "the end".to_owned(),
            });
        }
        let Estimator {
            frame, plan, sums, ..
        } = self;
        let mut all = Estimates::new(
            frame.arms.iter().map(|a| a.name.clone()).collect(),
            frame.days,
        );
        let shown = |only: Only, arm: &Arm| match only {
            Only::Always => true,
            Only::Split => arm.split,
            Only::Hidden => false,
        };
        // Keys first, so that a measure which only a later arm has still stands in its place.
        let places: Vec<Option<usize>> = (plan.keys.iter().zip(&plan.only))
            .map(|(key, only)| {
                let anywhere = frame.arms.iter().any(|arm| shown(*only, arm));
                anywhere.then(|| all.place(key))
            })
            .collect();
        let rows = plan.keys.iter().zip(0..).collect();
        let whole = frame.strata.iter().all(|s| s.whole);
        // Arm by arm, so that never more than one arm is there twice.
        for (a, (sums, arm)) in sums.into_iter().zip(&frame.arms).enumerate() {
            let at = |row: usize| match (whole, &sums[row]) {
                (true, sum) => Estimate::without_error(sum.value),
                (false, sum) => sum.estimate(),
            };
            all.expect(a, sums.len());
            for (row, (place, only)) in places.iter().zip(&plan.only).enumerate() {
                if let Some(place) = place.filter(|_| shown(*only, arm)) {
                    all.put(a, place, at(row));
                }
            }
            let sums = derived::Sums {
                rows: &rows,
                at: &at,
            };
            for (key, estimate) in derived::rows(&sums) {
                all.push(a, &key, estimate);
            }
        }
        Ok(all)
    }

    /// The first stratum with people between the next one due and `end`.
    fn skipped(&self, end: usize) -> Option<usize> {
        (self.next..end).find(|s| self.frame.strata[*s].people > 0)
    }

    /// Groups of a stratum; of one that is not there, any number.
    fn groups(&self, stratum: usize) -> usize {
        let known = self.frame.strata.get(stratum);
        known.map_or(REPLICATES, Stratum::groups)
    }

    fn check(&self, stratum: usize, group: usize, tallies: &[Tally]) -> Result<(), OutcomeError> {
        let arms = self.frame.arms.len();
        let cells = self.frame.layout.cells();
        let groups = self.groups(stratum);
        if group >= groups {
            return shape(stratum, format!("one of {groups} groups"), group);
        }
        if tallies.len() != arms {
            return shape(stratum, format!("tallies of {arms} arms"), tallies.len());
        }
        match tallies.iter().find(|t| t.cells.len() != cells) {
            Some(odd) => shape(stratum, format!("{cells} cells"), odd.cells.len()),
            None => Ok(()),
        }
    }
}

fn shape(stratum: usize, expected: String, got: usize) -> Result<(), OutcomeError> {
    let got = got.to_string();
    Err(OutcomeError::Shape {
        stratum,
        expected,
        got,
    })
}

/// What was added to a group.
#[derive(Debug)]
enum Added {
    Nothing,
    /// One tally per arm, as it came.
    One(Vec<Tally>),
    /// Sums of several, one per arm.
    Sums(Vec<Vec<i128>>),
}

impl Added {
    fn add(&mut self, tallies: Vec<Tally>) {
        *self = match std::mem::replace(self, Added::Nothing) {
            Added::Nothing => Added::One(tallies),
            Added::One(first) => {
                let wide = |tally: Tally| tally.cells.into_iter().map(i128::from).collect();
                Added::Sums(first.into_iter().map(wide).collect()).with(&tallies)
            }
            sums @ Added::Sums(_) => sums.with(&tallies),
        };
    }

    /// Sums, and other tallies with them.
    fn with(mut self, tallies: &[Tally]) -> Self {
        if let Added::Sums(sums) = &mut self {
            for (sums, tally) in sums.iter_mut().zip(tallies) {
                for (sum, cell) in sums.iter_mut().zip(&tally.cells) {
                    *sum += i128::from(*cell);
                }
            }
        }
        self
    }

    /// Tells those of some cells of an arm that are not zero, by their place among them: of few people they are few.
    fn tell(&self, arm: usize, cells: Range<usize>, told: impl FnMut(usize, i128)) {
        match self {
            Added::Nothing => (),
            Added::One(tallies) => not_zero(&tallies[arm].cells[cells], told),
            Added::Sums(sums) => not_zero(&sums[arm][cells], told),
        }
    }
}

fn not_zero<C: Copy + Into<i128>>(cells: &[C], mut told: impl FnMut(usize, i128)) {
    for (place, cell) in cells.iter().enumerate() {
        let value: i128 = (*cell).into();
        if value != 0 {
            told(place, value);
        }
    }
}

/// Weights of one stratum: of the sum over everybody, and with each group left out.
struct Factors {
    weight: f64,
    without: Vec<Without>,
}

/// What a replicate makes of a stratum.
struct Without {
    replicate: usize,
    /// Weight of everybody's total, and of the total without the group.
    all: f64,
    rest: f64,
}

impl Factors {
    /// `None` for a stratum without people. Where one group is the whole stratum, leaving it out is not possible and the
    /// replicate is the estimate.
    fn new(stratum: &Stratum) -> Option<Self> {
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
    fn weigh(&self, groups: &[i128], units: f64, brought: &mut Sum) -> bool {
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
struct Sum {
    value: f64,
    off: [f64; REPLICATES],
}

impl Sum {
    const ZERO: Sum = Sum {
        value: 0.0,
        off: [0.0; REPLICATES],
    };

    /// Adds what a stratum brings.
    fn add(&mut self, part: &Sum, factors: &Factors) {
        self.value += part.value;
        for (off, without) in part.off.iter().zip(&factors.without) {
            self.off[without.replicate] += off;
        }
    }

    fn estimate(&self) -> Estimate {
        Estimate {
            value: self.value,
            replicates: self.off.map(|off| self.value + off),
        }
    }
}

#[cfg(test)]
mod tests;
