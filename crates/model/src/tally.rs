//! What is counted: the measures, the tables they are kept in, and the integers they are counted with.
//!
//! A [`Tally`] holds, for one arm and one group of people of one stratum, every table as plain 64-bit integers in fixed
//! point. A leaf of 64 people is summed in floating point in a fixed order and rounded once; from there on only integers
//! are added, so merging is associative and commutative and the order of leaves, blocks and threads cannot show.

use crate::calendar::Day;
use crate::columns::{Lane, ROW};
use crate::ids::{AdKind, App, Class, Control, ItemType, Route, Source, Surface};

/// Every measure of `outcomes.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Measure {
    People,
    PeopleActive,
    Sessions,
    Chats,
    ChatsBySubject,
    PeopleChatting,
    SensitiveChats,
    SensitiveCaught,
    SensitiveMissed,
    Signals,
    AdSlots,
    AdImpressions,
    AdSpend,
    AdClicks,
    AdConversions,
    IncrementalConversions,
    PredictedClicks,
    /// Flows by kind of ad: manual interest lists, custom audiences, optimised delivery.
    ImpressionsByKind,
    SpendByKind,
    ClicksByKind,
    ConversionsByKind,
    /// Chat-derived flows by whether the ad is on the topic of the chat.
    ImpressionsFromChats,
    SpendFromChats,
    ClicksFromChats,
    /// Flows of people with a live signal, in the apps that it reaches.
    HeldImpressions,
    HeldSpend,
    HeldClicks,
    HeldDisplaced,
    Displaced,
    PeopleWithDisplaced,
    OrganicItems,
    ItemsByType,
    PeopleReached,
    Frequency,
    ReachedFromSensitive,
    SensitiveContentItems,
    SensitiveAdImpressions,
    CrossApp,
    DaysToFirstAd,
    ChatAdsAfterLeaving,
    MinorsReached,
    NoticeFunnel,
    Informed,
    PeopleQuit,
    ControlsUsed,
    VulnerableImpressions,
    TopicsAds,
    TopicsContent,
    ProfileEvictions,
    /// Histogram of people by expected chat-derived ads: people, then their ads (for the Gini coefficient).
    SpreadPeople,
    SpreadAds,
    /// Flows of treated and untreated people of an arm that treats a share of a market.
    SplitSlots,
    SplitImpressions,
    SplitSpend,
    SplitClicks,
    SplitConversions,
    SplitIncremental,
    SplitImpressionsByKind,
    SplitSpendByKind,
    SplitClicksByKind,
    SplitConversionsByKind,
    /// Optimised ads on whatever topic, before they are shared out over categories; not an outcome of its own.
    Blind,
}

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
    pub measure: Measure,
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
/// What a chat-derived ad is about: the topic of the chat it goes back to, or another.
pub const ABOUT: &[&str] = &["own-topic", "elsewhere"];
/// People with a live signal that may choose ads, in the apps that it reaches.
pub const HELD: &[&str] = &["live-signal"];
/// Subjects of chats: nothing that sells, a standing interest, a passing intent, one that begins in the chat, a sensitive
/// matter.
pub const SUBJECTS: &[&str] = &["nothing", "standing", "passing", "new", "sensitive"];
/// Weeks of the first four of the window.
pub const WEEKS: &[&str] = &["week-1", "week-2", "week-3", "week-4"];
/// Flows of [`Measure::Blind`].
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
const HELD_DAS: &[Dim] = &[DayDim, Dim::App, SourceDim, Bucket(HELD)];

macro_rules! tables {
    ($($name:ident: $measure:ident, $dims:expr, $scale:ident;)+) => {
        /// A table of a tally.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "named by what they hold: measure, then dimensions")]
        pub enum TableId { $($name),+ }
        impl TableId {
            /// Every table, in the order in which they are kept.
            pub const ALL: &'static [TableId] = &[$(TableId::$name),+];
        }
        /// Every table, in the order of [`TableId`].
        pub const TABLES: &[Table] = &[$(Table { measure: Measure::$measure, dims: $dims, scale: Scale::$scale }),+];
    };
}

