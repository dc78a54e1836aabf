use std::sync::atomic::AtomicBool;

use actix::{Actor, ActorContext, Addr, Context, Handler, Message, Recipient};
use overheard_model::stage::{Stage, StageError};

use super::messages::{Chats, Openings, Profiles};
use super::*;
use crate::work::Shard;

const ACTORS: [&str; 4] = ["users", "assistant", "extractor", "feeds"];

/// Stops its actor behind the ring's back, as a bug in actix would.
struct Kill;

impl Message for Kill {
    type Result = ();
}

macro_rules! mortal {
    ($($actor:ident)*) => {$(
        impl Handler<Kill> for $actor {
            type Result = ();

            fn handle(&mut self, _: Kill, context: &mut Context<Self>) {
                context.terminate();
            }
        }
    )*};
}

mortal!(Users Assistant Extractor Feeds);

/// What happens to a block-day just before an actor.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    Lost,
    Doubled,
    /// The first one only: there is room for it everywhere, so that the gate must count.
    DoubledOnce,
    /// The actor finds an order to stop before the block-day.
    Stopped,
}

/// Stands before an actor.
struct Between<M: Message<Result = ()> + Send> {
    fault: Fault,
    next: StageAddress<M>,
    kill: Recipient<Kill>,
    message: fn(BlockDay) -> M,
}

impl<M: Message<Result = ()> + Send + Unpin + 'static> Actor for Between<M> {
    type Context = Context<Self>;
}

impl<M: Message<Result = ()> + Send + Unpin + Into<BlockDay> + 'static> Handler<M> for Between<M> {
    type Result = ();

    fn handle(&mut self, message: M, _: &mut Context<Self>) {
        let block_day: BlockDay = message.into();
        let again = BlockDay {
            block: block_day.block.clone(),
            home: block_day.home.clone(),
        };
        match self.fault {
            Fault::None => {}
            Fault::Lost => return,
            Fault::Doubled => self.next.send((self.message)(again)),
            Fault::DoubledOnce => {
                self.fault = Fault::None;
                self.next.send((self.message)(again));
            }
            Fault::Stopped => {
                self.fault = Fault::None;
                self.kill.try_send(Kill).unwrap();
            }
        }
        self.next.send((self.message)(block_day));
    }
}

/// The ring of [`Ring::new`] with `fault` before one of its actors, and the way to kill each of them.
fn ring_with(credits: u8, fault: Fault, before: &str) -> (Ring, [Recipient<Kill>; 4]) {
    let credits = usize::from(credits);
    let mailbox = credits + 1;
    let fault_of = |actor| if actor == before { fault } else { Fault::None };
    fn between<M, A>(
        name: &'static str,
        fault: Fault,
        address: &Addr<A>,
        message: fn(BlockDay) -> M,
        mailbox: usize,
    ) -> StageAddress<M>
    where
        M: Message<Result = ()> + Send + Unpin + Into<BlockDay> + 'static,
        A: Actor<Context = Context<A>> + Handler<M> + Handler<Kill>,
    {
        let between = Between {
            fault,
            next: StageAddress::new(name, address.clone()),
            kill: address.clone().recipient(),
            message,
        };
        StageAddress::new("between", start(between, mailbox))
    }
    let system = System::new();
    let (users, kills) = system.block_on(async move {
        let Stages {
            users,
            assistant,
            extractor,
            feeds,
        } = Nothing.stages();
        let last = start(Feeds { stages: feeds }, mailbox);
        let feeds = between("feeds", fault_of("feeds"), &last, Profiles, mailbox);
        let stage = extractor;
        let third = start(Extractor { stage, feeds }, mailbox);
        let extractor = between("extractor", fault_of("extractor"), &third, Chats, mailbox);
        let stage = assistant;
        let second = start(Assistant { stage, extractor }, mailbox);
        let assistant = between(
            "assistant",
            fault_of("assistant"),
            &second,
            Openings,
            mailbox,
        );
        let stage = users;
        let first = start(Users { stage, assistant }, mailbox);
        let users = between("users", fault_of("users"), &first, Morning, mailbox);
        let kills = [
            first.recipient(),
            second.recipient(),
            third.recipient(),
            last.recipient(),
        ];
        (users, kills)
    });
    let ring = Ring {
        system,
        users,
        credits,
    };
    (ring, kills)
}

/// One shard through stages that do nothing.
struct Nothing;

struct Idle;

impl Stage for Idle {
    fn name(&self) -> &str {
        "idle"
    }

