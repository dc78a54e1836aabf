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
    /// Optimised ads whose topic is drawn blindly: impressions, clicks, spend.
    pub const BLIND: usize = 12;
    pub const BLIND_CLICKS: usize = 15;
    pub const BLIND_SPEND: usize = 18;
    pub const PREDICTED: usize = 21;
    pub const DISPLACED: usize = 22;
    /// Organic items per unit of weight, those won by signals, and by chats.
    pub const PER_SHARE: usize = 23;
    pub const BY_SIGNAL: usize = 24;
    pub const BY_CHAT: usize = 25;
    pub const COUNT: usize = 26;

    /// Flows that are there without chats, and those that only chats make.
    pub const PLAIN: [usize; 18] = pick(false);
    pub const OF_CHATS: [usize; 8] = pick(true);

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

/// The flows of one app over a leaf.
pub type FlowColumns = [Lane; flow::COUNT];

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
        }
    }
}

impl Shown {
    /// Writes everything where it belongs: today's columns are replaced, totals are added to.
    #[inline(always)]
    pub fn end<const CHATS: bool>(
        &self,
        x: &mut Exposure,
        flows: &mut [FlowColumns; App::COUNT],
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
                pick.put(&self.flows[app][f], &mut flows[app][f]);
            }
            if CHATS {
                for f in flow::OF_CHATS {
                    pick.put(&self.flows[app][f], &mut flows[app][f]);
                }
            }
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

/// Columns of nothing.
pub const NO_FLOWS: FlowColumns = [[0.0; LEAF]; flow::COUNT];
