//! One thread: takes shards until there are none, tries a failed one once more.

use std::sync::mpsc::SyncSender;

use crate::caught::caught;
use crate::drive::{Drive, Driven, Spare};
use crate::error::{Failure, RunError};
use crate::halt::Halt;
use crate::inline::Inline;
use crate::plan::{Plan, Wiring};
use crate::retried::Retried;
use crate::ring::Ring;
use crate::tickets::Tickets;
use crate::work::{Shard, Work};

/// What a worker tells the coordinator: once for every shard it took, unless it was told to halt.
pub(crate) struct Report<T> {
    pub(crate) index: usize,
    pub(crate) driven: Driven<T>,
    pub(crate) retried: Option<Retried>,
}

/// The reports of a run over `W`.
pub(crate) type Reports<W> =
    SyncSender<Result<Report<<<W as Work>::Shard as Shard>::Output>, RunError>>;

/// The stages of a worker under either wiring.
enum Wired {
    Ring(Ring),
    Inline(Inline),
}

/// What a worker keeps from shard to shard, and throws away after a failure.
struct Workbench {
    wired: Wired,
    spare: Spare,
}

impl Workbench {
    fn new(work: &impl Work, plan: Plan) -> Result<Self, Failure> {
        Ok(Self {
            wired: match plan.wiring {
                Wiring::Actors => Wired::Ring(Ring::new(work, plan.credits)?),
                Wiring::Inline => Wired::Inline(Inline::new(work)?),
            },
            spare: Spare::new(),
        })
    }

    /// One try of one shard; `None` when told to halt.
    fn attempt<W: Work>(
        &mut self,
        work: &W,
        index: usize,
        halt: &Halt<'_>,
    ) -> Result<Option<Driven<<W::Shard as Shard>::Output>>, Failure> {
        let mut drive = Drive::new(work, index, &mut self.spare)?;
        let whole = match &mut self.wired {
            Wired::Ring(ring) => ring.carry(&mut drive, halt)?,
            Wired::Inline(inline) => inline.carry(&mut drive, halt)?,
        };
        if whole {
            drive.finish().map(Some)
        } else {
            Ok(None)
        }
    }
}

/// Takes tickets and reports on each, until none are left, a shard has failed twice, or a halt is called.
pub(crate) fn work_through<W: Work>(
    work: &W,
    plan: Plan,
    tickets: &Tickets,
    halt: &Halt<'_>,
    reports: &Reports<W>,
) {
    let mut bench: Option<Workbench> = None;
    let mut attempt = |index| {
        let mut ready = match bench.take() {
            Some(ready) => ready,
            None => Workbench::new(work, plan)?,
        };
        let tried = ready.attempt(work, index, halt);
        if tried.is_ok() {
            bench = Some(ready);
        } else {
            // Stages and blocks may be half-way through a day: the next try gets its own. What a broken stage does in
            // its destructor is of no interest any more.
            let _ = caught(|| drop(ready));
        }
        tried
    };
    while !halt.is_called()
        && let Some(index) = tickets.take()
    {
        let report = match attempt(index) {
            Ok(done) => done.map(|driven| (driven, None)),
            Err(first) => match attempt(index) {
                Ok(done) => {
                    done.map(|driven| (driven, Some(Retried::new(name(work, index), first))))
                }
                Err(second) => {
                    halt.call();
                    // A coordinator that hears nothing any more has ended the run already.
                    let _ = reports.send(Err(second.after(&first, name(work, index))));
                    return;
                }
            },
        };
        let Some((driven, retried)) = report else {
            return;
        };
        let report = Report {
            index,
            driven,
            retried,
        };
        if reports.send(Ok(report)).is_err() {
            return;
        }
    }
}

fn name(work: &impl Work, index: usize) -> String {
    caught(|| work.name(index)).unwrap_or_else(|_| format!("number {index}"))
}
