//! What can go wrong.

use overheard_formats::{DataError, TableError};

/// Why outcomes could not be computed, written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutcomeError {
    /// Tallies that do not fit the frame: a fault of the caller.
    #[error("stratum {stratum}: expected {expected}, got {got}")]
    Shape {
        stratum: usize,
        expected: String,
        got: String,
    },
    /// A sum over a shard's people that 64 bits do not hold.
    #[error(
        "stratum {stratum}, group {group}: its people were shown more, or at higher prices, than a shard can count; \
         shorten the window, or lower what makes ads so many or so dear"
    )]
    Full { stratum: usize, group: usize },
    /// Strata came in another order than that of the frame, twice, or not at all.
    #[error("expected the tallies of stratum {expected}, got {got}")]
    Order { expected: String, got: String },
    /// A table that could not be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A data file that ships with the program.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A damaged or foreign `groups.bin`; nothing in it may be used.
    #[error("groups.bin: {0}")]
    Groups(String),
    /// An arm that imitates an experiment has no treated people, or no such flow of them.
    #[error("the arm `{arm}` has no row {row}")]
    NotSplit { arm: String, row: String },
    /// A table that could not be written as Parquet.
    #[error("Parquet: {0}")]
    Parquet(String),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
