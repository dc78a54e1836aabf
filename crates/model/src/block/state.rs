//! What an arm does to the people of a leaf: their profiles, what they are shown, and what comes of it.

use super::seats::{Seats, chat_column};
use super::signals::ChatSignals;
use crate::calendar::{Day, NEVER};
use crate::columns::{LEAF, Lane, SPILL_SLOTS, TRUE_SLOTS};
use crate::ids::{App, Class, Route, Surface};
use crate::topics::{NO_TOPIC, TopicId};

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
    pub behaviour: [[Lane; TRUE_SLOTS]; App::COUNT],
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
    /// signals they are with their seat: [`ChatRow::all_click`](super::ChatRow::all_click).
    pub click: [[Lane; TRUE_SLOTS]; App::COUNT],
    /// The same over the slots of true interests: 0 in apps that the person did not open.
    pub clicks: [Lane; App::COUNT],
    /// The same over spill slots, in all apps: of people with live signals who opened any.
    pub spill_clicks: Lane,
    /// Mean chat-derived impressions of today per app, whatever their topic; of the apps that people with live signals opened,
    /// clicks on ads that go back to chats.
    pub chat_today: [Lane; App::COUNT],
    pub chat_clicks: [Lane; App::COUNT],
    /// Displaced impressions of today.
    pub displaced_today: Lane,
    /// Chat-derived ads per app over the window: the mean of those not drawn one by one, and the number of those drawn.
    pub unmarked: [Lane; App::COUNT],
    pub marked: [[u16; LEAF]; App::COUNT],
    /// Displaced impressions against the base arm over the window.
    pub displaced: Lane,
    /// Expected chat-derived ads over the window, kept by feeds that draw all of them: what is drawn does not tell.
    pub expected: Lane,
    /// Window totals by slot for the topic cut, summed over apps: see [`topic_column`]. What somebody was shown who was heard is with
    /// their seat: [`ChatRow::all_by_slot`](super::ChatRow::all_by_slot).
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

impl Default for ArmState {
    fn default() -> Self {
        const Z: Lane = [0.0; LEAF];
        const T: [Lane; TRUE_SLOTS] = [Z; TRUE_SLOTS];
        ArmState {
            treated: !0,
            seats: Seats::default(),
            reach: [[0; LEAF]; Surface::COUNT],
            behaviour: [[Z; TRUE_SLOTS]; App::COUNT],
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
                click: [T; App::COUNT],
                clicks: [Z; App::COUNT],
                spill_clicks: Z,
                chat_today: [Z; App::COUNT],
                chat_clicks: [Z; App::COUNT],
                displaced_today: Z,
                unmarked: [Z; App::COUNT],
                marked: [[0; LEAF]; App::COUNT],
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
