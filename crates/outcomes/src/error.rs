//! What can go wrong.

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
    /// Strata came in another order than that of the frame, twice, or not at all.
    #[error("expected the tallies of stratum {expected}, got {got}")]
    Order { expected: String, got: String },
    /// A table that is not what its header or its columns promise.
    #[error("{table}, line {line}: {message}")]
    Table {
        table: &'static str,
        line: u64,
        message: String,
    },
    /// A damaged or foreign `groups.bin`; nothing in it may be used.
    #[error("groups.bin: {0}")]
    Groups(String),
    /// An arm that imitates an experiment has no treated people, or no such flow of them.
    #[error("the arm `{arm}` has no row {row}")]
    NotSplit { arm: String, row: String },
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
