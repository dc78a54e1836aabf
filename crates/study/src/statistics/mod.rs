//! What many runs say together: quantiles, correlations of ranks, indices of variance. No runs, no files.

mod matrix;
mod quantile;
mod rank;
mod variance;

pub use matrix::inverse;
pub use quantile::{median, quantiles, weighted_quantiles};
pub use rank::{correlations, partial_correlations};
pub use variance::{Index, Saltelli};
