//! Questions answered side by side, in one process.

use std::any::Any;
use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use overheard_engine::run::{RunFailure, run_in_memory};
use overheard_engine::{EngineKind, Prepared, Tune, words_of_panic};
use overheard_outcomes::{Detail, Estimates};
use overheard_scenario::Scenario;

/// Runs at work at the same time, at most: each has a pilot of some hundred megabytes. Further threads share them.
const MOST: usize = 4;

/// What became of a question.
pub enum Answer<T> {
    /// It was answered.
    Done(T),
    /// It cannot be, whoever tries, and why.
    Failed(String),
    /// It was not, this time: the machine is at fault, or somebody wished to stop.
    Ended(RunFailure),
}

impl<T> Answer<T> {
    /// Goes on with what was found.
    pub fn then<U>(self, next: impl FnOnce(T) -> Answer<U>) -> Answer<U> {
        match self {
            Answer::Done(found) => next(found),
            Answer::Failed(message) => Answer::Failed(message),
            Answer::Ended(failure) => Answer::Ended(failure),
        }
    }
}

/// Answers the questions `todo` by runs, each in a thread of its own or in several, and hands every answer over as it comes, until
/// `take` breaks off or `cancel` goes up.
pub fn side_by_side<T: Send>(
    todo: &[usize],
    tune: Tune,
    cancel: &AtomicBool,
    answer: &(dyn Fn(usize, Tune) -> Answer<T> + Sync),
    take: &mut dyn FnMut(usize, Answer<T>) -> ControlFlow<()>,
) {
    spread(todo, MOST, tune, cancel, answer, take);
}

/// The same, where so many may be at work at the same time.
fn spread<T: Send>(
    todo: &[usize],
    most: usize,
    tune: Tune,
    cancel: &AtomicBool,
    answer: &(dyn Fn(usize, Tune) -> Answer<T> + Sync),
    take: &mut dyn FnMut(usize, Answer<T>) -> ControlFlow<()>,
) {
    let threads = tune.threads.get();
    let workers = threads.min(most).min(todo.len().max(1));
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for worker in 0..workers {
            let (send, next, stop) = (send.clone(), &next, &stop);
            // The first take what does not divide evenly.
            let own = threads / workers + usize::from(worker < threads % workers);
            let tune = Tune {
                threads: NonZeroUsize::new(own).unwrap_or(NonZeroUsize::MIN),
                ..tune
            };
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) && !cancel.load(Ordering::Relaxed) {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(question) = todo.get(place) else {
                        break;
                    };
                    let answer = answer(*question, tune);
                    if send.send((*question, answer)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for (question, answer) in receive {
            if take(question, answer).is_break() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
}

/// What one piece of work makes of each of so many, in their order, on every thread: it runs nothing, and takes little
/// memory. Nothing if somebody wished to stop.
pub fn each<T: Send>(
    of: usize,
    tune: Tune,
    cancel: &AtomicBool,
    one: &(dyn Fn(usize) -> T + Sync),
) -> Option<Vec<T>> {
    let todo: Vec<usize> = (0..of).collect();
    let mut all: Vec<Option<T>> = todo.iter().map(|_| None).collect();
    let answer = |i: usize, _| Answer::Done(one(i));
    let mut take = |i: usize, answer| {
        if let Answer::Done(made) = answer {
            all[i] = Some(made);
        }
        ControlFlow::Continue(())
    };
    spread(&todo, usize::MAX, tune, cancel, &answer, &mut take);
    all.into_iter().collect()
}

/// Runs a scenario in memory, for the rows of a detail. One that the model cannot bear is no reason to lose the others.
pub fn ask(
    scenario: &Scenario,
    engine: EngineKind,
    tune: Tune,
    detail: Detail,
    cancel: &AtomicBool,
) -> Answer<(Prepared, Estimates)> {
    let run =
        AssertUnwindSafe(|| run_in_memory(scenario, engine, tune, detail, &mut |_| (), cancel));
    match catch_unwind(run) {
        Ok(ended) => answered(ended),
        Err(panic) => Answer::Failed(format!("a bug: {}", words(&*panic))),
    }
}

/// What a run's end is to a question: only what the model cannot bear fails on every machine, at any time.
fn answered<T>(ended: Result<T, RunFailure>) -> Answer<T> {
    match ended {
        Ok(found) => Answer::Done(found),
        Err(RunFailure::Engine { source, .. }) if !source.is_the_machines() => {
            Answer::Failed(source.to_string())
        }
        Err(failure) => Answer::Ended(failure),
    }
}

/// What a panic said.
pub fn words(panic: &(dyn Any + Send)) -> &str {
    words_of_panic(panic).unwrap_or("a panic without words")
}

/// Results cannot be written, or a journal not read: what is done stays.
pub fn disk<E: Into<io::Error>>(doing: &'static str) -> impl FnOnce(E) -> RunFailure {
    move |error| RunFailure::Disk {
        doing,
        source: error.into(),
        kept: true,
    }
}

#[cfg(test)]
mod tests {
    use overheard_engine::EngineError;
    use overheard_engine::run::Need;

    use super::*;

    #[test]
    fn what_the_machine_is_at_fault_for_is_no_failed_point() {
        let of = |failure: RunFailure| answered::<()>(Err(failure));
        let need = Need::of(&Scenario::defaults(), Tune::new(NonZeroUsize::MIN));
        for failure in [
            RunFailure::Memory { need, free: 0 },
            disk("keep the journal")(io::Error::from(io::ErrorKind::StorageFull)),
            RunFailure::Interrupted { kept: false },
        ] {
            let told = failure.to_string();
            match of(failure) {
                Answer::Ended(failure) => assert_eq!(failure.to_string(), told),
                _ => panic!("{told}"),
            }
        }
        let lost = of(EngineError::Missing(3).into());
        assert!(matches!(lost, Answer::Failed(told) if told == "3 shards did not come back"));
    }
}
