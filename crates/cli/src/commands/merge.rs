//! `overheard merge`: the run, or the sweep, of its parts.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use overheard_engine::Tune;
use overheard_engine::run::{Request, RunFailure};
use overheard_questions::{Merged, charts, run_failure};

use crate::args::MergeArguments;
use crate::command_line::command_line;
use crate::commands::Code;
use crate::commands::run::{Whole, end};
use crate::commands::sweep::end as end_sweep;
use crate::fault::Interrupted;
use crate::interrupt;
use crate::points::Points;
use crate::voice::Voice;

/// Puts parts together, ends what they are and prints its folder's path.
pub fn merge(arguments: &MergeArguments) -> anyhow::Result<Code> {
    let mut voice = Voice::new(arguments.quiet);
    let cancel = interrupt::watch(voice.screen(), interrupt::SHARDS_STAY)?;
    let command = command_line(std::env::args_os().skip(1));
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let tune = Tune::new(arguments.threads.unwrap_or_else(cores));
    // A pattern that names all parts names the folder of the whole, too, once that is begun.
    let place = |path: &PathBuf| fs_err::canonicalize(path).ok();
    let whole = arguments.out.as_ref().and_then(place);
    let parts = arguments.parts.iter().cloned();
    let parts: Vec<PathBuf> = parts
        .filter(|part| whole.is_none() || place(part) != whole)
        .collect();
    let merged = Merged::of(&parts)?;
    let folder = merged.put_into(arguments.out.as_deref())?;
    let ended = match &merged {
        Merged::Run(run) => {
            let request = Request {
                scenario: &run.scenario,
                engine: run.engine,
                tune,
                out: Some(&folder),
                markets: None,
                resume: true,
                command: &command,
            };
            let whole = Whole {
                file: &run.file,
                settings: &[],
                cancel: &cancel,
            };
            whole
                .run(&request, &mut voice)
                .map_err(anyhow::Error::from)
                .and_then(|summary| end(&summary))
        }
        Merged::Sweep(sweep) => {
            let mut points = Points::new(&voice);
            sweep
                .finish(
                    &folder,
                    tune,
                    &command,
                    &charts,
                    &mut |p| points.hear(p),
                    &cancel,
                )
                .map_err(anyhow::Error::from)
                .and_then(|swept| end_sweep(&voice, &swept))
        }
    };
    ended.map_err(|error| match run_failure(&error) {
        Some(RunFailure::Interrupted { .. }) => Interrupted {
            resume: Some(command),
        }
        .into(),
        _ => error,
    })
}
