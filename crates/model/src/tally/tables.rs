//! Every table of a tally: what it is indexed by, and the unit it is counted in.

use crate::calendar::Day;
use crate::habit::FIFTHS;
use crate::ids::{AdKind, Control, ItemType, Route};

/// What a table is indexed by, slowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dim {
    Day,
    App,
    Surface,
    /// Category of the taxonomy.
    Category,
    /// Sensitive class, ordinary included.
    Class,
    Source,
    /// A measure's own buckets.
    Bucket(&'static [&'static str]),
}

/// Fixed-point unit of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// 2^-32 of a person, impression, click, …
    Count,
    /// 2^-40 of a US dollar.
    Usd,
}

impl Scale {
    /// Fixed-point steps to a whole one.
    pub const fn units(self) -> f64 {
        match self {
            Scale::Count => 4_294_967_296.0,
            Scale::Usd => 1_099_511_627_776.0,
        }
    }
    /// Rounds half to even to the fixed point.
    pub fn fix(self, value: f64) -> i64 {
        /// 1.5·2⁵²: adding it to a number below 2⁵¹ rounds that to an integer, half to even. Without the instructions
        /// that the baseline lacks, the library's rounding would be a call.
        const ROUND: f64 = 6_755_399_441_055_744.0;
        let scaled = value * self.units();
        if scaled.abs() < 2_251_799_813_685_248.0 {
            ((scaled + ROUND) - ROUND) as i64
        } else {
            scaled.round_ties_even() as i64
        }
    }
}

/// One table of a tally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    pub dims: &'static [Dim],
    pub scale: Scale,
}

/// Ranges stand in words wherever buckets are named: a spreadsheet makes a day in June of `3-6` and a number of `10+`.
pub const FREQUENCY: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "10 or more",
];
/// Days from a chat to its first ad; bounds in [`FIRST_AD_AGES`].
pub const FIRST_AD: &[&str] = &["0", "1", "2", "3 to 6", "7 to 13", "14 or more", "none"];
/// Last age in days of each bucket of [`FIRST_AD`] but the last two.
pub const FIRST_AD_AGES: &[Day] = &[0, 1, 2, 6, 13];
/// Stages of the notice funnel: people who have come so far.
pub const FUNNEL: &[&str] = &["shown", "opened", "understood", "acted"];
/// People of whom a signal was taken; of them, who had understood the notice before; of them, who had a control that works.
pub const INFORMED: &[&str] = &["signalled", "understood", "with_control"];
/// Days since quitting or unjoining.
pub const AFTER: &[&str] = &["0 to 6", "7 to 13", "14 to 27", "28 or more"];
/// Sides of a split experiment.
pub const SPLIT: &[&str] = &["treated", "control"];
/// Kinds of ads.
pub const KINDS: &[&str] = AdKind::NAMES;
/// [`SPLIT`] × [`KINDS`].
pub const SPLIT_KINDS: &[&str] = &[
    "treated manual",
    "treated custom",
    "treated optimised",
    "control manual",
    "control custom",
    "control optimised",
];
/// The bucket of a side and a kind among [`SPLIT_KINDS`].
pub const fn split_kind(side: usize, kind: AdKind) -> usize {
    side * KINDS.len() + kind.index()
}
/// What a chat-derived ad is about: the topic of the chat it goes back to, or another.
pub const ABOUT: &[&str] = &["own-topic", "elsewhere"];
/// People with a live signal that may choose ads, in the apps that it reaches.
pub const HELD: &[&str] = &["live-signal"];
/// Subjects of chats: nothing that sells, a standing interest, a passing intent, one that begins in the chat, a sensitive
/// matter.
pub const SUBJECTS: &[&str] = &["nothing", "standing", "passing", "new", "sensitive"];
/// Weeks of the first four of the window.
pub const WEEKS: &[&str] = &["week-1", "week-2", "week-3", "week-4"];
/// Fifths of the assistant's users by chat habit, those who chat least first: see [`crate::habit::Fifths`].
pub const HABIT: &[&str; FIFTHS] = &["habit-1", "habit-2", "habit-3", "habit-4", "habit-5"];
/// Flows of [`TableId::BlindCounts`].
pub const BLIND_FLOWS: &[&str] = &["impressions", "clicks", "bought", "caused"];
/// Types of organic items.
pub const ITEMS: &[&str] = ItemType::NAMES;
/// Histogram of expected chat ads per person: quarter octaves from 2^-8 to 2^8.
pub const SPREAD_BINS: usize = 64;
const SPREAD: &[&str] = &[""; SPREAD_BINS];

