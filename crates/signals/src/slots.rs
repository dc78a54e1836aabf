//! The twelve slots of a profile: finding one, making room.

use overheard_model::block::{ArmState, Leaf, Who};
use overheard_model::columns::{SPILL_SLOTS, STANDING, TRUE_SLOTS};
use overheard_model::topics::{NO_TOPIC, TopicId};

/// Gives up the passing slots that were renewed this morning. Returns how many held something.
pub fn renew(leaf: &mut Leaf, arm: usize) -> u32 {
    let mut evicted = 0;
    let (today, state) = (&leaf.today, &mut leaf.arms[arm]);
    for lane in (0..leaf.n).filter(|l| today.renewed[*l] != 0) {
        for (k, from) in today.renewed_from.iter().enumerate() {
            if today.renewed[lane] >> k & 1 == 1 {
                let (slot, topic) = ((STANDING + k) as u8, from[lane]);
                evicted += u32::from(state.vacate(lane as u8, slot, topic));
            }
        }
    }
    evicted
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
            let mass = |s: usize| state.chat_mass(lane, TRUE_SLOTS + s);
            let mut least = 0;
            for s in 1..SPILL_SLOTS {
                if mass(s) < mass(least) {
                    least = s;
                }
            }
            let old = state.spill_topic[least][lane];
            state.vacate(lane as u8, (TRUE_SLOTS + least) as u8, old);
            (least, true)
        }
    };
    state.spill_topic[spill][lane] = topic;
    state.spill_z[spill][lane] = z;
    ((TRUE_SLOTS + spill) as u8, evicted)
}
