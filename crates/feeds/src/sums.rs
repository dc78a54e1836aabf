//! Sums of a leaf that many places add to, cell by cell.

use overheard_model::tally::{Additions, Layout, TableId, Tally};

/// Sums of a leaf on their way to the tallies: floating point in the order they come, rounded once.
#[derive(Clone, Debug)]
pub struct Sums {
    layout: Layout,
    /// One sum per cell of a tally, 0 between leaves; whether there is any.
    sums: Vec<f64>,
    touched: Vec<bool>,
    /// The cells that are touched.
    cells: Vec<(TableId, u32)>,
    additions: Additions,
}

impl Sums {
    pub fn new(layout: &Layout) -> Self {
        Sums {
            layout: layout.clone(),
            sums: vec![0.0; layout.cells()],
            touched: vec![false; layout.cells()],
            cells: Vec::new(),
            additions: Additions::default(),
        }
    }

    #[inline]
    pub fn add(&mut self, table: TableId, cell: usize, value: f64) {
        if value != 0.0 {
            let at = self.layout.offset(table) + cell;
            self.sums[at] += value;
            if !self.touched[at] {
                self.touched[at] = true;
                self.cells.push((table, cell as u32));
            }
        }
    }

    /// Moves everything to some tallies.
    pub fn pour<'a>(&mut self, tallies: impl Iterator<Item = &'a mut Tally>) {
        self.additions.clear();
        for (table, cell) in self.cells.drain(..) {
            let at = self.layout.offset(table) + cell as usize;
            let sum = std::mem::take(&mut self.sums[at]);
            self.touched[at] = false;
            self.additions.add(&self.layout, table, cell as usize, sum);
        }
        tallies.for_each(|tally| tally.take(&self.additions));
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.pour(std::iter::empty());
    }
}
