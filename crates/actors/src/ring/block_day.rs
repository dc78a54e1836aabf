//! What travels: a block on its way through one day, and the way home.

use overheard_model::block::Block;
use overheard_model::stage::Stage;
use tokio::sync::mpsc::Sender;

use crate::error::Failure;
use crate::step::step;

/// A block on its way through one day.
pub(super) struct BlockDay {
    pub(super) block: Box<Block>,
    /// The way to the gate; see the protocol in `ring.rs` for why it travels with the block.
    pub(super) home: Sender<Return>,
}

impl BlockDay {
    /// Lets an actor's stages do their part, in their order. `None`: one of them failed, and the gate has been told.
    pub(super) fn through<'a>(
        mut self,
        stages: impl IntoIterator<Item = &'a mut Box<dyn Stage>>,
    ) -> Option<Self> {
        for stage in stages {
            if let Err(failure) = step(stage.as_mut(), &mut self.block) {
                self.give_up(failure);
                return None;
            }
        }
        Some(self)
    }

    /// To the gate, at the end of the day.
    pub(super) fn go_home(self) {
        Return::send(Ok(self.block), self.home);
    }

    /// To the gate, from anywhere, without the block.
    pub(super) fn give_up(self, failure: Failure) {
        Return::send(Err(Box::new(failure)), self.home);
    }
}

/// A block after its day, or why there is none.
pub(super) struct Return {
    pub(super) outcome: Result<Box<Block>, Box<Failure>>,
    /// For the next day.
    pub(super) home: Sender<Self>,
}

impl Return {
    fn send(outcome: Result<Box<Block>, Box<Failure>>, home: Sender<Self>) {
        let back = Self {
            outcome,
            home: home.clone(),
        };
        // Refused only when the gate has given up the shard, or is overrun by blocks that came out of one twice. Either
        // way the block is dropped here; see the protocol for why the gate does not miss it.
        let _ = home.try_send(back);
    }
}
