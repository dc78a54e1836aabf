//! The ring: the stages of one worker as actix actors.

use std::num::NonZeroU8;

use actix::prelude::SendError;
use actix::{Actor, Addr, Context, Handler, Message, System, SystemRunner};
use overheard_model::block::Block;
use overheard_model::stage::{Stage, Stages};
use tokio::sync::mpsc::{Sender, channel};

use crate::drive::{Drive, guarded};
use crate::error::Failure;
use crate::halt::Halt;
use crate::step::{name_of, step};
use crate::work::Work;

/// The stages of one worker as actors on the worker's own arbiter, and the gate through which blocks enter and leave.
///
/// ```text
///                  ┌─────────────────── gate (carry) ◀──────────────────┐
///       Lap        │ depart: a new block                                │  Return
///   (try_send,     │ turn: the same block a day later, or another       │ (bounded channel,
///  mailbox bounded)▼                                                    │  the lap's own sender)
///               Station 0 ──Lap──▶ Station 1 ──Lap──▶ … ──Lap──▶ Station n-1
///                  │                  │                              ▲
///                  └──── Return with a failure: straight to the gate ┘ (from any station)
/// ```
///
/// # Protocol
/// - The gate sends a [`Lap`] with a block to station 0. Each station does its stage's step on the block and sends the
///   lap on; the last one sends the block home as a [`Return`]. That is one block-day. The gate answers each return by
///   sending the next lap or, when the shard has no more for it, none.
/// - *Order.* A station takes its laps in the order they came (one sender, one FIFO mailbox), so with several credits
///   blocks do not overtake each other. Results do not depend on it.
/// - *End.* When nothing is under way and the shard gave no more blocks, the shard is done. The stations stay for the
///   next shard and end with the ring.
/// - *Counting.* The gate counts laps out and returns in; a lap counts its hops, and each station checks that the lap has
///   made as many as there are stations before it.
/// - *Failure.* A step runs under `catch_unwind`, so a panic does not end its actor. The lap goes home at once with the
///   stage's name and message; the gate gives up the shard, and the worker throws the whole ring away.
///
/// # Why it cannot hang
/// - *Full mailboxes.* At most `credits` laps are under way and every mailbox holds one more than that; nobody ever waits
///   for room. A mailbox that is full all the same is a failure that says so (`try_send`; `do_send` would ignore the bound
///   and drop a message to a closed mailbox without a word).
/// - *A dead actor.* The gate waits for returns only while laps are under way. Each lap carries a sender of the return
///   channel, and no one else has one. A lap that is dropped anywhere, with an actor, in its mailbox, or at shutdown,
///   drops its sender; with the last one the channel closes, which ends the wait with [`Failure::Lost`].
/// - *A cycle of waits.* Only the gate waits. Stations never do, and they run whenever the gate waits since they share
///   its thread.
pub(crate) struct Ring {
    system: SystemRunner,
    first: Option<Door>,
    stations: usize,
    credits: usize,
}

