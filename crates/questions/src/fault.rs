//! What went wrong, as whoever asked is told: one message, its causes in one sentence, a hint where one helps.

use std::fmt::Write as _;

use overheard_engine::run::RunFailure;
use overheard_scenario::ScenarioError;
use overheard_study::{DecomposeError, PosteriorError, SweepError};

/// An error that knows what helps against it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Hinted {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// An error with a hint.
pub fn hinted(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Hinted {
        message: message.into(),
        hint: hint.into(),
    }
    .into()
}

/// What to do about an error, if anything is known to help.
pub fn hint(error: &anyhow::Error) -> Option<&str> {
    match (run_failure(error), error.downcast_ref::<Hinted>()) {
        (Some(failure), _) => failure.hint(),
        (_, Some(hinted)) => Some(&hinted.hint),
        _ => None,
    }
}

/// The failure of a run that an error is, whichever study asked for the run.
pub fn run_failure(error: &anyhow::Error) -> Option<&RunFailure> {
    if let Some(SweepError::Run(failure)) = error.downcast_ref() {
        Some(failure)
    } else if let Some(DecomposeError::Run(failure)) = error.downcast_ref() {
        Some(failure)
    } else if let Some(PosteriorError::Run(failure)) = error.downcast_ref() {
        Some(failure)
    } else {
        error.downcast_ref()
    }
}

/// The scenario's fault that an error is.
pub fn scenario_error(error: &anyhow::Error) -> Option<&ScenarioError> {
    match error.downcast_ref() {
        Some(SweepError::Scenario(fault)) => Some(fault),
        _ => error.downcast_ref(),
    }
}

/// An error and its causes, leaving out what a message says already.
pub fn sentence(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            let _ = write!(text, ": {cause}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn causes_are_told_once() {
        let cause = io::Error::other("disk on fire");
        let error = anyhow::Error::new(cause).context("cannot read the table");
        assert_eq!(sentence(&error), "cannot read the table: disk on fire");
        let twice = anyhow::Error::new(io::Error::other("disk on fire"));
        let twice = twice.context("cannot read: disk on fire");
        assert_eq!(sentence(&twice), "cannot read: disk on fire");
        assert_eq!(hint(&hinted("no", "yes")), Some("yes"));
    }

    #[test]
    fn a_study_tells_what_helps_a_run() {
        let failure = || RunFailure::Parquet;
        let helps = failure().hint();
        assert!(helps.is_some());
        for error in [
            failure().into(),
            SweepError::from(failure()).into(),
            DecomposeError::from(failure()).into(),
            PosteriorError::from(failure()).into(),
        ] {
            assert_eq!(hint(&error), helps, "{error:?}");
        }
    }
}
