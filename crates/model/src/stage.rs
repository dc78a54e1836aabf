//! What a stage of the ring is, a plain function over a batch that may fail, and which stages a day has.

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

/// The stages of a day, by name. Their order is that of the fields.
pub struct Stages {
    /// What people do today.
    pub users: Box<dyn Stage>,
    /// What they talk of with the assistant.
    pub assistant: Box<dyn Stage>,
    /// What is taken from their chats.
    pub extractor: Box<dyn Stage>,
    /// What the four apps show them: one stage for all, or one for each.
    pub feeds: Vec<Box<dyn Stage>>,
}

impl Stages {
    /// The stages before the feeds, in their order: what a day has become by the time that people open their apps.
    pub fn morning(&mut self) -> impl Iterator<Item = &mut dyn Stage> {
        let morning = [&mut self.users, &mut self.assistant, &mut self.extractor];
        morning.into_iter().map(|stage| stage.as_mut() as _)
    }

    /// All stages in their order.
    pub fn all(&mut self) -> impl Iterator<Item = &mut dyn Stage> {
        let Self {
            users,
            assistant,
            extractor,
            feeds,
        } = self;
        [users, assistant, extractor]
            .into_iter()
            .chain(feeds)
            .map(|stage| stage.as_mut() as _)
    }
}

/// Why a stage could not do its part; the shard is retried once by whoever runs the stages.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct StageError {
    pub message: String,
}
