//! From a chat to a signal: thinning, gates, the sensitive detector, the topic, and where it goes.
//!
//! Every uniform is drawn for every candidate chat, whatever the arm makes of it, so that arms differ by their rules and
//! by nothing else.

use overheard_model::block::{Block, Chat, LEAF, Leaf, Signal, Subject};
use overheard_model::calendar::Day;
use overheard_model::ids::{App, Class, Surface};
use overheard_model::streams::{At, Stream};
use overheard_model::tally::TableId;
use overheard_model::topics::{NO_TOPIC, TopicId};
use overheard_model::world::World;

use crate::params::{ArmParams, Params};
use crate::slots;

/// Indices into [`overheard_model::tally::ROUTES`].
const MISSED: u8 = 0;
const NEIGHBOUR: u8 = 1;
const UNPROTECTED: u8 = 2;

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
    let market = world.market(stratum).index();
    let Leaf {
        who,
        chats,
        arms,
        first,
        ..
    } = leaf;
    let state = &mut arms[arm];
    let reported = world.window.reported(day);
    for chat in chats.iter() {
        let lane = chat.lane as usize;
        let rules = if state.treated >> lane & 1 == 1 {
            &p.arms[arm]
        } else {
            &p.arms[0]
        };
        let gone = day >= state.quit[lane];
        let thinned = day >= state.cut[lane] && chat.u_kept >= rules.kept_after_cut;
        if gone || thinned {
            continue;
        }
        if (0..32).contains(&day) {
            state.chatted[lane] |= 1 << day;
        }
        if reported {
            count_chat(world, day, chat, out);
        }
        let minor = world.age(stratum).is_minor();
        let in_force = day >= rules.from[market];
        let hidden = rules.opted_out(who.u_control[lane]) || chat.u_incognito < rules.incognito;
        if !in_force || !chat.logged_in || hidden {
            continue;
        }
        let gates = Gates {
            ads: rules.ads && !minor,
            content: rules.content && (!minor || rules.minors_content),
        };
        let at = At {
            stratum,
            index: *first + lane as u32,
            day,
            stream: Stream::Extract,
        };
        let number = u32::from(chat.number);
        let u = world.draws.units(at, 2 * number);
        let [u_confused_with, u_neighbour, ..] = world.draws.units(at, 2 * number + 1);
        let verdict = judge(rules, chat, u[0], gates);
        if reported && chat.class != 0 {
            if let Some(table) = verdict.table {
                out.counts
                    .push((table, day as usize * Class::COUNT + chat.class as usize));
            }
        }
        let quality = rules.recall * if chat.voice { rules.voice_quality } else { 1.0 };
        let read = chat.topic != NO_TOPIC && u[2] < quality;
        let mut found: [Option<Found>; 2] = [None, None];
        if read && (verdict.ads || verdict.content) {
            let confused = u[3] < rules.confusion;
            let (topic, z) = if confused {
                (neighbour(p, chat.topic, u_confused_with), 0.0)
            } else {
                // A missed or unprotected sensitive matter is the person's own: a true interest without a slot.
                (
                    Some(chat.topic),
                    if chat.subject == Subject::Sensitive {
                        1.0
                    } else {
                        0.0
                    },
                )
            };
            let routes = (verdict.route_ads, verdict.route_content);
            found[0] = topic.map(|topic| Found {
                topic,
                z,
                ads: verdict.ads,
                content: verdict.content,
                routes,
            });
        }
        if verdict.leaks && u[1] < rules.neighbour_leak {
            found[1] = neighbour(p, chat.topic, u_neighbour).map(|topic| Found {
                topic,
                z: 0.0,
                ads: gates.ads,
                content: gates.content && !verdict.content,
                routes: (NEIGHBOUR, NEIGHBOUR),
            });
        }
        let own_app_only = day >= state.unjoined[lane];
        let reach = reach_now(
            state.reach[chat.surface.index()][lane],
            who.apps[lane],
            chat.surface,
            own_app_only,
        );
        for f in found.into_iter().flatten() {
            if reach == 0 || !(f.ads || f.content) {
                continue;
            }
            let (slot, evicted) = slots::place(who, state, lane, f.topic, f.z, chat.class);
            if reported {
                out.counts.push((
                    TableId::Signals,
                    day as usize * Surface::COUNT + chat.surface.index(),
                ));
                if evicted {
                    out.counts.push((TableId::Evictions, 0));
                }
            }
            let signal = Signal {
                lane: chat.lane,
                slot,
                surface: chat.surface,
                class: chat.class,
                route_ads: f.routes.0,
                route_content: f.routes.1,
                ads: if f.ads { reach } else { 0 },
                content: if f.content { reach } else { 0 },
                day,
                weight: rules.chat_weight,
                base_ads: std::array::from_fn(|a| {
                    state.exposure.earned_ads[a][slot as usize][lane]
                }),
                base_content: std::array::from_fn(|a| {
                    state.exposure.earned_content[a][slot as usize][lane]
                }),
                first_ad_done: 0.0,
            };
            for app in 0..App::COUNT {
                if signal.ads >> app & 1 == 1 {
                    state.chat_ads[app][slot as usize][lane] += signal.weight;
                }
                if signal.content >> app & 1 == 1 {
                    state.chat_content[app][slot as usize][lane] += signal.weight;
                }
            }
            state.first_signal[lane] = state.first_signal[lane].min(day);
            state.signals.push(signal);
        }
    }
}

