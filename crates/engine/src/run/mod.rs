//! A run with a folder: simulated shard by shard, journalled, resumed, and written.
//!
//! ```text
//!  look at the folder ─▶ journal ─▶ pilot ─▶ shards ──▶ fold ─▶ tables ─▶ report ─▶ manifest ─▶ remove the journal
//!    (never emptied)     (locked)            │    ▲       ▲      each written beside its place, synced, renamed
//!                                   append ──┘    └ read ─┘
//! ```
//!
//! The journal is there from the first second to the last: whatever happens in between, the same request with `resume`
//! goes on with the shards that are missing, under the market that the pilot solved. The manifest is
//! the last file: a folder that has it holds a finished run.

mod beside;
mod codec;
mod failure;
mod files;
mod folder;
mod journal;
mod judge;
mod manifest;
mod markets;
mod memory;
mod merge;
mod need;
mod parts;
mod path;
mod request;
mod results;
mod shards;
mod sitting;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use overheard_outcomes::{Detail, Estimates, PARQUET};
use overheard_scenario::Scenario;
use sha2::{Digest, Sha256};

use crate::effects::evidence;
use crate::frame;
use crate::params::Tables;
use crate::pilot::{self, Asked};
use crate::settings::{EngineKind, Tune};
use crate::shard;
use crate::simulate::Prepared;

pub use failure::RunFailure;
pub use files::write as write_whole;
pub use folder::{MANIFEST, RUN, default_folder, hex, is_free, is_of_another_build};
pub use journal::{Inputs, Journal, NAME as JOURNAL};
pub use judge::Discrepancy;
pub use manifest::{Manifest, Weight};
pub use memory::peak_memory;
pub use merge::{Merge, MergeError, Parts};
pub use need::Need;
pub use parts::{PART, Part, PartManifest, begin_part, end_part, run_part};
pub use request::{Diary, Event, Pages, Report, Request};
pub use results::write_manifest;
pub use sitting::{Ask, Sitting};

use beside::beside;
use markets::Kept;

/// A finished run.
#[derive(Clone, Debug)]
pub struct RunSummary {
    pub folder: PathBuf,
    /// Nothing if the same run had been finished before: then nothing was done.
    pub manifest: Option<Manifest>,
}

/// Runs a scenario into a folder.
///
/// # Errors
/// [`RunFailure`] says what remains; no file is ever half-written and no folder overwritten or emptied.
pub fn run(
    request: &Request,
    pages: Pages<'_>,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<RunSummary, RunFailure> {
    let begun = Instant::now();
    can_write(request.scenario)?;
    let inputs_hash = inputs_hash(request.scenario, request.engine);
    let folder = folder_of(request);
    let ask = Ask {
        scenario: &request.scenario.name,
        out: request.out,
        resume: request.resume,
        inputs: inputs(request.scenario, inputs_hash),
        part: "shard",
        kind: RUN,
    };
    let Some(mut sitting) = Sitting::begin(&ask, &folder, events)? else {
        return Ok(RunSummary {
            folder,
            manifest: None,
        });
    };
    match live(
        request,
        pages,
        &mut sitting,
        inputs_hash,
        begun,
        events,
        cancel,
    ) {
        Ok(manifest) => {
            sitting.end(events);
            Ok(RunSummary {
                folder,
                manifest: Some(manifest),
            })
        }
        Err(failure) => Err(sitting.leave(failure)),
    }
}

/// Refuses what could not be written in the end.
///
/// # Errors
/// Parquet is asked of a build that has none.
pub fn can_write(scenario: &Scenario) -> Result<(), RunFailure> {
    match scenario.world.flag("report.parquet") && !PARQUET {
        true => Err(RunFailure::Parquet),
        false => Ok(()),
    }
}

/// Where a run goes: the folder that was named, or the one of its inputs.
pub fn folder_of(request: &Request) -> PathBuf {
    let hash = || inputs_hash(request.scenario, request.engine);
    match request.out {
        Some(folder) => folder.to_owned(),
        None => default_folder(&request.scenario.name, &hash()),
    }
}

