//! What is asked of a posterior, and what it tells while it is found.

use std::path::Path;

use overheard_engine::Tune;
use overheard_scenario::Set;

/// Waves between the first and the last: of points that are not ruled out, then of points that emulators draw.
pub const WAVES: u32 = 4;

/// How many points there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Drawn from the priors.
    pub first: u32,
    /// Of each wave in between, at most.
    pub wave: u32,
    /// Of the last wave, at most.
    pub last: u32,
    /// Planted truths, at most as many as the first wave has.
    pub truths: u32,
}

impl Sizes {
    /// A quarter of all points for the first wave, a quarter for those in between, the rest for the last.
    pub const fn of(points: u32, truths: u32) -> Self {
        let first = points / 4;
        let wave = first / WAVES;
        Sizes {
            first,
            wave,
            last: points - first - wave * WAVES,
            truths,
        }
    }

    /// Most points of all waves, and the set's own parameters.
    pub const fn all(self) -> usize {
        1 + (self.first + self.wave * WAVES + self.last) as usize
    }
}

/// What to find, and where.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whose evidence, and whose parameters in the middle.
    pub set: Set,
    /// How many points.
    pub sizes: Sizes,
    /// Assistant users of each experiment.
    pub people: u64,
    /// Seed of the points.
    pub seed: u64,
    /// Threads, and what else changes no outcome.
    pub tune: Tune,
    /// `output/posterior-<set>-<short hash of inputs>` if not given.
    pub out: Option<&'a Path>,
    /// Go on with an unfinished study.
    pub resume: bool,
    /// The command line that asked for it, for the manifest.
    pub command: &'a str,
}

/// What is told meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub enum PosteriorProgress<'a> {
    /// The folder is ours.
    Folder(&'a Path),
    /// Something the user should know.
    Note(String),
    /// Points of a wave done, failed ones included.
    Points { what: &'a str, done: u64, of: u64 },
    /// A point could not be run.
    Failed {
        point: u64,
        settings: &'a [String],
        message: &'a str,
    },
    /// Planted truths are looked for.
    Checking,
    /// Tables are written.
    Writing,
}
