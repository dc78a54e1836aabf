//! From a leaf's columns of flows to the tables: summed in a fixed order, rounded once.

use overheard_model::block::LEAF;
use overheard_model::calendar::Day;
use overheard_model::ids::{App, ItemType, Source};
use overheard_model::tally::{Additions, Layout, TableId, leaf_sum, total};

use super::offered::Offered;
use super::shown::{FlowSums, TREATED, blind, flow};
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
    let [impressions, clicks, spend] =
        [blind::IMPRESSIONS, blind::CLICKS, blind::SPEND].map(|b| by_source(sums, b));
    for s in 0..Source::COUNT {
        let ds = day as usize * Source::COUNT + s;
        out.add(layout, TableId::SpreadCounts, ds * 2, impressions[s]);
        out.add(layout, TableId::SpreadCounts, ds * 2 + 1, clicks[s]);
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
    let [impressions, spend, clicks, interested] = [
        flow::IMPRESSIONS,
        flow::SPEND,
        flow::CLICKS,
        flow::INTERESTED,
    ]
    .map(|flow| by_source(&f.all, flow));
    let [a, b] = p.purchase.attributed;
    let [i, j] = p.purchase.incremental;
    for s in 0..Source::COUNT {
        let cell = da * Source::COUNT + s;
        let (bought, caused) = (
            a * clicks[s] + b * interested[s],
            i * clicks[s] + j * interested[s],
        );
        add(TableId::Impressions, cell, impressions[s]);
        add(TableId::Spend, cell, spend[s]);
        add(TableId::Clicks, cell, clicks[s]);
        add(TableId::Conversions, cell, bought);
        add(TableId::Incremental, cell, caused);
    }
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
        let all = [
            common.slots,
            f.all[flow::IMPRESSIONS],
            f.all[flow::SPEND],
            f.all[flow::CLICKS],
            f.all[flow::INTERESTED],
        ];
        let control = std::array::from_fn(|k| all[k] - f.treated[k]);
        for (side, part) in [(0, f.treated), (1, control)] {
            let [slots, impressions, spend, clicks, interested] = part;
            add(TableId::SplitSlots, side, slots);
            add(TableId::SplitImpressions, side, impressions);
            add(TableId::SplitSpend, side, spend);
            add(TableId::SplitClicks, side, clicks);
            add(TableId::SplitConversions, side, a * clicks + b * interested);
            add(TableId::SplitIncremental, side, i * clicks + j * interested);
        }
    }
}
