//! The assistant: what people talk of with it.

use actix::{Actor, Context, Handler};
use overheard_model::stage::Stage;

use super::address::StageAddress;
use super::messages::{Chats, Openings};

/// Takes a block's [`Openings`], sends on its [`Chats`].
pub(super) struct Assistant {
    pub(super) stage: Box<dyn Stage>,
    pub(super) extractor: StageAddress<Chats>,
}

impl Actor for Assistant {
    type Context = Context<Self>;
}

impl Handler<Openings> for Assistant {
    type Result = ();

    fn handle(&mut self, Openings(block_day): Openings, _: &mut Context<Self>) {
        if let Some(block_day) = block_day.through([&mut self.stage]) {
            self.extractor.send(Chats(block_day));
        }
    }
}
