//! What a day showed the people of a row, on its way from the kernels to the leaf's columns and the tables of flows.

use std::slice::{from_mut, from_ref};

use overheard_model::block::{ArmState, ChatRow, Exposure, chat_column, topic_column};
use overheard_model::columns::{LEAF, ROW, SLOTS, SlotSeats, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::tally::{RowSums, add_row};

use super::people::{People, Pick, Row, Z};

const SEATS: SlotSeats = [[0.0; ROW]; SLOTS];

/// Flows of one app and day, in an order of their own. Three sources (all, chat, broad) of five, then single ones.
pub mod flow {
    /// Distance of what goes back to chats from all of a flow.
    pub const CHAT: usize = 1;
    /// Distance of what nothing known won.
    pub const BROAD: usize = 2;
    /// Ads shown.
    pub const IMPRESSIONS: usize = 0;
    /// What was paid for them (USD).
    pub const SPEND: usize = 3;
    /// Clicks on them.
    pub const CLICKS: usize = 6;
    /// Purchases after a click.
    pub const BOUGHT: usize = 9;
    /// Those of them that the ad caused.
    pub const CAUSED: usize = 12;
    /// Clicks that the platform predicts.
    pub const PREDICTED: usize = 15;
    /// Ads that would not be there under the base arm.
    pub const DISPLACED: usize = 16;
    /// Organic items per unit of weight.
    pub const PER_SHARE: usize = 17;
    /// The same times what signals weigh.
    pub const BY_SIGNAL: usize = 18;
    /// The same times what chats weigh.
    pub const BY_CHAT: usize = 19;
    /// Impressions, spend, clicks on the topic of the chat that they go back to.
    pub const OWN: usize = 20;
    /// Impressions, spend, clicks of people with a live signal here: all, then broad.
    pub const HELD: usize = 23;
    /// Their displaced impressions.
    pub const HELD_DISPLACED: usize = 29;
    /// Flows in all.
    pub const COUNT: usize = 30;

    /// Flows that are there without chats.
    pub const PLAIN: [usize; 14] = pick(false);
    /// Flows that only chats make.
    pub const OF_CHATS: [usize; 16] = pick(true);

    const fn pick<const N: usize>(of_chats: bool) -> [usize; N] {
        let (mut flow, mut n, mut picked) = (0, 0, [0; N]);
        while flow < COUNT {
            if ((flow < PREDICTED && flow % 3 == CHAT) || flow >= BY_CHAT) == of_chats {
                picked[n] = flow;
                n += 1;
            }
            flow += 1;
        }
        assert!(n == N);
        picked
    }
}

/// Flows of optimised ads whose topic is drawn blindly, of all apps: three sources of impressions, clicks, purchases of
/// people without interest in the topic, those that the ad caused, spend.
pub mod blind {
    /// Ads shown.
    pub const IMPRESSIONS: usize = 0;
    /// Clicks on them.
    pub const CLICKS: usize = 3;
    /// Purchases after a click, as if nobody cared for the topic.
    pub const BOUGHT: usize = 6;
    /// Those of them that the ad caused.
    pub const CAUSED: usize = 9;
    /// What was paid for the ads (USD).
    pub const SPEND: usize = 12;
    /// Flows in all.
    pub const COUNT: usize = 15;
}

/// Flows of all apps by kind of ad, and those that a split arm tells apart: first by lists, manual and then custom, then of
/// everything.
pub mod kind {
    /// Impressions, spend, clicks, purchases by one kind of list.
    pub const LIST_FLOWS: usize = 4;
    /// Of both kinds.
    pub const LISTS: usize = 2 * LIST_FLOWS;
    /// Slots offered.
    pub const SLOTS: usize = LISTS;
    /// Impressions, spend, clicks, purchases of everything.
    pub const WHOLE: usize = LISTS + 1;
    /// Purchases that the ad caused.
    pub const CAUSED: usize = WHOLE + LIST_FLOWS;
    /// Flows in all.
    pub const COUNT: usize = CAUSED + 1;
}

/// Running sums of a branch's flows under an arm.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct FlowSums {
    /// Whether there are any of people with chats.
    pub chats: bool,
    pub apps: [[RowSums; flow::COUNT]; App::COUNT],
    /// Of everybody, and of treated people.
    pub kinds: [[RowSums; kind::COUNT]; 2],
    pub blind: [RowSums; blind::COUNT],
}

