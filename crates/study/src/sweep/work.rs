//! The points of a sweep that are left, run and kept.

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use overheard_engine::Tune;
use overheard_engine::run::{Journal, RunFailure};

use super::error::SweepError;
use super::record;
use super::request::{Progress, Sweep};
use super::tables::Failed;
use crate::work::{Answer, ask, disk, side_by_side};

/// Runs the points `todo` of those that are `own`, which are all or a part, and keeps each as it is done; gives those that failed.
///
/// # Errors
/// The caller's flag went up, the disk failed, or the first point, which is the scenario itself.
pub fn run(
    sweep: &Sweep,
    journal: &mut Journal,
    [own, todo]: [&[usize]; 2],
    begun: Instant,
    events: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Failed, SweepError> {
    let of = own.len() as u64;
    let mut done = of - todo.len() as u64;
    events(Progress::Points { done, of });
    let mut failed = Failed::new();
    let mut fault = None;
    let answer = |point, tune| answer(sweep, point, tune, cancel);
    side_by_side(todo, sweep.tune, cancel, &answer, &mut |point, answer| {
        match answer {
            Answer::Done(bytes) => {
                if let Err(cause) = journal.keep(point as u32, &bytes, begun.elapsed()) {
                    fault.get_or_insert(disk("keep the journal")(cause).into());
                }
            }
            Answer::Failed(message) if point == 0 => {
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
            Answer::Interrupted => return ControlFlow::Continue(()),
        }
        done += 1;
        events(Progress::Points { done, of });
        match fault {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    });
    match fault {
        Some(fault) => Err(fault),
        None if done < of => Err(RunFailure::Interrupted { kept: true }.into()),
        None => Ok(failed),
    }
}

/// Runs a point in memory.
fn answer(sweep: &Sweep, point: usize, tune: Tune, cancel: &AtomicBool) -> Answer<Vec<u8>> {
    let own = sweep.plan.settings(&sweep.plan.points[point]);
    match sweep.scenario(&own) {
        Ok(scenario) => ask(&scenario, sweep.engine, tune, cancel)
            .then(|(_, estimates)| Answer::Done(record::encode(&own, &estimates))),
        Err(error) => Answer::Failed(error.message().to_owned()),
    }
}
