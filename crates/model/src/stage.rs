//! What a stage of the ring is: a plain function over a batch that may fail.

use crate::block::Block;

/// One room of the story (users, assistant, signals, feeds): takes a batch of people with one day's columns,
/// does its part of the day in place, and hands the same batch on.
///
/// A stage keeps no state of its own between batches: everything that lives from one day to the next travels in the
/// [`Block`]. That is what lets any stage run as an actor, inline, or again after a failure, with the same result.
pub trait Stage: Send {
    /// The name used in errors and in logs, for example `signals` or `feeds`.
    fn name(&self) -> &str;

    /// Does this stage's part of the day `block.day`.
    fn step(&mut self, block: &mut Block) -> Result<(), StageError>;
}

/// Why a stage could not do its part; the shard is retried once by whoever runs the stages.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct StageError {
    pub message: String,
}
