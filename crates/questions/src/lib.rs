//! What can be asked, whoever asks: a question as it was typed → its answer, in a folder or a table. The command line and the
//! Python module stand on this and add a voice each.
//!
//! ```text
//! scenarios: a path, a name, a text ─▶ Typed ─▶ run, merge    the run, and what follows it: draws, diary, report
//!                                              ─▶ sweep        points, from what is varied
//!                                              ─▶ decompose    provisions, numbers, the folder
//! runs: a folder ─▶ Finished                   ─▶ compare      two runs, or the arms of one
//! ```

mod compare;
mod decompose;
mod fault;
mod markets;
mod merge;
mod numbers;
mod run;
pub mod runs;
pub mod scenarios;
mod sweep;

pub use compare::{Differing, compare_arms, compare_runs, told_apart};
pub use decompose::{Apart, decompose, write_decomposition_into};
pub use fault::{Hinted, hint, hinted, run_failure, scenario_error, sentence};
pub use markets::markets_folder;
pub use merge::Merged;
pub use numbers::count;
pub use run::{News, WholeRun, plausible, whole};
pub use sweep::{Points, charts, plan, sweep_settings};
