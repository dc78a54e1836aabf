//! The users: what people do on a day.

use actix::{Actor, Context, Handler};
use overheard_model::stage::Stage;

use super::address::StageAddress;
use super::messages::{Morning, Openings};

/// Takes a block's [`Morning`], sends on its [`Openings`].
pub(super) struct Users {
    pub(super) stage: Box<dyn Stage>,
    pub(super) assistant: StageAddress<Openings>,
}

impl Actor for Users {
    type Context = Context<Self>;
}

impl Handler<Morning> for Users {
    type Result = ();

    fn handle(&mut self, Morning(block_day): Morning, _: &mut Context<Self>) {
        if let Some(block_day) = block_day.through([&mut self.stage]) {
            self.assistant.send(Openings(block_day));
        }
    }
}
