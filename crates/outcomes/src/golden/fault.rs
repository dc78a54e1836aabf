//! What is wrong with a golden table, at its line.

use overheard_formats::TableError;

use crate::error::OutcomeError;

/// What messages call it; the file is named by whoever opened it.
pub const TABLE: &str = "golden table";

/// A fault at a line.
pub fn fault(line: u64, message: String) -> OutcomeError {
    let malformed = TableError::Malformed {
        table: TABLE,
        line,
        message,
    };
    malformed.into()
}

/// The candidate that was most likely meant, if one is near. What begins alike is near, however it ends (`tolerance_pct`).
pub fn meant(typed: &str, candidates: &[&str]) -> Option<String> {
    const NEAR: f64 = 0.8;
    candidates
        .iter()
        .map(|candidate| (strsim::jaro_winkler(typed, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, near)| format!("did you mean `{near}`?"))
}
