//! Which points a study asks: values of what is unknown, drawn, typed or read.

mod design;
mod drawn;
mod posterior;
mod read;
mod rules;
mod text;
mod unknown;

pub use design::{Block, Design, Plan, Point, hypercube};
pub use drawn::drawn;
pub use posterior::{caveat, from_posterior, set};
pub use read::{PointsError, read_points};
pub use rules::{Keep, Rules};
pub use unknown::{Unknown, from_priors, typed};
