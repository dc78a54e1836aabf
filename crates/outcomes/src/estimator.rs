//! Folds the tallies of strata into estimates.

mod told;
mod weights;

use indexmap::IndexMap;
use overheard_model::strata::{REPLICATES, Stratum};
use overheard_model::tally::{TableId, Tally};

use crate::derived;
use crate::error::OutcomeError;
use crate::estimate::Estimate;
use crate::estimates::Estimates;
use crate::frame::{Arm, Frame};
use crate::measures::Only;
use crate::plan::Plan;

use told::{Added, Told};
use weights::{Factors, Sums};

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
    /// Arm by arm, those of the rows of the plan.
    sums: Vec<Sums>,
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
        let sums = frame.arms.iter().map(|_| Sums::new(plan.keys.len()));
        let sums = sums.collect();
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
    /// A stratum that is not due, no such group, tallies of another shape, or one that was full. Nothing was added then.
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
            for table in TableId::ALL {
                let first = self.frame.layout.offset(*table);
                let cells = first..first + self.frame.layout.len(*table);
                for (arm, sums) in self.sums.iter_mut().enumerate() {
                    let parts = self.plan.parts.iter().filter(|p| p.table == *table);
                    if let Some(told) = Told::narrow(groups, arm, cells.clone()) {
                        parts.for_each(|part| told.bring(part, stratum, &factors, sums));
                    } else {
                        let told = Told::wide(groups, arm, cells.clone());
                        parts.for_each(|part| told.bring(part, stratum, &factors, sums));
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
            plan.keys.len(),
        );
        let shown = |only: Only, arm: &Arm| match only {
            Only::Always => true,
            Only::Split => arm.split,
            Only::Hidden => false,
        };
        // Keys first, so that a measure which only a later arm has still stands in its place.
        let mut shown_rows = Vec::with_capacity(plan.keys.len());
        let mut hidden = IndexMap::new();
        for (row, (key, only)) in plan.keys.into_iter().zip(&plan.only).enumerate() {
            if frame.arms.iter().any(|arm| shown(*only, arm)) {
                all.place(key);
                shown_rows.push(row);
            } else {
                hidden.insert(key, row);
            }
        }
        let whole = frame.strata.iter().all(|s| s.whole);
        // Arm by arm, so that never more than one arm is there twice.
        for (a, (sums, arm)) in sums.into_iter().zip(&frame.arms).enumerate() {
            let at = |row: usize| match whole {
                true => Estimate::without_error(sums.value(row)),
                false => sums.estimate(row),
            };
            all.expect(a, sums.rows());
            for (place, row) in shown_rows.iter().enumerate() {
                if shown(plan.only[*row], arm) {
                    all.put(a, place, at(*row));
                }
            }
            let sums = derived::Sums {
                shown: all.index(),
                shown_rows: &shown_rows,
                hidden: &hidden,
                at: &at,
            };
            for (key, estimate) in derived::rows(&sums) {
                all.push(a, key, estimate);
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
        if let Some(odd) = tallies.iter().find(|t| t.cells.len() != cells) {
            return shape(stratum, format!("{cells} cells"), odd.cells.len());
        }
        if tallies.iter().any(Tally::is_full) {
            return Err(OutcomeError::Full { stratum, group });
        }
        Ok(())
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

#[cfg(test)]
mod tests;
