//! The batch that travels round the ring: a block of people with their state and one day's columns.
//!
//! People are lanes: every column is an array over the 64 people of a *leaf*, so that a plain loop over a column
//! becomes vector code. A block is one or more leaves; it lives its whole month before the next block begins, so memory
//! does not grow with people. Which stage writes which part stands on each struct.

mod open_close;
mod seats;
mod signals;

use std::sync::LazyLock;

pub use seats::{ChatRow, Seats, chat_column};
pub use signals::{ChatSignals, Earnings, Signal, Vacated};

use crate::calendar::{Day, NEVER};
use crate::columns::{Indices, LEAF, Lane, PASSING, SPILL_SLOTS, TRUE_SLOTS};
use crate::ids::{App, Class, Route, Surface};
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
        self.leaves.truncate(leaves.len());
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

/// A drawn event of today's feeds that changes state: a click or a recognised ad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    pub lane: u8,
    pub app: u8,
    /// Profile slot the ad was about; `SLOTS` when none.
    pub slot: u8,
    pub click: bool,
    /// Attributed to chats.
    pub chat: bool,
}

/// State of the leaf under one arm.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct ArmState {
    // ---- profile: written by signals -------------------------------------------------------------------------
    /// Bit per app that shares an account group with each surface's account, the surface's own app included.
    pub reach: [[u8; LEAF]; Surface::COUNT],
    /// Signal mass from behaviour (on- and off-platform, clicks) per app and true slot (likes).
    pub behaviour: [[Lane; TRUE_SLOTS]; APPS],
    /// The part of it that came from off-platform visits, over all topics (likes): it tells who buys.
    pub off_platform: Lane,
    /// Bit per slot whose topic the person hid from ads, as users say.
    pub hidden: [u16; LEAF],
    pub spill_topic: [[TopicId; LEAF]; SPILL_SLOTS],
    /// True interest in the spilled topic: 0 unless it is a missed sensitive matter of the person's own.
    pub spill_z: [Lane; SPILL_SLOTS],
    /// Bit per day 0..31 on which the person held a chat: for the first weeks and the first month of the window.
    pub chatted: [u32; LEAF],
    // ---- reactions: written by users -------------------------------------------------------------------------
    pub quit: [Day; LEAF],
    pub cut: [Day; LEAF],
    pub unjoined: [Day; LEAF],
    // ---- and by whom it says ---------------------------------------------------------------------------------
    /// First day a chat of the person became a signal; by signals.
    pub first_signal: [Day; LEAF],
    /// By the feeds.
    pub exposure: Exposure,
    /// What only chats fill, of the people who were heard; by signals and feeds.
    pub seats: Seats,
    /// Bit per lane: the arm's own keys apply (else the base arm's); by users.
    pub treated: u64,
    /// Live signals, and what became of others this morning; by signals, settled by the feeds.
    pub signals: ChatSignals,
    /// Clicks of yesterday to be taken as behaviour today: (lane, app, slot). By users.
    pub clicks: Vec<(u8, u8, u8)>,
    /// Today's clicks and recognised ads; by the feeds, and taken up by users tomorrow.
    pub marks: Vec<Mark>,
}

