//! One voice at the terminal: short lower-case sentences on stderr, numbers with their units, paths last.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use console::Term;
use overheard_engine::run::Event;

use crate::numbers::{bytes, count, duration};

/// Off a terminal a line of progress comes so often.
const EVERY: Duration = Duration::from_secs(5);

/// On a terminal the line is drawn anew so often.
const REDRAW: Duration = Duration::from_millis(125);

/// Columns left free at the end of the progress line: what the terminal echoes of a Ctrl-C must not open a new line.
const ECHO: usize = 3;

/// The progress line, shared with whoever may take it off the screen.
#[derive(Default)]
pub struct Screen {
    state: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    /// When it was drawn, if it is on the screen.
    drawn: Option<Instant>,
    /// Whether there is to be no line any more.
    closed: bool,
}

impl Screen {
    fn with<T>(&self, work: impl FnOnce(&mut Line) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the line off, for good.
    pub fn close(&self) {
        self.with(|line| {
            line.closed = true;
            line.clear();
        });
    }
}

impl Line {
    fn clear(&mut self) {
        if self.drawn.take().is_some() {
            // If stderr is closed there is nobody to see it.
            let _ = Term::stderr().clear_line();
        }
    }

    /// Draws the line, with nothing behind its last letter: what a terminal echoes there would open a new line.
    fn show(&mut self, text: &str) {
        if self.closed || self.drawn.is_some_and(|drawn| drawn.elapsed() < REDRAW) {
            return;
        }
        self.clear();
        self.drawn = Some(Instant::now());
        let _ = Term::stderr().write_str(text);
    }
}

/// What is said while something runs.
pub struct Voice {
    quiet: bool,
    screen: Arc<Screen>,
    /// Whether progress is drawn or told.
    terminal: bool,
    told: Instant,
    /// When the shards of this sitting began, and how many person-days were there already.
    shards: Option<(Instant, u64)>,
}

impl Voice {
    /// A voice that says only warnings if it is to be quiet.
    pub fn new(quiet: bool) -> Self {
        Voice {
            quiet,
            screen: Arc::default(),
            terminal: io::stderr().is_terminal(),
            told: Instant::now(),
            shards: None,
        }
    }

    /// What has to be closed when the program is stopped.
    pub fn screen(&self) -> Arc<Screen> {
        self.screen.clone()
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
        self.screen.with(|line| {
            line.clear();
            // If stderr is closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "{text}");
        });
    }

    /// Takes the progress line off the screen.
    pub fn end(&mut self) {
        self.screen.with(Line::clear);
    }

    /// Tells what a run reports.
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
            Event::Memory { needed } => {
                self.say(&format!("this takes about {} of memory", bytes(needed)));
            }
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
        let width = usize::from(Term::stderr().size().1);
        let text = progress_line(width, what, done, of, &tell(done, of));
        self.screen.with(|line| line.show(&text));
    }
}

/// A line of progress that leaves room at the end of a line of so many columns.
fn progress_line(width: usize, what: &str, done: u64, of: u64, told: &str) -> String {
    /// Marks of a full bar, which goes where there is no room for it.
    const BAR: usize = 20;
    let share = done as f64 / of.max(1) as f64;
    let full = (share * BAR as f64) as usize;
    let bar: String = (0..BAR).map(|i| if i < full { '#' } else { '-' }).collect();
    let percent = format!("{:.0} %", 100.0 * share);
    let room = width.saturating_sub(ECHO);
    let plain = format!("{what}: {percent}, {told}");
    match format!("{what} {bar} {percent}, {told}") {
        long if long.chars().count() <= room => long,
        _ => plain.chars().take(room).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_keeps_to_its_line() {
        let told = "12.3 million person-days/s, 3 min 20 s left";
        for width in 0..200 {
            for (done, of) in [(0, 0), (1, 3), (7, 7)] {
                let line = progress_line(width, "solving the market", done, of, told);
                assert!(
                    line.chars().count() <= width.saturating_sub(ECHO),
                    "{width}: {line}"
                );
            }
        }
        assert_eq!(
            progress_line(80, "simulating", 1, 2, told),
            "simulating: 50 %, 12.3 million person-days/s, 3 min 20 s left"
        );
        assert_eq!(
            progress_line(80, "solving the market", 1, 2, "day 17 of 31"),
            "solving the market ##########---------- 50 %, day 17 of 31"
        );
        assert_eq!(
            progress_line(20, "simulating", 1, 2, told),
            "simulating: 50 %,"
        );
    }

    #[test]
    fn a_closed_screen_stays_empty() {
        let voice = Voice::new(false);
        voice.screen().close();
        voice.screen.with(|line| {
            line.show("simulating");
            assert!(line.drawn.is_none());
        });
    }
}