use Dim::{Bucket, Category, Day as DayDim, Source as SourceDim};
const DAS: &[Dim] = &[DayDim, Dim::App, SourceDim];
const DA: &[Dim] = &[DayDim, Dim::App];
const TS: &[Dim] = &[Category, SourceDim];
const KIND: &[Dim] = &[Bucket(KINDS)];
const FROM_CHATS: &[Dim] = &[DayDim, Dim::App, Bucket(ABOUT)];
const BY_HABIT: &[Dim] = &[Bucket(HABIT)];
const HELD_DAS: &[Dim] = &[DayDim, Dim::App, SourceDim, Bucket(HELD)];

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident: $dims:expr, $scale:ident;)+) => {
        /// A table of a tally.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "named by what they hold, then by dimensions")]
        pub enum TableId { $($(#[$doc])* $name),+ }
        impl TableId {
            /// Every table, in the order in which they are kept.
            pub const ALL: &'static [TableId] = &[$(TableId::$name),+];
        }
        /// Every table, in the order of [`TableId`].
        pub const TABLES: &[Table] = &[$(Table { dims: $dims, scale: Scale::$scale }),+];
    };
}

tables! {
    People: &[], Count;
    ActiveTotal: &[], Count;
    ActiveDay: &[DayDim], Count;
    ActiveApp: &[Dim::App], Count;
    ActiveDayApp: DA, Count;
    Sessions: DA, Count;
    Chats: &[DayDim, Dim::Surface], Count;
    ChatsTopic: &[Category], Count;
    ChatsSubject: &[Bucket(SUBJECTS)], Count;
    ChattingMonth: &[], Count;
    ChattingDay: &[DayDim], Count;
    ChattingWeek: &[Bucket(WEEKS)], Count;
    SensitiveChats: &[DayDim, Dim::Class], Count;
    SensitiveCaught: &[DayDim, Dim::Class], Count;
    SensitiveMissed: &[DayDim, Dim::Class], Count;
    Signals: &[DayDim, Dim::Surface], Count;
    Slots: DA, Count;
    Impressions: DAS, Count;
    ImpressionsTopic: TS, Count;
    Spend: DAS, Usd;
    SpendTopic: TS, Usd;
    Clicks: DAS, Count;
    ClicksTopic: TS, Count;
    Conversions: DAS, Count;
    ConversionsTopic: TS, Count;
    Incremental: DAS, Count;
    IncrementalTopic: TS, Count;
    Predicted: DA, Count;
    /// Flows by kind of ad: manual interest lists, custom audiences, optimised delivery.
    ImpressionsKind: KIND, Count;
    SpendKind: KIND, Usd;
    ClicksKind: KIND, Count;
    ConversionsKind: KIND, Count;
    /// Chat-derived flows by whether the ad is on the topic of the chat.
    ImpressionsFromChats: FROM_CHATS, Count;
    SpendFromChats: FROM_CHATS, Usd;
    ClicksFromChats: FROM_CHATS, Count;
    /// Flows of people with a live signal, in the apps that it reaches.
    HeldImpressions: HELD_DAS, Count;
    HeldSpend: HELD_DAS, Usd;
    HeldClicks: HELD_DAS, Count;
    HeldDisplaced: &[DayDim, Dim::App, Bucket(HELD)], Count;
    Displaced: DA, Count;
    WithDisplaced: &[], Count;
    Organic: DAS, Count;
    OrganicTopic: TS, Count;
    ItemsByType: &[Dim::App, Bucket(ITEMS), SourceDim], Count;
    Reached: &[], Count;
    ReachedDay: &[DayDim], Count;
    ReachedApp: &[Dim::App], Count;
    Frequency: &[Bucket(FREQUENCY)], Count;
    ReachedSensitiveAny: &[], Count;
    ReachedSensitiveClass: &[Dim::Class], Count;
    ReachedSensitiveRoute: &[Bucket(Route::NAMES)], Count;
    ReachedSensitive: &[Dim::Class, Bucket(Route::NAMES)], Count;
    SensitiveContent: &[Dim::Class, Bucket(Route::NAMES)], Count;
    SensitiveAds: &[Dim::Class, Bucket(Route::NAMES)], Count;
    CrossApp: &[Dim::Surface, Dim::App], Count;
    FirstAd: &[Bucket(FIRST_AD)], Count;
    AfterLeaving: &[Bucket(AFTER)], Count;
    MinorsReached: &[], Count;
    Funnel: &[Bucket(FUNNEL)], Count;
    Informed: &[Bucket(INFORMED)], Count;
    Quit: &[], Count;
    Controls: &[Bucket(Control::NAMES)], Count;
    Vulnerable: &[Category, SourceDim], Count;
    TopicsAds: &[], Count;
    TopicsContent: &[], Count;
    Evictions: &[], Count;
    /// Histogram of people by expected chat-derived ads: people, then their ads (for the Gini coefficient).
    SpreadPeople: &[Bucket(SPREAD)], Count;
    SpreadAds: &[Bucket(SPREAD)], Count;
    /// Assistant users by chat habit, and what falls on them.
    PeopleHabit: BY_HABIT, Count;
    ChatAdsHabit: BY_HABIT, Count;
    DisplacedHabit: BY_HABIT, Count;
    ReachedHabit: BY_HABIT, Count;
    WithDisplacedHabit: BY_HABIT, Count;
    SensitiveAdsHabit: BY_HABIT, Count;
    ReachedSensitiveHabit: BY_HABIT, Count;
    /// Effective numbers of ad categories, summed over assistant users, and those of them who saw any ad.
    Diversity: BY_HABIT, Count;
    DiversityPeople: BY_HABIT, Count;
    /// Flows of treated and untreated people of an arm that treats a share of a market.
    SplitSlots: &[Bucket(SPLIT)], Count;
    SplitImpressions: &[Bucket(SPLIT)], Count;
    SplitSpend: &[Bucket(SPLIT)], Usd;
    SplitClicks: &[Bucket(SPLIT)], Count;
    SplitConversions: &[Bucket(SPLIT)], Count;
    SplitIncremental: &[Bucket(SPLIT)], Count;
    SplitImpressionsKind: &[Bucket(SPLIT_KINDS)], Count;
    SplitSpendKind: &[Bucket(SPLIT_KINDS)], Usd;
    SplitClicksKind: &[Bucket(SPLIT_KINDS)], Count;
    SplitConversionsKind: &[Bucket(SPLIT_KINDS)], Count;
    /// Optimised ads on whatever topic, before they are shared out over categories; no outcomes of their own.
    BlindCounts: &[DayDim, SourceDim, Bucket(BLIND_FLOWS)], Count;
    BlindSpend: &[DayDim, SourceDim], Usd;
}
