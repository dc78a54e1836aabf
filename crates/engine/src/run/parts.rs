//! A run in parts, on as many machines, and the run that they are together.
//!
//! ```text
//! run --part K/N:  folder ─▶ journal ─▶ pilot ─▶ its shards ─▶ part.bin ─▶ manifest
//! merge:           part.bin of all ─▶ journal of the run, complete ─▶ the run goes on with it: fold, tables, report
//! ```
//!
//! A part keeps what a run's journal keeps: the solved market and the tallies of its shards, tied to the inputs of the whole run. So a
//! merged run is a resumed run that has nothing left to simulate, and has the bytes of one that was run in one piece.
//!
//! Whatever else keeps its units in a journal can be cut the same way, between [`begin_part`] and [`end_part`]: a sweep's units are
//! points.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use overheard_model::world::World;
use overheard_scenario::Scenario;
use serde::{Deserialize, Serialize};

use super::failure::RunFailure;
use super::files;
use super::folder::{self, MANIFEST, RUN, default_folder, hex};
use super::journal::{self, Journal};
use super::request::{Event, Request};
use super::results::write_manifest;
use super::shards::{self, disk};
use super::sitting::{Ask, Sitting};
use super::{can_write, inputs, inputs_hash, market};
use crate::settings::EngineKind;
use crate::shard;

/// What a finished part keeps of its journal: all of it, under another name, as nobody goes on with it.
pub const PART: &str = "part.bin";

/// The `number`-th of `of` parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    number: u32,
    of: u32,
}

impl Part {
    /// Reads `K/N`; nothing if it is none, or has no K-th.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        let [number, of] = [number.trim().parse().ok()?, of.trim().parse().ok()?];
        (1 <= number && number <= of).then_some(Part { number, of })
    }

    /// Its share of `count` equal units: every N-th, from the K-th on.
    pub fn deal(self, count: u32) -> Vec<u32> {
        (self.number - 1..count).step_by(self.of as usize).collect()
    }

    /// What its folder is called after: the scenario, or whatever else is cut.
    pub fn folder_name(self, whole: &str) -> String {
        format!("{whole}-part-{}-of-{}", self.number, self.of)
    }

    /// Its shards. They are dealt, the longest first, each to the part that has least to do: parts take equally long, but for one
    /// shard. One that is not of assistant users takes half as long, as it has no chats.
    pub(super) fn shards(self, world: &World) -> Vec<u32> {
        let all = shard::shards(world);
        let cost = |n: &u32| {
            let shard = all[*n as usize];
            let users = world.strata[shard.stratum as usize].assistant;
            shard.people() * if users { 2 } else { 1 }
        };
        let mut order: Vec<u32> = (0..all.len() as u32).collect();
        order.sort_by_key(|n| (Reverse(cost(n)), *n));
        // Parts beyond the number of shards have nothing to do.
        let parts = self.of.min(all.len() as u32);
        let mut loads: BinaryHeap<_> = (1..=parts).map(|part| Reverse((0, part))).collect();
        let mut own = Vec::new();
        for n in order {
            if let Some(mut least) = loads.peek_mut() {
                let Reverse((load, part)) = &mut *least;
                *load += cost(&n);
                if *part == self.number {
                    own.push(n);
                }
            }
        }
        own.sort_unstable();
        own
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// `manifest.json` of a finished part.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PartManifest {
    /// `part`.
    pub kind: String,
    /// What it is a part of: `run`, or `sweep`.
    #[serde(default = "folder::run")]
    pub question: String,
    /// Of the whole.
    pub inputs_hash: String,
    /// The program that ran it.
    pub build: String,
    /// Which it is.
    pub part: u32,
    /// Of so many.
    pub of: u32,
    /// Name of the scenario.
    pub scenario: String,
    /// Its seed.
    pub seed: i64,
    /// Simulated assistant users of the whole run, or of a point.
    pub people: i64,
    /// Engine.
    pub engine: String,
    /// Its shards, or points, of all.
    pub shards: [u32; 2],
    /// Points that could not be run, and why; a run has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failed: BTreeMap<u32, String>,
    /// Over all sittings.
    pub wall_seconds: f64,
    /// The command line.
    pub command: String,
}

