//! From what was shown by profile slot to what was shown by category: when a slot is given to another topic, and when the
//! window closes.

use overheard_model::block::{
    CategoryTotals, Exposure, Leaf, Seats, Vacated, chat_column, topic_column as col,
};
use overheard_model::columns::{SLOTS, TRUE_SLOTS};
use overheard_model::ids::{Source, Vulnerability};
use overheard_model::tally::{Count, TableId};
use overheard_model::topics::NO_TOPIC;
use overheard_model::world::World;

use crate::sums::Sums;

/// Where [`CategoryTotals`] has what chats won, and impressions on vulnerable topics.
const CHATS: usize = col::COUNT;
const VULNERABLE: usize = CHATS + chat_column::COUNT;

/// Moves a slot's totals to those of its topic's category.
pub fn give_up(world: &World, x: &mut Exposure, seats: &mut Seats, of: Vacated) {
    if of.topic == NO_TOPIC {
        return;
    }
    hand_over(world, x, seats, of);
    let (lane, slot) = (usize::from(of.lane), usize::from(of.slot));
    if slot < TRUE_SLOTS {
        for by_slot in &mut x.by_slot {
            by_slot[slot][lane] = 0.0;
        }
    }
    if let Some((row, l)) = seats.at_mut(lane) {
        for by_slot in row.all_by_slot.iter_mut().chain(&mut row.by_slot) {
            by_slot[slot][l] = 0.0;
        }
    }
}

/// Adds a slot's totals to those of its topic's category.
#[inline(always)]
fn hand_over(world: &World, x: &mut Exposure, seats: &Seats, of: Vacated) {
    let (lane, slot, topic) = (usize::from(of.lane), usize::from(of.slot), of.topic);
    if x.by_category.is_empty() {
        x.by_category
            .resize(world.taxonomy.categories.len(), [0.0; _]);
    }
    let mut given = [0.0; VULNERABLE];
    if slot < TRUE_SLOTS {
        for (value, by_slot) in given.iter_mut().zip(&x.by_slot) {
            *value = f64::from(by_slot[slot][lane]);
        }
    }
    if let Some((row, l)) = seats.at(lane) {
        for (value, by_slot) in given.iter_mut().zip(&row.all_by_slot) {
            *value += f64::from(by_slot[slot][l]);
        }
        for (value, by_slot) in given[CHATS..].iter_mut().zip(&row.by_slot) {
            *value = f64::from(by_slot[slot][l]);
        }
    }
    let category = world.taxonomy.category_of(topic);
    let ads = given[col::IMPRESSIONS] as f32;
    x.add_ads(world.taxonomy.categories.len(), category, lane, ads);
    let totals = &mut x.by_category[category];
    for (total, value) in totals.iter_mut().zip(given) {
        *total += value;
    }
    if world.taxonomy.topic(topic).vulnerability != Vulnerability::None {
        let impressions = [col::IMPRESSIONS, CHATS + chat_column::IMPRESSIONS];
        for (total, column) in totals[VULNERABLE..].iter_mut().zip(impressions) {
            *total += given[column];
        }
    }
}

/// Hands every slot over, and adds the totals of all categories: nothing is shown after that.
#[inline(always)]
pub fn close(world: &World, leaf: &mut Leaf, arm: usize, sums: &mut Sums) {
    let (who, state, n) = (&leaf.who, &mut leaf.arms[arm], leaf.n);
    // Slot by slot, so that its columns stay in the first cache.
    for slot in 0..SLOTS {
        for lane in 0..n {
            let topic = match slot.checked_sub(TRUE_SLOTS) {
                None => who.topics[slot][lane],
                Some(spill) => state.spill_topic[spill][lane],
            };
            if topic == NO_TOPIC {
                continue;
            }
            let of = Vacated {
                lane: lane as u8,
                slot: slot as u8,
                topic,
            };
            hand_over(world, &mut state.exposure, &state.seats, of);
        }
    }
    for (category, totals) in state.exposure.by_category.drain(..).enumerate() {
        add(world, category, &totals, sums);
    }
}

fn add(world: &World, category: usize, totals: &CategoryTotals, sums: &mut Sums) {
    // What is steered to a topic goes back to a signal; broad is only what came there blindly.
    let by_source = |column: usize, broad: f64, of_chats: usize| {
        let (all, chat) = (totals[column], totals[of_chats]);
        [broad, all - chat - broad, chat]
    };
    let broad = |column: usize| totals[column + col::BROAD];
    let flows = [
        (
            TableId::ImpressionsTopic,
            by_source(col::IMPRESSIONS, 0.0, CHATS + chat_column::IMPRESSIONS),
        ),
        (
            TableId::SpendTopic,
            by_source(col::SPEND, 0.0, CHATS + chat_column::SPEND),
        ),
        (
            TableId::ClicksTopic,
            by_source(col::CLICKS, 0.0, CHATS + chat_column::CLICKS),
        ),
        (
            TableId::ConversionsTopic,
            by_source(col::BOUGHT, broad(col::BOUGHT), CHATS + chat_column::BOUGHT),
        ),
        (
            TableId::IncrementalTopic,
            by_source(col::CAUSED, broad(col::CAUSED), CHATS + chat_column::CAUSED),
        ),
        (
            TableId::Vulnerable,
            by_source(VULNERABLE, 0.0, VULNERABLE + 1),
        ),
    ];
    let cell = |table, source: usize| world.layout.cell(table, [category, source]);
    for (table, values) in flows {
        for (source, value) in values.into_iter().enumerate() {
            sums.add(cell(table, source), value);
        }
    }
    let (items, of_chats) = (totals[col::ITEMS], totals[CHATS + chat_column::ITEMS]);
    let organic = |source: Source| cell(TableId::OrganicTopic, source.index());
    sums.add(organic(Source::Behaviour), items - of_chats);
    sums.add(organic(Source::Chat), of_chats);
}
