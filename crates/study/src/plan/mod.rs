//! Which points a study asks: values of what is unknown, drawn, typed or read.

mod design;
mod drawn;
mod posterior;
mod read;
mod text;
mod unknown;

pub use design::{Block, Design, Plan, Point, hypercube};
pub use drawn::drawn;
pub use posterior::{caveat, from_posterior};
pub use read::{PointsError, read_points};
pub use unknown::{Unknown, from_priors, typed};
