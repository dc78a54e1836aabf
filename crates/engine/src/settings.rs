//! How a run is carried out: what may change its outcomes, and what may not.

use std::num::NonZeroUsize;

use overheard_actors::Wiring;
use overheard_model::columns::LEAF;
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
    /// People in a block, a multiple of 64.
    pub block: u32,
}

/// Two leaves under two arms are about half a megabyte: what a core's second-level cache holds.
pub const BLOCK: u32 = 2 * LEAF as u32;

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
