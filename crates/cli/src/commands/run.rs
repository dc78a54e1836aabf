//! `overheard run`.

mod once;
mod until;

use std::num::NonZeroUsize;

use overheard_engine::Tune;
use overheard_engine::run::{MANIFEST, RunSummary};

use crate::args::{RunArguments, Simulation};
use crate::command_line::command_line;
use crate::commands::Code;
use crate::interrupt;
use crate::scenarios;
use crate::stdout::print_line;
use crate::voice::Voice;

use once::Once;
use until::until;

/// Runs a scenario into a folder and prints the folder's path.
pub fn run(arguments: &RunArguments) -> anyhow::Result<Code> {
    let simulation = &arguments.simulation;
    let typed = scenarios::read(&simulation.scenario)?;
    let scenario = typed.scenario(&simulation.overrides())?;
    let mut voice = Voice::new(simulation.quiet);
    let cancel = interrupt::watch(voice.screen(), interrupt::SHARDS_STAY)?;
    let command = command_line(std::env::args_os().skip(1));
    let markets = simulation.tune.markets();
    let once = Once {
        simulation,
        command: &command,
        markets: markets.as_deref(),
        cancel: &cancel,
    };
    let summary = match &arguments.until {
        None => {
            let out = arguments.out.as_deref();
            once.run(&once.request(&scenario, out, arguments.resume), &mut voice)?
        }
        Some(wanted) => until(wanted, arguments, &typed, scenario, &once, &mut voice)?,
    };
    // The verdict stands, whoever stops reading.
    let code = match plausible(&summary)? {
        true => Code::Done,
        false => Code::Finding,
    };
    // Byte by byte: a path need not be text.
    print_line(summary.folder.as_os_str().as_encoded_bytes())?;
    Ok(code)
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
