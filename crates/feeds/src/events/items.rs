//! Organic items, one by one: friends' posts, Reels, groups, pages.
//!
//! An item of type `t` wins with weight `S_t` without any signal and `π_t S_t q_s / 8` by the signal of slot `s`.

use overheard_model::block::ArmState;
use overheard_model::columns::TRUE_SLOTS;
use overheard_model::ids::{ItemType, Source};
use overheard_model::tally::{Count, TableId};

use super::ads::Viewer;
use super::counts::Counts;
use super::draws::ItemDraws;

/// What an item was chosen by: its type, and the profile slot whose signal chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item {
    kind: usize,
    slot: Option<usize>,
}

/// The ranking of one person's items in one app.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Items with cumulative weights.
    items: Vec<(Item, f64)>,
}

impl Ranking {
    /// By the profile of the person.
    pub fn new(viewer: &Viewer<'_>) -> Self {
        let content = &viewer.p.content[viewer.app];
        let kappa = f64::from(viewer.p.kappa);
        let mut items = Vec::new();
        let mut sum = 0.0;
        let mut put = |kind, slot, weight: f64| {
            sum += weight;
            items.push((Item { kind, slot }, sum));
        };
        for kind in 0..ItemType::COUNT {
            put(kind, None, f64::from(content.share[kind]));
            for (slot, interest) in viewer.person.held() {
                let mass = interest.content_behaviour + interest.content_chat;
                let strength = mass / (mass + kappa);
                let gain = f64::from(content.gain[kind]) / TRUE_SLOTS as f64;
                put(kind, Some(slot), gain * strength);
            }
        }
        Ranking { items }
    }

    fn pick(&self, u: f64) -> Item {
        let total = self.items.last().map_or(0.0, |item| item.1);
        let k = self.items.partition_point(|item| item.1 <= u * total);
        self.items[k.min(self.items.len() - 1)].0
    }

    /// Offers one item.
    pub fn offer(
        &self,
        viewer: &Viewer<'_>,
        drawn: &ItemDraws,
        state: &mut ArmState,
        counts: &mut Option<Counts<'_>>,
    ) {
        let item = self.pick(drawn.item);
        let interest = item.slot.map(|slot| &viewer.person.interests[slot]);
        let source = match interest {
            None => Source::Broad,
            Some(i) if drawn.source * (i.content_behaviour + i.content_chat) < i.content_chat => {
                Source::Chat
            }
            Some(_) => Source::Behaviour,
        };
        if let Some(counts) = counts {
            let (layout, source) = (&viewer.world.layout, source.index());
            let today = [viewer.day as usize, viewer.app, source];
            counts.add(layout.cell(TableId::Organic, today), 1.0);
            let by_type = [viewer.app, item.kind, source];
            counts.add(layout.cell(TableId::ItemsByType, by_type), 1.0);
            if let Some(interest) = interest {
                let category = viewer.world.taxonomy.category_of(interest.topic);
                let by_topic = [category, source];
                counts.add(layout.cell(TableId::OrganicTopic, by_topic), 1.0);
            }
        }
        if source == Source::Chat {
            let picked = viewer.person.pick(drawn.signal, |heard| {
                let reaches = heard.content >> viewer.app & 1 == 1;
                let chose = reaches && Some(heard.slot as usize) == item.slot;
                f64::from(u8::from(chose))
            });
            if let Some(signal) = picked.and_then(|k| state.signals.live_mut().get_mut(k)) {
                signal.earnings.counted_content[viewer.app] += 1;
            }
        }
    }
}
