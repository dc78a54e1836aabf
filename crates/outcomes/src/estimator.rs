//! Folds the tallies of strata into estimates.

use overheard_model::strata::{GROUPS, Stratum, group_range};
use overheard_model::tally::{Layout, TABLES, Tally};

use crate::derived;
use crate::error::OutcomeError;
use crate::estimate::Estimate;
use crate::estimates::Estimates;
use crate::measures::Only;
use crate::plan::Plan;

/// One arm of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arm {
    pub name: String,
    /// Whether the arm treats a share of the people inside a market: only then are treated and control told apart.
    pub split: bool,
}

/// What the tallies of a run are indexed by.
#[derive(Clone, Debug)]
pub struct Frame {
    pub layout: Layout,
    /// ISO dates, one per reported day.
    pub days: Vec<String>,
    /// Names of the taxonomy's categories.
    pub categories: Vec<String>,
    /// The first is the base of all differences.
    pub arms: Vec<Arm>,
    pub strata: Vec<Stratum>,
}

/// Sums of all rows over strata, for each arm: what an estimate and its replicates need and nothing more.
///
/// **Law.** With `T` the integer total of a cell over a stratum of `n` people and weight `w`, and `T_g`, `n_g` those of
/// group `g`, the estimate is `Σ w T` and its replicate without group `g` is `Σ w n/(n - n_g) (T - T_g)`, over strata in
/// their order. `T` is exact, so nothing depends on how shards, blocks or leaves were merged before.
#[derive(Debug)]
pub struct Estimator {
    frame: Frame,
    plan: Plan,
    /// Arm by arm, one per row of the plan.
    sums: Vec<Vec<Estimate>>,
    next: usize,
}

impl Estimator {
    /// # Errors
    /// Names that do not fit the layout.
    pub fn new(frame: Frame) -> Result<Self, OutcomeError> {
        let misfit = |what: &str, expected: usize, got: usize| {
            Err(OutcomeError::Shape {
                stratum: 0,
                expected: format!("{expected} {what}"),
                got: got.to_string(),
            })
        };
        if frame.days.len() != frame.layout.days {
            return misfit("days", frame.layout.days, frame.days.len());
        }
        if frame.categories.len() != frame.layout.categories {
            return misfit(
                "categories",
                frame.layout.categories,
                frame.categories.len(),
            );
        }
        let plan = Plan::new(&frame);
        let sums = vec![vec![Estimate::ZERO; plan.keys.len()]; frame.arms.len()];
        Ok(Estimator {
            frame,
            plan,
            sums,
            next: 0,
        })
    }

    /// Adds one stratum: `groups[group][arm]`. Strata come in the order of the frame, each once; those without people
    /// may be left out.
    ///
    /// # Errors
    /// A stratum out of order, or tallies of another shape. Nothing was added then.
    pub fn fold(&mut self, stratum: usize, groups: &[Vec<Tally>]) -> Result<(), OutcomeError> {
        self.check(stratum, groups)?;
        self.next = stratum + 1;
        let Some(factors) = Factors::new(&self.frame.strata[stratum]) else {
            return Ok(());
        };
        let (mut totals, mut estimates) = (Vec::new(), Vec::new());
        for part in &self.plan.parts {
            let (offset, len) = (
                self.frame.layout.offset(part.table),
                self.frame.layout.len(part.table),
            );
            let units = TABLES[part.table as usize].scale.units();
            for (arm, sums) in self.sums.iter_mut().enumerate() {
                // Group by group, so that the rows being added to stay in the first cache.
                totals.clear();
                totals.resize(GROUPS * part.rows, 0i128);
                for (tallies, totals) in groups.iter().zip(totals.chunks_exact_mut(part.rows)) {
                    let cells = &tallies[arm].cells[offset..offset + len];
                    for (cell, row) in cells.iter().zip(&part.local) {
                        totals[*row as usize] += i128::from(*cell);
                    }
                }
                estimates.clear();
                estimates.extend((0..part.rows).map(|row| {
                    let groups = std::array::from_fn(|g| totals[g * part.rows + row]);
                    factors.estimate(&groups, units)
                }));
                for home in part.homes(&self.frame.strata[stratum]) {
                    for (sum, estimate) in sums[home..].iter_mut().zip(&estimates) {
                        sum.add(estimate);
                    }
                }
            }
        }
        Ok(())
    }

