//! A run in parts, on as many machines, and the run that they are together.
//!
//! ```text
//! run --part K/N:  folder ─▶ journal ─▶ pilot ─▶ its shards ─▶ part.bin ─▶ manifest
//! merge:           part.bin of all ─▶ journal of the run, complete ─▶ the run goes on with it: fold, tables, report
//! ```
//!
//! A part keeps what a run's journal keeps: the solved market and the tallies of its shards, tied to the inputs of the whole run. So a
//! merged run is a resumed run that has nothing left to simulate, and has the bytes of one that was run in one piece.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use overheard_model::world::World;
use overheard_scenario::{Scenario, ScenarioFile};
use serde::{Deserialize, Serialize};

use super::failure::RunFailure;
use super::files;
use super::folder::{self, MANIFEST, default_folder, hex};
use super::journal::{self, Inputs, Journal};
use super::request::{Event, Request};
use super::results::write_manifest;
use super::shards::{self, disk};
use super::sitting::{Ask, Sitting};
use super::{inputs, inputs_hash, market};
use crate::frame;
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

    /// Its shards. They are dealt, the longest first, each to the part that has least to do: parts take equally long, but for one
    /// shard. One that is not of assistant users takes half as long, as it has no chats.
    fn shards(self, world: &World) -> Vec<u32> {
        let all = shard::shards(world);
        let cost = |n: &u32| {
            let shard = all[*n as usize];
            let users = world.strata[shard.stratum as usize].assistant;
            shard.people() * if users { 2 } else { 1 }
        };
        let mut order: Vec<u32> = (0..all.len() as u32).collect();
        order.sort_by_key(|n| (std::cmp::Reverse(cost(n)), *n));
        let mut loads = vec![0; self.of as usize];
        let mut own = Vec::new();
        for n in order {
            let least = (0..loads.len()).min_by_key(|part| (loads[*part], *part));
            let part = least.unwrap_or(0);
            loads[part] += cost(&n);
            if part + 1 == self.number as usize {
                own.push(n);
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
    /// Of the whole run.
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
    /// Simulated assistant users of the whole run.
    pub people: i64,
    /// Engine.
    pub engine: String,
    /// Its shards, of all.
    pub shards: [u32; 2],
    /// Over all sittings.
    pub wall_seconds: f64,
    /// The command line.
    pub command: String,
}

impl PartManifest {
    const KIND: &str = "part";

    /// Of a folder that holds a finished part.
    pub fn read(folder: &Path) -> Option<Self> {
        let text = fs_err::read_to_string(folder.join(MANIFEST)).ok()?;
        let manifest: PartManifest = serde_json::from_str(&text).ok()?;
        (manifest.kind == Self::KIND).then_some(manifest)
    }

    const fn part(&self) -> Part {
        Part {
            number: self.part,
            of: self.of,
        }
    }
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
    let hash = inputs_hash(scenario, request.engine);
    let name = format!("{}-part-{}-of-{}", scenario.name, part.number, part.of);
    let folder = match request.out {
        Some(folder) => folder.to_owned(),
        None => default_folder(&name, &hash),
    };
    if PartManifest::read(&folder).is_some_and(|other| other.part() != part) {
        return Err(RunFailure::OtherRun(folder));
    }
    // Killed between its last two steps.
    let (journal, part_file) = (folder.join(journal::NAME), folder.join(PART));
    if part_file.exists() && !journal.exists() && !folder.join(MANIFEST).exists() {
        fs_err::rename(&part_file, &journal).map_err(disk)?;
    }
    let inputs = inputs(scenario, hash);
    let ask = Ask {
        scenario: &name,
        out: request.out,
        resume: request.resume,
        inputs,
        part: "shard",
    };
    let Some(mut sitting) = Sitting::begin(&ask, &folder, events)? else {
        if PartManifest::read(&folder).is_none() {
            return Err(RunFailure::OtherRun(folder));
        }
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
        Ok(PartManifest {
            kind: PartManifest::KIND.to_owned(),
            inputs_hash: hex(&hash),
            build: crate::BUILD.to_owned(),
            part: part.number,
            of: part.of,
            scenario: scenario.name.clone(),
            seed: scenario.world.integer("run.seed"),
            people: scenario.world.integer("run.people"),
            engine: request.engine.name().to_owned(),
            shards: [own.len() as u32, inputs.shards],
            wall_seconds: (journal.before() + begun.elapsed()).as_secs_f64(),
            command: request.command.to_owned(),
        })
    });
    let manifest = match done {
        Ok(manifest) => manifest,
        Err(failure) => return Err(sitting.leave(failure)),
    };
    events(Event::Writing);
    let written = files::write(&folder.join("scenario.toml"), |out| {
        std::io::Write::write_all(out, scenario.to_toml().as_bytes())
    });
    written.map_err(disk)?;
    drop(sitting);
    fs_err::rename(journal, part_file).map_err(disk)?;
    write_manifest(&folder, &manifest).map_err(disk)?;
    Ok((folder, Some(manifest)))
}

/// Why parts do not make a run.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// Nothing that could be merged.
    #[error("no finished part is in {}", .0.display())]
    None(PathBuf),
    /// A part that is not done.
    #[error("the part in {} is not finished", .0.display())]
    Unfinished(PathBuf),
    /// Parts of different runs, or cut differently.
    #[error("{} is not of the run that {} is of: {what}", folder.display(), first.display())]
    Foreign {
        folder: PathBuf,
        first: PathBuf,
        what: &'static str,
    },
    /// Another program ran it.
    #[error("the part in {} was run by another build of the program ({build})", folder.display())]
    Build { folder: PathBuf, build: String },
    /// One part twice.
    #[error("part {part} is there twice: in {} and in {}", folders[0].display(), folders[1].display())]
    Doubled { part: Part, folders: [PathBuf; 2] },
    /// Parts that nobody named.
    #[error("of {of} parts, {} missing: {}", are(.parts.len()), .parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Missing { parts: Vec<u32>, of: u32 },
    /// Bytes that are not as they were written.
    #[error("the part in {} is damaged: {what}", folder.display())]
    Damaged { folder: PathBuf, what: String },
    /// The run itself.
    #[error(transparent)]
    Run(#[from] RunFailure),
}

const fn are(n: usize) -> &'static str {
    match n {
        1 => "one is",
        _ => "some are",
    }
}

