//! The batch that travels round the ring: a block of people with their state and one day's columns.
//!
//! People are lanes: every column is an array over the 64 people of a *leaf*, so that a plain loop over a column
//! becomes vector code. A block is one or more leaves; it lives its whole month before the next block begins, so memory
//! does not grow with people. Which stage writes which part stands on each struct.

mod open_close;
mod seats;
mod signals;
mod state;

use std::sync::LazyLock;

pub use seats::{ChatRow, Seats, chat_column};
pub use signals::{ChatSignals, Earnings, Signal, Vacated};
pub use state::{ArmState, CategoryTotals, Exposure, Mark, Ruled, Settled, topic_column};

use crate::calendar::{Day, NEVER};
use crate::columns::{Indices, LEAF, Lane, PASSING, TRUE_SLOTS};
use crate::ids::{App, Class, Surface};
use crate::tally::Tally;
use crate::topics::{NO_TOPIC, TopicId};

const APPS: usize = App::COUNT;

/// The batch of one shard's consecutive people.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The day that the ring is at.
    pub day: Day,
    /// Dense index of the stratum (market × age × assistant user or not).
    pub stratum: u16,
    /// Jackknife group within the stratum.
    pub group: u8,
    /// People in this block.
    pub people: u32,
    /// Leaves, allocated once and reused; the first `ceil(people / 64)` are in use.
    pub leaves: Vec<Box<Leaf>>,
    /// One tally per arm, of the people seen so far in this shard.
    pub tallies: Vec<Tally>,
    /// Per arm: the first day on which it may differ from the base arm in this stratum (`NEVER`: not at all).
    pub diverges: Vec<Day>,
}

impl Block {
    /// The leaves in use.
    pub fn used(&self) -> usize {
        (self.people as usize).div_ceil(LEAF)
    }

    /// The arms whose tallies take what is counted under `arm`: itself, and while they share the base's life, for the
    /// base also all arms that have not parted from it.
    pub fn counted_under(&self, arm: usize) -> impl Iterator<Item = usize> + use<> {
        let counts = self.counts(arm);
        (0..self.diverges.len()).filter(move |other| counts >> other & 1 == 1)
    }

    /// [`Block::counted_under`] as bits.
    pub fn counts(&self, arm: usize) -> u64 {
        let shares = |other: usize| other == arm || (arm == 0 && self.day < self.diverges[other]);
        (0..self.diverges.len()).fold(0, |bits, other| bits | u64::from(shares(other)) << other)
    }

    /// Takes over the people of another block, in the room of its own leaves; its tallies stay what they are.
    pub fn become_like(&mut self, other: &Block) {
        let Block {
            day,
            stratum,
            group,
            people,
            leaves,
            tallies: _,
            diverges,
        } = other;
        (self.day, self.stratum, self.group, self.people) = (*day, *stratum, *group, *people);
        self.diverges.clone_from(diverges);
        self.leaves.resize_with(leaves.len(), Box::default);
        for (leaf, other) in self.leaves.iter_mut().zip(leaves) {
            leaf.become_like(other);
        }
    }

    /// Whether arm `arm` is simulated on its own today, rather than read off the base arm.
    pub fn is_apart(&self, arm: usize) -> bool {
        arm == 0 || self.day >= self.diverges[arm]
    }
}

/// 64 people of a stratum, in any order.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Leaf {
    pub who: Who,
    pub today: Today,
    /// People in use: lanes `0..n`.
    pub n: usize,
    /// Index within the stratum of the person in each lane.
    pub index: Indices,
    /// Today's candidate chats, ordered by lane; written by the assistant, read by signals.
    pub chats: Vec<Chat>,
    /// One state per arm.
    pub arms: Vec<ArmState>,
}

/// Who the people are: drawn once, the same in every arm. Written by users.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Who {
    /// Bit per app.
    pub apps: [u8; LEAF],
    /// Bit per surface that the person has.
    pub surfaces: [u8; LEAF],
    /// Bit per surface on which the person is logged in.
    pub logged_in: [u8; LEAF],
    /// Uniforms that decide, against an arm's knobs, membership in the treated, the opted-out, the opted-in.
    pub u_treated: Lane,
    pub u_control: Lane,
    /// Uniforms against the joining knobs, of which every app but Facebook has one.
    pub u_joined: [Lane; APPS - 1],
    /// 1 where ads are chosen by profile, 0 for declared minors and less-personalised ads.
    pub personalised: Lane,
    /// 0 for people who pay for no ads, else the ad load factor of the declared age.
    pub ad_load: Lane,
    /// Chance to open each app on a day (0 if not used).
    pub open_rate: [Lane; APPS],
    /// Activity relative to the mean person.
    pub activity: Lane,
    /// Chance of a day with chats.
    pub chat_rate: Lane,
    /// Last day with candidate chats, today's included once they are drawn; kept by the assistant.
    pub last_chat: [Day; LEAF],
    pub voice_share: Lane,
    /// Bit per sensitive class that concerns the person.
    pub traits: [u16; LEAF],
    /// Topic of each true slot; passing slots change it.
    pub topics: [[TopicId; LEAF]; TRUE_SLOTS],
    /// True interest, 0 to about 1.5: drives what the person does.
    pub z: [Lane; TRUE_SLOTS],
    pub passing: [Passing; PASSING],
    /// Last off-platform visit per true slot.
    pub last_visit: [[i16; LEAF]; TRUE_SLOTS],
    pub notice: Notice,
    /// Bit per app opened on any reported day so far; kept by the feeds.
    pub ever_opened: [u8; LEAF],
    /// Bit per lane: a minor, whatever age is declared.
    pub minors: u64,
}

