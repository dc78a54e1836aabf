//! `overheard merge`: the run of its parts.

use std::num::NonZeroUsize;

use overheard_engine::Tune;
use overheard_engine::run::{Merge, Request, RunFailure};
use overheard_questions::merge_error;

use crate::args::MergeArguments;
use crate::command_line::command_line;
use crate::commands::Code;
use crate::commands::run::{Whole, end};
use crate::fault::Interrupted;
use crate::interrupt;
use crate::voice::Voice;

/// Puts parts together, ends the run that they are and prints its folder's path.
pub fn merge(arguments: &MergeArguments) -> anyhow::Result<Code> {
    let mut voice = Voice::new(arguments.quiet);
    let cancel = interrupt::watch(voice.screen(), interrupt::SHARDS_STAY)?;
    let command = command_line(std::env::args_os().skip(1));
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let parts = Merge::of(&arguments.parts).map_err(merge_error)?;
    let folder = match &arguments.out {
        Some(folder) => folder.clone(),
        None => parts.folder(),
    };
    parts.put_into(&folder, &mut |_| ()).map_err(merge_error)?;
    let request = Request {
        scenario: &parts.scenario,
        engine: parts.engine,
        tune: Tune::new(arguments.threads.unwrap_or_else(cores)),
        out: Some(&folder),
        markets: None,
        resume: true,
        command: &command,
    };
    let whole = Whole {
        file: &parts.file,
        settings: &[],
        cancel: &cancel,
    };
    match whole.run(&request, &mut voice) {
        Err(RunFailure::Interrupted { .. }) => {
            let resume = Some(command);
            Err(Interrupted { resume }.into())
        }
        Err(failure) => Err(failure.into()),
        Ok(summary) => end(&summary),
    }
}