impl MergeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::None(_) => "overheard run SCENARIO --part K/N --out DIR makes one",
            Self::Unfinished(_) => "end it with the command that began it and --resume",
            Self::Foreign { .. } => {
                "parts of one run have the same scenario, settings, people, seed, engine and N"
            }
            Self::Build { .. } => "run all parts, and merge them, with the same build",
            Self::Doubled { .. } => "name each part once",
            Self::Missing { .. } => "run them, or name their folders, too",
            Self::Damaged { .. } => "run this part again, in another folder",
            Self::Run(failure) => return failure.hint(),
        })
    }
}

/// Parts that make a run, looked through.
#[derive(Clone, Debug)]
pub struct Merge {
    /// The scenario of the run.
    pub scenario: Scenario,
    /// The same as a file.
    pub file: ScenarioFile,
    /// Its engine.
    pub engine: EngineKind,
    inputs: Inputs,
    parts: Vec<(PathBuf, PartManifest)>,
}

impl Merge {
    /// Looks whether the parts in folders are all of one run, and each there once. Nothing is written.
    ///
    /// # Errors
    /// [`MergeError`] that names the part.
    pub fn of(folders: &[PathBuf]) -> Result<Self, MergeError> {
        let mut parts: Vec<(PathBuf, PartManifest)> = Vec::new();
        for folder in folders {
            let Some(part) = PartManifest::read(folder) else {
                return Err(match folder.join(journal::NAME).exists() {
                    true => MergeError::Unfinished(folder.clone()),
                    false => MergeError::None(folder.clone()),
                });
            };
            fits(&parts, folder, &part)?;
            parts.push((folder.clone(), part));
        }
        let Some((first, one)) = parts.first() else {
            return Err(MergeError::None(PathBuf::new()));
        };
        let there = |n: &u32| parts.iter().any(|(_, part)| part.part == *n);
        let missing: Vec<u32> = (1..=one.of).filter(|n| !there(n)).collect();
        if !missing.is_empty() {
            return Err(MergeError::Missing {
                parts: missing,
                of: one.of,
            });
        }
        let damaged = |what: String| MergeError::Damaged {
            folder: first.clone(),
            what,
        };
        let path = first.join("scenario.toml");
        let bytes = fs_err::read(&path).map_err(|e| damaged(e.to_string()))?;
        let name = path.display().to_string();
        let file = ScenarioFile::parse(&name, &bytes).map_err(|e| damaged(e.to_string()))?;
        let scenario = file.scenario::<&str>(&[]);
        let scenario = scenario.map_err(|e| damaged(e.to_string()))?;
        let engine = EngineKind::named(&one.engine);
        let engine = engine.ok_or_else(|| damaged("no such engine".to_owned()))?;
        let hash = inputs_hash(&scenario, engine);
        if hex(&hash) != one.inputs_hash {
            return Err(damaged("scenario.toml is not that of the run".to_owned()));
        }
        Ok(Merge {
            inputs: inputs(&scenario, hash),
            scenario,
            file,
            engine,
            parts,
        })
    }

