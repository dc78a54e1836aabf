//! Studies: many runs that answer one question.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")
)]

mod calibrate;

pub use calibrate::{
    CalibrateError, Calibration, Effort, Fitted, Step, Verdict, calibrate, log_loss, verdict,
};
