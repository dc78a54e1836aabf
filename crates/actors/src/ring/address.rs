//! How an actor is started, and how the one before it reaches it.

use actix::prelude::SendError;
use actix::{Actor, Addr, Context, Handler, Message, Recipient};

use super::block_day::BlockDay;
use crate::error::Failure;

/// Starts an actor on this thread's arbiter, with a mailbox for `messages` messages.
pub(super) fn start<A: Actor<Context = Context<A>>>(actor: A, messages: usize) -> Addr<A> {
    A::create(|context| {
        context.set_mailbox_capacity(messages);
        actor
    })
}

/// Where the actor that takes messages `M` can be reached, and what it is called in an error.
pub(super) struct StageAddress<M: Message<Result = ()> + Send> {
    actor: &'static str,
    recipient: Recipient<M>,
}

impl<M: Message<Result = ()> + Send + Into<BlockDay> + 'static> StageAddress<M> {
    pub(super) fn new<A>(actor: &'static str, address: Addr<A>) -> Self
    where
        A: Actor<Context = Context<A>> + Handler<M>,
    {
        Self {
            actor,
            recipient: address.recipient(),
        }
    }

    /// Sends a block-day on. If the mailbox does not take it, the gate is told instead.
    pub(super) fn send(&self, message: M) {
        let (refused, state) = match self.recipient.try_send(message) {
            Ok(()) => return,
            Err(SendError::Full(refused)) => (refused, "full"),
            Err(SendError::Closed(refused)) => (refused, "closed"),
        };
        let message = format!("the mailbox of actor `{}` was {state}", self.actor);
        refused.into().give_up(Failure::Lost { message });
    }
}
