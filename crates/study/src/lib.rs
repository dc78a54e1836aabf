//! Studies: many runs that answer one question.
//!
//! ```text
//! priors, --vary, a file ──▶ Plan (points) ──▶ sweep: points run, kept one by one in a journal ──▶ readers of what is kept:
//!                                                            points, outcomes, bands, sensitivity, one at a time
//! ```

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod bench;
mod calibrate;
mod decompose;
mod draw;
mod ensemble;
mod plan;
mod posterior;
mod precision;
mod statistics;
mod sweep;
mod total;
mod work;

pub use bench::{Case, Cost, Sample, bench, cases};
pub use calibrate::{
    CalibrateError, Calibration, Effort, Fitted, Step, Verdict, calibrate, log_loss, verdict,
};
pub use decompose::{
    Contribution, Decompose, DecomposeError, Decomposition, Drawn, MOST_PROVISIONS, PROVISIONS,
    Provision, decompose, surround, write_decomposition, write_decomposition_draws,
};
pub use draw::{VALUES_ALONE, users as users_of_draws};
pub use ensemble::{ENSEMBLE, Ensemble, EnsembleError};
pub use plan::{
    Block, Design, Keep, Plan, Point, PointsError, Rules, Unknown, from_posterior, from_priors,
    read_points, typed,
};
pub use posterior::{
    Asked, Narrowed, POSTERIOR, Posterior, PosteriorError, PosteriorProgress, Predicted, Sizes,
    posterior,
};
pub use precision::{Next, Precision};
pub use sweep::{
    HEADLINES, Headline, Of, Progress, SWEEP, Sweep, SweepCharts, SweepError, SweepManifest,
    SweepMerge, Swept, Uncounted, Varied, headline_key, open_levels, sweep, sweep_folder,
    sweep_part,
};
pub use total::{Misread, total};
pub use work::words as words_of_panic;
