//! One voice at the terminal: short lower-case sentences on stderr, numbers with their units, paths last.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use overheard_engine::run::Event;

use crate::numbers::{count, duration};

/// Off a terminal a line of progress comes so often.
const EVERY: Duration = Duration::from_secs(5);

/// What is said while something runs.
pub struct Voice {
    quiet: bool,
    bar: Option<ProgressBar>,
    /// Whether progress is drawn or told.
    terminal: bool,
    told: Instant,
    /// When the shards of this sitting began, and how many person-days were there already.
    shards: Option<(Instant, u64)>,
}

impl Voice {
    pub fn new(quiet: bool) -> Self {
        Voice {
            quiet,
            bar: None,
            terminal: io::stderr().is_terminal(),
            told: Instant::now(),
            shards: None,
        }
    }

    /// Says something, unless told to be quiet.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// Says something in any case.
    pub fn warn(&self, text: &str) {
        self.line(&format!("warning: {text}"));
    }

    fn line(&self, text: &str) {
        let say = || {
            // If stderr is closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "{text}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    /// Takes the progress line off the screen.
    pub fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    pub fn hear(&mut self, event: Event) {
        match event {
            Event::Folder(folder) => self.say(&format!("running into {}", folder.display())),
            Event::Resumed { shards, of } => {
                self.say(&format!(
                    "resuming: {} of {} shards are done",
                    count(f64::from(shards)),
                    count(f64::from(of))
                ));
            }
            Event::Note(text) => self.warn(&text),
            Event::Pilot { day, days } => {
                self.progress(
                    "solving the market",
                    u64::from(day),
                    u64::from(days),
                    |done, of| format!("day {} of {of}", done + 1),
                );
            }
            Event::Shards { done, of } => {
                let (begun, before) = *self.shards.get_or_insert_with(|| (Instant::now(), done));
                let seconds = begun.elapsed().as_secs_f64();
                let rate = (done - before) as f64 / seconds.max(1e-3);
                self.progress("simulating", done, of, |done, of| {
                    let left = (of - done) as f64 / rate.max(1.0);
                    match done > before && seconds > 1.0 {
                        true => format!("{} person-days/s, {} left", count(rate), duration(left)),
                        false => format!("{} person-days", count(of as f64)),
                    }
                });
            }
            Event::Writing => self.end(),
        }
    }

    fn progress(
        &mut self,
        what: &'static str,
        done: u64,
        of: u64,
        tell: impl Fn(u64, u64) -> String,
    ) {
        if self.quiet {
            return;
        }
        if !self.terminal {
            if self.told.elapsed() >= EVERY {
                self.told = Instant::now();
                let percent = 100.0 * done as f64 / of.max(1) as f64;
                self.line(&format!("{what}: {percent:.0} %, {}", tell(done, of)));
            }
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            // What does not come up is a bar of another look, not a fault.
            let style = ProgressStyle::with_template("{prefix:<18} {bar:20} {percent:>3} %  {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("##-");
            ProgressBar::with_draw_target(Some(of), ProgressDrawTarget::stderr_with_hz(8))
                .with_style(style)
        });
        bar.set_length(of);
        bar.set_prefix(what);
        bar.set_position(done);
        bar.set_message(tell(done, of));
    }
}
