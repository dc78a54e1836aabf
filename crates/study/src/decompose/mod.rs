//! What each provision of a policy contributes to a number: alone, as the last of all, and on the average over all orders.
//!
//! Every set of provisions is an arm of one run, lived by the same people, so contributions are differences of paired numbers
//! and have paired errors. The same sets at draws of what nobody knows, again lived by the same people, give them bands.

mod drawn;
mod draws;
mod provision;
mod shares;
mod table;

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use overheard_engine::run::{Event, RunFailure, run_in_memory};
use overheard_engine::{EngineKind, Tune};
use overheard_formats::Key;
use overheard_outcomes::{Detail, Estimate, Estimates};
use overheard_scenario::{Arm, Scenario, ScenarioError};

use crate::draw;
use crate::plan::{PointsError, caveat, from_posterior};
use crate::sweep::{Progress, is_kept, is_kept_cut};
use crate::work::{Answer, ask, side_by_side};

pub use drawn::Drawn;
pub use provision::{MOST_PROVISIONS, PROVISIONS, Provision};
pub use shares::{Contribution, Decomposition};
pub use table::{write_decomposition, write_decomposition_draws};

/// What is to be taken apart.
pub struct Decompose<'a> {
    /// The scenario: its first arm is the base, and stays as it is.
    pub scenario: &'a Scenario,
    /// The arm whose provisions are taken apart.
    pub arm: &'a str,
    /// What of it.
    pub provisions: &'a [Provision],
    /// The scenario with more `--set` arguments.
    pub with: &'a (dyn Fn(&[String]) -> Result<Scenario, ScenarioError> + Sync),
    /// Which numbers.
    pub keys: &'a [Key],
    pub engine: EngineKind,
    pub tune: Tune,
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum DecomposeError {
    /// A provision cannot be taken out of the scenario.
    #[error("without {provision}: {source}")]
    Provision {
        /// Those that were left out.
        provision: String,
        /// Why not.
        source: Box<ScenarioError>,
    },
    /// A draw does not go with the scenario.
    #[error(transparent)]
    Draw(Box<ScenarioError>),
    /// The run failed or was interrupted.
    #[error(transparent)]
    Run(#[from] RunFailure),
    /// No arm has such a number.
    #[error("no such number: {0}")]
    Number(String),
    /// The posterior has nothing for this scenario.
    #[error(transparent)]
    Points(#[from] PointsError),
}

/// Runs all sets of provisions and takes the numbers apart.
///
/// # Errors
/// [`DecomposeError`].
pub fn decompose(
    asked: &Decompose<'_>,
    events: &mut dyn FnMut(Event<'_>),
    cancel: &AtomicBool,
) -> Result<Vec<Decomposition>, DecomposeError> {
    let scenario = sets(asked, &[])?;
    let (engine, tune) = (asked.engine, asked.tune);
    let (_, estimates) =
        run_in_memory(&scenario, engine, tune, detail(asked.keys), events, cancel)?;
    taken_apart(asked, &estimates)
}

/// Takes the same numbers apart at draws of what nobody knows, from the posterior, and leaves what each draw gives with them. Draws
/// that could not be run are told and left out.
///
/// # Errors
/// [`DecomposeError`].
pub fn surround(
    asked: &Decompose<'_>,
    draws: u32,
    found: &mut [Decomposition],
    events: &mut dyn FnMut(Progress<'_>),
    cancel: &AtomicBool,
) -> Result<(), DecomposeError> {
    let plan = from_posterior(asked.scenario, draws)?;
    if let Some(caveat) = caveat(asked.scenario) {
        events(Progress::Note(caveat));
    }
    let settings = |point: usize| {
        let own = plan.settings(&plan.points[point]);
        [draw::settings(asked.scenario), own].concat()
    };
    // The first is the scenario as it is.
    let todo: Vec<usize> = (1..plan.points.len()).collect();
    let detail = detail(asked.keys);
    let answer = |point: usize, tune: Tune| match sets(asked, &settings(point)) {
        Ok(scenario) => {
            ask(&scenario, asked.engine, tune, detail, cancel).then(|(_, estimates)| {
                match taken_apart(asked, &estimates) {
                    Ok(apart) => Answer::Done(apart),
                    Err(error) => Answer::Failed(error.to_string()),
                }
            })
        }
        Err(error) => Answer::Failed(error.to_string()),
    };
    let (mut done, of) = (0, todo.len() as u64);
    let mut fault = None;
    events(Progress::Points { done, of });
    side_by_side(&todo, asked.tune, cancel, &answer, &mut |point, answer| {
        match answer {
            Answer::Done(apart) => {
                for (number, apart) in found.iter_mut().zip(&apart) {
                    number.draws.push(Drawn::of(point as u32, apart));
                }
            }
            Answer::Failed(message) => events(Progress::Failed {
                point: point as u64,
                settings: &settings(point),
                message: &message,
            }),
            Answer::Ended(failure) => {
                fault.get_or_insert(failure);
                return ControlFlow::Break(());
            }
        }
        done += 1;
        events(Progress::Points { done, of });
        ControlFlow::Continue(())
    });
    let stopped = (done < of).then_some(RunFailure::Interrupted { kept: false });
    if let Some(failure) = fault.or(stopped) {
        return Err(failure.into());
    }
    // In the order in which they were drawn, not in that in which they were done.
    for number in found {
        number.draws.sort_by_key(|drawn| drawn.draw);
    }
    Ok(())
}

/// The rows that the numbers are among: those of a sweep, where these will do.
fn detail(keys: &[Key]) -> Detail {
    match keys.iter().all(is_kept) {
        true => Detail::Only(is_kept_cut),
        false => Detail::Full,
    }
}

fn taken_apart(
    asked: &Decompose<'_>,
    estimates: &Estimates,
) -> Result<Vec<Decomposition>, DecomposeError> {
    let one = |key: &Key| {
        let value = |set: usize| estimates.get(1 + set, key).copied();
        let values: Option<Vec<Estimate>> = (0..1 << asked.provisions.len()).map(value).collect();
        let values = values.ok_or_else(|| DecomposeError::Number(key.to_string()))?;
        Ok(shares::decomposition(key, asked.provisions, &values))
    };
    asked.keys.iter().map(one).collect()
}

/// Under settings of its own: the base, then the arm with every set of its provisions: bit `i` of the set's number says whether the `i`-th is in force.
fn sets(asked: &Decompose<'_>, own: &[String]) -> Result<Scenario, DecomposeError> {
    let whole = |source| DecomposeError::Draw(Box::new(source));
    let mut scenario = match own.is_empty() {
        true => asked.scenario.clone(),
        false => (asked.with)(own).map_err(whole)?,
    };
    scenario.arms.truncate(1);
    for set in 0..1usize << asked.provisions.len() {
        let out = || {
            let provisions = asked.provisions.iter().enumerate();
            provisions.filter(move |(i, _)| set >> i & 1 == 0)
        };
        // What a provision sets comes last: it holds whatever is drawn.
        let without = out()
            .flat_map(|(_, provision)| &provision.without)
            .map(|setting| format!("{}:{setting}", asked.arm));
        let overrides: Vec<String> = own.iter().cloned().chain(without).collect();
        let with = (asked.with)(&overrides).map_err(|source| DecomposeError::Provision {
            provision: out()
                .map(|(_, p)| p.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            source: Box::new(source),
        })?;
        let own = with.arms.into_iter().find(|arm| arm.name == asked.arm);
        scenario.arms.extend(own.map(|arm| Arm {
            name: format!("set-{set}"),
            ..arm
        }));
    }
    Ok(scenario)
}
