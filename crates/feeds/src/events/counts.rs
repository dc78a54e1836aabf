//! Where one app's drawn events of one day are counted.

use overheard_model::tally::{Cell, Count, Layout, TableId, Tally};

/// The tally of one arm, with the day and the app whose events it takes: each adds 1.
#[derive(Debug)]
pub struct Counts<'a> {
    /// Of the arm.
    pub tally: &'a mut Tally,
    /// Of the tally.
    pub layout: &'a Layout,
    /// Day of the window.
    pub day: usize,
    /// Index of the app.
    pub app: usize,
}

impl Count for Counts<'_> {
    fn add(&mut self, cell: Cell, value: f64) {
        self.tally.add(cell, value);
    }
}

impl Counts<'_> {
    /// A table's cell of today and this app.
    pub fn today(&self, table: TableId) -> Cell {
        self.layout.cell(table, [self.day, self.app])
    }
}
