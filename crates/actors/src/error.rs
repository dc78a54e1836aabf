//! Why a run, or one try of a shard, ended early.

use std::io;

/// Why a run ended before all its shards were done.
///
/// Every variant is final for this run: the worker threads have ended and shards in progress were dropped. Shards
/// already passed to the caller's `on_output` are complete and stay valid, so a caller that journals them can resume.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A stage, or a method of the shard (then `stage` is for example `shard.load`), panicked or returned an error, and
    /// did so again when the shard was begun afresh.
    #[error("stage `{stage}` failed twice on shard `{shard}`: {message}")]
    Stage {
        /// The stage's own name.
        stage: String,
        /// The shard as [`Work::name`](crate::Work::name) calls it.
        shard: String,
        /// What the second try said (and the first, if it said something else); panics with their place in the source.
        message: String,
    },
    /// Blocks left for the stages and did not come back one for one, at both tries: an actor was gone, its mailbox closed
    /// or full, or a block came out of it more than once.
    #[error("a block of shard `{shard}` was lost between the stages, twice: {message}")]
    Lost {
        /// The shard as [`Work::name`](crate::Work::name) calls it.
        shard: String,
        /// Where it was last seen.
        message: String,
    },
    /// Not every shard that was handed out came back, though no worker reported a failure.
    #[error("{handed_out} shards were handed out and {returned} came back")]
    Count {
        /// Shards handed to workers.
        handed_out: usize,
        /// Results that reached the coordinator.
        returned: usize,
    },
    /// A worker thread ended by a panic outside of any stage or shard.
    #[error("a worker thread ended by a panic outside the stages: {message}")]
    Worker {
        /// The panic's message.
        message: String,
    },
    /// The system refused to start a worker thread.
    #[error("a worker thread could not be started (fewer `--threads` may help)")]
    Thread(#[source] io::Error),
}

/// Why one try of a shard failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    Stage { stage: String, message: String },
    Lost { message: String },
}

impl Failure {
    /// The error of a shard that failed with `first`, was begun afresh, and failed with `self`.
    pub(crate) fn after(self, first: &Failure, shard: String) -> RunError {
        let both = |message: String| match first.message() {
            same if same == message => message,
            other => format!("{message} (at the first try: {other})"),
        };
        match self {
            Self::Stage { stage, message } => RunError::Stage {
                stage,
                shard,
                message: both(message),
            },
            Self::Lost { message } => RunError::Lost {
                shard,
                message: both(message),
            },
        }
    }

    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Stage { message, .. } | Self::Lost { message } => message,
        }
    }
}
