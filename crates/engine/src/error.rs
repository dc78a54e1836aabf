//! What can go wrong in a run.

use overheard_actors::RunError;
use overheard_model::stage::StageError;
use overheard_outcomes::OutcomeError;

/// Why a run ended without outcomes.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A stage failed twice on a shard, or the ring did.
    #[error("{0}")]
    Run(#[from] RunError),
    /// The pilot could not solve the market path.
    #[error("the pilot failed: {0}")]
    Pilot(#[from] StageError),
    /// A traced person could not live the month again.
    #[error("the trace failed: {0}")]
    Trace(StageError),
    #[error("{0}")]
    Outcomes(#[from] OutcomeError),
    #[error("{0} shards did not come back")]
    Missing(u32),
    #[error("cancelled")]
    Cancelled,
}

impl EngineError {
    /// Whether the machine is at fault: the same may be done at another time.
    pub const fn is_the_machines(&self) -> bool {
        matches!(self, Self::Run(RunError::Thread(_)))
    }
}
