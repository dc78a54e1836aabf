//! Folds the tallies of strata into estimates.

use overheard_model::strata::{REPLICATES, Stratum};
use overheard_model::tally::{TABLES, Tally};

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
    /// The stratum being added, its cells by group and arm; those of a group that nothing was added to are another's.
    open: Option<usize>,
    wide: Vec<i128>,
    begun: [bool; REPLICATES],
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
        let wide = vec![0; REPLICATES * frame.arms.len() * frame.layout.cells()];
        Ok(Estimator {
            frame,
            plan,
            sums,
            open: None,
            wide,
            begun: [false; REPLICATES],
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
        tallies: &[Tally],
    ) -> Result<(), OutcomeError> {
        self.check(stratum, group, tallies)?;
        if self.open != Some(stratum) {
            self.begin(stratum)?;
        }
        self.widen(group, tallies);
        Ok(())
    }

    /// Adds a whole stratum at once: `groups[group][arm]`.
    ///
    /// # Errors
    /// As [`Estimator::add`], and for another number of groups.
    pub fn fold(&mut self, stratum: usize, parts: &[Vec<Tally>]) -> Result<(), OutcomeError> {
        let expected = self.groups(stratum);
        if parts.len() != expected {
            return shape(stratum, format!("{expected} groups"), parts.len());
        }
        for (group, tallies) in parts.iter().enumerate() {
            self.check(stratum, group, tallies)?;
        }
        self.begin(stratum)?;
        for (group, tallies) in parts.iter().enumerate() {
            self.widen(group, tallies);
        }
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

    fn widen(&mut self, group: usize, tallies: &[Tally]) {
        let size = tallies.len() * self.frame.layout.cells();
        let sums = &mut self.wide[group * size..(group + 1) * size];
        let cells = tallies.iter().flat_map(|t| &t.cells);
        if std::mem::replace(&mut self.begun[group], true) {
            for (sum, cell) in sums.iter_mut().zip(cells) {
                *sum += i128::from(*cell);
            }
        } else {
            for (sum, cell) in sums.iter_mut().zip(cells) {
                *sum = i128::from(*cell);
            }
        }
    }

    /// Weighs the open stratum and adds it to the rows.
    fn close(&mut self) {
        let Some(place) = self.open.take() else {
            return;
        };
        let count = self.groups(place);
        let stratum = &self.frame.strata[place];
        let size = self.frame.arms.len() * self.frame.layout.cells();
        let groups = self.wide.chunks_exact_mut(size).take(count);
        for (cells, begun) in groups.zip(&mut self.begun) {
            if !std::mem::take(begun) {
                cells.fill(0);
            }
        }
        if let Some(factors) = Factors::new(stratum) {
            let layout = &self.frame.layout;
            let arms = self.frame.arms.len();
            let (mut totals, mut brought) = (Vec::new(), Vec::new());
            for part in &self.plan.parts {
                let (offset, len) = (layout.offset(part.table), layout.len(part.table));
                let units = TABLES[part.table as usize].scale.units();
                for (arm, sums) in self.sums.iter_mut().enumerate() {
                    let cells = |g: usize| {
                        let first = (g * arms + arm) * layout.cells() + offset;
                        &self.wide[first..first + len]
                    };
                    if (0..count).all(|g| cells(g).iter().all(|c| *c == 0)) {
                        continue;
                    }
                    // Group by group, so that the rows being added to stay in the first cache.
                    totals.clear();
                    (0..count).for_each(|g| part.add_up(cells(g), &mut totals));
                    brought.clear();
                    brought.extend((0..part.rows).map(|row| {
                        let mut groups = [0; REPLICATES];
                        for (g, total) in groups[..count].iter_mut().enumerate() {
                            *total = totals[g * part.rows + row];
                        }
                        factors.brought(&groups[..count], units)
                    }));
                    for home in part.homes(stratum) {
                        for (sum, part) in sums[home..].iter_mut().zip(&brought) {
                            sum.add(part, &factors);
                        }
                    }
                }
            }
        }
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
            frame,
            plan,
            sums,
            wide,
            ..
        } = self;
        drop(wide);
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
        for (key, only) in plan.keys.iter().zip(&plan.only) {
            if frame.arms.iter().any(|arm| shown(*only, arm)) {
                all.place(key);
            }
        }
        let whole = frame.strata.iter().all(|s| s.whole);
        // Arm by arm, so that never more than one arm is there twice.
        for (a, sums) in sums.into_iter().enumerate() {
            let estimate = |sum: &Sum| match whole {
                true => Estimate::without_error(sum.value),
                false => sum.estimate(),
            };
            let sums: Vec<Estimate> = sums.iter().map(estimate).collect();
            all.expect(a, sums.len());
            for ((key, only), estimate) in plan.keys.iter().zip(&plan.only).zip(&sums) {
                if shown(*only, &frame.arms[a]) {
                    all.push(a, key, *estimate);
                }
            }
            for (key, estimate) in derived::rows(&derived::Sums::new(&plan.keys, &sums)) {
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

    /// What the stratum brings to a row, given its total in each group.
    fn brought(&self, groups: &[i128], units: f64) -> Sum {
        let mut part = Sum::ZERO;
        let total: i128 = groups.iter().sum();
        if total == 0 && groups.iter().all(|t| *t == 0) {
            return part;
        }
        // Units are powers of two: scaling by them rounds nothing.
        let unit = 1.0 / units;
        let mut weigh = |total: f64, rest: &dyn Fn(usize) -> f64| {
            part.value = total * (unit * self.weight);
            for (off, (g, w)) in part.off.iter_mut().zip(self.without.iter().enumerate()) {
                let all = total * (unit * w.all);
                *off = all + rest(g) * (unit * w.rest) - part.value;
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
        part
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
