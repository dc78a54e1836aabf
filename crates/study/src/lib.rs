//! Studies: many runs that answer one question.

mod calibrate;

pub use calibrate::{
    CalibrateError, Calibration, Effort, Fitted, Step, Verdict, calibrate, log_loss, verdict,
};
