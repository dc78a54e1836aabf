//! How the program says what went wrong: one message, its causes in one sentence, a hint where one helps.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::panic;

use overheard_outcomes::OutcomeError;
use overheard_questions::{hint, scenario_error, sentence};
use overheard_study::words_of_panic;

pub use overheard_questions::hinted;

/// A run that was interrupted, and the command that goes on with it.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted {
    /// Nothing where there is nothing to go on with.
    pub resume: Option<String>,
}

/// Says an error on stderr and gives the exit code it stands for.
pub fn say(error: &anyhow::Error) -> u8 {
    let colours = colours();
    let (text, code) = if let Some(error) = scenario_error(error) {
        (error.render(colours), 2)
    } else if let Some(stop) = error.downcast_ref::<Interrupted>() {
        let resume = stop
            .resume
            .as_deref()
            .map(|command| format!("to go on: {command}"));
        (message("interrupted", "", resume.as_deref(), colours), 130)
    } else {
        let text = sentence(error);
        (message("error", &text, hint(error), colours), 2)
    };
    // If stderr is closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "{text}");
    code
}

/// Whether stderr takes colours: a terminal, and nobody said no (<https://no-color.org>).
pub fn colours() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|v| v == "dumb");
    io::stderr().is_terminal() && !set("NO_COLOR") && !dumb
}

fn message(title: &str, text: &str, hint: Option<&str>, colours: bool) -> String {
    let paint = |text: &str, code: &str| match colours {
        true => format!("\x1b[1;{code}m{text}\x1b[0m"),
        false => text.to_owned(),
    };
    let mut out = paint(title, "31");
    if !text.is_empty() {
        let _ = write!(out, ": {text}");
    }
    if let Some(hint) = hint {
        let _ = write!(out, "\n{}: {hint}", paint("hint", "36"));
    }
    out
}

/// Whether nobody reads any longer what is written.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |e: &io::Error| e.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        if let Some(OutcomeError::Io(cause)) = cause.downcast_ref() {
            broken(cause)
        } else if let Some(OutcomeError::Csv(cause)) = cause.downcast_ref() {
            matches!(cause.kind(), csv::ErrorKind::Io(cause) if broken(cause))
        } else {
            cause.downcast_ref().is_some_and(broken)
        }
    })
}

/// A panic is a bug, and says so in one message.
pub fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let what = words_of_panic(info.payload());
        let place = info
            .location()
            .map_or_else(String::new, |l| format!(" ({l})"));
        let text = format!("this is a bug in overheard: {what}{place}");
        let hint = "please report it with the command line and the scenario; finished shards can be resumed";
        let _ = writeln!(
            io::stderr(),
            "{}",
            message("error", &text, Some(hint), colours())
        );
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_stands_on_its_own_line() {
        assert_eq!(
            message("error", "no", Some("yes"), false),
            "error: no\nhint: yes"
        );
        assert!(message("error", "no", None, true).contains("\x1b["));
    }

    #[test]
    fn a_closed_pipe_is_known_in_every_guise() {
        let pipe = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&anyhow::Error::new(pipe).context("writing")));
        assert!(!is_broken_pipe(&anyhow::anyhow!("else")));
        let pipe = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&OutcomeError::from(pipe()).into()));
        assert!(is_broken_pipe(
            &OutcomeError::from(csv::Error::from(pipe())).into()
        ));
    }
}