impl Default for FlowSums {
    fn default() -> Self {
        const ZERO: RowSums = [0.0; _];
        FlowSums {
            chats: false,
            apps: [[ZERO; flow::COUNT]; App::COUNT],
            kinds: [[ZERO; kind::COUNT]; 2],
            blind: [ZERO; blind::COUNT],
        }
    }
}

impl FlowSums {
    /// Adds a row's flows, and if `treated` people count apart, those of people flagged there.
    #[inline(always)]
    fn add<const CHATS: bool>(&mut self, shown: &Shown, people: &People, treated: Option<&Row>) {
        self.chats |= CHATS;
        for app in 0..App::COUNT {
            if !people.opened[app] {
                continue;
            }
            let (sums, flows) = (&mut self.apps[app], &shown.flows[app]);
            for f in flow::PLAIN {
                add_row(&mut sums[f], &flows[f].0);
            }
            if CHATS {
                for f in flow::OF_CHATS {
                    add_row(&mut sums[f], &flows[f].0);
                }
            }
        }
        let (lists, rest) = shown.kinds.split_at(kind::LISTS);
        for (sums, row) in self.kinds[0].iter_mut().zip(lists) {
            add_row(sums, &row.0);
        }
        if let Some(treated) = treated {
            let [all, of_treated] = &mut self.kinds;
            for (sums, row) in all[kind::LISTS..].iter_mut().zip(rest) {
                add_row(sums, &row.0);
            }
            for (sums, row) in of_treated.iter_mut().zip(&shown.kinds) {
                let mut masked = Z;
                for l in 0..ROW {
                    masked[l] = treated[l] * row[l];
                }
                add_row(sums, &masked.0);
            }
        }
        for b in (0..blind::COUNT).filter(|b| CHATS || b % 3 != flow::CHAT) {
            add_row(&mut self.blind[b], &shown.blind[b].0);
        }
    }
}

/// Rows of [`ArmState`] and of flows.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Shown {
    /// What is added to the window's totals of people with chats.
    pub by_slot: [SlotSeats; topic_column::COUNT],
    pub by_slot_chat: [SlotSeats; chat_column::COUNT],
    pub earned_ads: [SlotSeats; App::COUNT],
    pub earned_content: [SlotSeats; App::COUNT],
    /// What stands for today: by slot, of people with chats.
    pub click: [SlotSeats; App::COUNT],
    /// Over the slots of true interests.
    pub clicks: [Row; App::COUNT],
    pub click_chat: [SlotSeats; App::COUNT],
    pub chat_today: [Row; App::COUNT],
    pub chat_clicks: [Row; App::COUNT],
    pub spill_clicks: Row,
    pub chat_slot_today: SlotSeats,
    pub displaced_today: Row,
    pub flows: [[Row; flow::COUNT]; App::COUNT],
    pub blind: [Row; blind::COUNT],
    pub kinds: [Row; kind::COUNT],
}

impl Default for Shown {
    fn default() -> Self {
        Shown {
            by_slot: [SEATS; topic_column::COUNT],
            by_slot_chat: [SEATS; chat_column::COUNT],
            earned_ads: [SEATS; App::COUNT],
            earned_content: [SEATS; App::COUNT],
            click: [SEATS; App::COUNT],
            clicks: [Z; App::COUNT],
            click_chat: [SEATS; App::COUNT],
            chat_today: [Z; App::COUNT],
            chat_clicks: [Z; App::COUNT],
            spill_clicks: Z,
            chat_slot_today: SEATS,
            displaced_today: Z,
            flows: [[Z; flow::COUNT]; App::COUNT],
            blind: [Z; blind::COUNT],
            kinds: [Z; kind::COUNT],
        }
    }
}

