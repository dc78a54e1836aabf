//! `data/priors.csv`: where the knobs that nobody can measure may plausibly lie.

use std::sync::LazyLock;

use overheard_formats::{DataError, DataRow, DataTable};
use serde::Deserialize;

use crate::knob::Knob;
use crate::law::Law;
use crate::registry::Registry;
use crate::scenario::Scenario;
use crate::target::Target;
use crate::value::Scalar;

const FILE: &str = "data/priors.csv";

static PRIORS: LazyLock<Vec<Prior>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in, and a test parses it: this build would not have passed"
    )]
    parse(include_str!("../../../data/priors.csv")).expect("the built-in priors.csv is sound")
});

/// What is plausible of one unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    /// The knob, or the members of it that share one value.
    pub target: Target,
    /// How its values are spread, in the knob's unit.
    pub law: Law,
    /// Why this range.
    pub reason: String,
}

#[derive(Deserialize)]
struct Row {
    knob: String,
    members: String,
    min: f64,
    mode: f64,
    max: f64,
    reason: String,
}

/// The built-in priors, in file order.
pub fn priors() -> &'static [Prior] {
    &PRIORS
}

/// The priors of a knob: one, or several of different members.
pub fn priors_of(knob: &Knob) -> impl Iterator<Item = &'static Prior> {
    priors().iter().filter(move |p| p.target.knob() == knob)
}

impl Prior {
    /// Whether a scenario leaves the unknown open: in every arm it is at its default. What a scenario sets is its question.
    pub fn is_open_in(&self, scenario: &Scenario) -> bool {
        self.target.is_same(scenario, &Scenario::defaults())
    }
}

fn parse(text: &str) -> Result<Vec<Prior>, DataError> {
    let table = DataTable::parse(FILE, text)?;
    let mut priors: Vec<Prior> = Vec::new();
    for row in table.rows() {
        let row = row?;
        let prior = prior(row)?;
        if priors.iter().any(|p| p.target.overlaps(&prior.target)) {
            return Err(row.fault(format!("`{}` has two priors", prior.target)));
        }
        priors.push(prior);
    }
    Ok(priors)
}

fn prior(row: DataRow<'_>) -> Result<Prior, DataError> {
    let Row {
        knob: key,
        members,
        min,
        mode,
        max,
        reason,
    } = row.read()?;
    let unknown = || row.fault(format!("there is no knob `{key}`"));
    let place = Registry::get().place(&key).ok_or_else(unknown)?;
    let target = Target::of(&key, place, &members).map_err(|fault| row.fault(fault.message))?;
    if !(min <= mode && mode <= max && min < max) {
        return Err(row.fault(format!("`{target}`: the mode is not within the range")));
    }
    if reason.is_empty() {
        return Err(row.fault(format!("`{target}` lacks a reason")));
    }
    let knob = target.knob();
    for value in target.pick(knob.default.scalars()) {
        let number = match value {
            Scalar::Number(x) => *x,
            Scalar::Integer(i) => *i as f64,
            _ => f64::NAN,
        };
        if !(min..=max).contains(&number) {
            let message = format!("`{target}`: the default {value} is not from {min} to {max}");
            return Err(row.fault(message));
        }
    }
    let (low, high) = knob.limits();
    if min < low || max > high {
        let message = format!("`{target}`: the knob takes {}", knob.expected());
        return Err(row.fault(message));
    }
    Ok(Prior {
        target,
        law: Law {
            low: min,
            mode: Some(mode),
            high: max,
        },
        reason,
    })
}

#[cfg(test)]
mod tests;
