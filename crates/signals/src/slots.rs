//! The twelve slots of a profile: finding one, making room, giving one up.

use overheard_model::block::{ArmState, Leaf, Signal, Who};
use overheard_model::columns::{SPILL_SLOTS, STANDING, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::topics::{NO_TOPIC, TopicId};

/// Gives up the passing slots that were renewed this morning. Returns how many held something.
pub fn renew(leaf: &mut Leaf, arm: usize, old: &[(u8, u8, TopicId)]) -> u32 {
    let state = &mut leaf.arms[arm];
    old.iter()
        .filter(|(lane, slot, topic)| vacate(state, *lane, *slot, *topic))
        .count() as u32
}

/// Empties a slot: its signals retire (the feeds settle what they earned) and its mass goes. Says whether it held any.
pub fn vacate(state: &mut ArmState, lane: u8, slot: u8, topic: TopicId) -> bool {
    let (l, s) = (lane as usize, slot as usize);
    let mut held = chat_mass(state, l, s);
    if let Some((row, l)) = state.seats.at_mut(l) {
        for app in 0..App::COUNT {
            (row.ads[app][s][l], row.content[app][s][l]) = (0.0, 0.0);
        }
    }
    for app in 0..App::COUNT {
        if s < TRUE_SLOTS {
            held += state.behaviour[app][s][l];
            state.behaviour[app][s][l] = 0.0;
        }
    }
    state.shown[s][l] = 1.0;
    let ArmState {
        signals, retired, ..
    } = state;
    signals.retain(|signal: &Signal| {
        let stays = signal.lane != lane || signal.slot != slot;
        if !stays {
            retired.push(*signal);
        }
        stays
    });
    state.vacated.push((lane, slot, topic));
    held > 0.0
}

/// Mass from chats in a slot, over apps, for ads and for content.
fn chat_mass(state: &ArmState, lane: usize, slot: usize) -> f32 {
    state.seats.at(lane).map_or(0.0, |(row, l)| {
        let apps = row.ads.iter().zip(&row.content);
        apps.map(|(ads, content)| ads[slot][l] + content[slot][l])
            .sum()
    })
}

/// The slot for a signal on `topic`: the true interest that has it, the spill slot that has it, a free spill slot, or
/// the spill slot with the least mass, which is evicted. The flag says whether something was evicted.
pub fn place(who: &Who, state: &mut ArmState, lane: usize, topic: TopicId, z: f32) -> (u8, bool) {
    if let Some(slot) = (0..TRUE_SLOTS).find(|s| who.topics[*s][lane] == topic) {
        return (slot as u8, false);
    }
    let has = |topic: TopicId, state: &ArmState| {
        (0..SPILL_SLOTS).find(|s| state.spill_topic[*s][lane] == topic)
    };
    if let Some(spill) = has(topic, state) {
        return ((TRUE_SLOTS + spill) as u8, false);
    }
    let (spill, evicted) = match has(NO_TOPIC, state) {
        Some(free) => (free, false),
        None => {
            let mass = |s: usize| chat_mass(state, lane, TRUE_SLOTS + s);
            let mut least = 0;
            for s in 1..SPILL_SLOTS {
                if mass(s) < mass(least) {
                    least = s;
                }
            }
            let old = state.spill_topic[least][lane];
            vacate(state, lane as u8, (TRUE_SLOTS + least) as u8, old);
            (least, true)
        }
    };
    state.spill_topic[spill][lane] = topic;
    state.spill_z[spill][lane] = z;
    ((TRUE_SLOTS + spill) as u8, evicted)
}

/// The slots renewed this morning, with the topics they had.
pub fn renewed(leaf: &Leaf) -> Vec<(u8, u8, TopicId)> {
    let mut list = Vec::new();
    for lane in (0..leaf.n).filter(|l| leaf.today.renewed[*l] != 0) {
        for (k, from) in leaf.today.renewed_from.iter().enumerate() {
            if leaf.today.renewed[lane] >> k & 1 == 1 {
                list.push((lane as u8, (STANDING + k) as u8, from[lane]));
            }
        }
    }
    list
}
