//! What is counted: the tables that measures are read from, and the integers they are counted with.
//!
//! A [`Tally`] holds, for one arm and one group of people of one stratum, every table as plain 64-bit integers in fixed
//! point. A leaf of 64 people is summed in floating point in a fixed order and rounded once; from there on only integers
//! are added, so merging is associative and commutative and the order of leaves, blocks and threads cannot show.

use crate::calendar::Day;
use crate::columns::{Lane, ROW};
use crate::ids::{AdKind, App, Class, Control, ItemType, Route, Source, Surface};

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

/// Dimensions of the table that has the most.
const MOST_DIMS: usize = {
    let (mut most, mut t) = (0, 0);
    while t < TABLES.len() {
        if TABLES[t].dims.len() > most {
            most = TABLES[t].dims.len();
        }
        t += 1;
    }
    most
};

/// Where a table stands among a tally's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TablePlace {
    /// Its first cell.
    first: u32,
    /// Cells between neighbours along each dimension.
    strides: [u32; MOST_DIMS],
    scale: Scale,
}

/// Which cell of a tally holds what: the only place where coordinates become an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Days of the window.
    pub days: usize,
    /// Categories of the taxonomy.
    pub categories: usize,
    places: [TablePlace; TABLES.len()],
    cells: usize,
}

/// One cell of a tally: what [`Layout::cell`] makes of a table and coordinates, and the only thing that counts go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    index: u32,
    scale: Scale,
}

impl Cell {
    /// Its place among all cells of a tally.
    #[inline]
    pub const fn index(self) -> usize {
        self.index as usize
    }
    /// Its table's unit.
    pub const fn scale(self) -> Scale {
        self.scale
    }
}

impl Layout {
    /// The layout of tallies of so many days and categories.
    pub fn new(days: usize, categories: usize) -> Self {
        let mut cells = 0;
        let places = std::array::from_fn(|t| {
            let table = &TABLES[t];
            let first = cells;
            // Slowest first, so the last dimension's neighbours lie side by side.
            let (mut strides, mut size) = ([0; MOST_DIMS], 1);
            for (stride, dim) in strides.iter_mut().zip(table.dims).rev() {
                *stride = size;
                size *= extent(*dim, days, categories) as u32;
            }
            cells += size;
            TablePlace {
                first,
                strides,
                scale: table.scale,
            }
        });
        Layout {
            days,
            categories,
            places,
            cells: cells as usize,
        }
    }

    /// The cell of a table at these coordinates, one for each of its dimensions and in their order.
    #[inline]
    pub fn cell<const N: usize>(&self, table: TableId, at: [usize; N]) -> Cell {
        debug_assert!(self.has(table, &at), "no cell {at:?} of {table:?}");
        let place = &self.places[table as usize];
        let mut index = place.first;
        for (coordinate, stride) in at.into_iter().zip(place.strides) {
            index += coordinate as u32 * stride;
        }
        Cell {
            index,
            scale: place.scale,
        }
    }

    /// Whether a table has so many dimensions, and each of them that coordinate.
    fn has(&self, table: TableId, at: &[usize]) -> bool {
        let dims = TABLES[table as usize].dims;
        let within = |(coordinate, dim): (&usize, &Dim)| *coordinate < self.extent(*dim);
        at.len() == dims.len() && at.iter().zip(dims).all(within)
    }

    /// All cells of a table, in the order of their coordinates.
    pub fn cells_of(&self, table: TableId) -> impl Iterator<Item = Cell> + use<> {
        let TablePlace { first, scale, .. } = self.places[table as usize];
        let cells = first..first + self.len(table) as u32;
        cells.map(move |index| Cell { index, scale })
    }

    /// All cells of a tally.
    pub fn cells(&self) -> usize {
        self.cells
    }
    /// Where a table begins among them.
    pub fn offset(&self, table: TableId) -> usize {
        self.places[table as usize].first as usize
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

/// Whatever counts, cell by cell: one way in for means and for events, of which each is 1.
pub trait Count {
    /// Adds a value to a cell. Means are already summed over a leaf: sinks of integers round each value once. Whole
    /// numbers are exact in all of them.
    fn add(&mut self, cell: Cell, value: f64);
}

/// Values rounded to the fixed point, on their way to the tallies of one or more arms.
#[derive(Clone, Debug, Default)]
pub struct Additions {
    cells: Vec<(u32, i64)>,
}

impl Count for Additions {
    #[inline]
    fn add(&mut self, cell: Cell, value: f64) {
        if value != 0.0 {
            self.cells.push((cell.index, cell.scale.fix(value)));
        }
    }
}

impl Additions {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.cells.clear();
    }
}

/// The counts of one arm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Fixed point, as the [`Layout`] has them.
    pub cells: Vec<i64>,
}

