//! Chat signals: those that live, and what became of others this morning.
//!
//! The lists change through [`ArmState`](super::ArmState) alone (`open_close.rs`), which keeps mass and lists together.

use super::seats::ChatRow;
use crate::calendar::Day;
use crate::ids::{App, Class, Route, Surface};
use crate::topics::TopicId;

/// One live chat signal: enough to say later exactly what it earned.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    /// Whose it is.
    pub lane: u8,
    /// The profile slot that has its topic.
    pub slot: u8,
    /// Where the chat was held.
    pub surface: Surface,
    /// Class of the chat.
    pub class: Class,
    /// How a sensitive chat came to choose ads.
    pub route_ads: Route,
    /// How it came to choose content.
    pub route_content: Route,
    /// Bit per app it reached, for ads.
    pub ads: u8,
    /// Bit per app it reached, for content.
    pub content: u8,
    /// The day it was born.
    pub day: Day,
    /// Mass that day (likes).
    pub weight: f32,
    /// Written by the feeds.
    pub earnings: Earnings,
}

/// What is kept of what a signal earned. Integrating feeds keep sums by slot and tell from them; feeds that draw every ad
/// count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Earnings {
    /// `A(b-1)` of its slot per app, for ads: what the slot had earned before (see [`ChatRow::earned_ads`]).
    pub base_ads: [f32; App::COUNT],
    /// The same for content.
    pub base_content: [f32; App::COUNT],
    /// Ads drawn that go back to it, per app: 0 where none are drawn one by one.
    pub counted_ads: [u16; App::COUNT],
    /// Organic items drawn that go back to it, per app.
    pub counted_content: [u16; App::COUNT],
    /// Chance that its first ad is already behind it, as tallied so far.
    pub first_ad_done: f32,
}

impl Earnings {
    /// Nothing yet, of a signal that is born on a slot with these sums.
    pub(super) fn none(row: &ChatRow, slot: usize, seat: usize) -> Self {
        Earnings {
            base_ads: row.earned_ads.each_ref().map(|slots| slots[slot][seat]),
            base_content: row.earned_content.each_ref().map(|slots| slots[slot][seat]),
            ..Earnings::default()
        }
    }
}

/// A slot that was given to another topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vacated {
    /// Whose slot.
    pub lane: u8,
    /// Which.
    pub slot: u8,
    /// The topic it had.
    pub topic: TopicId,
}

/// The chat signals of a leaf's people under one arm.
#[derive(Clone, Debug, Default)]
pub struct ChatSignals {
    pub(super) live: Vec<Signal>,
    /// Ended since the feeds last settled: their slot was given up, or they reached the end of retention.
    pub(super) retired: Vec<Signal>,
    pub(super) vacated: Vec<Vacated>,
}

impl ChatSignals {
    /// Whether none lives.
    pub const fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// Those that live, in the order in which they were born.
    pub fn live(&self) -> &[Signal] {
        &self.live
    }

    /// The same, for what feeds write there.
    pub fn live_mut(&mut self) -> &mut [Signal] {
        &mut self.live
    }

    /// All that are not settled: those that live, then those that ended.
    pub fn unsettled_mut(&mut self) -> impl Iterator<Item = &mut Signal> {
        self.live.iter_mut().chain(&mut self.retired)
    }

    /// Takes those that ended since this was last asked.
    pub fn drain_retired(&mut self) -> impl Iterator<Item = Signal> {
        self.retired.drain(..)
    }

    /// The slots given up since the feeds last began anew with them.
    pub fn vacated(&self) -> &[Vacated] {
        &self.vacated
    }

    /// As `clone_from`, in place.
    pub fn become_like(&mut self, other: &ChatSignals) {
        self.live.clone_from(&other.live);
        self.retired.clone_from(&other.retired);
        self.vacated.clone_from(&other.vacated);
    }
}
