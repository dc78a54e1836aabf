//! `overheard run`.

mod until;
mod whole;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use overheard_engine::Tune;
use overheard_engine::run::{PartManifest, Request, RunFailure, RunSummary, run_part};
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
        (Some(part), _) => {
            let done = run_part(&request, part, &mut |event| voice.hear(event), &cancel);
            voice.end();
            done.map(|(folder, manifest)| tell_part(&voice, folder, manifest))
                .map_err(anyhow::Error::from)
        }
        (None, None) => whole.run(&request, &mut voice).map_err(Into::into),
        (None, Some(wanted)) => until(wanted, arguments, &typed, &request, &whole, &mut voice),
    };
    match result {
        Ok(summary) => end(&summary),
        Err(error) => match error.downcast_ref() {
            Some(RunFailure::Interrupted { .. }) => Err(simulation.interrupted(&command).into()),
            _ => Err(error),
        },
    }
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

fn tell_part(voice: &Voice, folder: PathBuf, manifest: Option<PartManifest>) -> RunSummary {
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
    RunSummary {
        folder,
        manifest: None,
    }
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
