//! The vocabulary of Overheard: people, topics, markets, days, money, random streams, race formulas, tallies, and
//! the [`Stage`](stage::Stage) trait. No IO, no clock, no actors: everything here is a pure function or a plain type.

pub mod adoption;
pub mod auction;
pub mod block;
pub mod calendar;
pub mod columns;
#[macro_use]
pub mod ids;
pub mod cut;
pub mod habit;
pub mod isa;
pub mod math;
pub mod passing;
pub mod race;
pub mod rates;
pub mod samplers;
pub mod stage;
pub mod strata;
pub mod streams;
pub mod tally;
pub mod topics;
pub mod vector;
pub mod world;
