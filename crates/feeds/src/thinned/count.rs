//! From a branch's flows to the tables: summed in a fixed order, rounded once.

use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, TRUE_SLOTS};
use overheard_model::ids::{AdKind, App, ItemType, Source};
use overheard_model::tally::{
    Additions, Count, Layout, RowSums, TableId, add_row, split_kind, total,
};

use super::offered::Offered;
use super::shown::{FlowSums, blind, flow, kind};
use crate::params::Params;

/// Sums of a branch that are the same under every arm, by app: people there, sessions, ad slots, items.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// Bit per app that anybody opened.
    opened: u8,
    sums: [[RowSums; 4]; App::COUNT],
}

impl Common {
    /// Adds a leaf.
    #[inline(always)]
    pub fn add(&mut self, p: &Params, offered: &Offered) {
        for app in (0..App::COUNT).filter(|app| offered.opened[*app]) {
            self.opened |= 1 << app;
            let sessions = &offered.sessions[app];
            let mut items = [0.0; LEAF];
            for l in 0..LEAF {
                items[l] = sessions[l] * p.items_per_session[app];
            }
            let columns = [&offered.active[app], sessions, &offered.slots[app], &items];
            for (sums, column) in self.sums[app].iter_mut().zip(columns) {
                for row in column.as_chunks().0 {
                    add_row(sums, row);
                }
            }
        }
    }

    /// The apps that anybody opened.
    pub fn opened(&self) -> impl Iterator<Item = App> + use<> {
        let opened = self.opened;
        let apps = App::ALL.iter().copied();
        apps.filter(move |app| opened >> app.index() & 1 == 1)
    }
}

/// Sums of one app's flows under one arm, 0 where there are none.
#[derive(Clone, Copy, Debug)]
pub struct Flows {
    pub all: [f64; flow::COUNT],
}

impl Flows {
    /// None.
    pub const NONE: Self = Flows {
        all: [0.0; flow::COUNT],
    };

    /// Of one app.
    #[inline(always)]
    pub fn of(sums: &FlowSums, app: usize) -> Self {
        let mut flows = Flows::NONE;
        let of_chats: &[usize] = if sums.chats { &flow::OF_CHATS } else { &[] };
        for f in flow::PLAIN.iter().chain(of_chats) {
            flows.all[*f] = total(sums.apps[app][*f]);
        }
        flows
    }
}

/// A flow by source: broad, behaviour, chat.
fn by_source(sums: &[f64], f: usize) -> [f64; 3] {
    let [all, chat, broad] = [sums[f], sums[f + flow::CHAT], sums[f + flow::BROAD]];
    [broad, all - chat - broad, chat]
}

/// Sums of the flows of ads whose topic is drawn blindly.
#[inline(always)]
pub fn sum_blind(flows: &FlowSums) -> [f64; blind::COUNT] {
    let mut sums = [0.0; blind::COUNT];
    for b in (0..blind::COUNT).filter(|b| flows.chats || b % 3 != flow::CHAT) {
        sums[b] = total(flows.blind[b]);
    }
    sums
}

/// Adds them: their topics follow when all of a shard's are known.
pub fn count_blind(layout: &Layout, day: Day, sums: &[f64; blind::COUNT], out: &mut Additions) {
    let day = day as usize;
    let flows = [
        blind::IMPRESSIONS,
        blind::CLICKS,
        blind::BOUGHT,
        blind::CAUSED,
    ]
    .map(|b| by_source(sums, b));
    let spend = by_source(sums, blind::SPEND);
    for s in 0..Source::COUNT {
        for (k, flow) in flows.iter().enumerate() {
            out.add(layout.cell(TableId::BlindCounts, [day, s, k]), flow[s]);
        }
        out.add(layout.cell(TableId::BlindSpend, [day, s]), spend[s]);
    }
}