tables! {
    People: People, &[], Count;
    ActiveTotal: PeopleActive, &[], Count;
    ActiveDay: PeopleActive, &[DayDim], Count;
    ActiveApp: PeopleActive, &[Dim::App], Count;
    ActiveDayApp: PeopleActive, DA, Count;
    Sessions: Sessions, DA, Count;
    Chats: Chats, &[DayDim, Dim::Surface], Count;
    ChatsTopic: Chats, &[Category], Count;
    ChatsSubject: ChatsBySubject, &[Bucket(SUBJECTS)], Count;
    ChattingMonth: PeopleChatting, &[], Count;
    ChattingDay: PeopleChatting, &[DayDim], Count;
    ChattingWeek: PeopleChatting, &[Bucket(WEEKS)], Count;
    SensitiveChats: SensitiveChats, &[DayDim, Dim::Class], Count;
    SensitiveCaught: SensitiveCaught, &[DayDim, Dim::Class], Count;
    SensitiveMissed: SensitiveMissed, &[DayDim, Dim::Class], Count;
    Signals: Signals, &[DayDim, Dim::Surface], Count;
    Slots: AdSlots, DA, Count;
    Impressions: AdImpressions, DAS, Count;
    ImpressionsTopic: AdImpressions, TS, Count;
    Spend: AdSpend, DAS, Usd;
    SpendTopic: AdSpend, TS, Usd;
    Clicks: AdClicks, DAS, Count;
    ClicksTopic: AdClicks, TS, Count;
    Conversions: AdConversions, DAS, Count;
    ConversionsTopic: AdConversions, TS, Count;
    Incremental: IncrementalConversions, DAS, Count;
    IncrementalTopic: IncrementalConversions, TS, Count;
    Predicted: PredictedClicks, DA, Count;
    ImpressionsKind: ImpressionsByKind, KIND, Count;
    SpendKind: SpendByKind, KIND, Usd;
    ClicksKind: ClicksByKind, KIND, Count;
    ConversionsKind: ConversionsByKind, KIND, Count;
    ImpressionsFromChats: ImpressionsFromChats, FROM_CHATS, Count;
    SpendFromChats: SpendFromChats, FROM_CHATS, Usd;
    ClicksFromChats: ClicksFromChats, FROM_CHATS, Count;
    HeldImpressions: HeldImpressions, HELD_DAS, Count;
    HeldSpend: HeldSpend, HELD_DAS, Usd;
    HeldClicks: HeldClicks, HELD_DAS, Count;
    HeldDisplaced: HeldDisplaced, &[DayDim, Dim::App, Bucket(HELD)], Count;
    Displaced: Displaced, DA, Count;
    WithDisplaced: PeopleWithDisplaced, &[], Count;
    Organic: OrganicItems, DAS, Count;
    OrganicTopic: OrganicItems, TS, Count;
    ItemsByType: ItemsByType, &[Dim::App, Bucket(ITEMS), SourceDim], Count;
    Reached: PeopleReached, &[], Count;
    ReachedDay: PeopleReached, &[DayDim], Count;
    ReachedApp: PeopleReached, &[Dim::App], Count;
    Frequency: Frequency, &[Bucket(FREQUENCY)], Count;
    ReachedSensitiveAny: ReachedFromSensitive, &[], Count;
    ReachedSensitiveClass: ReachedFromSensitive, &[Dim::Class], Count;
    ReachedSensitiveRoute: ReachedFromSensitive, &[Bucket(Route::NAMES)], Count;
    ReachedSensitive: ReachedFromSensitive, &[Dim::Class, Bucket(Route::NAMES)], Count;
    SensitiveContent: SensitiveContentItems, &[Dim::Class, Bucket(Route::NAMES)], Count;
    SensitiveAds: SensitiveAdImpressions, &[Dim::Class, Bucket(Route::NAMES)], Count;
    CrossApp: CrossApp, &[Dim::Surface, Dim::App], Count;
    FirstAd: DaysToFirstAd, &[Bucket(FIRST_AD)], Count;
    AfterLeaving: ChatAdsAfterLeaving, &[Bucket(AFTER)], Count;
    MinorsReached: MinorsReached, &[], Count;
    Funnel: NoticeFunnel, &[Bucket(FUNNEL)], Count;
    Informed: Informed, &[Bucket(INFORMED)], Count;
    Quit: PeopleQuit, &[], Count;
    Controls: ControlsUsed, &[Bucket(Control::NAMES)], Count;
    Vulnerable: VulnerableImpressions, &[Category, SourceDim], Count;
    TopicsAds: TopicsAds, &[], Count;
    TopicsContent: TopicsContent, &[], Count;
    Evictions: ProfileEvictions, &[], Count;
    SpreadPeople: SpreadPeople, &[Bucket(SPREAD)], Count;
    SpreadAds: SpreadAds, &[Bucket(SPREAD)], Count;
    SplitSlots: SplitSlots, &[Bucket(SPLIT)], Count;
    SplitImpressions: SplitImpressions, &[Bucket(SPLIT)], Count;
    SplitSpend: SplitSpend, &[Bucket(SPLIT)], Usd;
    SplitClicks: SplitClicks, &[Bucket(SPLIT)], Count;
    SplitConversions: SplitConversions, &[Bucket(SPLIT)], Count;
    SplitIncremental: SplitIncremental, &[Bucket(SPLIT)], Count;
    SplitImpressionsKind: SplitImpressionsByKind, &[Bucket(SPLIT_KINDS)], Count;
    SplitSpendKind: SplitSpendByKind, &[Bucket(SPLIT_KINDS)], Usd;
    SplitClicksKind: SplitClicksByKind, &[Bucket(SPLIT_KINDS)], Count;
    SplitConversionsKind: SplitConversionsByKind, &[Bucket(SPLIT_KINDS)], Count;
    BlindCounts: Blind, &[DayDim, SourceDim, Bucket(BLIND_FLOWS)], Count;
    BlindSpend: Blind, &[DayDim, SourceDim], Usd;
}

