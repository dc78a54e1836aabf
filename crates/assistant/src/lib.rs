//! The assistant: who chats when, where, how and about what.
//!
//! Second stage of the ring. Writes today's *candidate* chats, the same in every arm; an arm's thinning (cutting down,
//! quitting) happens later and never shifts an index.

mod params;
mod subject;

use std::sync::Arc;

use overheard_model::block::{Block, Chat, Leaf, Subject};
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, PASSING, STANDING};
use overheard_model::habit::MONTH;
use overheard_model::ids::Surface;
use overheard_model::isa::Isa;
use overheard_model::stage::{Stage, StageError};
use overheard_model::streams::{At, Draws, Stream, below_one, unit_f32, unit32_f64};
use overheard_model::world::World;

pub use params::Params;

/// The stage.
#[derive(Debug)]
pub struct Assistant {
    params: Arc<Params>,
    world: Arc<World>,
    isa: Isa,
}

impl Assistant {
    /// The stage for one world.
    pub fn new(params: Arc<Params>, world: Arc<World>, isa: Isa) -> Self {
        Assistant { params, world, isa }
    }
}

impl Stage for Assistant {
    fn name(&self) -> &str {
        "assistant"
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        let users = self.world.assistant(block.stratum);
        let (stratum, day, used) = (block.stratum, block.day, block.used());
        for leaf in &mut block.leaves[..used] {
            leaf.chats.clear();
            if users {
                let today = self.isa.run(
                    #[inline(always)]
                    || Today::draw(&self.world.draws, stratum, day, leaf),
                );
                chat(&self.params, &self.world.draws, stratum, day, leaf, &today);
            }
        }
        Ok(())
    }
}

/// Who of a leaf chats today, and a random word each for how often.
struct Today {
    active: [bool; LEAF],
    words: [u32; LEAF],
}

impl Today {
    /// Days with chats come by the habit's chance, and at the latest when a month is over: see [`overheard_model::habit`].
    #[inline(always)]
    fn draw(draws: &Draws, stratum: u16, day: Day, leaf: &mut Leaf) -> Self {
        let mut words = [[0u32; LEAF]; 4];
        draws.lanes(
            stratum,
            &leaf.index,
            day,
            Stream::ChatActive,
            0,
            leaf.n,
            &mut words,
        );
        let mut active = [false; LEAF];
        let last = &mut leaf.who.last_chat;
        for lane in 0..LEAF {
            let habit = unit_f32(words[0][lane]) < leaf.who.chat_rate[lane];
            let today = habit | (day - last[lane] >= MONTH);
            active[lane] = today;
            last[lane] = if today { day } else { last[lane] };
        }
        Today {
            active,
            words: words[1],
        }
    }

    /// The active among the first `n` lanes; without a branch for each, which would be guessed wrong where it matters.
    fn lanes(&self, n: usize) -> impl Iterator<Item = usize> {
        let mut lanes = [0u8; LEAF];
        let mut found = 0;
        for lane in 0..n {
            lanes[found] = lane as u8;
            found += usize::from(self.active[lane]);
        }
        lanes.into_iter().take(found).map(usize::from)
    }
}

/// Draws the contents of the leaf's candidate chats of a day.
fn chat(p: &Params, draws: &Draws, stratum: u16, day: Day, leaf: &mut Leaf, today: &Today) {
    for lane in today.lanes(leaf.n) {
        let count = 1 + p.more_chats.at(unit32_f64(today.words[lane]));
        let mut new = false;
        for number in 0..count {
            let at = At {
                stratum,
                index: leaf.index[lane],
                day,
                stream: Stream::Chat,
            };
            let [u_surface, u_voice, u_subject, u_pick] = draws.units(at, 2 * number);
            let [u_kept, u_incognito, u_topic, _] = draws.units(at, 2 * number + 1);
            let surface = p.surface(leaf.who.surfaces[lane], u_surface);
            let voice_share = match surface {
                Surface::AiGlasses => p.voice_share_glasses,
                _ => f64::from(leaf.who.voice_share[lane]),
            };
            let about = subject::choose(p, &leaf.who, lane, u_subject, u_pick, u_topic);
            new |= matches!(about.subject, Subject::New(_));
            leaf.chats.push(Chat {
                lane: lane as u8,
                number: number as u8,
                surface,
                voice: u_voice < voice_share,
                logged_in: leaf.who.logged_in[lane] >> surface.index() & 1 == 1,
                subject: about.subject,
                topic: about.topic,
                class: about.class,
                u_kept: below_one(u_kept),
                u_incognito: below_one(u_incognito),
            });
        }
        if new {
            come_up(p, draws, stratum, day, leaf, lane);
        }
    }
}

/// An intent begins in the chats of one person and day: it takes either passing slot, and shows in what else the person
/// does from tomorrow on. It begins in every arm alike, whether or not the platform hears of it.
fn come_up(p: &Params, draws: &Draws, stratum: u16, day: Day, leaf: &mut Leaf, lane: usize) {
    let at = At {
        stratum,
        index: leaf.index[lane],
        day,
        stream: Stream::Passing,
    };
    // The first blocks of words belong to intents that begin by themselves.
    let [u_length, u_gap, u_topic, u_slot] = draws.units(at, PASSING as u32);
    let slot = ((u_slot * PASSING as f64) as usize).min(PASSING - 1);
    p.intents
        .begin(leaf, lane, slot, day + 1, [u_length, u_gap, u_topic]);
    let s = STANDING + slot;
    // What was done today was about the intent that the slot gave up.
    for app in &mut leaf.today.behaviours {
        app[s][lane] = 0.0;
    }
    leaf.today.visits[s][lane] = 0.0;
    let topic = leaf.who.topics[s][lane];
    let theirs = |chat: &&mut Chat| usize::from(chat.lane) == lane;
    for chat in leaf.chats.iter_mut().rev().take_while(theirs) {
        if let Subject::New(of) = &mut chat.subject {
            (*of, chat.topic) = (s as u8, topic);
        }
    }
}
