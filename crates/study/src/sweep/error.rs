//! Why a sweep did not come to its end.

use overheard_engine::run::RunFailure;
use overheard_scenario::ScenarioError;

/// Why there is no finished sweep. What is done is kept where [`RunFailure`] says so.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The folder, the disk, or somebody's wish.
    #[error(transparent)]
    Run(#[from] RunFailure),
    /// The scenario as it is cannot be used.
    #[error(transparent)]
    Scenario(#[from] Box<ScenarioError>),
    /// The scenario as it is could not be run: no point has anything to be compared with.
    #[error("the scenario itself could not be run: {0}")]
    Central(String),
}
