//! The day's demand for the topic of each slot, looked up for a leaf.

use overheard_model::block::Leaf;
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, SPILL_SLOTS, STANDING, SlotLanes, TRUE_SLOTS, set_bits};
use overheard_model::topics::TopicId;

use super::people::{Rules, heard};
use crate::prices::DayDemand;

/// Fills the columns of demand. While yesterday's prices stand, only topics that are new this morning are looked up;
/// spilled topics may change with every chat.
pub fn look_up(demand: &DayDemand, rules: &Rules, day: Day, leaf: &mut Leaf, arm: usize) {
    let Leaf {
        who, today, arms, ..
    } = leaf;
    let state = &mut arms[arm];
    let heard = heard(state);
    let columns = &mut state.exposure.demand;
    if demand.as_before && state.exposure.priced == day - 1 {
        for lane in (0..LEAF).filter(|l| today.renewed[*l] != 0) {
            for slot in STANDING..TRUE_SLOTS {
                one(demand, rules, columns, slot, lane, who.topics[slot][lane]);
            }
        }
    } else {
        for slot in 0..TRUE_SLOTS {
            let [manual, custom, optimised] = &mut *columns;
            let (manual, custom, optimised) =
                (&mut manual[slot], &mut custom[slot], &mut optimised[slot]);
            for lane in 0..LEAF {
                let [m, c, o, _] = demand.lanes[who.topics[slot][lane] as usize];
                (manual[lane], optimised[lane]) = (m, o);
                custom[lane] = c * rules.use_off_platform[lane];
            }
        }
    }
    for lane in set_bits(heard) {
        for spill in 0..SPILL_SLOTS {
            let topic = state.spill_topic[spill][lane];
            one(demand, rules, columns, TRUE_SLOTS + spill, lane, topic);
        }
    }
    state.exposure.priced = day;
}

fn one(
    demand: &DayDemand,
    rules: &Rules,
    columns: &mut [SlotLanes; 3],
    slot: usize,
    lane: usize,
    topic: TopicId,
) {
    let [manual, custom, optimised, _] = demand.lanes[topic as usize];
    columns[0][slot][lane] = manual;
    columns[1][slot][lane] = custom * rules.use_off_platform[lane];
    columns[2][slot][lane] = optimised;
}
