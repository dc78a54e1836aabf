//! A sweep in parts, on as many machines, and the sweep that they are together.
//!
//! ```text
//! sweep --part K/N:  folder ─▶ journal ─▶ what is asked ─▶ its points ─▶ part.bin ─▶ manifest
//! merge:             part.bin of all ─▶ journal of the sweep, complete ─▶ the sweep goes on with it: tables, charts
//! ```
//!
//! Points are dealt in turn, every N-th to a part. A part keeps the whole plan beside its points, where a part of a run keeps the
//! market; what could not be run stands in its manifest.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use overheard_engine::run::{
    Ask, Event, MergeError, Part, PartManifest, Parts, begin_part, default_folder, end_part,
};
use overheard_engine::{EngineKind, Tune};
use overheard_scenario::ScenarioFile;

use super::error::SweepError;
use super::kept::Kept;
use super::manifest;
use super::place::{Place, hear, left};
use super::request::{Progress, Sweep};
use super::tables::Reasons;
use super::work::Work;
use super::{SweepCharts, Swept, carry_out_in_folder};
use crate::plan::Plan;
use crate::work::disk;

/// Runs a part of a sweep into a folder; gives the folder, and nothing else if the part is finished there already.
///
/// # Errors
/// As of a sweep.
pub fn sweep_part(
    request: &Sweep,
    part: Part,
    events: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<(PathBuf, Option<PartManifest>), SweepError> {
    let begun = Instant::now();
    let place = Place::of(request)?;
    let name = part.folder_name(&place.name);
    let folder = place.folder(request, &name);
    let ask = Ask {
        scenario: &name,
        out: request.out,
        resume: request.resume,
        inputs: place.inputs,
        part: "point",
        kind: PartManifest::KIND,
    };
    let begins = begin_part(&ask, &folder, part, &mut |e| hear(e, events))?;
    let Some(mut sitting) = begins else {
        return Ok((folder, None));
    };
    let points = request.plan.points.len() as u32;
    let own: Vec<usize> = part.deal(points).into_iter().map(|n| n as usize).collect();
    let mut kept = Kept {
        plan: request.plan,
        journal: &mut sitting.journal,
    };
    let work = Work {
        sweep: request,
        central: &place.central,
        begun,
        cancel,
    };
    let done = run(work, &mut kept, &own, events);
    let wall = kept.journal.before() + begun.elapsed();
    let failed = match done {
        Ok(failed) => failed,
        Err(SweepError::Run(failure)) => return Err(sitting.leave(failure).into()),
        Err(other) => {
            sitting.close(false);
            return Err(other);
        }
    };
    events(Progress::Writing);
    let done = PartManifest {
        failed,
        ..PartManifest::new(
            [manifest::KIND, request.command],
            part,
            &place.central,
            request.engine,
            &place.hash,
            [own.len() as u32, points],
            wall,
        )
    };
    end_part(sitting, &folder, &place.central, &done)?;
    Ok((folder, Some(done)))
}

/// Keeps what is asked, then the part's own points.
fn run(
    work: Work<'_>,
    kept: &mut Kept,
    own: &[usize],
    events: &mut dyn FnMut(Progress),
) -> Result<Reasons, SweepError> {
    const KEEPING: &str = "keep the journal";
    if kept.journal.common().map_err(disk(KEEPING))?.is_none() {
        let asked = work.sweep.plan.encode();
        let added = kept.journal.keep_common(&asked, work.begun.elapsed());
        added.map_err(disk(KEEPING))?;
    }
    let todo = left(kept, own, &Reasons::new(), events)?;
    let failed = work.run(kept.journal, [own, &todo], events)?;
    kept.journal.sync().map_err(disk(KEEPING))?;
    Ok(failed)
}

/// Parts that make a sweep, looked through.
#[derive(Clone, Debug)]
pub struct SweepMerge {
    file: ScenarioFile,
    plan: Plan,
    engine: EngineKind,
    /// Points that could not be run, as parts found.
    failed: Reasons,
    parts: Parts,
}

impl SweepMerge {
    /// Looks whether parts are those of a sweep.
    ///
    /// # Errors
    /// [`MergeError`] that names the part.
    pub fn of(parts: Parts) -> Result<Self, MergeError> {
        let (file, engine) = parts.scenario()?;
        let first = &parts.all()[0].0;
        let plan = Plan::decode(&parts.common()?, &file.arm_names());
        let plan = plan.ok_or_else(|| MergeError::damaged(first, "its points cannot be read"))?;
        let failed = parts.all().iter().flat_map(|(_, part)| part.failed.clone());
        let merge = SweepMerge {
            failed: failed.collect(),
            file,
            plan,
            engine,
            parts,
        };
        let place = merge.place()?;
        merge.parts.check(&place.hash)?;
        Ok(merge)
    }

    /// The folder of the sweep if none is named: that which the sweep in one piece would have.
    ///
    /// # Errors
    /// The first part is damaged.
    pub fn folder(&self) -> Result<PathBuf, MergeError> {
        let place = self.place()?;
        Ok(default_folder(&place.name, &place.hash))
    }

    /// Puts the parts into the journal of a sweep in `folder`, which can then be finished and has nothing left to run.
    ///
    /// # Errors
    /// [`MergeError`]; what was in the folder stays.
    pub fn put_into(&self, folder: &Path, events: &mut dyn FnMut(Event)) -> Result<(), MergeError> {
        let place = self.place()?;
        let ask = Ask {
            scenario: &place.name,
            out: Some(folder),
            resume: true,
            inputs: place.inputs,
            part: "point",
            kind: manifest::KIND,
        };
        let points = self.plan.points.len() as u32;
        let dealt = |part: Part| part.deal(points);
        self.parts.put_into(&ask, "plan", &dealt, folder, events)
    }

    /// Writes the sweep whose parts were put into `folder`.
    ///
    /// # Errors
    /// As of a sweep.
    pub fn finish(
        &self,
        folder: &Path,
        tune: Tune,
        command: &str,
        charts: SweepCharts<'_>,
        events: &mut dyn FnMut(Progress),
        cancel: &AtomicBool,
    ) -> Result<Swept, SweepError> {
        let request = Sweep {
            tune,
            out: Some(folder),
            command,
            ..self.request()
        };
        carry_out_in_folder(&request, &self.failed, charts, events, cancel)
    }

    fn request(&self) -> Sweep<'_> {
        Sweep {
            file: &self.file,
            settings: &[],
            plan: &self.plan,
            engine: self.engine,
            tune: Tune::new(std::num::NonZeroUsize::MIN),
            out: None,
            resume: true,
            command: "",
        }
    }

    fn place(&self) -> Result<Place, MergeError> {
        let first = &self.parts.all()[0].0;
        Place::of(&self.request()).map_err(|e| MergeError::damaged(first, e.to_string()))
    }
}
