//! Where solved markets are kept.

use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

/// Where solved markets are kept for other runs: with whatever else this user's programs can do without. Nowhere if the system
/// says so.
pub fn markets_folder() -> Option<PathBuf> {
    let system = choose_base_strategy().ok()?;
    Some(system.cache_dir().join("overheard").join("markets"))
}
