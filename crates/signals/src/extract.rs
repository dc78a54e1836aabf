//! From a chat to a signal: what is taken from it finds a slot of the profile and is counted.

use overheard_model::block::{Block, Chat, Earnings, Leaf, Signal, Subject};
use overheard_model::calendar::Day;
use overheard_model::rates::InterestRates;
use overheard_model::tally::{Additions, Count, TableId};
use overheard_model::topics::NO_TOPIC;
use overheard_model::world::World;

use crate::outcome::{ChatOutcome, Place, outcome};
use crate::params::Params;
use crate::slots;

/// One arm's extractor on one day.
#[derive(Clone, Copy, Debug)]
pub struct Extractor<'a> {
    /// The rules of all arms.
    pub p: &'a Params,
    /// The frame of the run.
    pub world: &'a World,
    /// The people's stratum.
    pub stratum: u16,
    /// The day.
    pub day: Day,
    /// The arm.
    pub arm: usize,
}

impl Extractor<'_> {
    /// Runs the day's chats of one leaf through the extractor.
    pub fn run(&self, leaf: &mut Leaf, out: &mut Additions) {
        let (world, day, arm) = (self.world, self.day, self.arm);
        let layout = &world.layout;
        let Leaf {
            who,
            chats,
            arms,
            index,
            ..
        } = leaf;
        let state = &mut arms[arm];
        let reported = world.window.reported(day);
        let place = Place {
            world,
            stratum: self.stratum,
            day,
            index,
        };
        let mut counted = None;
        for chat in chats.iter() {
            let lane = chat.lane as usize;
            let outcome = outcome(self.p, place, who, state, arm, chat);
            if matches!(outcome, ChatOutcome::Quit | ChatOutcome::CutDown) {
                continue;
            }
            if (0..32).contains(&day) {
                state.chatted[lane] |= 1 << day;
            }
            if reported {
                self.count(chat, out);
                // Chats stand in the order of people.
                if counted.replace(chat.lane) != Some(chat.lane) {
                    out.add(layout.cell(TableId::ChattingDay, [day as usize]), 1.0);
                }
            }
            let ChatOutcome::Read(reading) = outcome else {
                continue;
            };
            if reported
                && chat.class.is_sensitive()
                && let Some(table) = reading.verdict.table
            {
                let at = [day as usize, chat.class.index()];
                out.add(layout.cell(table, at), 1.0);
            }
            let (rules, reach) = (reading.rules, reading.reach);
            for f in reading.taken() {
                let (slot, evicted) = slots::place(who, state, lane, f.topic, f.z);
                if reported {
                    let at = [day as usize, chat.surface.index()];
                    out.add(layout.cell(TableId::Signals, at), 1.0);
                    if evicted {
                        out.add(layout.cell(TableId::Evictions, []), 1.0);
                    }
                }
                state.open(Signal {
                    lane: chat.lane,
                    slot,
                    surface: chat.surface,
                    class: chat.class,
                    route_ads: f.routes[0],
                    route_content: f.routes[1],
                    ads: if f.ads { reach } else { 0 },
                    content: if f.content { reach } else { 0 },
                    day,
                    weight: rules.chat_weight,
                    earnings: Earnings::default(),
                });
            }
        }
    }

    fn count(&self, chat: &Chat, out: &mut Additions) {
        let (layout, day) = (&self.world.layout, self.day as usize);
        let at = [day, chat.surface.index()];
        out.add(layout.cell(TableId::Chats, at), 1.0);
        let subject = match chat.subject {
            Subject::Nothing => 0,
            Subject::Interest(slot) => 1 + InterestRates::kind(slot as usize),
            Subject::New(_) => 3,
            Subject::Sensitive => 4,
        };
        out.add(layout.cell(TableId::ChatsSubject, [subject]), 1.0);
        if chat.topic != NO_TOPIC {
            let category = self.world.taxonomy.category_of(chat.topic);
            out.add(layout.cell(TableId::ChatsTopic, [category]), 1.0);
        }
        if chat.class.is_sensitive() {
            let at = [day, chat.class.index()];
            out.add(layout.cell(TableId::SensitiveChats, at), 1.0);
        }
    }

    /// Deletes signals that have reached the retention limit: their mass goes, what they earned is settled.
    pub fn expire(&self, leaf: &mut Leaf) {
        let state = &mut leaf.arms[self.arm];
        let ruled = state.ruled(self.arm);
        state.retire(|signal| {
            let (rules, age) = (
                &self.p.arms[ruled.by(usize::from(signal.lane))],
                self.day - signal.day,
            );
            (age >= rules.retention).then(|| {
                signal.weight * libm::pow(f64::from(rules.keep_chat), f64::from(age)) as f32
            })
        });
    }
}

/// Adds what was counted under an arm to its tallies.
pub fn tally(block: &mut Block, arm: usize, counted: &mut Additions) {
    for to in block.counted_under(arm) {
        block.tallies[to].take(counted);
    }
    counted.clear();
}
