//! One voice at the terminal: short lower-case sentences on stderr, numbers with their units, paths last.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use console::Term;
use overheard_engine::run::Event;

use crate::numbers::{bytes, count, duration, short};
use crate::progress::{Told, line};

/// Off a terminal a line of progress comes so often [%]: of the market, which seconds solve, and of the people.
const EVERY: [u64; 2] = [25, 5];

/// On a terminal the line is drawn anew so often.
const REDRAW: Duration = Duration::from_millis(125);

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
    told: RefCell<Told>,
    /// When the shards of this sitting began, and how many people were done already.
    shards: Option<(Instant, u64)>,
}

impl Voice {
    /// A voice that says only warnings if it is to be quiet.
    pub fn new(quiet: bool) -> Self {
        Voice {
            quiet,
            screen: Arc::default(),
            terminal: io::stderr().is_terminal(),
            told: RefCell::default(),
            shards: None,
        }
    }

    /// The same voice for what runs inside of what this one tells of.
    pub fn within(&self) -> Self {
        Voice {
            screen: self.screen.clone(),
            ..Voice::new(self.quiet)
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
    pub fn end(&self) {
        self.screen.with(Line::clear);
    }

    /// Tells what a run reports.
    pub fn hear(&mut self, event: Event) {
        match event {
            Event::Folder(folder) => {
                // Another run may have been told of before.
                (self.told, self.shards) = (RefCell::default(), None);
                self.say(&format!("running into {}", folder.display()));
            }
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
            Event::Market => self.say("the market is that of an earlier run of this scenario"),
            Event::Pilot { day, days } => {
                // A run that imitates experiments has another one after it, of people from the first on.
                self.shards = None;
                let text = format!("day {} of {days}", day + 1);
                let (day, days) = (u64::from(day), u64::from(days));
                self.progress("solving the market", EVERY[0], day, days, &text);
            }
            Event::Shards { people, of, days } => {
                let (begun, before) = *self.shards.get_or_insert_with(|| (Instant::now(), people));
                let speed = Speed {
                    people: people - before,
                    seconds: begun.elapsed().as_secs_f64(),
                };
                let text = speed.tell(people, of - people, days);
                self.progress("simulating", EVERY[1], people, of, &text);
            }
            Event::Writing => self.end(),
        }
    }

    /// Tells how far something is, and what else there is to say of it.
    pub fn progress(&self, what: &str, every: u64, done: u64, of: u64, text: &str) {
        if self.quiet {
            return;
        }
        if self.terminal {
            let width = usize::from(Term::stderr().size().1);
            let text = line(width, what, done, of, text);
            self.screen.with(|line| line.show(&text));
        } else if let Some(percent) = self.told.borrow_mut().news(what, every, done, of) {
            self.line(&format!("{what}: {percent} %, {text}"));
        }
    }
}

/// How fast people are simulated in this sitting.
struct Speed {
    people: u64,
    seconds: f64,
}

impl Speed {
    /// People done; once there is something to go by, also how fast, and how long it takes to the end.
    fn tell(&self, done: u64, left: u64, days: u64) -> String {
        /// So long is too short to go by [s].
        const SOON: f64 = 1.0;
        let done = format!("{} people", short(done as f64));
        if self.people == 0 || self.seconds < SOON {
            return done;
        }
        let rate = self.people as f64 / self.seconds;
        let (rate, left) = (short(rate * days as f64), duration(left as f64 / rate));
        format!("{done}, {rate} person-days/s, {left} left")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_told_with_what_it_leads_to() {
        let speed = Speed {
            people: 3_000_000,
            seconds: 10.0,
        };
        assert_eq!(
            speed.tell(5_000_000, 60_000_000, 33),
            "5M people, 9.9M person-days/s, 3 min 20 s left"
        );
        let (nobody, at_once) = (
            Speed { people: 0, ..speed },
            Speed {
                seconds: 0.5,
                ..speed
            },
        );
        for early in [nobody, at_once] {
            assert_eq!(early.tell(5_000, 1, 33), "5,000 people");
        }
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
