//! What many runs say together: quantiles, correlations of ranks, indices of variance. No runs, no files.

mod quantile;
mod rank;
mod variance;

pub use quantile::{median, quantiles};
pub use rank::{correlations, partial_correlations};
pub use variance::{Index, Saltelli};
