//! The assistant: who chats when, where, how and about what.
//!
//! Second stage of the ring. Writes today's *candidate* chats, the same in every arm; an arm's thinning (cutting down,
//! quitting) happens later and never shifts an index.

mod params;
mod row;
mod subject;

use std::sync::Arc;

use overheard_model::block::{Block, Chat, Leaf, Subject};
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, PASSING, ROW, STANDING, set_bits};
use overheard_model::habit::MONTH;
use overheard_model::ids::Surface;
use overheard_model::isa::Isa;
use overheard_model::stage::{Stage, StageError};
use overheard_model::streams::{At, Draws, Stream, below_one, unit_f32, unit32_f64};
use overheard_model::world::World;

use row::{Candidate, Row};

pub use params::Params;

/// The stage.
#[derive(Debug)]
pub struct Assistant {
    params: Arc<Params>,
    world: Arc<World>,
    isa: Isa,
    /// Of the leaf that is being worked on: kept for its allocation.
    candidates: Vec<Candidate>,
}

impl Assistant {
    /// The stage for one world.
    pub fn new(params: Arc<Params>, world: Arc<World>, isa: Isa) -> Self {
        Assistant {
            params,
            world,
            isa,
            candidates: Vec::new(),
        }
    }
}

impl Stage for Assistant {
    fn name(&self) -> &str {
        "assistant"
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        let (p, draws, isa) = (&*self.params, &self.world.draws, self.isa);
        let users = self.world.assistant(block.stratum);
        let (stratum, day, used) = (block.stratum, block.day, block.used());
        for leaf in &mut block.leaves[..used] {
            leaf.chats.clear();
            if !users {
                continue;
            }
            let today = isa.run(
                #[inline(always)]
                || Today::draw(draws, stratum, day, leaf),
            );
            today.candidates(p, leaf.n, &mut self.candidates);
            for chats in self.candidates.chunks(ROW) {
                let row = isa.run(
                    #[inline(always)]
                    || Row::draw(p, draws, stratum, day, leaf, chats),
                );
                chat(p, leaf, chats, &row);
            }
            for lane in set_bits(coming_up(&leaf.chats)) {
                come_up(p, draws, stratum, day, leaf, lane);
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

    /// The candidate chats of the first `n` lanes, person by person.
    fn candidates(&self, p: &Params, n: usize, chats: &mut Vec<Candidate>) {
        chats.clear();
        for lane in self.lanes(n) {
            let more = p.more_chats.at(unit32_f64(self.words[lane]));
            chats.extend((0..=more).map(|number| (lane as u8, number as u8)));
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

/// Adds a row of candidate chats to the leaf's.
fn chat(p: &Params, leaf: &mut Leaf, chats: &[Candidate], row: &Row) {
    for (k, (lane, number)) in chats.iter().enumerate() {
        let (lane, number) = (*lane, *number);
        let (l, who) = (usize::from(lane), &leaf.who);
        let surface = Surface::ALL[usize::from(row.surface[k])];
        let voice_share = match surface {
            Surface::AiGlasses => p.voice_share_glasses,
            _ => f64::from(who.voice_share[l]),
        };
        let kind = (row.kind[k], row.left[k]);
        let about = subject::choose(p, who, l, kind, row.unit(0, 3, k), row.unit(1, 2, k));
        leaf.chats.push(Chat {
            lane,
            number,
            surface,
            voice: row.unit(0, 1, k) < voice_share,
            logged_in: who.logged_in[l] >> surface.index() & 1 == 1,
            subject: about.subject,
            topic: about.topic,
            class: about.class,
            u_kept: below_one(row.unit(1, 0, k)),
            u_incognito: below_one(row.unit(1, 1, k)),
        });
    }
}

/// Whose chats an intent comes up in, bit per lane.
fn coming_up(chats: &[Chat]) -> u64 {
    let new = chats
        .iter()
        .filter(|c| matches!(c.subject, Subject::New(_)));
    new.fold(0, |lanes, chat| lanes | 1 << chat.lane)
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
    for chat in leaf.chats.iter_mut().filter(theirs) {
        if let Subject::New(of) = &mut chat.subject {
            (*of, chat.topic) = (s as u8, topic);
        }
    }
}
