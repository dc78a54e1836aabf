//! The points of a sweep that are left, run and kept.

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use overheard_engine::Tune;
use overheard_engine::run::{Journal, RunFailure};
use overheard_outcomes::Detail;
use overheard_scenario::Scenario;

use super::error::SweepError;
use super::judge::judged;
use super::record::{self, Beside};
use super::relevel::{Relevel, as_settings};
use super::request::{Progress, Sweep};
use super::rows::is_kept_cut;
use super::tables::Reasons;
use crate::work::{Answer, ask, disk, side_by_side};

/// A sweep at work: what its points are run by, and since when.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    pub sweep: &'a Sweep<'a>,
    /// The scenario as it is.
    pub central: &'a Scenario,
    pub begun: Instant,
    pub cancel: &'a AtomicBool,
}

impl Work<'_> {
    /// Runs the points `todo` of those that are `own`, which are all or a part, and keeps each as it is done; gives those that
    /// failed.
    ///
    /// # Errors
    /// The caller's flag went up, the machine failed, or the first point, which is the scenario itself.
    pub fn run(
        self,
        journal: &mut Journal,
        [own, todo]: [&[usize]; 2],
        events: &mut dyn FnMut(Progress),
    ) -> Result<Reasons, SweepError> {
        let Work { sweep, cancel, .. } = self;
        let of = own.len() as u64;
        let mut done = of - todo.len() as u64;
        events(Progress::Points { done, of });
        // The scenario as it is has the levels that it has.
        let anew = sweep.plan.rules.relevel && todo.iter().any(|point| *point > 0);
        let relevel = match anew.then(|| Relevel::new(self.central, sweep.plan, sweep.tune, cancel))
        {
            None => None,
            Some(Answer::Done(relevel)) => Some(relevel),
            Some(Answer::Failed(message)) => return Err(SweepError::Central(message)),
            Some(Answer::Ended(failure)) => return Err(failure.into()),
        };
        let mut failed = Reasons::new();
        let mut fault = None;
        let answer = |point, tune| answer(sweep, relevel.as_ref(), point, tune, cancel);
        side_by_side(todo, sweep.tune, cancel, &answer, &mut |point, answer| {
            match answer {
                Answer::Done(bytes) => {
                    if let Err(cause) = journal.keep(point as u32, &bytes, self.begun.elapsed()) {
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
                Answer::Ended(failure) => {
                    fault.get_or_insert(failure.into());
                    return ControlFlow::Break(());
                }
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
}

/// Runs a point in memory, its levels met again before if that is asked.
fn answer(
    sweep: &Sweep,
    relevel: Option<&Relevel>,
    point: usize,
    tune: Tune,
    cancel: &AtomicBool,
) -> Answer<Vec<u8>> {
    let own = sweep.plan.settings(&sweep.plan.points[point]);
    let levels = match relevel.filter(|_| point > 0) {
        Some(relevel) => relevel.at(&own, tune, cancel),
        None => Answer::Done(Vec::new()),
    };
    // What a point is judged by may be any row.
    let detail = match sweep.plan.rules.keep.asks() {
        true => Detail::Full,
        false => Detail::Only(is_kept_cut),
    };
    levels.then(|levels| {
        let all = [own.as_slice(), &as_settings(&levels)].concat();
        let scenario = match sweep.scenario(&all) {
            Ok(scenario) => scenario,
            Err(error) => return Answer::Failed(error.message().to_owned()),
        };
        ask(&scenario, sweep.engine, tune, detail, cancel).then(
            |(prepared, estimates)| match judged(sweep.plan.rules.keep, &prepared, &estimates) {
                Ok(judged) => {
                    let beside = Beside { levels, judged };
                    Answer::Done(record::encode(&own, &beside, &estimates))
                }
                Err(message) => Answer::Failed(message),
            },
        )
    })
}
