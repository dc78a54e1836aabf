//! How a run is spread over threads. Nothing here changes a result.

use std::fmt;
use std::num::{NonZeroU8, NonZeroUsize};
use std::str::FromStr;

/// How many threads, and how each of them runs its stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Worker threads. More than there are shards is allowed; the surplus is never started.
    pub threads: NonZeroUsize,
    /// Actors or plain calls.
    pub wiring: Wiring,
    /// Blocks that may be under way in one ring at a time. One keeps the block in its core's L2 cache and is the right
    /// number while a ring lives on one core; inline wiring always works on one.
    pub credits: NonZeroU8,
}

impl Plan {
    /// A plan with one credit per ring.
    pub fn new(threads: NonZeroUsize, wiring: Wiring) -> Self {
        Self {
            threads,
            wiring,
            credits: NonZeroU8::MIN,
        }
    }
}

/// How a worker passes a block from stage to stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wiring {
    /// Users, assistant, extractor and feeds are actix actors; those of a worker form a ring on that worker's own
    /// arbiter.
    #[default]
    Actors,
    /// The worker calls one stage after another.
    Inline,
}

impl fmt::Display for Wiring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Actors => "actors",
            Self::Inline => "inline",
        })
    }
}

/// A wiring that is neither `actors` nor `inline`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown wiring `{0}`: it is `actors` or `inline`")]
pub struct UnknownWiring(pub String);

impl FromStr for Wiring {
    type Err = UnknownWiring;

    fn from_str(text: &str) -> Result<Self, UnknownWiring> {
        match text {
            "actors" => Ok(Self::Actors),
            "inline" => Ok(Self::Inline),
            other => Err(UnknownWiring(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wiring_is_read_as_it_is_written() {
        for wiring in [Wiring::Actors, Wiring::Inline] {
            assert_eq!(wiring.to_string().parse(), Ok(wiring));
        }
        let error = "Actors".parse::<Wiring>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown wiring `Actors`: it is `actors` or `inline`"
        );
    }
}
