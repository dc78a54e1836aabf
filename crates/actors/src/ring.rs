//! The ring: users, assistant, extractor and feeds of one worker as actix actors.

mod address;
mod assistant;
mod block_day;
mod extractor;
mod feeds;
mod messages;
mod users;

use std::num::NonZeroU8;

use actix::{System, SystemRunner};
use overheard_model::block::Block;
use overheard_model::stage::Stages;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Sender, channel};

use self::address::{StageAddress, start};
use self::assistant::Assistant;
use self::block_day::{BlockDay, Return};
use self::extractor::Extractor;
use self::feeds::Feeds;
use self::messages::Morning;
use self::users::Users;
use crate::drive::{Drive, guarded};
use crate::error::Failure;
use crate::halt::Halt;
use crate::work::Work;

/// The four actors of one worker on the worker's own arbiter, and the gate through which blocks enter and leave.
///
/// ```text
///                 ┌──────────────────────── gate (carry) ◀───────────────────────┐
///      Morning    │ depart: a new block                                          │  Return
///   (try_send,    │ turn: the same block a day later, or another                 │ (bounded channel,
/// mailbox bounded)▼                                                              │  the block-day's own sender)
///               Users ──Openings──▶ Assistant ──Chats──▶ Extractor ──Profiles──▶ Feeds
///                 │                     │                    │                   ▲
///                 └─── Return with a failure: straight to the gate (from any of the four)
/// ```
///
/// # Protocol
/// - A [`BlockDay`] is a block on its way through one day. The gate sends it to the users as a [`Morning`]. Each actor
///   has its stage do a step on the block and sends the block-day on as the message that the next one handles; the
///   feeds send the block home as a [`Return`]. The gate answers each return by sending the next block-day or, when the
///   shard has no more for it, none.
/// - *Way.* An actor takes one type of message and has the address for one other, so no stage can be left out, done
///   twice or done out of turn: such a ring does not compile.
/// - *Order.* An actor takes its messages in the order they came (one sender, one FIFO mailbox), so with several credits
///   blocks do not overtake each other. Results do not depend on it.
/// - *End.* When nothing is under way and the shard gave no more blocks, the shard is done. The actors stay for the
///   next shard and end with the ring.
/// - *Counting.* The gate counts block-days out and returns in. When the last is in, no sender of the return channel may
///   be left: one that is belongs to a block-day more than was sent, and the shard has failed. (The channel holds one
///   return more than there are credits. So if a return is ever refused while the gate listens, there were two more than
///   were sent, and one is left to be found.)
/// - *Failure.* A step runs under `catch_unwind`, so a panic does not end its actor. A return goes home at once with the
///   stage's name and message; the gate gives up the shard, and the worker throws the whole ring away.
///
/// # Why it cannot hang
/// - *Full mailboxes.* At most `credits` block-days are under way and every mailbox holds one more than that; nobody
///   ever waits for room. A mailbox that is full all the same is a failure that says so (`try_send`; `do_send` would
///   ignore the bound and drop a message to a closed mailbox without a word).
/// - *A dead actor.* The gate waits for returns only while block-days are under way. Each carries a sender of the return
///   channel, and no one else has one. One that is dropped anywhere, with an actor, in its mailbox, or at shutdown,
///   drops its sender; with the last one the channel closes, which ends the wait with [`Failure::Lost`].
/// - *A cycle of waits.* Only the gate waits. Actors never do, and they run whenever the gate waits since they share its
///   thread.
pub(crate) struct Ring {
    system: SystemRunner,
    users: StageAddress<Morning>,
    credits: usize,
}

impl Ring {
    /// Starts an arbiter on this thread with the four actors. (Actix panics if the system has no more files to give
    /// it.)
    pub(crate) fn new(work: &impl Work, credits: NonZeroU8) -> Result<Self, Failure> {
        let stages = guarded("stages", || work.stages())?;
        let credits = usize::from(credits.get());
        let system = guarded("arbiter", System::new)?;
        let users = system.block_on(async move { start_all(stages, credits + 1) });
        Ok(Self {
            system,
            users,
            credits,
        })
    }

    /// Takes every block of the shard through its month. `false`: told to halt between two days.
    pub(crate) fn carry<W: Work>(
        &mut self,
        drive: &mut Drive<'_, W>,
        halt: &Halt<'_>,
    ) -> Result<bool, Failure> {
        self.system.block_on(self.gate(drive, halt))
    }

    /// Sends block-days and takes returns until the shard is done.
    async fn gate<W: Work>(
        &self,
        drive: &mut Drive<'_, W>,
        halt: &Halt<'_>,
    ) -> Result<bool, Failure> {
        let (home, mut returns) = channel::<Return>(self.credits + 1);
        let mut under_way = 0_usize;
        while under_way < self.credits
            && let Some(block) = drive.depart()?
        {
            self.send(block, home.clone());
            under_way += 1;
        }
        // From here on only block-days hold senders: that is what turns a lost one into an end of the wait.
        drop(home);
        while under_way > 0 {
            let Some(Return { outcome, home }) = returns.recv().await else {
                let message = format!("{under_way} under way when the last of them was dropped");
                return Err(Failure::Lost { message });
            };
            under_way -= 1;
            let block = outcome.map_err(|failure| *failure)?;
            if halt.is_called() {
                return Ok(false);
            }
            if let Some(block) = drive.turn(block)? {
                self.send(block, home);
                under_way += 1;
            }
        }
        match returns.try_recv() {
            Err(TryRecvError::Disconnected) => Ok(true),
            Ok(_) | Err(TryRecvError::Empty) => {
                let message = "more blocks are under way than were sent".to_owned();
                Err(Failure::Lost { message })
            }
        }
    }

    fn send(&self, block: Box<Block>, home: Sender<Return>) {
        self.users.send(Morning(BlockDay { block, home }));
    }
}

/// Starts the actors from the last to the first, so that each knows the next; gives the first.
fn start_all(stages: Stages, mailbox: usize) -> StageAddress<Morning> {
    let Stages {
        users,
        assistant,
        extractor,
        feeds,
    } = stages;
    let actor = Feeds { stages: feeds };
    let feeds = StageAddress::new("feeds", start(actor, mailbox));
    let actor = Extractor {
        stage: extractor,
        feeds,
    };
    let extractor = StageAddress::new("extractor", start(actor, mailbox));
    let actor = Assistant {
        stage: assistant,
        extractor,
    };
    let assistant = StageAddress::new("assistant", start(actor, mailbox));
    let actor = Users {
        stage: users,
        assistant,
    };
    StageAddress::new("users", start(actor, mailbox))
}

#[cfg(test)]
mod tests;
