//! The extractor: what is taken from chats and behaviour.

use actix::{Actor, Context, Handler};
use overheard_model::stage::Stage;

use super::address::StageAddress;
use super::messages::{Chats, Profiles};

/// Takes a block's [`Chats`], sends on its [`Profiles`].
pub(super) struct Extractor {
    pub(super) stage: Box<dyn Stage>,
    pub(super) feeds: StageAddress<Profiles>,
}

impl Actor for Extractor {
    type Context = Context<Self>;
}

impl Handler<Chats> for Extractor {
    type Result = ();

    fn handle(&mut self, Chats(block_day): Chats, _: &mut Context<Self>) {
        if let Some(block_day) = block_day.through([&mut self.stage]) {
            self.feeds.send(Profiles(block_day));
        }
    }
}
