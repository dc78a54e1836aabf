//! Where one app's drawn events of one day are counted.

use overheard_model::ids::{App, Source};
use overheard_model::tally::{Layout, TableId, Tally};

/// The tally of one arm, with the cells of today and of the app.
#[derive(Debug)]
pub struct Book<'a> {
    pub tally: &'a mut Tally,
    pub layout: &'a Layout,
    pub day: usize,
    pub app: usize,
}

impl Book<'_> {
    /// Counts one event.
    pub fn one(&mut self, table: TableId, cell: usize) {
        self.tally.count(self.layout, table, cell, 1);
    }

    /// Adds an amount: money, or a mean that is no event.
    pub fn add(&mut self, table: TableId, cell: usize, amount: f64) {
        self.tally.add(self.layout, table, cell, amount);
    }

    /// The cell of today and this app.
    pub const fn today(&self) -> usize {
        self.day * App::COUNT + self.app
    }

    /// The cell of today, this app and a source.
    pub const fn from(&self, source: Source) -> usize {
        self.today() * Source::COUNT + source.index()
    }
}

/// The cell of a category and a source.
pub const fn about(category: usize, source: Source) -> usize {
    category * Source::COUNT + source.index()
}
