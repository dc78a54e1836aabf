//! The day's demand for the topic of each slot, looked up for a leaf.

use overheard_model::block::Leaf;
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, STANDING, TRUE_SLOTS};

use super::people::Rules;
use crate::prices::DayDemand;

/// Fills the columns of demand. While yesterday's prices stand, only topics that are new this morning are looked up. What sits in
/// spill slots is looked up where it is read, as it may change with every chat.
pub fn look_up(demand: &DayDemand, rules: &Rules, day: Day, leaf: &mut Leaf, arm: usize) {
    let Leaf {
        who, today, arms, ..
    } = leaf;
    let exposure = &mut arms[arm].exposure;
    let [manual, custom, optimised] = &mut exposure.demand;
    if demand.as_before && exposure.priced == day - 1 {
        for lane in (0..LEAF).filter(|l| today.renewed[*l] != 0) {
            for slot in STANDING..TRUE_SLOTS {
                let [m, c, o, _] = demand.lanes[usize::from(who.topics[slot][lane])];
                (manual[slot][lane], optimised[slot][lane]) = (m, o);
                custom[slot][lane] = c * rules.use_off_platform[lane];
            }
        }
    } else {
        for (slot, topics) in who.topics.iter().enumerate() {
            let columns = (&mut manual[slot], &mut custom[slot], &mut optimised[slot]);
            for lane in 0..LEAF {
                let [m, c, o, _] = demand.lanes[usize::from(topics[lane])];
                (columns.0[lane], columns.2[lane]) = (m, o);
                columns.1[lane] = c * rules.use_off_platform[lane];
            }
        }
    }
    exposure.priced = day;
}
