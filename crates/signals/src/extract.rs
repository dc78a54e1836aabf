//! From a chat to a signal: what is taken from it finds a slot of the profile and is counted.

use overheard_model::block::{Block, Chat, Leaf, Signal, Subject, ruled_by};
use overheard_model::calendar::Day;
use overheard_model::ids::{App, Class, Surface};
use overheard_model::tally::TableId;
use overheard_model::topics::NO_TOPIC;
use overheard_model::world::World;

use crate::fate::{Fate, Place, fate};
use crate::params::Params;
use crate::slots;

/// What the day's chats of a leaf come to under one arm.
#[derive(Debug, Default)]
pub struct Counted {
    /// (table, cell) of each whole count.
    pub counts: Vec<(TableId, usize)>,
}

/// Runs the day's chats of one leaf through one arm's extractor.
pub fn extract(
    p: &Params,
    world: &World,
    stratum: u16,
    day: Day,
    leaf: &mut Leaf,
    arm: usize,
    out: &mut Counted,
) {
    let Leaf {
        who,
        chats,
        arms,
        first,
        ..
    } = leaf;
    let state = &mut arms[arm];
    let reported = world.window.reported(day);
    let place = Place {
        world,
        stratum,
        day,
        first: *first,
    };
    let mut counted = None;
    for chat in chats.iter() {
        let lane = chat.lane as usize;
        let fate = fate(p, place, who, state, arm, chat);
        if matches!(fate, Fate::Quit | Fate::CutDown) {
            continue;
        }
        if (0..32).contains(&day) {
            state.chatted[lane] |= 1 << day;
        }
        if reported {
            count_chat(world, day, chat, out);
            // Chats stand in the order of people.
            if counted.replace(chat.lane) != Some(chat.lane) {
                out.counts.push((TableId::ChattingDay, day as usize));
            }
        }
        let Fate::Read(reading) = fate else {
            continue;
        };
        if reported
            && chat.class.is_sensitive()
            && let Some(table) = reading.verdict.table
        {
            out.counts
                .push((table, day as usize * Class::COUNT + chat.class.index()));
        }
        let (rules, reach) = (reading.rules, reading.reach);
        for f in reading.taken() {
            let (slot, evicted) = slots::place(who, state, lane, f.topic, f.z);
            if reported {
                out.counts.push((
                    TableId::Signals,
                    day as usize * Surface::COUNT + chat.surface.index(),
                ));
                if evicted {
                    out.counts.push((TableId::Evictions, 0));
                }
            }
            let (row, l) = state.seats.give(lane);
            let at = usize::from(slot);
            let signal = Signal {
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
                base_ads: std::array::from_fn(|a| row.earned_ads[a][at][l]),
                base_content: std::array::from_fn(|a| row.earned_content[a][at][l]),
                first_ad_done: 0.0,
            };
            for app in 0..App::COUNT {
                if signal.ads >> app & 1 == 1 {
                    row.ads[app][at][l] += signal.weight;
                }
                if signal.content >> app & 1 == 1 {
                    row.content[app][at][l] += signal.weight;
                }
            }
            state.first_signal[lane] = state.first_signal[lane].min(day);
            state.signals.push(signal);
        }
    }
}

fn count_chat(world: &World, day: Day, chat: &Chat, out: &mut Counted) {
    out.counts.push((
        TableId::Chats,
        day as usize * Surface::COUNT + chat.surface.index(),
    ));
    let subject = match chat.subject {
        Subject::Nothing => 0,
        Subject::Interest(slot) => 1 + overheard_model::rates::InterestRates::kind(slot as usize),
        Subject::New(_) => 3,
        Subject::Sensitive => 4,
    };
    out.counts.push((TableId::ChatsSubject, subject));
    if chat.topic != NO_TOPIC {
        out.counts
            .push((TableId::ChatsTopic, world.taxonomy.category_of(chat.topic)));
    }
    if chat.class.is_sensitive() {
        out.counts.push((
            TableId::SensitiveChats,
            day as usize * Class::COUNT + chat.class.index(),
        ));
    }
}

/// Adds what was counted under an arm to its tallies.
pub fn tally(world: &World, block: &mut Block, arm: usize, counted: &mut Counted) {
    for to in block.counted_under(arm) {
        for (table, cell) in &counted.counts {
            block.tallies[to].count(&world.layout, *table, *cell, 1);
        }
    }
    counted.counts.clear();
}

/// Deletes signals that have reached the retention limit: their mass goes, what they earned is settled.
pub fn expire(p: &Params, day: Day, leaf: &mut Leaf, arm: usize) {
    let state = &mut leaf.arms[arm];
    let treated = state.treated;
    let limit = |lane: u8| &p.arms[ruled_by(arm, treated, usize::from(lane))];
    if !state
        .signals
        .iter()
        .any(|s| day - s.day >= limit(s.lane).retention)
    {
        return;
    }
    let mut kept = Vec::with_capacity(state.signals.len());
    for signal in state.signals.drain(..) {
        let rules = limit(signal.lane);
        if day - signal.day < rules.retention {
            kept.push(signal);
            continue;
        }
        let left = signal.weight
            * libm::pow(f64::from(rules.keep_chat), f64::from(day - signal.day)) as f32;
        let (row, l) = state.seats.give(signal.lane as usize);
        let s = signal.slot as usize;
        for app in 0..App::COUNT {
            let forget = |mass: &mut f32| *mass = (*mass - left).max(0.0);
            if signal.ads >> app & 1 == 1 {
                forget(&mut row.ads[app][s][l]);
            }
            if signal.content >> app & 1 == 1 {
                forget(&mut row.content[app][s][l]);
            }
        }
        state.retired.push(signal);
    }
    state.signals = kept;
}