    fn step(&mut self, _: &mut Block) -> Result<(), StageError> {
        Ok(())
    }
}

/// Two blocks of ten days.
struct Days {
    blocks: u32,
}

impl Shard for Days {
    type Output = u32;

    fn load(&mut self, block: &mut Block) -> bool {
        block.day = 1;
        self.blocks += 1;
        self.blocks <= 2
    }

    fn advance(&mut self, block: &mut Block) -> bool {
        block.day += 1;
        block.day <= 10
    }

    fn unload(&mut self, _: &mut Block) {}

    fn finish(self) -> u32 {
        self.blocks
    }
}

impl Work for Nothing {
    type Shard = Days;

    fn shards(&self) -> usize {
        1
    }

    fn name(&self, _: usize) -> String {
        "days".to_owned()
    }

    fn shard(&self, _: usize) -> Days {
        Days { blocks: 0 }
    }

    fn stages(&self) -> Stages {
        Stages {
            users: Box::new(Idle),
            assistant: Box::new(Idle),
            extractor: Box::new(Idle),
            feeds: vec![Box::new(Idle), Box::new(Idle)],
        }
    }

    fn block(&self) -> Box<Block> {
        Box::default()
    }
}

fn carry(ring: &mut Ring) -> Result<bool, Failure> {
    let cancel = AtomicBool::new(false);
    let mut spare = Vec::new();
    let mut drive = Drive::new(&Nothing, 0, &mut spare).unwrap();
    ring.carry(&mut drive, &Halt::new(&cancel))
}

/// What is said of a shard that must fail.
fn lost(ring: &mut Ring, case: &str) -> String {
    match carry(ring) {
        Err(Failure::Lost { message }) => message,
        other => panic!("{case}: {other:?}"),
    }
}

#[test]
fn a_ring_serves_shard_after_shard() {
    for credits in 1..4 {
        let plain = Ring::new(&Nothing, NonZeroU8::new(credits).unwrap()).unwrap();
        let (with, _) = ring_with(credits, Fault::None, "nobody");
        for mut ring in [plain, with] {
            for _ in 0..3 {
                assert_eq!(carry(&mut ring), Ok(true));
            }
        }
    }
}

#[test]
fn a_closed_mailbox_ends_the_wait() {
    for credits in 1..4 {
        for (k, actor) in ACTORS.into_iter().enumerate() {
            let (mut ring, kills) = ring_with(credits, Fault::None, actor);
            ring.system.block_on(kills[k].send(Kill)).unwrap();
            let message = lost(&mut ring, actor);
            assert_eq!(
                message,
                format!("the mailbox of actor `{actor}` was closed")
            );
        }
    }
}

#[test]
fn a_block_day_that_dies_in_a_mailbox_ends_the_wait() {
    for credits in 1..4 {
        for actor in ACTORS {
            let (mut ring, _) = ring_with(credits, Fault::Stopped, actor);
            let message = lost(&mut ring, actor);
            assert!(message.contains("under way when"), "{actor}: {message}");
        }
    }
}

#[test]
fn a_block_day_that_is_lost_before_an_actor_ends_the_wait() {
    for credits in 1..4 {
        for actor in ACTORS {
            let (mut ring, _) = ring_with(credits, Fault::Lost, actor);
            let message = lost(&mut ring, actor);
            let all = format!("{credits} under way when the last of them was dropped");
            assert_eq!(message, all.replace('3', "2"), "a shard has two blocks");
        }
    }
}

#[test]
fn a_full_mailbox_is_an_error() {
    let ring = Ring::new(&Nothing, NonZeroU8::MIN).unwrap();
    let (home, mut returns) = channel(9);
    // Nobody takes them out meanwhile: the actors share this thread.
    for _ in 0..9 {
        ring.send(Box::default(), home.clone());
    }
    let Err(failure) = returns.try_recv().unwrap().outcome else {
        panic!("a block came home before its day began");
    };
    assert_eq!(failure.message(), "the mailbox of actor `users` was full");
}

#[test]
fn a_block_day_that_is_doubled_before_an_actor_is_an_error() {
    for credits in 1..4 {
        for actor in ACTORS {
            let (mut ring, _) = ring_with(credits, Fault::Doubled, actor);
            lost(&mut ring, actor);
            let (mut ring, _) = ring_with(credits, Fault::DoubledOnce, actor);
            let message = lost(&mut ring, actor);
            assert_eq!(message, "more blocks are under way than were sent");
        }
    }
}
