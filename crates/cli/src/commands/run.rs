//! `overheard run`.

mod until;
mod whole;

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use overheard_engine::Tune;
use overheard_engine::run::{Part, PartManifest, Request, RunFailure, RunSummary, run_part};
use overheard_questions::plausible;

use crate::args::{RunArguments, Simulation};
use crate::command_line::command_line;
use crate::commands::Code;
use crate::interrupt;
use crate::numbers::{count, duration};
use crate::scenarios::{self, Override};
use crate::stdout::print_line;
use crate::voice::Voice;

use until::until;
pub use whole::Whole;

/// Runs a scenario, or a part of it, into a folder and prints the folder's path.
pub fn run(arguments: &RunArguments) -> anyhow::Result<Code> {
    let simulation = &arguments.simulation;
    let typed = scenarios::read(&simulation.scenario)?;
    let overrides = arguments.overrides();
    let scenario = typed.scenario(&overrides)?;
    let file = typed.file()?;
    let settings: Vec<String> = overrides.into_iter().map(|(_, text)| text).collect();
    let mut voice = Voice::new(simulation.quiet);
    let cancel = interrupt::watch(voice.screen(), interrupt::SHARDS_STAY)?;
    let command = command_line(std::env::args_os().skip(1));
    let markets = simulation.tune.markets();
    let whole = Whole {
        file: &file,
        settings: &settings,
        cancel: &cancel,
    };
    let request = Request {
        scenario: &scenario,
        engine: simulation.engine,
        tune: simulation.tune(),
        out: arguments.out.as_deref(),
        markets: markets.as_deref(),
        resume: arguments.resume,
        command: &command,
    };
    let result = match (arguments.part, &arguments.until) {
        (Some(part), _) => one_part(&request, part, &mut voice, &cancel),
        (None, None) => whole
            .run(&request, &mut voice)
            .map_err(Into::into)
            .and_then(|summary| end(&summary)),
        (None, Some(wanted)) => until(wanted, arguments, &typed, &request, &whole, &mut voice)
            .and_then(|summary| end(&summary)),
    };
    result.map_err(|error| match error.downcast_ref() {
        Some(RunFailure::Interrupted { .. }) => simulation.interrupted(&command).into(),
        _ => error,
    })
}

impl RunArguments {
    /// What is laid over the file.
    fn overrides(&self) -> Vec<Override> {
        let draws = self.draws.map(|n| format!("ensemble.draws={n}"));
        let mut all = self.simulation.overrides();
        all.extend(draws.map(|text| ("--draws", text)));
        all
    }
}

/// Runs a part and prints its folder.
fn one_part(
    request: &Request,
    part: Part,
    voice: &mut Voice,
    cancel: &AtomicBool,
) -> anyhow::Result<Code> {
    let done = run_part(request, part, &mut |event| voice.hear(event), cancel);
    voice.end();
    let (folder, manifest) = done?;
    end_part(voice, &folder, manifest.as_ref(), "shards")
}

/// Tells how a part went, which was done in such units, and prints its folder.
pub fn end_part(
    voice: &Voice,
    folder: &Path,
    done: Option<&PartManifest>,
    units: &str,
) -> anyhow::Result<Code> {
    if let Some(part) = done.filter(|part| !part.failed.is_empty()) {
        voice.warn(&format!(
            "{} of {} {units} failed: the merged points.csv says which and why",
            count(part.failed.len() as f64),
            count(f64::from(part.shards[0])),
        ));
    }
    voice.say(&match done {
        Some(part) => format!(
            "done: part {} of {}, {} of {} {units}, in {}",
            part.part,
            part.of,
            count(f64::from(part.shards[0])),
            count(f64::from(part.shards[1])),
            duration(part.wall_seconds)
        ),
        None => "this part is finished already: nothing to do".to_owned(),
    });
    print_line(folder.as_os_str().as_encoded_bytes())?;
    Ok(Code::Done)
}

/// Prints the folder of what was done, and says whether it is plausible.
pub fn end(summary: &RunSummary) -> anyhow::Result<Code> {
    // The verdict stands, whoever stops reading.
    let code = match plausible(summary)? {
        true => Code::Done,
        false => Code::Finding,
    };
    // Byte by byte: a path need not be text.
    print_line(summary.folder.as_os_str().as_encoded_bytes())?;
    Ok(code)
}

impl Simulation {
    /// Threads and whatever else changes no outcome.
    pub fn tune(&self) -> Tune {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.tune.tune(self.threads.unwrap_or_else(cores))
    }
}
