//! What the caller brings: the list of shards, how to make one, and the stages its blocks go through.

use overheard_model::block::Block;
use overheard_model::stage::Stages;

/// The whole of a run: a numbered list of shards and the stages they all go through.
///
/// Everything is made on demand and on the worker's thread, so that a failed shard can be made again from nothing.
/// The same index must always make the same shard, and `stages` always the same stages.
pub trait Work: Sync {
    /// One unit of work; see [`Shard`].
    type Shard: Shard;

    /// How many shards there are. They are handed out in the order of their indices and finish in any order.
    fn shards(&self) -> usize;

    /// What to call shard `index` (`0..shards()`) in an error.
    fn name(&self, index: usize) -> String;

    /// Makes shard `index` (`0..shards()`), with nothing done yet.
    fn shard(&self, index: usize) -> Self::Shard;

    /// The stages of a day. Called once per worker, and again after a failure: a stage that panicked
    /// half-way is never used again.
    fn stages(&self) -> Stages;

    /// An empty block; its buffers are used for many batches of people. Called at most [`credits`](crate::Plan::credits)
    /// times per worker, and again after a failure.
    fn block(&self) -> Box<Block>;
}

/// A range of people, worked through block by block, each block day by day.
///
/// For each block, in this order: `load`; the stages; `advance` and the stages, until `advance` says that the month is
/// over; `unload`. With one credit a block ends before the next is loaded. With more, the calls for different blocks
/// interleave, so what belongs to one block's month must be in the block. When `load` finds nobody left and every
/// block has been unloaded: `finish`.
///
/// Any of these may panic; that counts as a failure of the shard, like that of a stage.
pub trait Shard {
    /// What the shard leaves behind, usually its tallies.
    type Output: Send;

    /// Fills `block` with the shard's next people, standing at their first day, whatever it held before. `false` when
    /// no people are left; it is not called again then.
    fn load(&mut self, block: &mut Block) -> bool;

    /// Moves the block to its next day. `false` when the day just done was its last.
    fn advance(&mut self, block: &mut Block) -> bool;

    /// Takes what the finished month left in the block.
    fn unload(&mut self, block: &mut Block);

    /// The shard's result, once all its blocks have been unloaded.
    fn finish(self) -> Self::Output;
}
