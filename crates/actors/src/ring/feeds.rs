//! The feeds: what the apps show.

use actix::{Actor, Context, Handler};
use overheard_model::stage::Stage;

use super::messages::Profiles;

/// Takes a block's [`Profiles`], sends the block home: the last of the day.
///
/// One actor for the four apps, whether they are one stage or four: their stages follow each other whatever happens, so
/// four actors would be three more hops and nothing else.
pub(super) struct Feeds {
    pub(super) stages: Vec<Box<dyn Stage>>,
}

impl Actor for Feeds {
    type Context = Context<Self>;
}

impl Handler<Profiles> for Feeds {
    type Result = ();

    fn handle(&mut self, Profiles(block_day): Profiles, _: &mut Context<Self>) {
        if let Some(block_day) = block_day.through(&mut self.stages) {
            block_day.go_home();
        }
    }
}
