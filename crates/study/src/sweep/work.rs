//! The points of a sweep, run side by side in one process.

use std::any::Any;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use overheard_engine::Tune;
use overheard_engine::run::{Journal, RunFailure, run_in_memory};

use super::error::{SweepError, disk};
use super::record;
use super::request::{Progress, Sweep};
use super::tables::Failed;

/// Points at work at the same time, at most: each has a pilot of some hundred megabytes. Further threads share them.
const MOST: usize = 4;

/// What became of a point.
enum Answer {
    Done(Vec<u8>),
    Failed(String),
    Interrupted,
}

/// Runs the points `todo` and keeps each as it is done; gives those that failed.
///
/// # Errors
/// The caller's flag went up, the disk failed, or the first point, which is the scenario itself.
pub fn run(
    sweep: &Sweep,
    journal: &mut Journal,
    todo: &[usize],
    begun: Instant,
    events: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Failed, SweepError> {
    let threads = sweep.tune.threads.get();
    let workers = threads.min(MOST).min(todo.len().max(1));
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let of = sweep.plan.points.len() as u64;
    let mut done = of - todo.len() as u64;
    events(Progress::Points { done, of });
    let mut failed = Failed::new();
    let mut fault = None;
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for worker in 0..workers {
            let (send, next, stop) = (send.clone(), &next, &stop);
            // The first take what does not divide evenly.
            let own = threads / workers + usize::from(worker < threads % workers);
            let tune = Tune {
                threads: NonZeroUsize::new(own).unwrap_or(NonZeroUsize::MIN),
                ..sweep.tune
            };
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) && !cancel.load(Ordering::Relaxed) {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(point) = todo.get(place) else {
                        break;
                    };
                    let answer = answer(sweep, *point, tune, cancel);
                    if send.send((*point, answer)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for (point, answer) in receive {
            match answer {
                Answer::Done(bytes) => {
                    if let Err(cause) = journal.keep(point as u32, &bytes, begun.elapsed()) {
                        stop.store(true, Ordering::Relaxed);
                        fault.get_or_insert(disk("keep the journal")(cause).into());
                    }
                }
                Answer::Failed(message) if point == 0 => {
                    stop.store(true, Ordering::Relaxed);
                    fault.get_or_insert(SweepError::Central(message));
                }
                Answer::Failed(message) => {
                    let settings = sweep.plan.settings(&sweep.plan.points[point]);
                    events(Progress::Failed {
                        point: point as u64,
                        settings: &settings,
                        message: &message,
                    });
                    failed.insert(point as u32, message);
                }
                Answer::Interrupted => continue,
            }
            done += 1;
            events(Progress::Points { done, of });
        }
    });
    match fault {
        Some(fault) => Err(fault),
        None if done < of => Err(RunFailure::Interrupted { kept: true }.into()),
        None => Ok(failed),
    }
}

/// Runs a point in memory.
fn answer(sweep: &Sweep, point: usize, tune: Tune, cancel: &AtomicBool) -> Answer {
    let own = sweep.plan.settings(&sweep.plan.points[point]);
    let scenario = match sweep.scenario(&own) {
        Ok(scenario) => scenario,
        Err(error) => return Answer::Failed(error.message().to_owned()),
    };
    // One point that the model cannot bear is no reason to lose the others.
    let run =
        AssertUnwindSafe(|| run_in_memory(&scenario, sweep.engine, tune, &mut |_| (), cancel));
    match catch_unwind(run) {
        Ok(Ok((_, estimates))) => Answer::Done(record::encode(&own, &estimates)),
        Ok(Err(RunFailure::Interrupted { .. })) => Answer::Interrupted,
        Ok(Err(failure)) => Answer::Failed(failure.to_string()),
        Err(panic) => Answer::Failed(format!("a bug: {}", words(&*panic))),
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without words")
}
