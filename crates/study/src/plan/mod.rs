//! Which points a study asks: values of what is unknown, drawn, typed or read.

mod design;
mod read;
mod unknown;

pub use design::{Block, Design, Plan, Point, hypercube};
pub use read::{PointsError, read_points};
pub use unknown::{Unknown, from_priors, typed};