    /// The folder of the run if none is named: that which the run in one piece would have.
    pub fn folder(&self) -> PathBuf {
        default_folder(&self.scenario.name, &self.inputs.hash)
    }

    /// Puts the parts into the journal of a run in `folder`, which can then be resumed and has nothing left to simulate.
    ///
    /// # Errors
    /// [`MergeError`]; what was in the folder stays.
    pub fn put_into(&self, folder: &Path, events: &mut dyn FnMut(Event)) -> Result<(), MergeError> {
        let ask = Ask {
            scenario: &self.scenario.name,
            out: Some(folder),
            resume: folder::is_unfinished(folder),
            inputs: self.inputs,
            part: "shard",
        };
        let Some(mut sitting) = Sitting::begin(&ask, folder, events)? else {
            return Ok(());
        };
        let taken = self.take(&mut sitting.journal);
        match taken {
            Ok(()) => {
                sitting.journal.sync().map_err(disk)?;
                Ok(())
            }
            Err(MergeError::Run(failure)) => Err(sitting.leave(failure).into()),
            Err(other) => {
                sitting.close(false);
                Err(other)
            }
        }
    }

    fn take(&self, whole: &mut Journal) -> Result<(), MergeError> {
        let world = frame::run_world(&self.scenario);
        let seconds = self.parts.iter().map(|(_, part)| part.wall_seconds);
        let elapsed = Duration::try_from_secs_f64(seconds.sum()).unwrap_or_default();
        for (folder, part) in &self.parts {
            let damaged = |what: String| MergeError::Damaged {
                folder: folder.clone(),
                what,
            };
            let read = |e: std::io::Error| damaged(e.to_string());
            let opened = Journal::read_only(&folder.join(PART), self.inputs);
            let mut own = opened.map_err(|e| damaged(e.to_string()))?;
            let market = own.market().map_err(read)?;
            let market = market.ok_or_else(|| damaged("its market is missing".to_owned()))?;
            match whole.market().map_err(disk)? {
                Some(other) if other != market => {
                    return Err(damaged("its market is not that of the others".to_owned()));
                }
                Some(_) => {}
                None => whole.keep_market(&market, elapsed).map_err(disk)?,
            }
            for shard in part.part().shards(&world) {
                if !own.has(shard) {
                    return Err(damaged(format!("shard {shard} is missing")));
                }
                let bytes = own.kept(shard).map_err(read)?;
                if !whole.has(shard) {
                    whole.keep(shard, &bytes, elapsed).map_err(disk)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a part goes with those before it.
fn fits(
    before: &[(PathBuf, PartManifest)],
    folder: &Path,
    part: &PartManifest,
) -> Result<(), MergeError> {
    if part.build != crate::BUILD {
        return Err(MergeError::Build {
            folder: folder.to_owned(),
            build: part.build.clone(),
        });
    }
    let Some((first, one)) = before.first() else {
        return Ok(());
    };
    let foreign = |what| MergeError::Foreign {
        folder: folder.to_owned(),
        first: first.clone(),
        what,
    };
    if part.inputs_hash != one.inputs_hash {
        let people_or_seed = (part.people, part.seed) != (one.people, one.seed);
        return Err(foreign(match people_or_seed {
            true => "it has other people, or another seed",
            false => "it has another scenario, or other settings",
        }));
    }
    if part.of != one.of {
        return Err(foreign("it is one of another number of parts"));
    }
    match before.iter().find(|(_, other)| other.part == part.part) {
        None => Ok(()),
        Some((other, _)) => Err(MergeError::Doubled {
            part: part.part(),
            folders: [other.clone(), folder.to_owned()],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_as_it_is_written() {
        let part = Part::parse("3/16").unwrap();
        assert_eq!(part.to_string(), "3/16");
        for none in ["0/4", "5/4", "1", "1/", "/2", "a/b", "-1/2", "1/0"] {
            assert!(Part::parse(none).is_none(), "{none}");
        }
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
