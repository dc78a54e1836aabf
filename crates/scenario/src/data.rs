//! The data files that ship with the program.

/// A fault in a data file that ships with the program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct DataError {
    /// Name of the file.
    pub file: &'static str,
    /// Line of the fault, counted from 1; 0 when it is the file's as a whole.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}
