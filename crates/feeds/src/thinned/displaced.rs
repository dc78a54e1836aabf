//! How much of what fills a slot differs between two arms.

use overheard_model::block::{ROW, SPILL_SLOTS, TRUE_SLOTS};
use overheard_model::topics::{NO_TOPIC, TopicId};

use super::people::{Row, Z};
use super::race::Race;
use crate::prices::DayDemand;

/// One arm's side of the comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub race: &'a Race,
    pub demand: &'a DayDemand,
    /// The spilled topics of each person, [`NO_TOPIC`] where the race did not look at them.
    pub spilled: &'a [[TopicId; ROW]; SPILL_SLOTS],
}

impl Side<'_> {
    /// Weights of manual, custom and optimised ads on a spilled topic: in whatever spill slot it sits here, and if in
    /// none, those of a topic of which nothing is known.
    fn on(&self, topic: TopicId, l: usize) -> [f32; 3] {
        let race = self.race;
        match (0..SPILL_SLOTS).find(|s| self.spilled[*s][l] == topic) {
            Some(spill) => {
                let s = TRUE_SLOTS + spill;
                let optimised = race.optimised[s][l] * race.scale[l];
                [race.manual[s][l], race.custom[s][l], optimised]
            }
            None => {
                let share = self.demand.by_topic[topic as usize][2] / self.demand.optimised;
                [0.0, 0.0, race.optimised_all[l] * race.spread[l] * share]
            }
        }
    }
}

/// Half the sum of absolute differences between the two arms' chances of what fills a slot: each kind on each topic that
/// either profile holds, optimised ads on other topics, nothing; times the slots. `CHATS`: spilled topics, too.
#[inline(always)]
pub fn displaced<const CHATS: bool>(own: Side<'_>, base: Side<'_>, slots: &Row) -> Row {
    let (mut total, mut rest, mut base_rest) = (Z, Z, Z);
    for l in 0..ROW {
        rest[l] = own.race.optimised_all[l];
        base_rest[l] = base.race.optimised_all[l];
        total[l] = (own.race.fill[l] - base.race.fill[l]).abs();
    }
    for s in 0..TRUE_SLOTS {
        for l in 0..ROW {
            let (k, kb) = (own.race.per_weight[l], base.race.per_weight[l]);
            total[l] += (k * own.race.manual[s][l] - kb * base.race.manual[s][l]).abs();
            total[l] += (k * own.race.custom[s][l] - kb * base.race.custom[s][l]).abs();
            let optimised = own.race.optimised[s][l] * own.race.scale[l];
            let base_optimised = base.race.optimised[s][l] * base.race.scale[l];
            total[l] += (k * optimised - kb * base_optimised).abs();
            rest[l] -= optimised;
            base_rest[l] -= base_optimised;
        }
    }
    if CHATS {
        for l in (0..ROW).filter(|l| slots[*l] > 0.0) {
            spilled(
                own,
                base,
                l,
                &mut total[l],
                [&mut rest[l], &mut base_rest[l]],
            );
        }
    }
    let mut displaced = Z;
    for l in 0..ROW {
        let (k, kb) = (own.race.per_weight[l], base.race.per_weight[l]);
        let others = (k * rest[l] - kb * base_rest[l]).abs();
        displaced[l] = slots[l] * 0.5 * (total[l] + others);
    }
    displaced
}

/// A person's spilled topics may sit in other spill slots in the base arm, or in none: they are compared by topic.
fn spilled(own: Side<'_>, base: Side<'_>, l: usize, total: &mut f32, rest: [&mut f32; 2]) {
    let [rest, base_rest] = rest;
    let (k, kb) = (own.race.per_weight[l], base.race.per_weight[l]);
    for s in 0..2 * SPILL_SLOTS {
        let topic = match s.checked_sub(SPILL_SLOTS) {
            None => own.spilled[s][l],
            Some(s) => base.spilled[s][l],
        };
        let again = s >= SPILL_SLOTS && own.spilled.iter().any(|row| row[l] == topic);
        if topic == NO_TOPIC || again {
            continue;
        }
        let (here, there) = (own.on(topic, l), base.on(topic, l));
        for (a, b) in here.iter().zip(there) {
            *total += (k * a - kb * b).abs();
        }
        *rest -= here[2];
        *base_rest -= there[2];
    }
}
