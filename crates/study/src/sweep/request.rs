//! What is asked of a sweep, and what it tells while it goes.

use std::path::Path;

use overheard_engine::{EngineKind, Tune};
use overheard_scenario::{Scenario, ScenarioError, ScenarioFile};

use crate::plan::Plan;

/// What to ask, and where.
#[derive(Clone, Copy, Debug)]
pub struct Sweep<'a> {
    /// The scenario as typed.
    pub file: &'a ScenarioFile,
    /// What is laid over it at every point, as `--set` takes it.
    pub settings: &'a [String],
    /// The points.
    pub plan: &'a Plan,
    /// Engine of every point.
    pub engine: EngineKind,
    /// Threads, and what else changes no outcome.
    pub tune: Tune,
    /// `output/<scenario>-sweep-<short hash of inputs>` if not given.
    pub out: Option<&'a Path>,
    /// Go on with an unfinished sweep.
    pub resume: bool,
    /// The command line that asked for it, for the manifest.
    pub command: &'a str,
}

impl Sweep<'_> {
    /// The scenario under the settings of a point.
    ///
    /// # Errors
    /// They do not go together.
    pub fn scenario(&self, own: &[String]) -> Result<Scenario, Box<ScenarioError>> {
        let all: Vec<&String> = self.settings.iter().chain(own).collect();
        Ok(self.file.scenario(&all)?)
    }
}

/// What a sweep tells while it goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress<'a> {
    /// The folder is ours.
    Folder(&'a Path),
    /// Points of an earlier sitting are there: so many of so many.
    Resumed { points: u64, of: u64 },
    /// Something the user should know.
    Note(String),
    /// Points done, of all; failed ones included.
    Points { done: u64, of: u64 },
    /// A point could not be run.
    Failed {
        point: u64,
        settings: &'a [String],
        message: &'a str,
    },
    /// All points are done; tables and charts are written.
    Writing,
}