/// What the feeds showed: today's means, and what a person saw over the window.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Exposure {
    /// Today's demand for the topics of true interests: manual, custom, optimised.
    pub demand: [[Lane; TRUE_SLOTS]; 3],
    /// Mean clicks of today by slot, by app: of the apps that a person opened today, and stale for the others. Of people with live
    /// signals they are with their seat: [`ChatRow::all_click`].
    pub click: [[Lane; TRUE_SLOTS]; APPS],
    /// The same over the slots of true interests: 0 in apps that the person did not open.
    pub clicks: [Lane; APPS],
    /// The same over spill slots, in all apps: of people with live signals who opened any.
    pub spill_clicks: Lane,
    /// Mean chat-derived impressions of today per app, whatever their topic; of the apps that people with live signals opened,
    /// clicks on ads that go back to chats.
    pub chat_today: [Lane; APPS],
    pub chat_clicks: [Lane; APPS],
    /// Displaced impressions of today.
    pub displaced_today: Lane,
    /// Chat-derived ads per app over the window: the mean of those not drawn one by one, and the number of those drawn.
    pub unmarked: [Lane; APPS],
    pub marked: [[u16; LEAF]; APPS],
    /// Displaced impressions against the base arm over the window.
    pub displaced: Lane,
    /// Expected chat-derived ads over the window, kept by feeds that draw all of them: what is drawn does not tell.
    pub expected: Lane,
    /// Window totals by slot for the topic cut, summed over apps: see [`topic_column`]. What somebody was shown who was heard is with
    /// their seat: [`ChatRow::all_by_slot`].
    pub by_slot: [[Lane; TRUE_SLOTS]; topic_column::COUNT],
    /// The same of topics that gave up their slots, by category; empty before the first.
    pub by_category: Vec<CategoryTotals>,
    /// Ads over the window whose topic was drawn as if nothing were known of topics, kept by feeds that integrate them.
    pub blind: Lane,
    /// Ads per category over the window, empty before the first: those of slots that were given up, or in feeds that draw
    /// all ads what was expected of every one.
    pub ads_by_category: Vec<Lane>,
    /// The day whose demand `demand` holds.
    pub priced: Day,
    /// What settled sensitive signals had earned: the rest is settled when the window closes.
    pub settled: Vec<Settled>,
}

/// [`topic_column`]s, [`chat_column`]s, and impressions on vulnerable topics: all, chats'.
pub type CategoryTotals = [f64; topic_column::COUNT + chat_column::COUNT + 2];

/// Earnings of a person's sensitive signals of one class and route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settled {
    pub lane: u8,
    pub class: Class,
    pub route_ads: Route,
    pub route_content: Route,
    pub ads: f32,
    pub content: f32,
}

/// Columns of [`Exposure::by_slot`]: what lists won, and optimised ads that signals steered to the slot's topic; organic
/// items. Chats' are [`chat_column`]s.
///
/// Optimised ads that came to the topic blindly are counted elsewhere, by their demand, as if nobody who saw them cared.
/// What the person's interest adds to their purchases is added here; a part of it (`BROAD`) goes back to no signal.
pub mod topic_column {
    /// Impressions.
    pub const IMPRESSIONS: usize = 0;
    /// What they cost (USD).
    pub const SPEND: usize = 1;
    /// Clicks.
    pub const CLICKS: usize = 2;
    /// Purchases after a click.
    pub const BOUGHT: usize = 3;
    /// Purchases that the ads caused.
    pub const CAUSED: usize = 5;
    /// From [`BOUGHT`] or [`CAUSED`] to the part of it that goes back to no signal.
    pub const BROAD: usize = 1;
    /// Organic items.
    pub const ITEMS: usize = 7;
    /// Columns.
    pub const COUNT: usize = 8;
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

/// Under whose keys the people of a leaf live, in everything: an arm's own where their bit is set among the treated, the
/// base arm's elsewhere. Whoever asks a key of an arm for a person asks here first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ruled {
    arm: usize,
    treated: u64,
}

impl Ruled {
    /// The arm whose keys apply to a person.
    #[inline(always)]
    pub const fn by(self, lane: usize) -> usize {
        if self.treated >> lane & 1 == 1 {
            self.arm
        } else {
            0
        }
    }

    /// A key of each person, from that of each arm.
    pub fn column(self, of: impl Fn(usize) -> f32) -> Lane {
        let (own, base) = (of(self.arm), of(0));
        if own == base {
            return [own; LEAF];
        }
        std::array::from_fn(|l| {
            if self.treated >> l & 1 == 1 {
                own
            } else {
                base
            }
        })
    }
}

impl ArmState {
    /// Under whose keys the people of this state live, which is that of arm `arm`.
    #[inline(always)]
    pub const fn ruled(&self, arm: usize) -> Ruled {
        Ruled {
            arm,
            treated: self.treated,
        }
    }

    /// [`Ruled::by`] for one person.
    #[inline(always)]
    pub const fn ruled_by(&self, arm: usize, lane: usize) -> usize {
        self.ruled(arm).by(lane)
    }

