//! Inverse-CDF samplers: as many uniforms as decisions, and none is rejected.
//!
//! For fixed uniforms counts and waiting times are monotone in their mean, so that arms which share their uniforms differ
//! only where their means do, and always in the direction of the difference (monotone coupling; L. Devroye,
//! *Non-Uniform Random Variate Generation*, 1986, ch. V.4). Rejection would break this.

mod counts;
mod deck;
pub mod pick;
mod quantiles;
mod wait;

pub use counts::{
    BELOW_ONE, PoissonTable, poisson_capped, poisson_capped_given, poisson_count,
    poisson_count_given, poisson_none,
};
pub use deck::Deck;
pub use quantiles::Quantiles;
pub use wait::Wait;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests;
