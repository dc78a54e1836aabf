//! Why a posterior was not found.

use overheard_engine::run::RunFailure;
use overheard_outcomes::OutcomeError;

/// Why there is no posterior. What is done is kept where [`RunFailure`] says so.
#[derive(Debug, thiserror::Error)]
pub enum PosteriorError {
    /// The folder, the disk, or somebody's wish.
    #[error(transparent)]
    Run(#[from] RunFailure),
    /// A data file is malformed.
    #[error(transparent)]
    Data(#[from] OutcomeError),
    /// The set's own parameters could not be run: levels have nothing to be corrected to.
    #[error("the parameters of the set themselves could not be run")]
    Central,
    /// Emulators need more points.
    #[error("{0} points are too few to foretell others by")]
    Few(usize),
}
