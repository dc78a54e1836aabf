//! Long work: in a thread of its own, so that the interpreter's own thread can hear Ctrl-C and tell how it goes.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use overheard_engine::run::{Event, RunFailure};
use overheard_questions::{News, run_failure};
use overheard_study::Progress;
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

use crate::fault::{bug, raised};

/// So often is looked for Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

/// What is told while something runs.
pub enum Told {
    /// How far it is.
    Far {
        what: &'static str,
        done: u64,
        of: u64,
    },
    /// Good to know.
    Say(String),
    /// Better not overheard.
    Warn(String),
}

impl Told {
    /// Of a run and its draws.
    pub fn of(news: News<'_>) -> Option<Self> {
        match news {
            News::Run(event) => Self::of_run(event),
            News::Draws { draws, people } => {
                let draws = match draws {
                    1 => "one draw".to_owned(),
                    n => format!("{n} draws"),
                };
                Some(Told::Say(format!(
                    "the same window at {draws} of what nobody knows, {people} assistant users each"
                )))
            }
            News::Points(Progress::Points { done, of }) => Some(Told::far("drawing", done, of)),
            News::Points(failed @ Progress::Failed { .. }) => Self::of_points(failed),
            // Of draws it says what is wrong with their bands.
            News::Points(Progress::Note(text)) => Some(Told::Warn(text)),
            News::Points(_) => None,
        }
    }

    /// Of a run.
    pub fn of_run(event: Event<'_>) -> Option<Self> {
        Some(match event {
            Event::Folder(folder) => Told::Say(format!("running into {}", folder.display())),
            Event::Resumed { shards, of } => {
                Told::Say(format!("resuming: {shards} of {of} shards are done"))
            }
            Event::Note(text) => Told::Say(text),
            Event::Market => {
                Told::Say("the market is that of an earlier run of this scenario".to_owned())
            }
            Event::Pilot { day, days } => {
                Told::far("solving the market", u64::from(day) + 1, u64::from(days))
            }
            Event::Shards { people, of, .. } => Told::far("simulating", people, of),
            Event::Memory { .. } | Event::Writing => return None,
        })
    }

    /// Of a sweep.
    pub fn of_points(progress: Progress<'_>) -> Option<Self> {
        Some(match progress {
            Progress::Folder(folder) => Told::Say(format!("sweeping into {}", folder.display())),
            Progress::Resumed { points, of } => {
                Told::Say(format!("resuming: {points} of {of} points are done"))
            }
            Progress::Note(text) => Told::Say(text),
            Progress::Failed {
                point,
                settings,
                message,
            } => {
                let settings = settings.join(" ");
                Told::Warn(format!("point {point} failed: {message} ({settings})"))
            }
            Progress::Points { done, of } => Told::far("points", done, of),
            Progress::Writing => return None,
        })
    }

    const fn far(what: &'static str, done: u64, of: u64) -> Self {
        Told::Far { what, done, of }
    }

    /// Tells it: `hear(kind, text, done, of)`.
    fn tell(self, hear: &Bound<'_, PyAny>) -> PyResult<()> {
        match self {
            Told::Far { what, done, of } => hear.call1(("far", what, done, of)),
            Told::Say(text) => hear.call1(("say", text, 0, 0)),
            Told::Warn(text) => hear.call1(("warn", text, 0, 0)),
        }
        .map(|_| ())
    }
}

/// Does something long. Ctrl-C, and an exception of whoever hears, stop it where what is done can be kept, and are then raised.
pub fn work<T: Send>(
    hear: &Bound<'_, PyAny>,
    job: impl FnOnce(&mut dyn FnMut(Option<Told>), &AtomicBool) -> anyhow::Result<T> + Send,
) -> PyResult<T> {
    let py = hear.py();
    let cancel = AtomicBool::new(false);
    let (sender, mut receiver) = mpsc::channel();
    let mut stop: Option<PyErr> = None;
    let done = thread::scope(|scope| {
        let cancel = &cancel;
        let worker = scope.spawn(move || {
            let mut tell = |told: Option<Told>| {
                if let Some(told) = told {
                    // Nobody hears any longer only if the caller is gone.
                    let _ = sender.send(told);
                }
            };
            panic::catch_unwind(AssertUnwindSafe(|| job(&mut tell, cancel)))
        });
        loop {
            let waiting = &mut receiver;
            let told = py.detach(move || waiting.recv_timeout(LOOK));
            let heard = match told {
                Ok(told) if stop.is_none() => told.tell(hear).and_then(|()| py.check_signals()),
                Ok(_) | Err(RecvTimeoutError::Timeout) => py.check_signals(),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if let Err(error) = heard {
                cancel.store(true, Ordering::Relaxed);
                stop.get_or_insert(error);
            }
        }
        py.detach(|| worker.join())
    });
    match done {
        Err(payload) | Ok(Err(payload)) => Err(bug(&*payload)),
        // Too late to stop what is done.
        Ok(Ok(Ok(result))) => stop.map_or(Ok(result), Err),
        Ok(Ok(Err(error))) if is_interruption(&error) => {
            Err(stop.unwrap_or_else(|| PyKeyboardInterrupt::new_err(())))
        }
        Ok(Ok(Err(error))) => Err(raised(&error)),
    }
}

fn is_interruption(error: &anyhow::Error) -> bool {
    matches!(run_failure(error), Some(RunFailure::Interrupted { .. }))
}
