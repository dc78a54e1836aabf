//! Studies: many runs that answer one question.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod bench;
mod calibrate;

pub use bench::{Case, Cost, Sample, bench, cases};
pub use calibrate::{
    CalibrateError, Calibration, Effort, Fitted, Step, Verdict, calibrate, log_loss, verdict,
};
