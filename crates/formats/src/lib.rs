//! How things are written and read: numbers for people and for tables, the rows of a run's tables, and the tables that are
//! compiled in.
//!
//! It knows nothing of people, chats or ads: whoever writes a table and whoever reads it back stand on it and not on each other.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod bands;
mod data;
mod key;
mod number;
mod pairs;
mod rows;
mod style;

pub use bands::{BAND_NUMBERS, BAND_SHARES, Band, BandRow, read_bands};
pub use data::{DataError, DataRow, DataTable};
pub use key::{COLUMNS, Column, Key};
pub use number::{number, number_or_empty, plain};
pub use pairs::{PAIR_NUMBERS, PairRow, read_pairs};
pub use rows::{
    DIFFERENCE_NUMBERS, DifferenceRow, OUTCOME_NUMBERS, OutcomeRow, Record, TableError, TableText,
    Z95, change_percent, each_difference, each_outcome, header, read_differences, read_outcomes,
};
pub use style::{CHART, PAGE, Style, TERMINAL, grouped, is_tiny, rounded, thousands, trimmed};
