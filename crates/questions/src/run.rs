//! A run with what follows it.

use std::cell::RefCell;
use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use overheard_engine::run::{
    Event, MANIFEST, Manifest, Pages, Request, RunFailure, RunSummary, run as run_into_folder,
};
use overheard_outcomes::Estimates;
use overheard_scenario::ScenarioFile;
use overheard_study::{Ensemble, EnsembleError, Progress, SweepError};

use crate::sweep::charts;

/// What a run tells while it goes, and its draws after it.
#[derive(Clone, Debug, PartialEq)]
pub enum News<'a> {
    /// The run itself.
    Run(Event<'a>),
    /// The draws begin: so many, of so many assistant users each.
    Draws { draws: u32, people: u64 },
    /// How they go.
    Points(Progress<'a>),
}

/// A run, and the scenario as it was typed.
#[derive(Clone, Copy, Debug)]
pub struct WholeRun<'a> {
    /// The run.
    pub request: Request<'a>,
    /// The scenario as typed.
    pub file: &'a ScenarioFile,
    /// What was laid over it, as `--set` takes it.
    pub settings: &'a [String],
}

/// Runs a scenario with what follows a run: the draws, the diary, the report.
///
/// # Errors
/// [`RunFailure`] says what remains.
pub fn whole(
    asked: &WholeRun<'_>,
    hear: &mut dyn FnMut(News<'_>),
    cancel: &AtomicBool,
) -> Result<RunSummary, RunFailure> {
    let request = &asked.request;
    let ensemble = Ensemble {
        file: asked.file,
        settings: asked.settings,
        scenario: request.scenario,
        engine: request.engine,
        tune: request.tune,
        command: request.command,
    };
    // The run tells, and so does what is made of it before it ends: one after the other.
    let hear = RefCell::new(hear);
    let pages = Pages {
        diary: &overheard_diary::write_into,
        report: &|folder, manifest, estimates| {
            if ensemble.draws() > 0 {
                let mut tell = |news: News<'_>| (hear.borrow_mut())(news);
                surround(&ensemble, folder, estimates, &mut tell, cancel)?;
            }
            report(folder, manifest).map_err(RunFailure::Report)
        },
    };
    let mut tell = |event: Event<'_>| (hear.borrow_mut())(News::Run(event));
    run_into_folder(request, pages, &mut tell, cancel)
}

/// Runs the draws of an ensemble and writes the bands.
fn surround(
    ensemble: &Ensemble<'_>,
    folder: &Path,
    estimates: &Estimates,
    tell: &mut dyn FnMut(News<'_>),
    cancel: &AtomicBool,
) -> Result<(), RunFailure> {
    tell(News::Draws {
        draws: ensemble.draws(),
        people: ensemble.people(),
    });
    let mut hear = |progress: Progress<'_>| tell(News::Points(progress));
    let written = ensemble.write(folder, estimates, &charts, &mut hear, cancel);
    written.map_err(|error| match error {
        EnsembleError::Sweep(SweepError::Run(failure)) => failure,
        other => RunFailure::Report(other.into()),
    })
}

/// Draws the charts and the report under a manifest that is yet to be written.
fn report(folder: &Path, manifest: &Manifest) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut fields = serde_json::to_value(manifest)?;
    if let Some(fields) = fields.as_object_mut() {
        // What is not known is left out.
        fields.retain(|_, value| !value.is_null());
    }
    overheard_report::write_with(folder, serde_json::from_value(fields)?)?;
    Ok(())
}

/// Whether no arm of the run, made now or before, has an effect too large to be true.
///
/// # Errors
/// The manifest of a run made before cannot be read.
pub fn plausible(summary: &RunSummary) -> anyhow::Result<bool> {
    if let Some(manifest) = &summary.manifest {
        return Ok(manifest.implausible_arms.is_empty());
    }
    let text = fs_err::read_to_string(summary.folder.join(MANIFEST))?;
    let before: serde_json::Value = serde_json::from_str(&text)?;
    Ok(before["implausible_arms"]
        .as_array()
        .is_none_or(Vec::is_empty))
}