    /// As `clone_from`, in place: a state is too large to be built beside its own and then moved.
    pub fn become_like(&mut self, other: &ArmState) {
        let ArmState {
            reach,
            behaviour,
            off_platform,
            hidden,
            spill_topic,
            spill_z,
            chatted,
            quit,
            cut,
            unjoined,
            first_signal,
            exposure,
            seats,
            treated,
            signals,
            clicks,
            marks,
        } = other;
        self.reach = *reach;
        self.behaviour = *behaviour;
        self.off_platform = *off_platform;
        self.hidden = *hidden;
        (self.spill_topic, self.spill_z) = (*spill_topic, *spill_z);
        self.chatted = *chatted;
        (self.quit, self.cut, self.unjoined) = (*quit, *cut, *unjoined);
        self.first_signal = *first_signal;
        self.exposure.become_like(exposure);
        self.seats.become_like(seats);
        self.treated = *treated;
        self.signals.become_like(signals);
        self.clicks.clone_from(clicks);
        self.marks.clone_from(marks);
    }
}

impl Exposure {
    /// Adds ads of a category to a person's.
    pub fn add_ads(&mut self, categories: usize, category: usize, lane: usize, ads: f32) {
        if self.ads_by_category.is_empty() {
            self.ads_by_category.resize(categories, [0.0; LEAF]);
        }
        self.ads_by_category[category][lane] += ads;
    }

    fn become_like(&mut self, other: &Exposure) {
        let Exposure {
            demand,
            click,
            clicks,
            chat_today,
            chat_clicks,
            spill_clicks,
            displaced_today,
            unmarked,
            marked,
            displaced,
            expected,
            by_slot,
            by_category,
            blind,
            ads_by_category,
            priced,
            settled,
        } = other;
        self.demand = *demand;
        (self.click, self.clicks) = (*click, *clicks);
        (self.chat_today, self.chat_clicks) = (*chat_today, *chat_clicks);
        self.spill_clicks = *spill_clicks;
        self.displaced_today = *displaced_today;
        self.unmarked = *unmarked;
        self.marked = *marked;
        self.displaced = *displaced;
        self.expected = *expected;
        self.by_slot = *by_slot;
        self.by_category.clone_from(by_category);
        self.blind = *blind;
        self.ads_by_category.clone_from(ads_by_category);
        self.priced = *priced;
        self.settled.clone_from(settled);
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

impl Default for ArmState {
    fn default() -> Self {
        const Z: Lane = [0.0; LEAF];
        const T: [Lane; TRUE_SLOTS] = [Z; TRUE_SLOTS];
        ArmState {
            treated: !0,
            seats: Seats::default(),
            reach: [[0; LEAF]; Surface::COUNT],
            behaviour: [[Z; TRUE_SLOTS]; APPS],
            off_platform: Z,
            hidden: [0; LEAF],
            spill_topic: [[NO_TOPIC; LEAF]; SPILL_SLOTS],
            spill_z: [Z; SPILL_SLOTS],
            signals: ChatSignals::default(),
            chatted: [0; LEAF],
            quit: [NEVER; LEAF],
            cut: [NEVER; LEAF],
            unjoined: [NEVER; LEAF],
            first_signal: [NEVER; LEAF],
            clicks: Vec::new(),
            marks: Vec::new(),
            exposure: Exposure {
                demand: [T; 3],
                priced: NEVER,
                click: [T; APPS],
                clicks: [Z; APPS],
                spill_clicks: Z,
                chat_today: [Z; APPS],
                chat_clicks: [Z; APPS],
                displaced_today: Z,
                unmarked: [Z; APPS],
                marked: [[0; LEAF]; APPS],
                displaced: Z,
                expected: Z,
                by_slot: [T; topic_column::COUNT],
                by_category: Vec::new(),
                blind: Z,
                ads_by_category: Vec::new(),
                settled: Vec::new(),
            },
        }
    }
}

/// No off-platform visit yet.
pub const NO_VISIT: i16 = i16::MIN;
