//! The command line: arguments, one voice at the terminal, exit codes. Glue and no logic.
//!
//! stdout is data, stderr is talk. Exit codes: 0 done, 1 a finding, 2 an error, 130 interrupted.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod args;
mod child;
mod command_line;
mod commands;
mod fault;
mod interrupt;
mod numbers;
mod points;
mod progress;
mod scenarios;
mod stdout;
mod tune;
mod voice;
mod writable;

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Command};
use commands::Code;
use overheard_questions::runs;
use stdout::print;

/// What the program does between its arguments and its exit code.
pub fn main() -> ExitCode {
    fault::install_panic_hook();
    // The hook has said everything there is to say.
    let code = panic::catch_unwind(AssertUnwindSafe(start)).unwrap_or(2);
    ExitCode::from(code)
}

fn start() -> u8 {
    log();
    interrupt::outlive_file_limits();
    if std::env::args_os().len() < 2 {
        return match print(&Arguments::command().render_help().to_string()) {
            Ok(()) => 0,
            Err(error) => fault::say(&error),
        };
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nothing is left to be told if this fails.
            let _ = error.print();
            return if error.use_stderr() { 2 } else { 0 };
        }
    };
    match dispatch(arguments.command) {
        Ok(Code::Done) => 0,
        Ok(Code::Finding) => 1,
        Err(error) => fault::say(&error),
    }
}

fn dispatch(command: Command) -> anyhow::Result<Code> {
    match command {
        Command::Run(arguments) => commands::run(&arguments),
        Command::Merge(arguments) => commands::merge(&arguments),
        Command::Sweep(arguments) => commands::sweep(&arguments),
        Command::Decompose(arguments) => commands::decompose(&arguments),
        Command::Check(arguments) => commands::check(&arguments),
        Command::Compare(arguments) => commands::compare(&arguments),
        Command::Plot(arguments) => commands::plot(&arguments),
        Command::Explain(arguments) => commands::explain(&arguments),
        Command::Validate(arguments) => commands::validate(&arguments),
        Command::Bench(arguments) => commands::bench(&arguments),
        Command::Calibrate(arguments) => commands::calibrate(&arguments),
        Command::Schema => commands::schema(),
        Command::Knobs(arguments) => commands::knobs(&arguments),
        Command::List => commands::list(),
        Command::Completions { shell } => commands::completions(shell),
        Command::Man { command } => commands::man(command.as_deref()),
    }
}

/// Logs for those who look into the machinery: `OVERHEARD_LOG=debug`, for example.
fn log() {
    if let Ok(filter) = std::env::var("OVERHEARD_LOG") {
        // A second subscriber cannot be there: nothing ran before.
        let _ = tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
            .with_writer(io::stderr)
            .try_init();
    }
}
