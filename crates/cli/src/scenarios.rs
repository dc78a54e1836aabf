//! What the command line says of a scenario.

use std::path::Path;

use crate::args::Simulation;
use crate::fault::Interrupted;

pub use overheard_questions::scenarios::{Override, STDIN, Typed, known, load, question, read};

impl Simulation {
    /// What is laid over the file: `--set`, then `--people` and `--seed`.
    pub fn overrides(&self) -> Vec<Override> {
        let people = self.people.map(|n| ("--people", format!("run.people={n}")));
        let seed = self.seed.map(|n| ("--seed", format!("run.seed={n}")));
        typed(&self.set)
            .into_iter()
            .chain(people)
            .chain(seed)
            .collect()
    }

    /// What an interruption is told as: how to go on with what this command line began.
    pub fn interrupted(&self, command: &str) -> Interrupted {
        let mut resume = format!("{command} --resume");
        if self.is_from_stdin() {
            resume += ", with the same scenario on standard input";
        }
        Interrupted {
            resume: Some(resume),
        }
    }

    /// Whether the scenario came from standard input, where it is gone now.
    fn is_from_stdin(&self) -> bool {
        self.scenario == Path::new(STDIN)
    }
}

/// What was typed with `--set`.
pub fn typed(set: &[String]) -> Vec<Override> {
    set.iter().map(|text| ("--set", text.clone())).collect()
}
