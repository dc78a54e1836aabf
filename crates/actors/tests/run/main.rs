//! The laws of `run`, under both wirings and for several numbers of threads.
#![expect(clippy::unwrap_used, reason = "tests")]

mod ending;
mod faults;
mod same;
mod toy;
