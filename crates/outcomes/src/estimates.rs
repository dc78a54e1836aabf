//! The finished estimates of a run.

use indexmap::IndexSet;
use overheard_formats::{Column, Key};

use crate::estimate::Estimate;
use crate::measures::PATH;

/// All rows of all arms, in the order in which they are written: arms, then measures as declared, then keys.
#[derive(Clone, Debug)]
pub struct Estimates {
    arms: Vec<String>,
    days: Vec<String>,
    keys: IndexSet<Key>,
    /// Arm by arm; `None` where an arm has no such row.
    cells: Vec<Vec<Option<Estimate>>>,
}

/// What is derived from other rows, as a part of these.
const FURTHER: usize = 16;

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub arm: &'a str,
    pub key: &'a Key,
    pub estimate: &'a Estimate,
}

impl Estimates {
    /// Nothing yet, with room for so many rows of an arm and what is derived from them.
    pub(crate) fn new(arms: Vec<String>, days: Vec<String>, rows: usize) -> Self {
        let cells = vec![Vec::new(); arms.len()];
        Estimates {
            arms,
            days,
            keys: IndexSet::with_capacity(rows + rows / FURTHER),
            cells,
        }
    }

    /// Names of the arms; the first is the base.
    pub fn arms(&self) -> &[String] {
        &self.arms
    }

    /// ISO dates of the window.
    pub fn days(&self) -> &[String] {
        &self.days
    }

    /// Every key that any arm has.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> {
        self.keys.iter()
    }

    /// The estimate of one arm and key.
    pub fn get(&self, arm: usize, key: &Key) -> Option<&Estimate> {
        self.at(arm, self.keys.get_index_of(key)?)
    }

    /// The same by the key's place in [`Estimates::keys`].
    pub fn at(&self, arm: usize, place: usize) -> Option<&Estimate> {
        self.cells.get(arm)?.get(place)?.as_ref()
    }

    /// The rows of `outcomes.csv`, in its order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.arms.iter().zip(&self.cells).flat_map(|(arm, cells)| {
            self.keys
                .iter()
                .zip(cells)
                .filter_map(|(key, cell)| cell.as_ref().map(|estimate| Row { arm, key, estimate }))
        })
    }

    /// Adds a number of the market path, which has no sampling error: `pacing` or `budget_bound_share` of one arm,
    /// market and day (ISO date). Call arm by arm, markets and days in their order.
    ///
    /// # Panics
    /// In debug builds, for another measure.
    pub fn push_path(
        &mut self,
        arm: usize,
        measure: &'static str,
        market: &'static str,
        day: &str,
        value: f64,
    ) {
        debug_assert!(
            PATH.iter().any(|entry| entry.measure == measure),
            "{measure} is no measure of the market path"
        );
        let key = Key::of(measure)
            .with(Column::Market, market)
            .with(Column::Day, day.to_owned());
        self.push(arm, key, Estimate::without_error(value));
    }

    /// Adds what single slots of a market are sold for before any policy, at a quantile: the same in every arm, without error.
    pub fn push_paid_price(
        &mut self,
        market: &'static str,
        day: &str,
        quantile: &'static str,
        value: f64,
    ) {
        let key = Key::of("paid_price_per_mille_usd")
            .with(Column::Market, market)
            .with(Column::Day, day.to_owned())
            .with(Column::Bucket, quantile);
        for arm in 0..self.arms().len() {
            self.push(arm, key.clone(), Estimate::without_error(value));
        }
    }

    /// The place of a key, new keys after all others.
    pub(crate) fn place(&mut self, key: Key) -> usize {
        self.keys.insert_full(key).0
    }

    /// Every key with its place.
    pub(crate) fn index(&self) -> &IndexSet<Key> {
        &self.keys
    }

    /// Makes room for rows of an arm: growing by doubling, they would take twice the memory for a while.
    pub(crate) fn expect(&mut self, arm: usize, rows: usize) {
        self.cells[arm].reserve_exact(rows + rows / FURTHER);
    }

    pub(crate) fn push(&mut self, arm: usize, key: Key, estimate: Estimate) {
        let place = self.place(key);
        self.put(arm, place, estimate);
    }

    /// The estimate of the key at a place.
    pub(crate) fn put(&mut self, arm: usize, place: usize, estimate: Estimate) {
        let cells = &mut self.cells[arm];
        if cells.len() <= place {
            cells.resize(place + 1, None);
        }
        cells[place] = Some(estimate);
    }
}