/// Renewal state of one passing slot: see [`crate::passing`]. The intent is alive before `end`.
#[derive(Clone, Copy, Debug)]
pub struct Passing {
    /// First day on which the intent shows in what the person does: one that a chat begins, the day after it.
    pub begin: [Day; LEAF],
    pub end: [Day; LEAF],
    /// Day on which the slot next begins a new intent.
    pub next: [Day; LEAF],
}

/// The whole course of a person's notices, drawn at once: it does not depend on what happens in the window.
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    pub shown: [Day; LEAF],
    pub opened: [Day; LEAF],
    pub understood: [Day; LEAF],
    pub acted: [Day; LEAF],
    /// 1 quits the assistant, 2 cuts down.
    pub act: [u8; LEAF],
}

/// What the people do on their own today, the same in every arm. Written by users.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Today {
    /// Bit per app opened.
    pub opened: [u8; LEAF],
    /// Behaviours per origin app and true slot.
    pub behaviours: [[Lane; TRUE_SLOTS]; APPS],
    /// Off-platform visits per true slot.
    pub visits: [Lane; TRUE_SLOTS],
    /// Slots whose topic was replaced this morning or by a chat today: bit per passing slot.
    pub renewed: [u8; LEAF],
    /// The topics that renewed passing slots had before.
    pub renewed_from: [[TopicId; LEAF]; PASSING],
}

/// What a chat is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nothing that sells.
    Nothing,
    /// A true interest, by slot.
    Interest(u8),
    /// A passing intent that begins in this chat, by slot.
    New(u8),
    /// A sensitive matter; topic and class stand in the chat.
    Sensitive,
}

/// One candidate chat, drawn before any thinning so that indices never shift between arms.
#[derive(Clone, Copy, Debug)]
pub struct Chat {
    pub lane: u8,
    /// Candidate number of that person and day.
    pub number: u8,
    pub surface: Surface,
    pub voice: bool,
    pub logged_in: bool,
    pub subject: Subject,
    pub topic: TopicId,
    pub class: Class,
    /// Uniform against thinning (cutting down) and against incognito mode.
    pub u_kept: f32,
    pub u_incognito: f32,
}

impl Leaf {
    /// Makes room for new people, 64 at most: nothing of the last ones is left but the allocations.
    pub fn renew(&mut self, people: &[u32], arms: usize) {
        static FRESH: LazyLock<(Leaf, ArmState)> =
            LazyLock::new(|| (Leaf::default(), ArmState::default()));
        let (leaf, state) = &*FRESH;
        (self.who, self.today) = (leaf.who, leaf.today);
        self.n = people.len();
        self.index = leaf.index;
        self.index[..self.n].copy_from_slice(people);
        self.chats.clear();
        self.arms.resize_with(arms, ArmState::default);
        self.arms[0].become_like(state);
    }

    /// As `clone_from`, in place.
    fn become_like(&mut self, other: &Leaf) {
        let Leaf {
            who,
            today,
            n,
            index,
            chats,
            arms,
        } = other;
        (self.who, self.today) = (*who, *today);
        (self.n, self.index) = (*n, *index);
        self.chats.clone_from(chats);
        self.arms.resize_with(arms.len(), ArmState::default);
        for (state, other) in self.arms.iter_mut().zip(arms) {
            state.become_like(other);
        }
    }
}

impl Default for Leaf {
    fn default() -> Self {
        const Z: Lane = [0.0; LEAF];
        const D: [Day; LEAF] = [NEVER; LEAF];
        let passing = Passing {
            begin: D,
            end: D,
            next: D,
        };
        Leaf {
            n: 0,
            index: [0; LEAF],
            who: Who {
                minors: 0,
                apps: [0; LEAF],
                surfaces: [0; LEAF],
                logged_in: [0; LEAF],
                u_treated: Z,
                u_control: Z,
                u_joined: [Z; APPS - 1],
                personalised: Z,
                ad_load: Z,
                open_rate: [Z; APPS],
                activity: Z,
                chat_rate: Z,
                last_chat: D,
                voice_share: Z,
                traits: [0; LEAF],
                topics: [[NO_TOPIC; LEAF]; TRUE_SLOTS],
                z: [Z; TRUE_SLOTS],
                passing: [passing; PASSING],
                last_visit: [[i16::MIN; LEAF]; TRUE_SLOTS],
                notice: Notice {
                    shown: D,
                    opened: D,
                    understood: D,
                    acted: D,
                    act: [0; LEAF],
                },
                ever_opened: [0; LEAF],
            },
            today: Today {
                opened: [0; LEAF],
                behaviours: [[Z; TRUE_SLOTS]; APPS],
                visits: [Z; TRUE_SLOTS],
                renewed: [0; LEAF],
                renewed_from: [[NO_TOPIC; LEAF]; PASSING],
            },
            chats: Vec::new(),
            arms: Vec::new(),
        }
    }
}

/// No off-platform visit yet.
pub const NO_VISIT: i16 = i16::MIN;