impl Ring {
    /// Starts an arbiter on this thread with one actor for each stage. (Actix panics if the system has no more files
    /// to give it.)
    pub(crate) fn new(work: &impl Work, credits: NonZeroU8) -> Result<Self, Failure> {
        let Stages {
            users,
            assistant,
            extractor,
            feeds,
        } = guarded("stages", || work.stages())?;
        let mut stages = vec![users, assistant, extractor];
        stages.extend(feeds);
        let (stations, credits) = (stages.len(), usize::from(credits.get()));
        let system = guarded("arbiter", System::new)?;
        let first = system.block_on(async move {
            // From the last to the first, so that each knows the next.
            let mut next = None;
            for (position, stage) in stages.into_iter().enumerate().rev() {
                let name = name_of(stage.as_ref());
                let address = Station::create(|context: &mut Context<Station>| {
                    context.set_mailbox_capacity(credits + 1);
                    Station {
                        stage,
                        position,
                        next,
                    }
                });
                next = Some(Door { address, name });
            }
            next
        });
        Ok(Self {
            system,
            first,
            stations,
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

    /// Sends laps and takes returns until the shard is done.
    async fn gate<W: Work>(
        &self,
        drive: &mut Drive<'_, W>,
        halt: &Halt<'_>,
    ) -> Result<bool, Failure> {
        let (home, mut returns) = channel::<Return>(self.credits);
        let mut under_way = 0_usize;
        while under_way < self.credits
            && let Some(block) = drive.depart()?
        {
            self.send(block, home.clone());
            under_way += 1;
        }
        // From here on only laps hold senders: that is what turns a lost lap into an end of the wait.
        drop(home);
        while under_way > 0 {
            let Some(back) = returns.recv().await else {
                let message = format!("{under_way} under way when the last of them was dropped");
                return Err(Failure::Lost { message });
            };
            under_way -= 1;
            let block = back.outcome.map_err(|failure| *failure)?;
            if back.hops != self.stations {
                let message = format!("came home after {} of {} stages", back.hops, self.stations);
                return Err(Failure::Lost { message });
            }
            if halt.is_called() {
                return Ok(false);
            }
            if let Some(block) = drive.turn(block)? {
                self.send(block, back.home);
                under_way += 1;
            }
        }
        Ok(true)
    }

    fn send(&self, block: Box<Block>, home: Sender<Return>) {
        let lap = Lap {
            block,
            hops: 0,
            home,
        };
        lap.go_on(self.first.as_ref());
    }
}

/// A block on its way through one day.
struct Lap {
    block: Box<Block>,
    /// Stages done.
    hops: usize,
    /// The way to the gate; see [`Ring`] for why it travels with the lap.
    home: Sender<Return>,
}

impl Message for Lap {
    type Result = ();
}

impl Lap {
    /// To the next station, or home if there is none.
    fn go_on(self, next: Option<&Door>) {
        let Some(door) = next else {
            return self.go_home();
        };
        let (lap, state) = match door.address.try_send(self) {
            Ok(()) => return,
            Err(SendError::Full(lap)) => (lap, "full"),
            Err(SendError::Closed(lap)) => (lap, "closed"),
        };
        let message = format!("the mailbox of stage `{}` was {state}", door.name);
        lap.give_up(Failure::Lost { message });
    }

    fn go_home(self) {
        let Self { block, hops, home } = self;
        Return::send(Ok(block), hops, home);
    }

    fn give_up(self, failure: Failure) {
        Return::send(Err(Box::new(failure)), self.hops, self.home);
    }
}

/// A block after its day, or why there is none.
struct Return {
    outcome: Result<Box<Block>, Box<Failure>>,
    hops: usize,
    /// For the next lap.
    home: Sender<Self>,
}

impl Return {
    fn send(outcome: Result<Box<Block>, Box<Failure>>, hops: usize, home: Sender<Self>) {
        let back = Self {
            outcome,
            hops,
            home: home.clone(),
        };
        // Refused only when the gate has given up the shard; if it ever were for another reason, the lap is dropped here
        // and the gate will see that.
        let _ = home.try_send(back);
    }
}

/// Where a station can be reached.
struct Door {
    address: Addr<Station>,
    name: String,
}

/// A stage as an actor.
struct Station {
    stage: Box<dyn Stage>,
    /// How many stages stand before it.
    position: usize,
    next: Option<Door>,
}

impl Actor for Station {
    type Context = Context<Self>;
}

impl Handler<Lap> for Station {
    type Result = ();

    fn handle(&mut self, mut lap: Lap, _: &mut Context<Self>) {
        if lap.hops != self.position {
            let message = format!(
                "stage `{}` stands after {} stages and got a block that had been through {}",
                name_of(self.stage.as_ref()),
                self.position,
                lap.hops
            );
            return lap.give_up(Failure::Lost { message });
        }
        match step(self.stage.as_mut(), &mut lap.block) {
            Ok(()) => {
                lap.hops += 1;
                lap.go_on(self.next.as_ref());
            }
            Err(failure) => lap.give_up(failure),
        }
    }
}

#[cfg(test)]
mod tests;
