//! Elementary and special functions that give the same bits on every machine.
//!
//! Outcomes must not depend on the instruction set, so nothing here calls the platform's `exp`, `ln` or `pow`, fuses a
//! multiplication with an addition, or rounds by a libm call. Single-precision functions are straight-line code for
//! loops over lanes, and so are one exponential and one logarithm in double precision; the others are the pure-Rust `libm`'s or made of those, and
//! serve set-up code and rare events.
//!
//! A loop over lanes becomes vector code if its body is inlined whole and its output is an array made in the same
//! function: an output that a closure captured might alias the tables it reads, and then every table is read again at
//! every step (measured on [`Poly`]: seven times slower). `benches/numeric.rs` shows the pattern.

mod double;
mod exp;
mod gamma;
mod lanes;
mod log;
mod log_table;
mod poly;
mod powers;

pub use double::{exp, exp_m1, gamma, ln, pow};
pub use exp::exp_f64;
pub use gamma::{gamma_lower, gamma_q, gamma_quantile};
pub use lanes::{exp_f32, ln_f32};
pub use log::ln_f64;
pub use log_table::LogTable;
pub use poly::Poly;
pub use powers::Powers;

#[cfg(test)]
mod tests;