/// Where each table begins in a tally's cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub days: usize,
    pub categories: usize,
    offsets: Vec<usize>,
    cells: usize,
}

impl Layout {
    /// The layout for so many reported days and categories.
    pub fn new(days: usize, categories: usize) -> Self {
        let mut offsets = Vec::with_capacity(TABLES.len());
        let mut cells = 0;
        for table in TABLES {
            offsets.push(cells);
            cells += table
                .dims
                .iter()
                .map(|d| extent(*d, days, categories))
                .product::<usize>();
        }
        Layout {
            days,
            categories,
            offsets,
            cells,
        }
    }

    /// All cells of a tally.
    pub fn cells(&self) -> usize {
        self.cells
    }
    /// The first cell of a table.
    pub fn offset(&self, table: TableId) -> usize {
        self.offsets[table as usize]
    }
    /// Members of one dimension.
    pub fn extent(&self, dim: Dim) -> usize {
        extent(dim, self.days, self.categories)
    }
    /// Cells of one table.
    pub fn len(&self, table: TableId) -> usize {
        TABLES[table as usize]
            .dims
            .iter()
            .map(|d| self.extent(*d))
            .product()
    }
}

fn extent(dim: Dim, days: usize, categories: usize) -> usize {
    match dim {
        Dim::Day => days,
        Dim::App => App::COUNT,
        Dim::Surface => Surface::COUNT,
        Category => categories,
        Dim::Class => Class::COUNT,
        Dim::Source => Source::COUNT,
        Bucket(names) => names.len(),
    }
}

/// Values rounded to the fixed point, on their way to the tallies of one or more arms.
#[derive(Clone, Debug, Default)]
pub struct Additions {
    cells: Vec<(u32, i64)>,
}

impl Additions {
    /// Rounds a value (already summed over a leaf) once.
    #[inline]
    pub fn add(&mut self, layout: &Layout, table: TableId, cell: usize, value: f64) {
        debug_assert!(cell < layout.len(table), "cell {cell} of {table:?}");
        if value != 0.0 {
            let at = (layout.offset(table) + cell) as u32;
            self.cells
                .push((at, TABLES[table as usize].scale.fix(value)));
        }
    }

