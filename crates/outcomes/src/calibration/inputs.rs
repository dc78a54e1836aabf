//! What the simulated figures are computed from.

use overheard_model::strata::Stratum;

use crate::estimates::Estimates;

/// What the figures are computed from.
#[derive(Clone, Copy, Debug)]
pub struct CalibrationInputs<'a> {
    pub estimates: &'a Estimates,
    pub strata: &'a [Stratum],
    /// Per stratum, the share of its people who are minors that declared an adult's age; may be shorter (then 0).
    pub undeclared_minors: &'a [f64],
    /// Users of the assistant on the model's adoption curve at the dates of published counts (million).
    pub adoption: &'a [f64],
}
