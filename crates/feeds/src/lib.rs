//! Feeds: what each app shows. Two engines, one law.
//!
//! The last four stages of the ring, one per app. They read the profile and the day's prices; they write exposures, marks
//! and tallies. [`Feeds`] integrates the races; [`EventsFeed`] draws every slot, bid and item, and is what they are checked against.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")
)]

mod arm_day;
mod categories;
mod closing;
mod daily;
mod earnings;
mod estimate;
mod events;
mod kept;
mod params;
mod prices;
mod settle;
mod spread;
mod sums;
mod thinned;

pub use estimate::{InterestEstimate, POWERS};
pub use events::EventsFeed;
pub use params::{ArmParams, Params, Purchase};
pub use prices::{DayDemand, Pacing};
pub use spread::spread_over_topics;
pub use thinned::{Feeds, Gatherer};