    /// Forgets all of them and keeps their room.
    pub fn clear(&mut self) {
        self.cells.clear();
    }
}

/// The counts of one arm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub cells: Vec<i64>,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(layout: &Layout) -> Self {
        Tally {
            cells: vec![0; layout.cells()],
        }
    }

    /// Sets every count to 0.
    pub fn clear(&mut self) {
        self.cells.fill(0);
    }

    /// Adds a value (already summed over a leaf) to a cell, rounding it once.
    pub fn add(&mut self, layout: &Layout, table: TableId, cell: usize, value: f64) {
        if value != 0.0 {
            debug_assert!(cell < layout.len(table), "cell {cell} of {table:?}");
            self.cells[layout.offset(table) + cell] += TABLES[table as usize].scale.fix(value);
        }
    }

    /// Adds what was rounded already.
    pub fn take(&mut self, additions: &Additions) {
        for (at, value) in &additions.cells {
            self.cells[*at as usize] += value;
        }
    }

    /// Adds whole units.
    pub fn count(&mut self, layout: &Layout, table: TableId, cell: usize, n: i64) {
        debug_assert!(cell < layout.len(table), "cell {cell} of {table:?}");
        self.cells[layout.offset(table) + cell] += n * TABLES[table as usize].scale.units() as i64;
    }

    /// Adds another tally: associative and commutative (invariant 6).
    pub fn merge(&mut self, other: &Tally) {
        for (a, b) in self.cells.iter_mut().zip(&other.cells) {
            *a += b;
        }
    }
}

/// Running sums of a leaf's rows of sixteen people, in double precision: the two halves of a row are added to each other
/// and then to the sums.
pub type RowSums = [f64; ROW / 2];

/// Adds a row to running sums.
#[inline(always)]
pub fn add_row(sums: &mut RowSums, row: &[f32; ROW]) {
    let mut added = *sums;
    for l in 0..ROW / 2 {
        added[l] += f64::from(row[l]) + f64::from(row[l + ROW / 2]);
    }
    *sums = added;
}

/// What running sums come to: halves are added to halves.
#[inline(always)]
pub fn total(mut sums: RowSums) -> f64 {
    let mut width = ROW / 4;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0]
}

/// Sums a column of a leaf row by row.
///
/// The order is part of the result (invariant 1): it does not depend on the instruction set because the compiler may not
/// reassociate floating-point sums and every lane of a vector does what the plain loop says.
#[inline(always)]
pub fn leaf_sum(column: &Lane) -> f64 {
    let mut sums = [0.0; ROW / 2];
    for row in column.as_chunks().0 {
        add_row(&mut sums, row);
    }
    total(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_do_not_overlap_and_cover_the_cells() {
        let layout = Layout::new(31, 30);
        let total: usize = TableId::ALL.iter().map(|t| layout.len(*t)).sum();
        assert_eq!(total, layout.cells());
        for pair in TableId::ALL.windows(2) {
            assert_eq!(
                layout.offset(pair[0]) + layout.len(pair[0]),
                layout.offset(pair[1])
            );
        }
    }

    #[test]
    fn merging_commutes_and_associates() {
        let layout = Layout::new(2, 3);
        let mut parts = [
            Tally::new(&layout),
            Tally::new(&layout),
            Tally::new(&layout),
        ];
        for (k, part) in parts.iter_mut().enumerate() {
            for cell in 0..layout.len(TableId::Impressions) {
                part.add(
                    &layout,
                    TableId::Impressions,
                    cell,
                    0.1 * (k * 31 + cell) as f64,
                );
            }
        }
        let [a, b, c] = &parts;
        let mut left = a.clone();
        left.merge(b);
        left.merge(c);
        let mut right = c.clone();
        right.merge(b);
        right.merge(a);
        assert_eq!(left, right);
    }

    #[test]
    fn a_leaf_sum_is_the_sum() {
        let column = std::array::from_fn(|i| i as f32);
        assert_eq!(leaf_sum(&column), 2016.0);
    }
}
