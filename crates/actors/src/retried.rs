//! A shard that needed a second try.

use crate::error::Failure;

/// A shard that failed once and was then done from scratch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retried {
    /// The shard as [`Work::name`](crate::Work::name) calls it.
    pub shard: String,
    /// The stage that failed, or `ring` when a block was lost between stages.
    pub stage: String,
    /// What it said.
    pub message: String,
}

impl Retried {
    pub(crate) fn new(shard: String, failure: Failure) -> Self {
        let (stage, message) = match failure {
            Failure::Stage { stage, message } => (stage, message),
            Failure::Lost { message } => ("ring".to_owned(), message),
        };
        Self {
            shard,
            stage,
            message,
        }
    }
}
