//! The commands, one file each; those of a few lines share one.

mod bench;
mod calibrate;
mod check;
mod code;
mod compare;
mod decompose;
mod explain;
mod list;
mod merge;
mod plot;
mod posterior;
mod print;
mod run;
mod sweep;
mod validate;

pub use bench::bench;
pub use calibrate::calibrate;
pub use check::check;
pub use code::Code;
pub use compare::compare;
pub use decompose::decompose;
pub use explain::explain;
pub use list::list;
pub use merge::merge;
pub use plot::plot;
pub use print::{completions, knobs, man, schema};
pub use run::run;
pub use sweep::sweep;
pub use validate::validate;