    /// The estimates, ratios and the Gini coefficient included.
    ///
    /// # Errors
    /// A stratum with people was never folded.
    pub fn finish(self) -> Result<Estimates, OutcomeError> {
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
        for (key, only) in plan.keys.iter().zip(&plan.only) {
            if frame.arms.iter().any(|arm| shown(*only, arm)) {
                all.place(key);
            }
        }
        for (a, sums) in sums.iter().enumerate() {
            for ((key, only), estimate) in plan.keys.iter().zip(&plan.only).zip(sums) {
                if shown(*only, &frame.arms[a]) {
                    all.push(a, key, *estimate);
                }
            }
            for (key, estimate) in derived::rows(&derived::Sums::new(&plan.keys, sums)) {
                all.push(a, &key, estimate);
            }
        }
        Ok(all)
    }

    /// The first stratum with people between the next one due and `end`.
    fn skipped(&self, end: usize) -> Option<usize> {
        (self.next..end).find(|s| self.frame.strata[*s].people > 0)
    }

    fn check(&self, stratum: usize, groups: &[Vec<Tally>]) -> Result<(), OutcomeError> {
        let order = |expected: String| {
            Err(OutcomeError::Order {
                expected,
                got: stratum.to_string(),
            })
        };
        if stratum < self.next || stratum >= self.frame.strata.len() {
            return order(format!("one of {}..{}", self.next, self.frame.strata.len()));
        }
        if let Some(skipped) = self.skipped(stratum) {
            return order(skipped.to_string());
        }
        let shape = |expected: String, got: usize| {
            Err(OutcomeError::Shape {
                stratum,
                expected,
                got: got.to_string(),
            })
        };
        if groups.len() != GROUPS {
            return shape(format!("{GROUPS} groups"), groups.len());
        }
        for tallies in groups {
            if tallies.len() != self.frame.arms.len() {
                return shape(
                    format!("tallies of {} arms", self.frame.arms.len()),
                    tallies.len(),
                );
            }
            let cells = self.frame.layout.cells();
            if let Some(odd) = tallies.iter().find(|t| t.cells.len() != cells) {
                return shape(format!("{cells} cells"), odd.cells.len());
            }
        }
        Ok(())
    }
}

/// Weights of one stratum: with everybody, and with each group left out.
struct Factors {
    weight: f64,
    without: [f64; GROUPS],
}

impl Factors {
    /// `None` for a stratum without people. Where one group is the whole stratum (fewer people than groups), leaving
    /// it out is not possible and the replicate is the estimate.
    fn new(stratum: &Stratum) -> Option<Self> {
        if stratum.people == 0 {
            return None;
        }
        let weight = stratum.weight();
        let without = std::array::from_fn(|g| {
            let range = group_range(stratum.people, g);
            let rest = stratum.people - (range.end - range.start);
            if rest == 0 {
                weight
            } else {
                weight * (stratum.people as f64 / rest as f64)
            }
        });
        Some(Factors { weight, without })
    }

    fn estimate(&self, groups: &[i128; GROUPS], units: f64) -> Estimate {
        let total: i128 = groups.iter().sum();
        if total == 0 && groups.iter().all(|t| *t == 0) {
            return Estimate::ZERO;
        }
        Estimate {
            value: total as f64 / units * self.weight,
            replicates: std::array::from_fn(|g| {
                let rest = total - groups[g];
                rest as f64 / units * self.without[g]
            }),
        }
    }
}

#[cfg(test)]
mod tests;