impl PartManifest {
    /// What the manifests of all parts have as their `kind`.
    pub const KIND: &str = "part";

    /// Of a part of a scenario's run or sweep that has just been done.
    pub fn new(
        [question, command]: [&str; 2],
        part: Part,
        scenario: &Scenario,
        engine: EngineKind,
        hash: &[u8; 32],
        shards: [u32; 2],
        wall: Duration,
    ) -> Self {
        PartManifest {
            kind: Self::KIND.to_owned(),
            question: question.to_owned(),
            inputs_hash: hex(hash),
            build: crate::BUILD.to_owned(),
            part: part.number,
            of: part.of,
            scenario: scenario.name.clone(),
            seed: scenario.world.integer("run.seed"),
            people: scenario.world.integer("run.people"),
            engine: engine.name().to_owned(),
            shards,
            failed: BTreeMap::new(),
            wall_seconds: wall.as_secs_f64(),
            command: command.to_owned(),
        }
    }

    /// Of a folder that holds a finished part.
    pub fn read(folder: &Path) -> Option<Self> {
        let text = fs_err::read_to_string(folder.join(MANIFEST)).ok()?;
        let manifest: PartManifest = serde_json::from_str(&text).ok()?;
        (manifest.kind == Self::KIND).then_some(manifest)
    }

    /// Which part it is.
    pub const fn part(&self) -> Part {
        Part {
            number: self.part,
            of: self.of,
        }
    }
}

/// Takes a folder for a part; nothing if the part is finished there already. `ask.kind` is that of a part.
///
/// # Errors
/// The folder is somebody else's, another part's, or cannot be written to.
pub fn begin_part(
    ask: &Ask,
    folder: &Path,
    part: Part,
    events: &mut dyn FnMut(Event),
) -> Result<Option<Sitting>, RunFailure> {
    let hash = hex(&ask.inputs.hash);
    let another = |other: PartManifest| other.part() != part || other.inputs_hash != hash;
    if PartManifest::read(folder).is_some_and(another) {
        return Err(RunFailure::OtherRun(folder.to_owned()));
    }
    settle(ask, folder)?;
    Sitting::begin(ask, folder, events)
}

/// Names the records of a part that was killed between its last two steps, or whose disk has kept only one of them, as its
/// manifest says: `part.bin` if there is one, else the journal that they were.
fn settle(ask: &Ask, folder: &Path) -> Result<(), RunFailure> {
    let misnamed = || {
        let [part, journal] = [PART, journal::NAME].map(|name| folder.join(name));
        let [from, to] = match PartManifest::read(folder) {
            Some(_) => [journal, part],
            None if folder.join(MANIFEST).exists() => return None,
            None => [part, journal],
        };
        (from.exists() && !to.exists()).then_some([from, to])
    };
    let Some([from, _]) = misnamed() else {
        return Ok(());
    };
    let known = |error| RunFailure::from_journal(error, folder);
    let _locked = Journal::open_at(&from, ask.inputs, false).map_err(known)?;
    // Whoever had it until now may have named it.
    match misnamed() {
        Some([from, to]) => files::rename(&from, &to).map_err(disk),
        None => Ok(()),
    }
}

/// Ends a part that is done: its journal becomes `part.bin`, and its manifest is written.
///
/// # Errors
/// The disk is at fault; the same request with `resume` does it again.
pub fn end_part(
    sitting: Sitting,
    folder: &Path,
    scenario: &Scenario,
    manifest: &PartManifest,
) -> Result<(), RunFailure> {
    let put_away = || {
        files::write(&folder.join("scenario.toml"), |out| {
            std::io::Write::write_all(out, scenario.to_toml().as_bytes())
        })?;
        let [journal, part] = [journal::NAME, PART].map(|name| folder.join(name));
        files::rename(&journal, &part)?;
        write_manifest(folder, manifest)
    };
    let done = put_away();
    // Locked until here: half ended it would be another process's to go on with.
    done.map_err(|cause| sitting.leave(disk(cause)))
}

