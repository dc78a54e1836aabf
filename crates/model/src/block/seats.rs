//! What only chats fill of people's profiles and exposures.
//!
//! Few people of a leaf have any, so it is kept apart from the leaf's columns: whoever is heard takes a seat, for good, and
//! sixteen seats lie side by side, as many as a vector holds.

use super::topic_column;
use crate::columns::{LEAF, ROW, SLOTS, SlotSeats};
use crate::ids::App;

const APPS: usize = App::COUNT;

/// Columns of [`ChatRow::by_slot`].
pub mod chat_column {
    /// Impressions.
    pub const IMPRESSIONS: usize = 0;
    /// What they cost (USD).
    pub const SPEND: usize = 1;
    /// Clicks.
    pub const CLICKS: usize = 2;
    /// Purchases after a click.
    pub const BOUGHT: usize = 3;
    /// Purchases that the ads caused.
    pub const CAUSED: usize = 4;
    /// Organic items.
    pub const ITEMS: usize = 5;
    /// Columns.
    pub const COUNT: usize = 6;
}

/// Sixteen seats.
#[derive(Clone, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct ChatRow {
    // ---- profile: written by signals -------------------------------------------------------------------------
    /// Signal mass from chats that may choose ads, and content, per app and slot (likes).
    pub ads: [SlotSeats; APPS],
    pub content: [SlotSeats; APPS],
    // ---- exposures: written by feeds -------------------------------------------------------------------------
    /// Mean clicks of today, and those of them attributed to chats: of the apps that a person opened today, on days on which the
    /// person was heard.
    pub all_click: [SlotSeats; APPS],
    pub click: [SlotSeats; APPS],
    /// Mean chat-derived impressions of today by the slot whose chats they go back to.
    pub slot_today: SlotSeats,
    /// `A(d)`: impressions per unit of chat mass, discounted to the first simulated day: a signal of weight `w` born on
    /// day `b` has earned `w r^-b (A(d) - A(b-1))`. Ads, then content.
    pub earned_ads: [SlotSeats; APPS],
    pub earned_content: [SlotSeats; APPS],
    /// Window totals by slot of what chats won, summed over apps: see [`chat_column`].
    pub by_slot: [SlotSeats; chat_column::COUNT],
    /// The same of everything, on days on which the person was heard: see [`topic_column`]. Other days' are in the leaf's columns.
    pub all_by_slot: [SlotSeats; topic_column::COUNT],
}

impl ChatRow {
    const EMPTY: ChatRow = {
        const S: SlotSeats = [[0.0; ROW]; SLOTS];
        ChatRow {
            ads: [S; APPS],
            content: [S; APPS],
            all_click: [S; APPS],
            click: [S; APPS],
            slot_today: S,
            earned_ads: [S; APPS],
            earned_content: [S; APPS],
            by_slot: [S; chat_column::COUNT],
            all_by_slot: [S; topic_column::COUNT],
        }
    };
}

const NOWHERE: u8 = u8::MAX;

/// The seats of a leaf's people under one arm, in the order in which they were taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Seats {
    /// Seat per lane.
    of: [u8; LEAF],
    /// Lane per seat.
    lanes: Vec<u8>,
    rows: Vec<ChatRow>,
}

impl Default for Seats {
    fn default() -> Self {
        Seats {
            of: [NOWHERE; LEAF],
            lanes: Vec::new(),
            rows: Vec::new(),
        }
    }
}

impl Seats {
    /// The row of a person and the place in it, if the person has a seat.
    #[inline]
    pub fn at(&self, lane: usize) -> Option<(&ChatRow, usize)> {
        let seat = usize::from(self.of[lane]);
        self.rows.get(seat / ROW).map(|row| (row, seat % ROW))
    }

    /// [`at`](Self::at), to be written.
    #[inline]
    pub fn at_mut(&mut self, lane: usize) -> Option<(&mut ChatRow, usize)> {
        let seat = usize::from(self.of[lane]);
        self.rows.get_mut(seat / ROW).map(|row| (row, seat % ROW))
    }

    /// The seat of a person, who takes one now if need be.
    pub fn give(&mut self, lane: usize) -> (&mut ChatRow, usize) {
        if self.of[lane] == NOWHERE {
            let seat = self.lanes.len();
            if seat.is_multiple_of(ROW) {
                self.rows.push(ChatRow::EMPTY);
            }
            self.of[lane] = seat as u8;
            self.lanes.push(lane as u8);
        }
        let seat = usize::from(self.of[lane]);
        (&mut self.rows[seat / ROW], seat % ROW)
    }

    /// The people who have none yet, bit per lane.
    pub fn without(&self) -> u64 {
        self.lanes.iter().fold(!0, |bits, lane| bits & !(1 << lane))
    }

    /// The lanes of the people in a row.
    pub fn lanes(&self, row: usize) -> &[u8] {
        &self.lanes[row * ROW..self.lanes.len().min((row + 1) * ROW)]
    }

    /// A row of seats.
    pub fn row(&self, row: usize) -> &ChatRow {
        &self.rows[row]
    }

    /// [`row`](Self::row), to be written.
    pub fn row_mut(&mut self, row: usize) -> &mut ChatRow {
        &mut self.rows[row]
    }

    /// Row by row, with the lanes of the people who sit there.
    pub fn rows(&self) -> impl Iterator<Item = (&[u8], &ChatRow)> {
        self.lanes.chunks(ROW).zip(&self.rows)
    }

    /// [`rows`](Self::rows), to be written.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = (&[u8], &mut ChatRow)> {
        self.lanes.chunks(ROW).zip(&mut self.rows)
    }

    /// As `clone_from`, but with the rows copied in place.
    pub fn become_like(&mut self, other: &Seats) {
        self.of = other.of;
        self.lanes.clone_from(&other.lanes);
        self.rows.clear();
        self.rows.extend_from_slice(&other.rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_kept_and_belongs_to_one_person() {
        let mut seats = Seats::default();
        let order: Vec<usize> = (0..LEAF).map(|k| (7 * k + 5) % LEAF).collect();
        for (k, lane) in order.iter().enumerate() {
            assert!(seats.at(*lane).is_none());
            let (row, l) = seats.give(*lane);
            row.slot_today[3][l] = 1.0 + *lane as f32;
            assert_eq!(seats.without().count_ones() as usize, LEAF - k - 1);
        }
        let mut copy = Seats::default();
        copy.give(1).0.slot_today[3][0] = -1.0;
        copy.become_like(&seats);
        for seats in [&mut seats, &mut copy] {
            for lane in order.iter().rev() {
                let (row, l) = seats.give(*lane);
                assert_eq!(row.slot_today[3][l], 1.0 + *lane as f32);
            }
            for (lanes, row) in seats.rows() {
                for (l, lane) in lanes.iter().enumerate() {
                    assert_eq!(row.slot_today[3][l], 1.0 + f32::from(*lane));
                }
            }
        }
    }
}
