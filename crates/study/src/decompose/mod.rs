//! What each provision of a policy contributes to a number: alone, as the last of all, and on the average over all orders.
//!
//! Every set of provisions is an arm of one run, lived by the same people, so contributions are differences of paired numbers
//! and have paired errors.

mod provision;
mod shares;
mod table;

use std::sync::atomic::AtomicBool;

use overheard_engine::run::{Event, RunFailure, run_in_memory};
use overheard_engine::{EngineKind, Tune};
use overheard_formats::Key;
use overheard_outcomes::{Detail, Estimate};
use overheard_scenario::{Arm, Scenario, ScenarioError};

pub use provision::{MOST_PROVISIONS, PROVISIONS, Provision};
pub use shares::{Contribution, Decomposition};
pub use table::write_decomposition;

/// What is to be taken apart.
pub struct Decompose<'a> {
    /// The scenario: its first arm is the base, and stays as it is.
    pub scenario: &'a Scenario,
    /// The arm whose provisions are taken apart.
    pub arm: &'a str,
    /// What of it.
    pub provisions: &'a [Provision],
    /// The scenario with more `--set` arguments.
    pub with: &'a dyn Fn(&[String]) -> Result<Scenario, ScenarioError>,
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
    /// The run failed or was interrupted.
    #[error(transparent)]
    Run(#[from] RunFailure),
    /// No arm has such a number.
    #[error("no such number: {0}")]
    Number(String),
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
    let scenario = sets(asked)?;
    let (engine, tune) = (asked.engine, asked.tune);
    let (_, estimates) = run_in_memory(&scenario, engine, tune, Detail::Full, events, cancel)?;
    let one = |key: &Key| {
        let value = |set: usize| estimates.get(1 + set, key).copied();
        let values: Option<Vec<Estimate>> = (0..1 << asked.provisions.len()).map(value).collect();
        let values = values.ok_or_else(|| DecomposeError::Number(key.to_string()))?;
        Ok(shares::decomposition(key, asked.provisions, &values))
    };
    asked.keys.iter().map(one).collect()
}

/// The base, then the arm with every set of its provisions: bit `i` of the set's number says whether the `i`-th is in force.
fn sets(asked: &Decompose<'_>) -> Result<Scenario, DecomposeError> {
    let mut scenario = asked.scenario.clone();
    scenario.arms.truncate(1);
    for set in 0..1usize << asked.provisions.len() {
        let out = || {
            let provisions = asked.provisions.iter().enumerate();
            provisions.filter(move |(i, _)| set >> i & 1 == 0)
        };
        let overrides: Vec<String> = out()
            .flat_map(|(_, provision)| &provision.without)
            .map(|setting| format!("{}:{setting}", asked.arm))
            .collect();
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
