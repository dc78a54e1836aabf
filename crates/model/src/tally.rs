//! What is counted: the tables that measures are read from, and the integers they are counted with.
//!
//! A [`Tally`] holds, for one arm and one group of people of one stratum, every table as plain 64-bit integers in fixed
//! point. A leaf of 64 people, or a branch of four leaves, is summed in floating point in a fixed order and rounded once; from
//! there on only integers are added, so merging is associative and commutative and the order of leaves, blocks and threads
//! cannot show.

mod layout;
mod sums;
mod tables;

pub use layout::{Cell, Layout};
pub use sums::{RowSums, add_row, leaf_sum, total};
pub use tables::{
    ABOUT, AFTER, BLIND_FLOWS, Dim, FIRST_AD, FIRST_AD_AGES, FREQUENCY, FUNNEL, HABIT, HELD,
    INFORMED, ITEMS, KINDS, SPLIT, SPLIT_KINDS, SPREAD_BINS, SUBJECTS, Scale, TABLES, Table,
    TableId, WEEKS, split_kind,
};

/// Whatever counts, cell by cell: one way in for means and for events, of which each is 1.
pub trait Count {
    /// Adds a value to a cell. Means are already summed over a leaf or a branch: sinks of integers round each value once. Whole
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
            self.count(cell.index(), cell.scale.fix(value));
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

    #[inline]
    fn count(&mut self, at: usize, value: i64) {
        self.cells[at] = self.cells[at].saturating_add(value);
    }

    /// Whether a cell has come to the end of its range: what was added after that is not in it.
    pub fn is_full(&self) -> bool {
        self.cells.contains(&i64::MAX)
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
            self.count(*at as usize, *value);
        }
    }

    /// Associative and commutative (law 5): nothing that is counted is negative.
    pub fn merge(&mut self, other: &Tally) {
        for (at, value) in other.cells.iter().enumerate() {
            self.count(at, *value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{App, Source};

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
    fn a_cell_at_the_end_of_its_range_stays_there_and_shows() {
        let layout = Layout::new(1, 1);
        let cell = layout.cell(TableId::SplitSpend, [1]);
        let most = i64::MAX as f64 / cell.scale.units();
        let of = |value: f64| {
            let mut tally = Tally::new(&layout);
            tally.add(cell, value);
            tally
        };
        let (mut sum, half) = (of(0.6 * most), of(0.6 * most));
        assert!(!sum.is_full());
        sum.merge(&half);
        sum.merge(&half);
        assert!(sum.is_full() && sum[cell] > 0);
        let mut additions = Additions::default();
        additions.add(cell, 0.6 * most);
        let mut taken = half;
        taken.take(&additions);
        taken.take(&additions);
        assert_eq!(taken, sum);
    }

    #[test]
    fn a_leaf_sum_is_the_sum() {
        let column = std::array::from_fn(|i| i as f32);
        assert_eq!(leaf_sum(&column), 2016.0);
    }
}