impl Count for Tally {
    #[inline]
    fn add(&mut self, cell: Cell, value: f64) {
        if value != 0.0 {
            self.cells[cell.index()] += cell.scale.fix(value);
        }
    }
}

impl std::ops::Index<Cell> for Tally {
    type Output = i64;
    fn index(&self, cell: Cell) -> &i64 {
        &self.cells[cell.index()]
    }
}

impl std::ops::IndexMut<Cell> for Tally {
    fn index_mut(&mut self, cell: Cell) -> &mut i64 {
        &mut self.cells[cell.index()]
    }
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(layout: &Layout) -> Self {
        Tally {
            cells: vec![0; layout.cells()],
        }
    }

    /// Sets every cell to 0.
    pub fn clear(&mut self) {
        self.cells.fill(0);
    }

    /// A cell in its own unit.
    pub fn value(&self, cell: Cell) -> f64 {
        self[cell] as f64 / cell.scale.units()
    }

    /// The cells of one table, in fixed point.
    pub fn table(&self, layout: &Layout, table: TableId) -> &[i64] {
        let first = layout.offset(table);
        &self.cells[first..first + layout.len(table)]
    }

    /// Adds what was rounded already.
    pub fn take(&mut self, additions: &Additions) {
        for (at, value) in &additions.cells {
            self.cells[*at as usize] += value;
        }
    }

    /// Associative and commutative (law 5).
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

    /// Every cell by its coordinates, slowest first: none is met twice and none is left out.
    #[test]
    fn coordinates_walk_through_a_table() {
        let layout = Layout::new(3, 5);
        let of = |table| layout.cells_of(table).collect::<Vec<_>>();
        let (mut held, mut topics, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        for day in 0..3 {
            for app in 0..App::COUNT {
                for source in 0..Source::COUNT {
                    held.push(layout.cell(TableId::HeldSpend, [day, app, source, 0]));
                }
            }
        }
        for category in 0..5 {
            for source in 0..Source::COUNT {
                topics.push(layout.cell(TableId::SpendTopic, [category, source]));
            }
        }
        for app in 0..App::COUNT {
            for item in 0..ITEMS.len() {
                for source in 0..Source::COUNT {
                    kinds.push(layout.cell(TableId::ItemsByType, [app, item, source]));
                }
            }
        }
        assert_eq!(held, of(TableId::HeldSpend));
        assert_eq!(topics, of(TableId::SpendTopic));
        assert_eq!(kinds, of(TableId::ItemsByType));
        assert_eq!(vec![layout.cell(TableId::Quit, [])], of(TableId::Quit));
        let (usd, count) = (Scale::Usd, Scale::Count);
        assert_eq!((held[0].scale(), kinds[0].scale()), (usd, count));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "no cell [3, 0] of Sessions")]
    fn a_coordinate_beyond_its_dimension_is_found_out() {
        Layout::new(3, 5).cell(TableId::Sessions, [3, 0]);
    }

    /// Events are counted by the way of means, and come to integers all the same.
    #[test]
    fn whole_numbers_are_counted_exactly() {
        let layout = Layout::new(1, 1);
        let (people, spend) = (TableId::People, TableId::SplitSpend);
        for n in [0, 1, 64, 524_287, 524_288, 4_876_543] {
            let (mut tally, mut additions) = (Tally::new(&layout), Additions::default());
            let cells = [layout.cell(people, []), layout.cell(spend, [1])];
            for cell in cells {
                tally.add(cell, n as f64);
                additions.add(cell, n as f64);
                let units = cell.scale.units() as i64;
                assert_eq!((tally[cell], tally.value(cell)), (n * units, n as f64));
            }
            let mut other = Tally::new(&layout);
            other.take(&additions);
            assert_eq!(tally, other);
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
            for (n, cell) in layout.cells_of(TableId::Impressions).enumerate() {
                part.add(cell, 0.1 * (k * 31 + n) as f64);
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
