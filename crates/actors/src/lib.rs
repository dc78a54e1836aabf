//! Runs the stages of a day over a whole scenario: as actors in a ring, or one after another on plain threads, with the
//! same results.
//!
//! This is the only crate that knows actix. Of the story it knows four names, users, assistant, extractor and feeds, and
//! what follows what ([`Stages`](overheard_model::stage::Stages)); nothing of people, chats or ads. Its caller says what
//! a shard is ([`Work`], [`Shard`]), the stages say what happens to a block on a day
//! ([`Stage`](overheard_model::stage::Stage)), and [`run`] brings the two together on as many threads as the [`Plan`]
//! names.
//!
//! ```text
//!                  run (the caller's thread): the coordinator
//!    next shard │ ▲ finished shard            next shard │ ▲ finished shard
//!   (a counter) │ │ (bounded channel)                    │ │
//!               ▼ │                                      ▼ │
//!            worker 0                                 worker 1            … one per thread
//!      load ─┐      ▲ unload                    load ─┐      ▲ unload
//!            ▼      │                                 ▼      │
//!        ┌▶ gate ───┘                             ┌▶ gate ───┘
//!        │   │ Morning                            │   │ Morning             once round is one day
//!        │   ▼                                    │   ▼                     of one block
//!        │ users                                  │ users
//!        │   │ Openings                           │   │ Openings
//!        │   ▼                                    │   ▼
//!        │ assistant                              │ assistant
//!        │   │ Chats                              │   │ Chats
//!        │   ▼                                    │   ▼
//!        │ extractor                              │ extractor
//!        │   │ Profiles                           │   │ Profiles
//!        │   ▼                                    │   ▼
//!        └ feeds                                  └ feeds
//! ```
//!
//! What it costs (`benches/hop.rs`, empty stages, one core of a shared virtual machine): 5 ns from stage to stage inline,
//! 130 to 190 ns under actors, so 0.5 to 0.8 µs for a block's day. The wiring is chosen for the whole run.
//!
//! Invariants
//! - A result depends on its shard alone: not on the thread that made it, on the wiring, or on what ran before.
//! - At most `credits` blocks are alive per worker; a block's buffers serve the next block.
//! - Nothing waits for ever. A panic anywhere in a stage or a shard is caught, its shard tried once more from nothing,
//!   and then the run ends with an error that names both. A message that cannot be delivered, or is lost with its
//!   actor, is an error too: see [`run`] and the protocol in `ring.rs`.
//! - No thread outlives [`run`].

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod caught;
mod coordinator;
mod drive;
mod error;
mod halt;
mod inline;
mod plan;
mod retried;
mod ring;
mod step;
mod tickets;
mod work;
mod worker;

pub use caught::{message_of, words_of_panic};
pub use coordinator::{Finished, run};
pub use error::RunError;
pub use plan::{Plan, UnknownWiring, Wiring};
pub use retried::Retried;
pub use work::{Shard, Work};
