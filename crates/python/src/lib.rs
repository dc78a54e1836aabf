//! The Python module `overheard._core`: questions asked from Python, and nothing else. What a user sees is in `python/overheard`.
//!
//! ```text
//! a call ─▶ Work: a thread of its own ─▶ overheard-questions ─▶ a folder, a table as bytes
//!            │ waits without the interpreter's lock, hears what is told, looks for Ctrl-C
//!            └ an error, a panic, an interruption ─▶ an exception of overheard.errors
//! ```

mod fault;
mod questions;
mod scenario;
mod work;

use pyo3::prelude::*;

/// See `python/overheard/_core.pyi`.
#[pymodule]
mod _core {
    #[pymodule_export]
    use super::questions::{
        compare, decompose, finished, folder_of, merge, provoke, run, run_part, sweep, sweep_asked,
        sweep_part,
    };
    #[pymodule_export]
    use super::scenario::{Typed, scenarios_at_hand};

    use super::*;

    /// What the module was built from: two builds that share it share every outcome.
    #[pymodule_export]
    const BUILD: &str = overheard_engine::BUILD;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::fault::keep_panics();
        module.add("VERSION", env!("CARGO_PKG_VERSION"))
    }
}
