//! One run into a folder, with what follows it: the draws, the diary, the report; told while it goes and when it is done.

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use overheard_engine::run::{
    Manifest, Pages, Request, RunFailure, RunSummary, run as run_into_folder,
};
use overheard_outcomes::Estimates;
use overheard_scenario::ScenarioFile;
use overheard_study::{Ensemble, EnsembleError, Progress, SweepError};

use crate::commands::sweep::charts;
use crate::numbers::{bytes, count, duration};
use crate::points::Points;
use crate::voice::Voice;

/// What whole runs of one command line share.
#[derive(Clone, Copy)]
pub struct Whole<'a> {
    /// The scenario as typed.
    pub file: &'a ScenarioFile,
    /// What is laid over it, as `--set` takes it.
    pub settings: &'a [String],
    pub cancel: &'a AtomicBool,
}

impl Whole<'_> {
    /// Runs it, and tells how it went.
    ///
    /// # Errors
    /// [`RunFailure`] says what remains.
    pub fn run(&self, request: &Request, voice: &mut Voice) -> Result<RunSummary, RunFailure> {
        let aside = voice.within();
        let ensemble = Ensemble {
            file: self.file,
            settings: self.settings,
            scenario: request.scenario,
            engine: request.engine,
            tune: request.tune,
            command: request.command,
        };
        let pages = Pages {
            diary: &overheard_diary::write_into,
            report: &|folder, manifest, estimates| {
                if ensemble.draws() > 0 {
                    surround(&ensemble, folder, estimates, &aside, self.cancel)?;
                }
                report(folder, manifest).map_err(RunFailure::Report)
            },
        };
        let done = run_into_folder(request, pages, &mut |event| voice.hear(event), self.cancel);
        voice.end();
        let summary = done?;
        tell(voice, &summary);
        Ok(summary)
    }
}

/// Runs the draws of an ensemble and writes the bands.
fn surround(
    ensemble: &Ensemble,
    folder: &Path,
    estimates: &Estimates,
    voice: &Voice,
    cancel: &AtomicBool,
) -> Result<(), RunFailure> {
    voice.end();
    voice.say(&format!(
        "the same window at {} draws of what nobody knows, {} assistant users each",
        count(f64::from(ensemble.draws())),
        count(ensemble.people() as f64)
    ));
    let begun = Instant::now();
    let mut points = Points::new(voice);
    let mut hear = |progress: Progress| match progress {
        Progress::Points { done, of } => points.count("drawing", done, of),
        Progress::Failed { .. } => points.hear(progress),
        _ => {}
    };
    let written = ensemble.write(folder, estimates, &charts, &mut hear, cancel);
    voice.end();
    if written.is_ok() {
        let seconds = begun.elapsed().as_secs_f64();
        voice.say(&format!("the draws took {}", duration(seconds)));
    }
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

fn tell(voice: &Voice, summary: &RunSummary) {
    let Some(manifest) = &summary.manifest else {
        voice.say("this run is finished already: nothing to do");
        return;
    };
    for warning in &manifest.warnings {
        voice.warn(warning);
    }
    let memory = manifest
        .peak_memory_bytes
        .map_or_else(String::new, |n| format!(", {} of memory", bytes(n)));
    voice.say(&format!(
        "done: {} person-days in {}{memory}",
        count(manifest.person_days as f64),
        duration(manifest.wall_seconds),
    ));
    voice.say(&format!(
        "report: {}",
        summary.folder.join("report.html").display()
    ));
}