/// Runs a part of a run into a folder; gives the folder, and nothing else if the part is finished there already.
///
/// # Errors
/// As of a run.
pub fn run_part(
    request: &Request,
    part: Part,
    events: &mut dyn FnMut(Event),
    cancel: &AtomicBool,
) -> Result<(PathBuf, Option<PartManifest>), RunFailure> {
    let begun = Instant::now();
    let scenario = request.scenario;
    can_write(scenario)?;
    let hash = inputs_hash(scenario, request.engine);
    let name = part.folder_name(&scenario.name);
    let folder = match request.out {
        Some(folder) => folder.to_owned(),
        None => default_folder(&name, &hash),
    };
    let inputs = inputs(scenario, hash);
    let ask = Ask {
        scenario: &name,
        out: request.out,
        resume: request.resume,
        inputs,
        part: "shard",
        kind: PartManifest::KIND,
    };
    let Some(mut sitting) = begin_part(&ask, &folder, part, events)? else {
        return Ok((folder, None));
    };
    let done = market(request, &mut sitting.journal, begun, events, cancel).and_then(|prepared| {
        let own = part.shards(prepared.world());
        let journal = &mut sitting.journal;
        shards::run_some(
            &prepared,
            &own,
            request.tune,
            journal,
            begun,
            events,
            cancel,
        )?;
        Ok(PartManifest::new(
            [RUN, request.command],
            part,
            scenario,
            request.engine,
            &hash,
            [own.len() as u32, inputs.shards],
            journal.before() + begun.elapsed(),
        ))
    });
    let manifest = match done {
        Ok(manifest) => manifest,
        Err(failure) => return Err(sitting.leave(failure)),
    };
    events(Event::Writing);
    end_part(sitting, &folder, scenario, &manifest)?;
    Ok((folder, Some(manifest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame;

    #[test]
    fn a_part_is_read_as_it_is_written() {
        let part = Part::parse("3/16").unwrap();
        assert_eq!(part.to_string(), "3/16");
        for none in ["0/4", "5/4", "1", "1/", "/2", "a/b", "-1/2", "1/0"] {
            assert!(Part::parse(none).is_none(), "{none}");
        }
    }

    #[test]
    fn equal_units_are_dealt_in_turn() {
        let deal = |text: &str, count| Part::parse(text).unwrap().deal(count);
        assert_eq!(deal("1/3", 7), [0, 3, 6]);
        assert_eq!(deal("3/3", 7), [2, 5]);
        assert_eq!(deal("3/3", 2), [0; 0]);
    }

    /// Every shard is of one part, and no part has more to do than another but for one shard.
    #[test]
    fn parts_share_all_shards_evenly() {
        let scenario = Scenario::read("p.toml", b"run.people = 300000\n", &[]).unwrap();
        let world = frame::run_world(&scenario);
        let all = shard::shards(&world);
        let weight = |n: u32| {
            let shard = all[n as usize];
            let users = world.strata[shard.stratum as usize].assistant;
            shard.people() * if users { 2 } else { 1 }
        };
        let most = (0..all.len() as u32).map(weight).max().unwrap();
        for of in [1, 2, 7, 64] {
            let parts = (1..=of).map(|number| Part { number, of }.shards(&world));
            let parts: Vec<Vec<u32>> = parts.collect();
            let mut together = parts.concat();
            together.sort_unstable();
            assert_eq!(together, (0..all.len() as u32).collect::<Vec<_>>());
            let loads = parts.iter().map(|own| own.iter().map(|n| weight(*n)).sum());
            let loads: Vec<u64> = loads.collect();
            let (low, high) = (loads.iter().min().unwrap(), loads.iter().max().unwrap());
            assert!(high - low <= most, "{of}: {low} to {high}");
        }
    }
}