/// Runs a scenario in memory, for questions that need no folder, down to the rows that they ask for.
///
/// # Errors
/// The simulation failed or was cancelled.
pub fn run_in_memory(
    scenario: &Scenario,
    engine: EngineKind,
    tune: Tune,
    detail: Detail,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<(Prepared, Estimates), RunFailure> {
    memory::check(scenario, tune, false, events)?;
    let prepared = prepare(scenario, engine, tune, detail, events, cancel)?;
    let lived = shards::run(&prepared, tune, None, Instant::now(), events, cancel)?;
    let estimates = lived.estimates(tune.threads)?;
    Ok((prepared, estimates))
}

/// Everything between taking a folder and leaving it.
fn live(
    request: &Request,
    pages: Pages<'_>,
    sitting: &mut Sitting,
    inputs_hash: [u8; 32],
    begun: Instant,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<Manifest, RunFailure> {
    let (engine, tune, folder) = (request.engine, request.tune, sitting.folder().to_owned());
    let prepared = market(request, &mut sitting.journal, begun, events, cancel)?;
    let journal = Some(&mut sitting.journal);
    let lived = shards::run(&prepared, tune, journal, begun, events, cancel)?;
    let sitting = results::Sitting {
        begun,
        before: lived.before(),
        shards: lived.shards(),
        hashes: [scenario_hash(request.scenario), inputs_hash].map(|h| hex(&h)),
    };
    let own = || {
        let estimates = lived.estimates(tune.threads)?;
        let imitated = evidence(request.scenario, &estimates, |companion| {
            // Beside a run that has its memory already.
            let companion = prepare(companion, engine, tune, Detail::Full, events, cancel)?;
            let lived = shards::run(&companion, tune, None, Instant::now(), events, cancel)?;
            lived.estimates(tune.threads)
        })?;
        events(Event::Writing);
        let found = (&estimates, &*imitated);
        results::write(request, &folder, &prepared, found, &sitting, pages.report)
    };
    // It asks for no result.
    let diary = || (pages.diary)(&folder, &prepared, tune.isa);
    let (manifest, diary) = beside(tune.threads, own, diary);
    let manifest = manifest?;
    diary?;
    write_manifest(&folder, &manifest).map_err(|source| RunFailure::Disk {
        doing: "write the manifest",
        source,
        kept: false,
    })?;
    Ok(manifest)
}

/// The run under its market: as the journal has it, or solved now and kept there.
fn market(
    request: &Request,
    journal: &mut Journal,
    begun: Instant,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<Prepared, RunFailure> {
    let scenario = request.scenario;
    let kept = kept(scenario, journal)?;
    memory::check(scenario, request.tune, kept.is_some(), events)?;
    if let Some(path) = kept {
        return Ok(Prepared::new(scenario.clone(), path, request.engine));
    }
    let (prepared, place) = of_market(request, events, cancel)?;
    let bytes = path::encode(&prepared.path, prepared.world());
    if let Some(place) = place {
        place.write(&bytes);
    }
    let added = journal.keep_common(&bytes, begun.elapsed());
    added.map_err(shards::disk)?;
    Ok(prepared)
}

/// Under the market that another run has left, or else that is solved now; then also where it is to be left to others.
fn of_market(
    request: &Request,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<(Prepared, Option<Kept>), RunFailure> {
    let scenario = request.scenario;
    let place = request.markets.map(|folder| Kept::of(scenario, folder));
    if let Some(path) = place.as_ref().and_then(|place| place.read(scenario)) {
        events(Event::Market);
        let prepared = Prepared::new(scenario.clone(), path, request.engine);
        return Ok((prepared, None));
    }
    let (engine, tune) = (request.engine, request.tune);
    let prepared = prepare(scenario, engine, tune, Detail::Full, events, cancel)?;
    Ok((prepared, place))
}

/// The market as an earlier sitting solved it.
fn kept(scenario: &Scenario, journal: &mut Journal) -> Result<Option<pilot::Path>, RunFailure> {
    let bytes = journal.common().map_err(shards::disk)?;
    Ok(bytes.and_then(|bytes| path::decode(&bytes, &frame::run_world(scenario))))
}

fn prepare(
    scenario: &Scenario,
    engine: EngineKind,
    tune: Tune,
    detail: Detail,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<Prepared, RunFailure> {
    let progress = |day, days| {
        events(Event::Pilot {
            day: day as u32,
            days: days as u32,
        });
    };
    let tables = Tables::of(scenario);
    let asked = match detail.wants_path() {
        true => Asked::Market,
        false => Asked::Prices,
    };
    let path = pilot::solve_with(scenario, &tables, tune, asked, cancel, progress)
        .map_err(crate::error::EngineError::from)?
        .ok_or(RunFailure::Interrupted { kept: false })?;
    Ok(Prepared {
        detail,
        ..Prepared::with(scenario.clone(), &tables, path, engine)
    })
}

/// SHA-256 of a resolved scenario, seed and people included.
pub fn scenario_hash(scenario: &Scenario) -> [u8; 32] {
    Sha256::digest(scenario.canonical()).into()
}

/// Runs of one build with equal inputs have equal outcomes: the scenario (with seed and people), the engine, the version.
fn inputs_hash(scenario: &Scenario, engine: EngineKind) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(scenario_hash(scenario));
    hash.update(engine.name());
    hash.update("\n");
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.finalize().into()
}

/// What the journal is tied to: the shape of its records, besides the hash of everything that shapes their content.
fn inputs(scenario: &Scenario, hash: [u8; 32]) -> Inputs {
    let world = frame::run_world(scenario);
    let sizes = [
        world.arms,
        world.layout.cells(),
        shard::shards(&world).len(),
    ];
    Inputs::new(hash, sizes.map(|n| n as u32))
}