/// Adds one app's sums of a branch.
pub fn count_app(
    p: &Params,
    layout: &Layout,
    (day, app): (Day, App),
    common: &Common,
    f: &Flows,
    out: &mut Additions,
) {
    let (day, app) = (day as usize, app.index());
    let [active, sessions, slots, items] = common.sums[app].map(total);
    for (table, value) in [
        (TableId::ActiveDayApp, active),
        (TableId::Sessions, sessions),
        (TableId::Slots, slots),
        (TableId::Displaced, f.all[flow::DISPLACED]),
        (TableId::Predicted, f.all[flow::PREDICTED]),
    ] {
        out.add(layout.cell(table, [day, app]), value);
    }
    let by_source_of = [
        (TableId::Impressions, flow::IMPRESSIONS),
        (TableId::Spend, flow::SPEND),
        (TableId::Clicks, flow::CLICKS),
        (TableId::Conversions, flow::BOUGHT),
        (TableId::Incremental, flow::CAUSED),
    ];
    for (table, flow) in by_source_of {
        for (s, value) in by_source(&f.all, flow).into_iter().enumerate() {
            out.add(layout.cell(table, [day, app, s]), value);
        }
    }
    for (k, (from_chats, held, whole)) in OF_CHATS.into_iter().enumerate() {
        let chat = f.all[whole + flow::CHAT];
        let own = f.all[flow::OWN + k];
        for (about, value) in [own, chat - own].into_iter().enumerate() {
            out.add(layout.cell(from_chats, [day, app, about]), value);
        }
        let (all, broad) = (f.all[flow::HELD + k], f.all[flow::HELD + 3 + k]);
        for (s, value) in [broad, all - chat - broad, chat].into_iter().enumerate() {
            out.add(layout.cell(held, [day, app, s, 0]), value);
        }
    }
    let displaced = layout.cell(TableId::HeldDisplaced, [day, app, 0]);
    out.add(displaced, f.all[flow::HELD_DISPLACED]);
    let content = &p.content[app];
    let gain_sum = f64::from(content.gain_sum);
    let (by_signal, by_chat) = (f.all[flow::BY_SIGNAL], f.all[flow::BY_CHAT]);
    let items = [
        items - gain_sum * by_signal,
        gain_sum * (by_signal - by_chat),
        gain_sum * by_chat,
    ];
    for (s, value) in items.into_iter().enumerate() {
        out.add(layout.cell(TableId::Organic, [day, app, s]), value);
    }
    for t in 0..ItemType::COUNT {
        let gain = f64::from(content.gain[t]) / TRUE_SLOTS as f64;
        let by_type = [
            f64::from(content.share[t]) * f.all[flow::PER_SHARE],
            gain * (by_signal - by_chat),
            gain * by_chat,
        ];
        for (s, value) in by_type.into_iter().enumerate() {
            out.add(layout.cell(TableId::ItemsByType, [app, t, s]), value);
        }
    }
}

/// Adds a branch's sums by kind of ad, of all apps. `whole`: impressions, spend, clicks, purchases of everything.
pub fn count_kinds(
    p: &Params,
    layout: &Layout,
    sums: &FlowSums,
    whole: [f64; kind::LIST_FLOWS],
    out: &mut Additions,
) {
    let [all, treated] = sums.kinds.map(|sums| sums.map(total));
    let mut add = |tables: &[TableId; 4], side: Option<usize>, lists: &[f64], whole: &[f64]| {
        for (k, table) in tables.iter().enumerate() {
            let (manual, custom) = (lists[k], lists[kind::LIST_FLOWS + k]);
            // What lists did not win is optimised.
            let values = [manual, custom, whole[k] - manual - custom];
            for (kind, value) in AdKind::ALL.iter().zip(values) {
                let bucket = side.map_or(kind.index(), |side| split_kind(side, *kind));
                out.add(layout.cell(*table, [bucket]), value);
            }
        }
    };
    add(&KIND_TABLES, None, &all, &whole);
    if !p.split {
        return;
    }
    let control: [f64; kind::COUNT] = std::array::from_fn(|k| all[k] - treated[k]);
    for (side, part) in [treated, control].iter().enumerate() {
        add(&SPLIT_KIND_TABLES, Some(side), part, &part[kind::WHOLE..]);
    }
    for (side, part) in [treated, control].iter().enumerate() {
        let values = &part[kind::SLOTS..];
        for (table, value) in SPLIT_TABLES.iter().zip(values) {
            out.add(layout.cell(*table, [side]), *value);
        }
    }
}

/// In the order of the flows from [`kind::SLOTS`] on.
const SPLIT_TABLES: [TableId; kind::COUNT - kind::SLOTS] = [
    TableId::SplitSlots,
    TableId::SplitImpressions,
    TableId::SplitSpend,
    TableId::SplitClicks,
    TableId::SplitConversions,
    TableId::SplitIncremental,
];
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
