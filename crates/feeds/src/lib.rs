//! Feeds: what each app shows. Two engines, one law.
//!
//! The last of the ring. It reads the profile and the day's prices; it writes exposures, marks and tallies. [`Feeds`]
//! integrates the races of all apps in one stage; [`EventsFeed`], a stage for each app, draws every ad slot, bid and item,
//! and is the judge.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod arm_day;
mod carriers;
mod categories;
mod closing;
mod daily;
mod earnings;
mod estimate;
mod events;
mod kept;
mod params;
mod prices;
mod reach;
mod settle;
mod spread;
mod sums;
mod thinned;

pub use estimate::{InterestEstimate, POWERS};
pub use events::EventsFeed;
pub use params::{ArmParams, Params, Purchase, race_of};
pub use prices::{DayDemand, Pacing};
pub use spread::spread_over_topics;
pub use thinned::{Feeds, Gatherer};
