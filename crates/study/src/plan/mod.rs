//! Which points a study asks: values of what is unknown, drawn, typed or read.

mod design;
mod read;
mod unknown;

#[cfg(test)]
pub(crate) use design::hypercube;
pub use design::{Block, Design, Plan, Point};
pub use read::{PointsError, read_points};
pub use unknown::{Unknown, from_priors, typed};
