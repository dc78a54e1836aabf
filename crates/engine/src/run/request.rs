//! What is asked of a run, and what it tells while it goes.

use std::path::Path;

use overheard_model::isa::Isa;
use overheard_outcomes::Estimates;
use overheard_scenario::Scenario;

use crate::settings::{EngineKind, Tune};
use crate::simulate::Prepared;

use super::failure::RunFailure;
use super::manifest::Manifest;

/// What to run and where.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub scenario: &'a Scenario,
    pub engine: EngineKind,
    pub tune: Tune,
    /// `output/<scenario>-<short hash of inputs>` if not given.
    pub out: Option<&'a Path>,
    /// Where solved markets are kept for other runs, if they are.
    pub markets: Option<&'a Path>,
    /// Go on with an unfinished run.
    pub resume: bool,
    /// The command line that asked for it, for the manifest.
    pub command: &'a str,
}

/// What a run tells while it goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// The folder is ours.
    Folder(&'a Path),
    /// Shards of an earlier sitting are there: so many of so many.
    Resumed { shards: u32, of: u32 },
    /// Something the user should know.
    Note(String),
    /// It will take so many bytes of memory: more than a small run does.
    Memory { needed: u64 },
    /// The market is the one that an earlier run of the scenario solved.
    Market,
    /// The pilot lives its days.
    Pilot { day: u32, days: u32 },
    /// People whose window is simulated, of all; each takes so many person-days.
    Shards { people: u64, of: u64, days: u64 },
    /// All shards are done; tables and report are written.
    Writing,
}

/// Writes the diary of a few people into a folder. It needs nothing of the results, so it may be called while they are written.
pub type Diary<'a> = &'a (dyn Fn(&Path, &Prepared, Isa) -> Result<(), RunFailure> + Sync);

/// Makes what is made of the tables in a folder, the manifest that will be written there and the estimates: bands, `report.html`
/// and the charts.
pub type Report<'a> = &'a dyn Fn(&Path, &Manifest, &Estimates) -> Result<(), RunFailure>;

/// What those who stand above the engine add to a run's folder.
#[derive(Clone, Copy)]
pub struct Pages<'a> {
    pub diary: Diary<'a>,
    pub report: Report<'a>,
}

impl Pages<'static> {
    /// Nothing: a run's tables alone.
    pub const NONE: Self = Pages {
        diary: &|_, _, _| Ok(()),
        report: &|_, _, _| Ok(()),
    };
}
