//! The laws of `run`, under both wirings and for several numbers of threads.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod ending;
mod faults;
mod same;
mod toy;
