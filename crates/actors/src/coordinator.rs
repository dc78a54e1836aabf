//! The coordinator: hands out shards, collects results, ends the run.

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::caught::{install, message_of};
use crate::error::RunError;
use crate::halt::{Halt, HaltOnPanic};
use crate::plan::Plan;
use crate::retried::Retried;
use crate::tickets::Tickets;
use crate::work::{Shard, Work};
use crate::worker::work_through;

/// What became of a run that ended without an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Finished {
    /// Shards whose results were passed on.
    pub shards: usize,
    /// Whether shards were left undone, because of the cancel flag or because `on_output` broke off.
    pub cancelled: bool,
    /// Blocks of people in those shards.
    pub blocks: u64,
    /// Days of those blocks, each block's counted for itself.
    pub block_days: u64,
    /// Shards that failed once and then succeeded, in the order of their results. Their results are as good as any
    /// other's, but a healthy run has none.
    pub retried: Vec<Retried>,
}

/// Reports that may wait for the coordinator, of each worker: of small shards some take it much longer than others, as those do that
/// complete a stratum, and nobody is to wait for that. They take little room beside people.
const REPORTS: usize = 8;

/// Does all the shards of `work` and passes each result, with its shard's index, to `on_output` on the calling thread,
/// in whatever order they finish. `Break` from `on_output`, or `cancel` turning true, ends the run early: no more shards
/// are begun, those in progress are dropped at their next day's end, and results that were finished by then are still
/// passed on (after `cancel`; after a `Break` there are no more calls).
///
/// # Protocol
/// Who sends what: a worker takes the next index from a shared counter, makes the shard, takes it to its end and sends
/// one report, a result or an error, through a channel that holds a few reports of each worker. The coordinator sends nothing;
/// it calls a halt by a flag that workers read once per block-day. A worker leaves when the counter has run out, after
/// an error, when halted, or when nobody listens; each holds a sender, so the channel closes when the last has left, and
/// that ends the run. Every index handed out is matched against a report.
///
/// It cannot deadlock: a worker waits for nobody but the coordinator (a full channel), and the coordinator reads until
/// the channel is closed, whatever has happened meanwhile. A worker that dies drops its sender. What happens inside a
/// worker is bounded in the same way: see `ring.rs`.
///
/// # Errors
/// A shard that fails (a panic or a [`StageError`](overheard_model::stage::StageError)) is done once more with fresh
/// stages and blocks; if it fails again the run ends with [`RunError`], which names the stage and the shard. The first
/// error of several is returned.
///
/// # Panics
/// If `on_output` panics, the workers are halted, and the panic goes on.
pub fn run<W: Work>(
    work: &W,
    plan: Plan,
    cancel: &AtomicBool,
    mut on_output: impl FnMut(usize, <W::Shard as Shard>::Output) -> ControlFlow<()>,
) -> Result<Finished, RunError> {
    install();
    let tickets = Tickets::new(work.shards());
    let workers = plan.threads.get().min(tickets.total());
    let halt = Halt::new(cancel);
    let mut finished = Finished::default();
    let mut returned = 0;
    let mut error = None;

    thread::scope(|scope| {
        // The scope waits for its threads also when `on_output` panics: they must not go on for whole shards.
        let _guard = HaltOnPanic::new(&halt);
        let (sender, reports) = sync_channel(workers * REPORTS);
        let mut threads = Vec::with_capacity(workers);
        for worker in 0..workers {
            let sender = sender.clone();
            let (tickets, halt) = (&tickets, &halt);
            let spawned = thread::Builder::new()
                .name(format!("overheard-{worker}"))
                .spawn_scoped(scope, move || {
                    let _guard = HaltOnPanic::new(halt);
                    work_through(work, plan, tickets, halt, &sender);
                });
            match spawned {
                Ok(thread) => threads.push(thread),
                Err(cause) => {
                    halt.call();
                    error = Some(RunError::Thread(cause));
                    break;
                }
            }
        }
        drop(sender);

        let mut broken_off = false;
        for report in reports {
            returned += 1;
            match report {
                Ok(_) if broken_off => {}
                Ok(report) => {
                    finished.shards += 1;
                    finished.blocks += report.driven.blocks;
                    finished.block_days += report.driven.block_days;
                    finished.retried.extend(report.retried);
                    if on_output(report.index, report.driven.output).is_break() {
                        broken_off = true;
                        halt.call();
                    }
                }
                Err(cause) => {
                    error.get_or_insert(cause);
                }
            }
        }
        for thread in threads {
            if let Err(payload) = thread.join() {
                let message = message_of(payload);
                error.get_or_insert(RunError::Worker { message });
            }
        }
    });

    finished.cancelled = finished.shards < tickets.total();
    match error {
        Some(error) => Err(error),
        None if finished.cancelled && !halt.is_called() => Err(RunError::Count {
            handed_out: tickets.taken(),
            returned,
        }),
        None => Ok(finished),
    }
}
