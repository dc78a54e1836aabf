//! From a leaf's columns of flows to the tables: summed in a fixed order, rounded once.

use overheard_model::block::LEAF;
use overheard_model::calendar::Day;
use overheard_model::ids::{AdKind, App, ItemType, Source};
use overheard_model::tally::{Additions, Layout, TableId, leaf_sum, total};

use super::offered::Offered;
use super::shown::{FlowSums, SPLIT, TREATED, blind, flow};
use crate::params::Params;

/// Sums that are the same under every arm.
#[derive(Clone, Copy, Debug, Default)]
pub struct Common {
    pub active: f64,
    pub sessions: f64,
    pub slots: f64,
    pub items: f64,
}

impl Common {
    #[inline(always)]
    pub fn of(p: &Params, app: usize, offered: &Offered) -> Self {
        let mut items = [0.0; LEAF];
        for l in 0..LEAF {
            items[l] = offered.sessions[app][l] * p.items_per_session[app];
        }
        Common {
            active: leaf_sum(&offered.active[app]),
            sessions: leaf_sum(&offered.sessions[app]),
            slots: leaf_sum(&offered.slots[app]),
            items: leaf_sum(&items),
        }
    }
}

/// Sums of one app's flows under one arm, 0 where there are none.
#[derive(Clone, Copy, Debug)]
pub struct Flows {
    pub all: [f64; flow::COUNT],
    /// Of treated people only.
    pub treated: [f64; TREATED],
}

impl Default for Flows {
    fn default() -> Self {
        Flows {
            all: [0.0; flow::COUNT],
            treated: [0.0; TREATED],
        }
    }
}

impl Flows {
    #[inline(always)]
    pub fn of(sums: &FlowSums, app: usize, chats: bool) -> Self {
        let mut flows = Flows::default();
        let of_chats: &[usize] = if chats { &flow::OF_CHATS } else { &[] };
        for f in flow::PLAIN.iter().chain(of_chats) {
            flows.all[*f] = total(sums.apps[app][*f]);
        }
        flows
    }

    /// The part of treated people.
    #[inline(always)]
    pub fn split(&mut self, sums: &FlowSums, app: usize) {
        self.treated = sums.treated[app].map(total);
    }
}

/// A flow by source: broad, behaviour, chat.
fn by_source(sums: &[f64], f: usize) -> [f64; 3] {
    let [all, chat, broad] = [sums[f], sums[f + flow::CHAT], sums[f + flow::BROAD]];
    [broad, all - chat - broad, chat]
}

/// Sums of the flows of ads whose topic is drawn blindly.
#[inline(always)]
pub fn sum_blind(flows: &FlowSums, chats: bool) -> [f64; blind::COUNT] {
    let mut sums = [0.0; blind::COUNT];
    for b in (0..blind::COUNT).filter(|b| chats || b % 3 != flow::CHAT) {
        sums[b] = total(flows.blind[b]);
    }
    sums
}

/// Adds them: their topics follow when all of a shard's are known.
pub fn pour_blind(layout: &Layout, day: Day, sums: &[f64; blind::COUNT], out: &mut Additions) {
    let flows = [
        blind::IMPRESSIONS,
        blind::CLICKS,
        blind::BOUGHT,
        blind::CAUSED,
    ]
    .map(|b| by_source(sums, b));
    let spend = by_source(sums, blind::SPEND);
    for s in 0..Source::COUNT {
        let ds = day as usize * Source::COUNT + s;
        for (k, flow) in flows.iter().enumerate() {
            out.add(layout, TableId::SpreadCounts, ds * flows.len() + k, flow[s]);
        }
        out.add(layout, TableId::SpreadSpend, ds, spend[s]);
    }
}

