//! The ad market: budgets, pacing, and the equilibrium between them.
//!
//! Every market has one budget a day for each kind of advertiser and category, the same in all arms. A budget that would
//! be exceeded is paced: its bids are scaled by `λ <= 1` so that expected spend meets it. This crate solves for the
//! pacing of one market, day and arm; who the people are and what they are worth comes in as [`Auctions`].

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod budgets;
mod solve;

pub use budgets::{Budgets, Response, bound_places, paced};
pub use solve::{Market, Solution, TOLERANCE};

pub use overheard_model::auction::{Auction, Auctions, Part};
