//! Where budgets come from: what the status quo spends at its pacing, and how they answer to returns.

use overheard_model::ids::AdKind;
use overheard_model::streams::{At, Draws, NO_DAY, Stream};

/// How the market answers an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// Pacing stays that of the status quo: partial equilibrium, only the treated person's ads change.
    FixedPacing,
    /// Budgets stay those of the status quo, pacing adjusts.
    FixedBudgets,
    /// Budgets follow returns relative to those of the status quo.
    Elastic,
}

impl Response {
    /// As named in scenarios; an unknown name stands for fixed budgets.
    pub fn named(name: &str) -> Self {
        match name {
            "fixed-pacing" => Response::FixedPacing,
            "elastic" => Response::Elastic,
            _ => Response::FixedBudgets,
        }
    }
}

/// The budgets of one market and day.
#[derive(Clone, Debug, PartialEq)]
pub struct Budgets {
    /// Per place (USD). Where nothing was ever spent nobody knows the budget: such a place bids as it always did.
    pub amounts: Vec<Option<f64>>,
}

/// The status quo's pacing: budgets that bind are paced, the others bid in full.
pub fn paced(bound: &[bool], pacing: f64) -> Vec<f64> {
    let of = |bound: &bool| if *bound { pacing } else { 1.0 };
    bound.iter().map(of).collect()
}

impl Budgets {
    /// Budgets that bind are what the status quo spends at its pacing; the others leave slack above what it spends.
    pub fn of_status_quo(bound: &[bool], slack: f64, spend: &[f64]) -> Self {
        let amounts = spend.iter().zip(bound);
        let amount = |(s, b): (&f64, &bool)| {
            let known = *s > 0.0;
            known.then_some(if *b { *s } else { s * slack })
        };
        Budgets {
            amounts: amounts.map(amount).collect(),
        }
    }

    /// Budgets after the market has seen returns of earlier days: `B (return / base return)^ε`.
    pub fn answered(&self, relative_return: f64, elasticity: f64) -> Budgets {
        let factor = if relative_return > 0.0 {
            libm::pow(relative_return, elasticity)
        } else {
            1.0
        };
        let answered = |amount: &Option<f64>| amount.map(|b| b * factor);
        Budgets {
            amounts: self.amounts.iter().map(answered).collect(),
        }
    }
}

/// Which budgets bind under the status quo: a share of them, the same in every market and run.
pub fn bound_places(draws: &Draws, categories: usize, share: f64) -> Vec<bool> {
    (0..AdKind::COUNT * categories)
        .map(|place| {
            let at = At {
                stratum: 0,
                index: place as u32,
                day: NO_DAY,
                stream: Stream::Pilot,
            };
            draws.units(at, 0)[0] < share
        })
        .collect()
}
