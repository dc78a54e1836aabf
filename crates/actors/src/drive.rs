//! One try of one shard, seen from outside the stages: which block goes round next.
//!
//! This is the part that both wirings share, and the reason why they agree: they only differ in how a block gets from
//! one stage to the next.

use overheard_model::block::Block;

use crate::caught::caught;
use crate::error::Failure;
use crate::work::{Shard, Work};

/// Drives the blocks of one shard through their months.
///
/// [`depart`](Self::depart) gives a new block for its first day; [`turn`](Self::turn) takes a block that came round and
/// gives the one to send in its place. When neither has a block and none is under way, [`finish`](Self::finish).
pub(crate) struct Drive<'a, W: Work> {
    work: &'a W,
    shard: W::Shard,
    /// Outlives the drive, so that buffers pass from shard to shard.
    spare: &'a mut Spare,
    nobody_left: bool,
    loaded: u64,
    unloaded: u64,
    block_days: u64,
}

/// Blocks not in use, boxed as they travel.
#[allow(
    clippy::vec_box,
    reason = "a block leaves as the box it came in; unboxing would copy it (allowed, not expected: the lint depends on \
              the size of a block)"
)]
pub(crate) type Spare = Vec<Box<Block>>;

/// What a finished shard leaves.
pub(crate) struct Driven<T> {
    pub(crate) output: T,
    pub(crate) blocks: u64,
    pub(crate) block_days: u64,
}

impl<'a, W: Work> Drive<'a, W> {
    /// Makes shard `index` and stands at its beginning.
    pub(crate) fn new(work: &'a W, index: usize, spare: &'a mut Spare) -> Result<Self, Failure> {
        Ok(Self {
            work,
            shard: guarded("shard", || work.shard(index))?,
            spare,
            nobody_left: false,
            loaded: 0,
            unloaded: 0,
            block_days: 0,
        })
    }

    /// A block with people who have not had their first day, or `None` when the shard has no more.
    pub(crate) fn depart(&mut self) -> Result<Option<Box<Block>>, Failure> {
        if self.nobody_left {
            return Ok(None);
        }
        let mut block = match self.spare.pop() {
            Some(block) => block,
            None => guarded("block", || self.work.block())?,
        };
        if guarded("shard.load", || self.shard.load(&mut block))? {
            self.loaded += 1;
            return Ok(Some(block));
        }
        self.nobody_left = true;
        self.spare.push(block);
        Ok(None)
    }

    /// Takes a block that has been through all stages; gives the same block at its next day, or another at its first.
    pub(crate) fn turn(&mut self, mut block: Box<Block>) -> Result<Option<Box<Block>>, Failure> {
        self.block_days += 1;
        if guarded("shard.advance", || self.shard.advance(&mut block))? {
            return Ok(Some(block));
        }
        guarded("shard.unload", || self.shard.unload(&mut block))?;
        self.unloaded += 1;
        self.spare.push(block);
        self.depart()
    }

    /// The shard's result. A block that was loaded and never came back is an error here at the latest.
    pub(crate) fn finish(self) -> Result<Driven<<W::Shard as Shard>::Output>, Failure> {
        if self.loaded != self.unloaded {
            let message = format!(
                "{} blocks were loaded and {} unloaded",
                self.loaded, self.unloaded
            );
            return Err(Failure::Lost { message });
        }
        let shard = self.shard;
        Ok(Driven {
            output: guarded("shard.finish", || shard.finish())?,
            blocks: self.loaded,
            block_days: self.block_days,
        })
    }
}

/// Calls a piece of the caller's code; a panic in it is a failure in the name of `what`.
pub(crate) fn guarded<T>(what: &str, f: impl FnOnce() -> T) -> Result<T, Failure> {
    caught(f).map_err(|message| Failure::Stage {
        stage: what.to_owned(),
        message,
    })
}