impl Shown {
    /// Adds what some of a row of seats were shown to the leaf's columns instead of their seats, and writes their clicks there. Sums
    /// of `f32` depend on how they are put together, and an arm's must not on whom another hears.
    #[inline(always)]
    pub fn leave_to_columns(&mut self, x: &mut Exposure, people: &[(u8, u8)]) {
        if people.is_empty() {
            return;
        }
        for (totals, row) in x.by_slot.iter_mut().zip(&mut self.by_slot) {
            for s in 0..TRUE_SLOTS {
                for (l, lane) in people {
                    let shown = &mut row[s][usize::from(*l) % ROW];
                    totals[s][usize::from(*lane) % LEAF] += std::mem::take(shown);
                }
            }
        }
        for (columns, click) in x.click.iter_mut().zip(&self.click) {
            for s in 0..TRUE_SLOTS {
                for (l, lane) in people {
                    columns[s][usize::from(*lane) % LEAF] = click[s][usize::from(*l) % ROW];
                }
            }
        }
    }

    /// Writes the rest where it belongs: today's columns are replaced, totals are added to.
    #[inline(always)]
    pub fn end<const CHATS: bool>(
        &self,
        state: &mut ArmState,
        people: &People,
        sums: &mut FlowSums,
        split: bool,
        pick: Pick<'_>,
    ) {
        let x = &mut state.exposure;
        pick.add(&self.blind[blind::IMPRESSIONS], &mut x.blind);
        pick.put(&self.displaced_today, &mut x.displaced_today);
        for (row, column) in self.clicks.iter().zip(&mut x.clicks) {
            pick.put(row, column);
        }
        let treated = split.then(|| pick.flags(state.treated));
        sums.add::<CHATS>(self, people, treated.as_ref());
        if CHATS {
            for app in 0..App::COUNT {
                pick.put(&self.chat_today[app], &mut x.chat_today[app]);
                pick.put(&self.chat_clicks[app], &mut x.chat_clicks[app]);
            }
            pick.put(&self.spill_clicks, &mut x.spill_clicks);
            if let Pick::Seats { row, .. } = pick {
                self.end_chats(people, state.seats.row_mut(row));
            }
        }
    }

    #[inline(always)]
    fn end_chats(&self, people: &People, row: &mut ChatRow) {
        row.slot_today = self.chat_slot_today;
        add_slots(&mut row.by_slot, &self.by_slot_chat);
        add_slots(&mut row.all_by_slot, &self.by_slot);
        for app in (0..App::COUNT).filter(|app| people.opened[*app]) {
            (row.all_click[app], row.click[app]) = (self.click[app], self.click_chat[app]);
            let [ads, content] =
                [&self.earned_ads, &self.earned_content].map(|of| from_ref(&of[app]));
            add_slots(from_mut(&mut row.earned_ads[app]), ads);
            add_slots(from_mut(&mut row.earned_content[app]), content);
        }
    }
}

/// The day of people none of whom opened anything.
#[inline(always)]
pub fn idle(x: &mut Exposure, pick: Pick<'_>) {
    for column in &mut x.clicks {
        pick.put(&Z, column);
    }
    pick.put(&Z, &mut x.displaced_today);
}

/// One loop over all of it: by sixteens, the compiler would take each apart.
#[inline(always)]
fn add_slots(totals: &mut [SlotSeats], rows: &[SlotSeats]) {
    let totals = totals.as_flattened_mut().as_flattened_mut();
    for (total, value) in totals.iter_mut().zip(rows.as_flattened().as_flattened()) {
        *total += value;
    }
}
