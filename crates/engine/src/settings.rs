//! How a run is carried out: what may change its outcomes, and what may not.

use std::num::NonZeroUsize;

use overheard_actors::Wiring;
use overheard_model::columns::{BRANCH, LEAF};
use overheard_model::isa::Isa;

/// Which engine shows ads and items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineKind {
    /// Races integrated; the default.
    #[default]
    Thinned,
    /// Every slot, bid and item drawn: the judge.
    Events,
}

impl EngineKind {
    /// As the command line has it.
    pub const fn name(self) -> &'static str {
        match self {
            EngineKind::Thinned => "thinned",
            EngineKind::Events => "events",
        }
    }

    /// The engine of that name.
    pub fn named(name: &str) -> Option<Self> {
        [EngineKind::Thinned, EngineKind::Events]
            .into_iter()
            .find(|e| e.name() == name)
    }
}

/// What may change speed and no byte of any outcome.
#[derive(Clone, Copy, Debug)]
pub struct Tune {
    pub threads: NonZeroUsize,
    pub wiring: Wiring,
    pub isa: Isa,
    /// People in a block, a multiple of [`BLOCK`].
    pub block: u32,
}

/// A branch: what its leaves were shown is summed before it is rounded, so no block takes less. Under two arms it is about a megabyte.
pub const BLOCK: u32 = (BRANCH * LEAF) as u32;

impl Tune {
    /// So many threads, and the rest as it is best.
    pub fn new(threads: NonZeroUsize) -> Self {
        Tune {
            threads,
            wiring: Wiring::Actors,
            isa: Isa::best(),
            block: BLOCK,
        }
    }
}
