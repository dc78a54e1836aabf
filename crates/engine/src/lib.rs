//! The engine: wires the stages, solves the market path on a pilot, runs the shards, folds their tallies.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod effects;
mod error;
mod figures;
mod frame;
mod order;
mod params;
mod pilot;
pub mod run;
mod settings;
mod shard;
mod simulate;

/// What this program was built from, as 16 hexadecimal digits: two builds that share it share every outcome.
pub const BUILD: &str = env!("OVERHEARD_BUILD");

pub use effects::{effects, evidence};
pub use error::EngineError;
pub use figures::figures;
pub use frame::{date, day_labels, more_than_asked, run_world, simulated_users, users_of, world};
pub use overheard_actors::{Wiring, words_of_panic};
pub use overheard_model::isa::Isa;
pub use params::{Params, Start, params};
pub use pilot::{Path, solve as solve_path};
pub use settings::{BLOCK, EngineKind, Tune};
pub use shard::{ShardRange, load, stages};
pub use simulate::{Folder, Prepared, simulate, simulate_on};
