//! `overheard run`.

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use overheard_engine::Tune;
use overheard_engine::run::{
    MANIFEST, Manifest, Pages, Part, PartManifest, Request, RunFailure, RunSummary,
    run as run_into_folder, run_part,
};

use overheard_outcomes::Estimates;
use overheard_scenario::ScenarioFile;
use overheard_study::{Ensemble, EnsembleError, Progress, SweepError};

use crate::args::{RunArguments, Simulation};
use crate::command_line::command_line;
use crate::commands::Code;
use crate::commands::sweep::charts;
use crate::interrupt;
use crate::numbers::{bytes, count, duration};
use crate::points::Points;
use crate::scenarios;
use crate::stdout::print_line;
use crate::voice::Voice;

/// Runs a scenario, or a part of it, into a folder and prints the folder's path.
pub fn run(arguments: &RunArguments) -> anyhow::Result<Code> {
    let simulation = &arguments.simulation;
    let typed = scenarios::read(&simulation.scenario)?;
    let mut overrides = simulation.overrides();
    let draws = arguments.draws.map(|n| format!("ensemble.draws={n}"));
    overrides.extend(draws.map(|text| ("--draws", text)));
    let scenario = typed.scenario(&overrides)?;
    let file = typed.file()?;
    let settings: Vec<String> = overrides.into_iter().map(|(_, text)| text).collect();
    let mut voice = Voice::new(simulation.quiet);
    let cancel = interrupt::watch(voice.screen(), interrupt::SHARDS_STAY)?;
    let command = command_line(std::env::args_os().skip(1));
    let markets = simulation.tune.markets();
    let request = Request {
        scenario: &scenario,
        engine: simulation.engine,
        tune: simulation.tune(),
        out: arguments.out.as_deref(),
        markets: markets.as_deref(),
        resume: arguments.resume,
        command: &command,
    };
    let result = match arguments.part {
        Some(part) => one_part(&request, part, &mut voice, &cancel),
        None => whole(&request, (&file, &settings), &mut voice, &cancel),
    };
    match result {
        Err(RunFailure::Interrupted { .. }) => Err(simulation.interrupted(&command).into()),
        Err(failure) => Err(failure.into()),
        Ok(done) => done.tell(&voice),
    }
}

/// What a run, or a part, has come to.
pub enum Done {
    Whole(RunSummary),
    Part(PathBuf, Option<PartManifest>),
}

impl Done {
    /// Says how it went and prints the folder.
    pub fn tell(self, voice: &Voice) -> anyhow::Result<Code> {
        let (folder, code) = match self {
            Done::Whole(summary) => {
                // The verdict stands, whoever stops reading.
                let code = match plausible(&summary)? {
                    true => Code::Done,
                    false => Code::Finding,
                };
                tell(voice, &summary);
                (summary.folder, code)
            }
            Done::Part(folder, manifest) => {
                voice.say(&match manifest {
                    Some(part) => format!(
                        "done: part {} of {}, {} of {} shards, in {}",
                        part.part,
                        part.of,
                        count(f64::from(part.shards[0])),
                        count(f64::from(part.shards[1])),
                        duration(part.wall_seconds)
                    ),
                    None => "this part is finished already: nothing to do".to_owned(),
                });
                (folder, Code::Done)
            }
        };
        // Byte by byte: a path need not be text.
        print_line(folder.as_os_str().as_encoded_bytes())?;
        Ok(code)
    }
}

fn one_part(
    request: &Request,
    part: Part,
    voice: &mut Voice,
    cancel: &AtomicBool,
) -> Result<Done, RunFailure> {
    let done = run_part(request, part, &mut |event| voice.hear(event), cancel);
    voice.end();
    done.map(|(folder, manifest)| Done::Part(folder, manifest))
}

/// Runs a scenario, given also as typed, with what follows a run: the draws, the diary, the report.
///
/// # Errors
/// [`RunFailure`] says what remains.
pub fn whole(
    request: &Request,
    (file, settings): (&ScenarioFile, &[String]),
    voice: &mut Voice,
    cancel: &AtomicBool,
) -> Result<Done, RunFailure> {
    let aside = voice.within();
    let ensemble = Ensemble {
        file,
        settings,
        scenario: request.scenario,
        engine: request.engine,
        tune: request.tune,
        command: request.command,
    };
    let pages = Pages {
        diary: &overheard_diary::write_into,
        report: &|folder, manifest, estimates| {
            if ensemble.draws() > 0 {
                surround(&ensemble, folder, estimates, &aside, cancel)?;
            }
            report(folder, manifest).map_err(RunFailure::Report)
        },
    };
    let done = run_into_folder(request, pages, &mut |event| voice.hear(event), cancel);
    voice.end();
    done.map(Done::Whole)
}

/// Whether no arm of the run, made now or before, has an effect too large to be true.
fn plausible(summary: &RunSummary) -> anyhow::Result<bool> {
    if let Some(manifest) = &summary.manifest {
        return Ok(manifest.implausible_arms.is_empty());
    }
    let text = fs_err::read_to_string(summary.folder.join(MANIFEST))?;
    let before: serde_json::Value = serde_json::from_str(&text)?;
    Ok(before["implausible_arms"]
        .as_array()
        .is_none_or(Vec::is_empty))
}

impl Simulation {
    /// Threads and whatever else changes no outcome.
    pub fn tune(&self) -> Tune {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.tune.tune(self.threads.unwrap_or_else(cores))
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
    let mut points = Points::new(voice);
    let mut hear = |progress: Progress| match progress {
        Progress::Points { done, of } => points.count("drawing", done, of),
        Progress::Failed { .. } => points.hear(progress),
        _ => {}
    };
    let written = ensemble.write(folder, estimates, &charts, &mut hear, cancel);
    voice.end();
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