#[derive(Clone, Copy)]
struct Gates {
    ads: bool,
    content: bool,
}

/// What the extractor may take from a chat, and under which heading.
struct Verdict {
    ads: bool,
    content: bool,
    route_ads: u8,
    route_content: u8,
    /// Caught, so that only a neighbouring ordinary topic could still be taken.
    leaks: bool,
    table: Option<TableId>,
}

struct Found {
    topic: TopicId,
    z: f32,
    ads: bool,
    content: bool,
    routes: (u8, u8),
}

/// The detector sits before topic and embedding: what it flags is kept out of whatever the class is excluded from.
fn judge(rules: &ArmParams, chat: &Chat, u_detect: f64, gates: Gates) -> Verdict {
    let class = Class::ALL[chat.class as usize];
    let excluded = if class.is_promised() {
        rules.exclude_promised
    } else if class.is_sensitive() {
        rules.exclude_unpromised
    } else {
        // An ordinary chat that the detector takes for a promised class is treated as one.
        rules.exclude_promised
    };
    let chance = if class.is_sensitive() {
        rules.detector_recall[chat.class as usize]
    } else {
        rules.false_positive
    };
    let watched = excluded[0] || excluded[1];
    let flagged = watched && u_detect < chance;
    let route = |excluded: bool| if excluded { MISSED } else { UNPROTECTED };
    Verdict {
        ads: gates.ads && !(flagged && excluded[0]),
        content: gates.content && !(flagged && excluded[1]),
        route_ads: route(excluded[0]),
        route_content: route(excluded[1]),
        leaks: flagged && class.is_sensitive(),
        table: watched.then_some(if flagged {
            TableId::SensitiveCaught
        } else {
            TableId::SensitiveMissed
        }),
    }
}

fn neighbour(p: &Params, topic: TopicId, u: f64) -> Option<TopicId> {
    let list = &p.neighbours[topic as usize];
    let total: f64 = list.iter().map(|n| n.1).sum();
    let mut left = u * total;
    for (id, weight) in list {
        if left < *weight {
            return Some(*id);
        }
        left -= weight;
    }
    list.last().map(|n| n.0)
}

/// Apps a chat on `surface` reaches; after taking accounts apart only the surface's own app.
fn reach_now(joined: u8, apps: u8, surface: Surface, own_app_only: bool) -> u8 {
    if !own_app_only {
        return joined;
    }
    if surface.index() < App::COUNT {
        apps & (1 << surface.index())
    } else {
        joined & joined.wrapping_neg()
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
        Subject::Sensitive => 3,
    };
    out.counts.push((TableId::ChatsSubject, subject));
    if chat.topic != NO_TOPIC {
        out.counts
            .push((TableId::ChatsTopic, world.taxonomy.category_of(chat.topic)));
    }
    if chat.class != 0 {
        out.counts.push((
            TableId::SensitiveChats,
            day as usize * Class::COUNT + chat.class as usize,
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
    let limit = |lane: u8| {
        if treated >> lane & 1 == 1 {
            &p.arms[arm]
        } else {
            &p.arms[0]
        }
    };
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
        let (l, s) = (signal.lane as usize, signal.slot as usize);
        for app in 0..App::COUNT {
            if signal.ads >> app & 1 == 1 {
                state.chat_ads[app][s][l] = (state.chat_ads[app][s][l] - left).max(0.0);
            }
            if signal.content >> app & 1 == 1 {
                state.chat_content[app][s][l] = (state.chat_content[app][s][l] - left).max(0.0);
            }
        }
        state.retired.push(signal);
    }
    state.signals = kept;
    debug_assert!(leaf.n <= LEAF);
}
