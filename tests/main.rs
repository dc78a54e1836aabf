//! End to end: the program as its users run it. One binary, so that it is linked once.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod check;
mod command_line;
mod compare;
mod decompose;
mod e_rows;
mod effects;
mod engines;
mod ensemble;
mod equal_arms;
mod errors_of_estimates;
mod explain;
mod faults;
mod habit;
mod invariance;
mod laws;
mod memory;
mod novelty;
mod parquet;
mod parts;
mod posterior;
mod report_cuts;
mod resume;
mod rules;
mod scenarios;
mod support;
mod sweep;
mod sweep_parts;
mod sweep_rules;
mod tables;
mod unkillable;
mod until;
