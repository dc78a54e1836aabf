//! Sums of a leaf that many places add to, cell by cell.

use overheard_model::tally::{Additions, Cell, Count, Layout, Tally};

/// Sums of a leaf on their way to the tallies: floating point in the order they come, rounded once.
#[derive(Clone, Debug)]
pub struct Sums {
    /// One sum per cell of a tally, 0 between leaves; whether there is any.
    sums: Vec<f64>,
    touched: Vec<bool>,
    /// The cells that are touched.
    cells: Vec<Cell>,
    additions: Additions,
}

impl Count for Sums {
    #[inline]
    fn add(&mut self, cell: Cell, value: f64) {
        if value != 0.0 {
            let at = cell.index();
            self.sums[at] += value;
            if !self.touched[at] {
                self.touched[at] = true;
                self.cells.push(cell);
            }
        }
    }
}

impl Sums {
    /// No sums yet, for tallies of that layout.
    pub fn new(layout: &Layout) -> Self {
        Sums {
            sums: vec![0.0; layout.cells()],
            touched: vec![false; layout.cells()],
            cells: Vec::new(),
            additions: Additions::default(),
        }
    }

    /// Moves everything to some tallies.
    pub fn move_to<'a>(&mut self, tallies: impl Iterator<Item = &'a mut Tally>) {
        self.additions.clear();
        for cell in self.cells.drain(..) {
            let sum = std::mem::take(&mut self.sums[cell.index()]);
            self.touched[cell.index()] = false;
            self.additions.add(cell, sum);
        }
        tallies.for_each(|tally| tally.take(&self.additions));
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.move_to(std::iter::empty());
    }
}
