use std::sync::atomic::AtomicBool;

use overheard_model::stage::StageError;

use super::*;
use crate::work::Shard;

/// Stops its station behind the ring's back, as a bug in actix would.
struct Kill;

impl Message for Kill {
    type Result = ();
}

impl Handler<Kill> for Station {
    type Result = ();

    fn handle(&mut self, _: Kill, context: &mut Context<Self>) {
        use actix::ActorContext;
        context.terminate();
    }
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

fn ring(credits: u8) -> Ring {
    Ring::new(&Nothing, NonZeroU8::new(credits).unwrap()).unwrap()
}

fn carry(ring: &mut Ring) -> Result<bool, Failure> {
    let cancel = AtomicBool::new(false);
    let mut spare = Vec::new();
    let mut drive = Drive::new(&Nothing, 0, &mut spare).unwrap();
    ring.carry(&mut drive, &Halt::new(&cancel))
}

#[test]
fn a_ring_serves_shard_after_shard() {
    for credits in 1..4 {
        let mut ring = ring(credits);
        for _ in 0..3 {
            assert_eq!(carry(&mut ring), Ok(true));
        }
    }
}

#[test]
fn a_closed_mailbox_ends_the_wait() {
    for credits in 1..4 {
        let mut ring = ring(credits);
        let first = ring.first.as_ref().unwrap().address.clone();
        ring.system.block_on(first.send(Kill)).unwrap();
        let Err(Failure::Lost { message }) = carry(&mut ring) else {
            panic!("a lap came home from a dead ring");
        };
        assert_eq!(message, "the mailbox of stage `idle` was closed");
    }
}

#[test]
fn a_lap_that_dies_in_a_mailbox_ends_the_wait() {
    for credits in 1..4 {
        let mut ring = ring(credits);
        // The order to stop is in the mailbox before the lap, and is read only once the gate has begun to wait.
        ring.first.as_ref().unwrap().address.try_send(Kill).unwrap();
        let Err(Failure::Lost { message }) = carry(&mut ring) else {
            panic!("a lap came home from a dead ring");
        };
        assert!(message.contains("under way"), "{message}");
    }
}

#[test]
fn a_lap_out_of_turn_is_refused() {
    let ring = ring(1);
    let (home, mut returns) = channel(1);
    let lap = Lap {
        block: Box::default(),
        hops: 1,
        home,
    };
    let back = ring.system.block_on(async {
        lap.go_on(ring.first.as_ref());
        returns.recv().await.unwrap()
    });
    let Err(failure) = back.outcome else {
        panic!("a station took a lap that was not its turn");
    };
    assert_eq!(
        failure.message(),
        "stage `idle` stands after 0 stages and got a block that had been through 1"
    );
}
