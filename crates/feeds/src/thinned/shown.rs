//! What a day showed the people of a row, on its way from the kernels to the leaf's columns and the tables of flows.

use overheard_model::block::{
    Exposure, LEAF, Lane, SLOTS, TOPIC_COLUMNS, TRUE_SLOTS, topic_column as col,
};
use overheard_model::ids::App;

use super::people::{Pick, Row, SlotRows, Z};

const S: SlotRows = [Z; SLOTS];

/// Flows of one app and day, in an order of their own. Three sources (all, chat, broad) of six, then single ones.
pub mod flow {
    pub use overheard_model::block::topic_column::{BROAD, CHAT};
    pub const IMPRESSIONS: usize = 0;
    pub const SPEND: usize = 3;
    pub const CLICKS: usize = 6;
    /// Clicks times true interest.
    pub const INTERESTED: usize = 9;
    pub const PREDICTED: usize = 12;
    pub const DISPLACED: usize = 13;
    /// Organic items per unit of weight, those won by signals, and by chats.
    pub const PER_SHARE: usize = 14;
    pub const BY_SIGNAL: usize = 15;
    pub const BY_CHAT: usize = 16;
    pub const COUNT: usize = 17;

    /// Flows that are there without chats, and those that only chats make.
    pub const PLAIN: [usize; 12] = pick(false);
    pub const OF_CHATS: [usize; 5] = pick(true);

    const fn pick<const N: usize>(of_chats: bool) -> [usize; N] {
        let (mut flow, mut n, mut picked) = (0, 0, [0; N]);
        while flow < COUNT {
            if ((flow < PREDICTED && flow % 3 == CHAT) || flow == BY_CHAT) == of_chats {
                picked[n] = flow;
                n += 1;
            }
            flow += 1;
        }
        assert!(n == N);
        picked
    }
}

/// Flows of optimised ads whose topic is drawn blindly, of all apps: three sources of impressions, clicks, spend.
pub mod blind {
    pub const IMPRESSIONS: usize = 0;
    pub const CLICKS: usize = 3;
    pub const SPEND: usize = 6;
    pub const COUNT: usize = 9;
}

/// The flows of a leaf.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct FlowColumns {
    pub apps: [[Lane; flow::COUNT]; App::COUNT],
    pub blind: [Lane; blind::COUNT],
}

impl Default for FlowColumns {
    fn default() -> Self {
        FlowColumns {
            apps: [[[0.0; LEAF]; flow::COUNT]; App::COUNT],
            blind: [[0.0; LEAF]; blind::COUNT],
        }
    }
}

impl FlowColumns {
    /// Empties the columns that only chats fill.
    #[inline(always)]
    pub fn forget_chats(&mut self) {
        for f in flow::OF_CHATS {
            for app in &mut self.apps {
                app[f] = [0.0; LEAF];
            }
        }
        for b in (0..blind::COUNT).step_by(3) {
            self.blind[b + flow::CHAT] = [0.0; LEAF];
        }
    }
}

/// Columns of [`Exposure::by_slot`] that are used without chats, and all of them.
const PLAIN: [usize; 9] = [
    col::IMPRESSIONS,
    col::IMPRESSIONS + col::BROAD,
    col::SPEND,
    col::SPEND + col::BROAD,
    col::CLICKS,
    col::CLICKS + col::BROAD,
    col::CLICKS_BY_INTEREST,
    col::CLICKS_BY_INTEREST + col::BROAD,
    col::ITEMS,
];
const EVERY: [usize; TOPIC_COLUMNS] = {
    let mut all = [0; TOPIC_COLUMNS];
    let mut k = 0;
    while k < TOPIC_COLUMNS {
        all[k] = k;
        k += 1;
    }
    all
};

const fn columns<const CHATS: bool>() -> &'static [usize] {
    if CHATS { &EVERY } else { &PLAIN }
}

const fn slots<const CHATS: bool>() -> usize {
    if CHATS { SLOTS } else { TRUE_SLOTS }
}

/// Rows of [`Exposure`] and of flows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What is added to the window's totals.
    pub by_slot: [SlotRows; TOPIC_COLUMNS],
    pub earned_ads: [SlotRows; App::COUNT],
    pub earned_content: [SlotRows; App::COUNT],
    /// What stands for today.
    pub click: [SlotRows; App::COUNT],
    pub click_chat: [SlotRows; App::COUNT],
    pub chat_today: [Row; App::COUNT],
    pub chat_slot_today: SlotRows,
    pub displaced_today: Row,
    pub flows: [[Row; flow::COUNT]; App::COUNT],
    pub blind: [Row; blind::COUNT],
}

impl Default for Shown {
    fn default() -> Self {
        Shown {
            by_slot: [S; TOPIC_COLUMNS],
            earned_ads: [S; App::COUNT],
            earned_content: [S; App::COUNT],
            click: [S; App::COUNT],
            click_chat: [S; App::COUNT],
            chat_today: [Z; App::COUNT],
            chat_slot_today: S,
            displaced_today: Z,
            flows: [[Z; flow::COUNT]; App::COUNT],
            blind: [Z; blind::COUNT],
        }
    }
}

impl Shown {
    /// Writes everything where it belongs: today's columns are replaced, totals are added to.
    #[inline(always)]
    pub fn end<const CHATS: bool>(
        &self,
        x: &mut Exposure,
        flows: &mut FlowColumns,
        pick: Pick<'_>,
    ) {
        for c in columns::<CHATS>() {
            for s in 0..slots::<CHATS>() {
                pick.add(&self.by_slot[*c][s], &mut x.by_slot[*c][s]);
            }
        }
        pick.put(&self.displaced_today, &mut x.displaced_today);
        for app in 0..App::COUNT {
            for s in 0..slots::<CHATS>() {
                pick.put(&self.click[app][s], &mut x.click[app][s]);
            }
            for f in flow::PLAIN {
                pick.put(&self.flows[app][f], &mut flows.apps[app][f]);
            }
            if CHATS {
                for f in flow::OF_CHATS {
                    pick.put(&self.flows[app][f], &mut flows.apps[app][f]);
                }
            }
        }
        for b in (0..blind::COUNT).filter(|b| CHATS || b % 3 != flow::CHAT) {
            pick.put(&self.blind[b], &mut flows.blind[b]);
        }
        if CHATS {
            for s in 0..SLOTS {
                pick.put(&self.chat_slot_today[s], &mut x.chat_slot_today[s]);
            }
            for app in 0..App::COUNT {
                pick.put(&self.chat_today[app], &mut x.chat_today[app]);
                for s in 0..SLOTS {
                    pick.put(&self.click_chat[app][s], &mut x.click_chat[app][s]);
                    pick.add(&self.earned_ads[app][s], &mut x.earned_ads[app][s]);
                    pick.add(&self.earned_content[app][s], &mut x.earned_content[app][s]);
                }
            }
        }
    }
}
