//! The shards of a run: those of earlier sittings read, the others run and journalled, all folded into estimates.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use overheard_actors::Retried;
use overheard_model::tally::Tally;
use overheard_outcomes::Estimates;

use crate::settings::Tune;
use crate::simulate::{Folder, Prepared};

use super::beside::beside;
use super::failure::RunFailure;
use super::journal::Journal;
use super::request::Event;

/// Runs what the journal does not have. `begun` is when the sitting began.
///
/// # Errors
/// A shard failed, the disk did, or the caller's flag went up.
pub fn run<'a>(
    prepared: &'a Prepared,
    tune: Tune,
    journal: Option<&'a mut Journal>,
    begun: Instant,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<Lived<'a>, RunFailure> {
    let earlier: Vec<bool> = (0..prepared.shards.len() as u32)
        .map(|n| journal.as_ref().is_some_and(|j| j.has(n)))
        .collect();
    let (have, todo): (Vec<u32>, Vec<u32>) = prepared
        .all()
        .into_iter()
        .partition(|n| earlier[*n as usize]);
    let mut fold = Fold {
        folder: Folder::new(prepared)?,
        done: vec![false; earlier.len()],
        earlier,
        next: 0,
        journal,
        begun,
    };
    let mut take = |shard, tallies| fold.take(shard, tallies);
    each(prepared, [&have, &todo], tune, &mut take, events, cancel)?;
    // Where nothing was left to run.
    fold.catch_up()?;
    let Fold {
        folder, journal, ..
    } = fold;
    Ok(Lived {
        prepared,
        folder,
        journal,
    })
}

/// All shards, done and folded; what they come to is not worked out yet.
pub struct Lived<'a> {
    prepared: &'a Prepared,
    folder: Folder<'a>,
    journal: Option<&'a mut Journal>,
}

impl Lived<'_> {
    /// Time that earlier sittings took.
    pub fn before(&self) -> Duration {
        let journal = self.journal.as_ref();
        journal.map_or(Duration::ZERO, |journal| journal.before())
    }

    /// Shards that earlier sittings did, and shards that this one has kept.
    pub fn shards(&self) -> [u32; 2] {
        let journal = self.journal.as_ref();
        journal.map_or([0; 2], |journal| journal.done())
    }

    /// What they come to. The disk takes its time beside, and none of ours.
    ///
    /// # Errors
    /// Shards are missing, or the journal cannot be kept.
    pub fn estimates(self, threads: NonZeroUsize) -> Result<Estimates, RunFailure> {
        let Lived {
            prepared,
            folder,
            journal,
        } = self;
        let sync = || journal.map_or(Ok(()), Journal::sync);
        let (estimates, synced) = beside(threads, || folder.finish(), sync);
        synced.map_err(disk)?;
        let mut estimates = estimates?;
        if prepared.detail.wants_path() {
            prepared.push_path(&mut estimates);
        }
        Ok(estimates)
    }
}

/// Runs those of some shards that the journal does not have, and folds nothing.
///
/// # Errors
/// As [`run`].
pub fn run_some(
    prepared: &Prepared,
    own: &[u32],
    tune: Tune,
    journal: &mut Journal,
    begun: Instant,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<(), RunFailure> {
    let (have, todo): (Vec<u32>, Vec<u32>) = own.iter().partition(|n| journal.has(**n));
    let mut take = |shard, tallies: Vec<Tally>| {
        let kept = journal.append(shard, &tallies, begun.elapsed());
        kept.map_err(disk)
    };
    each(prepared, [&have, &todo], tune, &mut take, events, cancel)?;
    journal.sync().map_err(disk)
}

/// Runs the second shards, tells how far they and the first are, which are done, and hands each over.
fn each(
    prepared: &Prepared,
    [have, todo]: [&[u32]; 2],
    tune: Tune,
    take: &mut dyn FnMut(u32, Vec<Tally>) -> Result<(), RunFailure>,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<(), RunFailure> {
    let days = prepared.world().window.simulated() as u64;
    let mut people = prepared.people(have);
    let of = people + prepared.people(todo);
    events(Event::Shards { people, of, days });
    let mut fault = None;
    let finished = prepared.run(todo, tune, cancel, |shard, tallies| {
        people += prepared.people(&[shard]);
        events(Event::Shards { people, of, days });
        match take(shard, tallies) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                fault = Some(failure);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(note) = again(&finished.retried) {
        events(Event::Note(note));
    }
    match fault {
        Some(failure) => Err(failure),
        None if finished.cancelled => Err(RunFailure::Interrupted { kept: false }),
        None => Ok(()),
    }
}

/// Says that shards needed a second try: their results count, but whoever has a fault in a machine or a stage wants to know.
fn again(retried: &[Retried]) -> Option<String> {
    let first = retried.first()?;
    let shards = match retried.len() {
        1 => "a shard".to_owned(),
        n => format!("{n} shards"),
    };
    Some(format!(
        "{shards} failed and then went well when run again, which a healthy run needs for none: stage `{}` on shard `{}`: {}",
        first.stage, first.shard, first.message
    ))
}

/// Folds shards nearly in their order, wherever they come from, so that few have to wait in memory.
struct Fold<'a> {
    folder: Folder<'a>,
    journal: Option<&'a mut Journal>,
    /// Done in earlier sittings.
    earlier: Vec<bool>,
    /// Done in this one.
    done: Vec<bool>,
    /// The first shard that has not been folded in its turn.
    next: usize,
    begun: Instant,
}

impl Fold<'_> {
    fn take(&mut self, shard: u32, tallies: Vec<Tally>) -> Result<(), RunFailure> {
        if let Some(journal) = &mut self.journal {
            journal
                .append(shard, &tallies, self.begun.elapsed())
                .map_err(disk)?;
        }
        self.folder.take(shard, tallies)?;
        self.done[shard as usize] = true;
        self.catch_up()
    }

    /// Reads the shards of earlier sittings whose turn has come.
    fn catch_up(&mut self) -> Result<(), RunFailure> {
        while self.next < self.done.len() {
            if self.earlier[self.next]
                && let Some(journal) = &mut self.journal
            {
                let tallies = journal.read(self.next as u32).map_err(disk)?;
                self.folder.take(self.next as u32, tallies)?;
            } else if !self.done[self.next] {
                break;
            }
            self.next += 1;
        }
        Ok(())
    }
}

/// The journal cannot be written or read.
pub fn disk(source: std::io::Error) -> RunFailure {
    RunFailure::Disk {
        doing: "keep the journal",
        source,
        kept: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_that_were_run_again_are_told() {
        assert_eq!(again(&[]), None);
        let one = Retried {
            shard: "us/25-34/1".to_owned(),
            stage: "signals".to_owned(),
            message: "out of range (panicked)".to_owned(),
        };
        let told = again(&[one.clone(), one]).unwrap();
        for part in ["2 shards failed", "signals", "us/25-34/1", "out of range"] {
            assert!(told.contains(part), "{told}");
        }
    }
}