/// Adds one app's sums of a leaf.
pub fn pour(
    p: &Params,
    layout: &Layout,
    (day, app): (Day, App),
    common: &Common,
    f: &Flows,
    out: &mut Additions,
) {
    let app = app.index();
    let da = day as usize * App::COUNT + app;
    let mut add = |table, cell, value| out.add(layout, table, cell, value);
    add(TableId::ActiveDayApp, da, common.active);
    add(TableId::Sessions, da, common.sessions);
    add(TableId::Slots, da, common.slots);
    add(TableId::Displaced, da, f.all[flow::DISPLACED]);
    add(TableId::Predicted, da, f.all[flow::PREDICTED]);
    let by_source_of = [
        (TableId::Impressions, flow::IMPRESSIONS),
        (TableId::Spend, flow::SPEND),
        (TableId::Clicks, flow::CLICKS),
        (TableId::Conversions, flow::BOUGHT),
        (TableId::Incremental, flow::CAUSED),
    ];
    for (table, flow) in by_source_of {
        for (s, value) in by_source(&f.all, flow).into_iter().enumerate() {
            add(table, da * Source::COUNT + s, value);
        }
    }
    for (table, values) in KIND_TABLES.iter().zip(by_kind(&f.all)) {
        for (kind, value) in values.into_iter().enumerate() {
            add(*table, app * AdKind::COUNT + kind, value);
        }
    }
    for (k, (from_chats, held, whole)) in OF_CHATS.into_iter().enumerate() {
        let chat = f.all[whole + flow::CHAT];
        let own = f.all[flow::OWN + k];
        add(from_chats, da * 2, own);
        add(from_chats, da * 2 + 1, chat - own);
        let (all, broad) = (f.all[flow::HELD + k], f.all[flow::HELD + 3 + k]);
        for (s, value) in [broad, all - chat - broad, chat].into_iter().enumerate() {
            add(held, da * Source::COUNT + s, value);
        }
    }
    add(TableId::HeldDisplaced, da, f.all[flow::HELD_DISPLACED]);
    let content = &p.content[app];
    let gain_sum = f64::from(content.gain_sum);
    let (by_signal, by_chat) = (f.all[flow::BY_SIGNAL], f.all[flow::BY_CHAT]);
    let items = [
        common.items - gain_sum * by_signal,
        gain_sum * (by_signal - by_chat),
        gain_sum * by_chat,
    ];
    for (s, value) in items.into_iter().enumerate() {
        add(TableId::Organic, da * Source::COUNT + s, value);
    }
    for t in 0..ItemType::COUNT {
        let gain = f64::from(content.gain[t]) / overheard_model::block::TRUE_SLOTS as f64;
        let by_type = [
            f64::from(content.share[t]) * f.all[flow::PER_SHARE],
            gain * (by_signal - by_chat),
            gain * by_chat,
        ];
        for (s, value) in by_type.into_iter().enumerate() {
            let cell = (app * ItemType::COUNT + t) * Source::COUNT + s;
            add(TableId::ItemsByType, cell, value);
        }
    }
    if p.split {
        let mut treated = [0.0; flow::COUNT];
        for (flow, sum) in SPLIT.iter().zip(&f.treated[1..]) {
            treated[*flow] = *sum;
        }
        let control = std::array::from_fn(|flow| f.all[flow] - treated[flow]);
        let slots = [f.treated[0], common.slots - f.treated[0]];
        for (side, part) in [treated, control].iter().enumerate() {
            add(TableId::SplitSlots, side, slots[side]);
            add(TableId::SplitImpressions, side, part[flow::IMPRESSIONS]);
            add(TableId::SplitSpend, side, part[flow::SPEND]);
            add(TableId::SplitClicks, side, part[flow::CLICKS]);
            add(TableId::SplitConversions, side, part[flow::BOUGHT]);
            add(TableId::SplitIncremental, side, part[flow::CAUSED]);
            for (table, values) in SPLIT_KIND_TABLES.iter().zip(by_kind(part)) {
                for (kind, value) in values.into_iter().enumerate() {
                    add(*table, side * AdKind::COUNT + kind, value);
                }
            }
        }
    }
}

/// Impressions, spend, clicks, purchases by kind of ad.
const KIND_TABLES: [TableId; 4] = [
    TableId::ImpressionsKind,
    TableId::SpendKind,
    TableId::ClicksKind,
    TableId::ConversionsKind,
];
const SPLIT_KIND_TABLES: [TableId; 4] = [
    TableId::SplitImpressionsKind,
    TableId::SplitSpendKind,
    TableId::SplitClicksKind,
    TableId::SplitConversionsKind,
];
/// Impressions, spend, clicks: from chats, of people with a live signal, of everybody.
const OF_CHATS: [(TableId, TableId, usize); 3] = [
    (
        TableId::ImpressionsFromChats,
        TableId::HeldImpressions,
        flow::IMPRESSIONS,
    ),
    (TableId::SpendFromChats, TableId::HeldSpend, flow::SPEND),
    (TableId::ClicksFromChats, TableId::HeldClicks, flow::CLICKS),
];

/// Impressions, spend, clicks, purchases, each by kind; what lists did not win is optimised.
fn by_kind(f: &[f64; flow::COUNT]) -> [[f64; AdKind::COUNT]; 4] {
    let whole = [flow::IMPRESSIONS, flow::SPEND, flow::CLICKS, flow::BOUGHT];
    std::array::from_fn(|k| {
        let manual = f[flow::LISTS + k];
        let custom = f[flow::LISTS + flow::LIST_FLOWS + k];
        [manual, custom, f[whole[k]] - manual - custom]
    })
}
