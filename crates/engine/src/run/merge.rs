//! Parts looked through, and put together to what they are parts of.

use std::path::{Path, PathBuf};
use std::time::Duration;

use overheard_scenario::{Scenario, ScenarioFile};

use super::failure::RunFailure;
use super::folder::{self, RUN, default_folder, hex};
use super::journal::{self, Inputs, Journal};
use super::parts::{PART, Part, PartManifest};
use super::request::Event;
use super::shards::disk;
use super::sitting::{Ask, Sitting};
use super::{can_write, inputs, inputs_hash};
use crate::frame;
use crate::settings::EngineKind;

/// Why parts do not make a run, or a sweep.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// Nothing that could be merged.
    #[error("no finished part is in {}", .0.display())]
    None(PathBuf),
    /// A part that is not done.
    #[error("the part in {} is not finished", .0.display())]
    Unfinished(PathBuf),
    /// Parts of different runs, or cut differently.
    #[error("{} is not of the {question} that {} is of: {what}", folder.display(), first.display())]
    Foreign {
        folder: PathBuf,
        first: PathBuf,
        question: String,
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
            Self::None(_) => {
                "overheard run SCENARIO --part K/N --out DIR makes one, and so does overheard sweep"
            }
            Self::Unfinished(_) => "end it with the command that began it and --resume",
            Self::Foreign { .. } => {
                "parts that go together have the same scenario, settings, people, seed, engine and N, and those of a sweep \
                 the same points"
            }
            Self::Build { .. } => "run all parts, and merge them, with the same build",
            Self::Doubled { .. } => "name each part once",
            Self::Missing { .. } => "run them, or name their folders, too",
            Self::Damaged { .. } => "run this part again, in another folder",
            Self::Run(failure) => return failure.hint(),
        })
    }

    /// Something of a part is not as it was written.
    pub fn damaged(folder: &Path, what: impl Into<String>) -> Self {
        MergeError::Damaged {
            folder: folder.to_owned(),
            what: what.into(),
        }
    }
}

/// All parts of one run, or of one sweep, each there once.
#[derive(Clone, Debug)]
pub struct Parts {
    parts: Vec<(PathBuf, PartManifest)>,
}

impl Parts {
    /// Looks whether the parts in folders go together, and all are there. Nothing is written.
    ///
    /// # Errors
    /// [`MergeError`] that names the part.
    pub fn of(folders: &[PathBuf]) -> Result<Self, MergeError> {
        let mut parts: Vec<(PathBuf, PartManifest)> = Vec::new();
        for folder in folders {
            // Where a manifest stands alone its part was killed, and its command finds what is missing.
            let done = PartManifest::read(folder).filter(|_| folder.join(PART).exists());
            let Some(part) = done else {
                return Err(match folder.join(journal::NAME).exists() {
                    true => MergeError::Unfinished(folder.clone()),
                    false => MergeError::None(folder.clone()),
                });
            };
            fits(&parts, folder, &part)?;
            parts.push((folder.clone(), part));
        }
        let Some((_, one)) = parts.first() else {
            return Err(MergeError::None(PathBuf::new()));
        };
        let there = |n: &u32| parts.iter().any(|(_, part)| part.part == *n);
        let missing: Vec<u32> = (1..=one.of).filter(|n| !there(n)).collect();
        match missing.is_empty() {
            true => Ok(Parts { parts }),
            false => Err(MergeError::Missing {
                parts: missing,
                of: one.of,
            }),
        }
    }

    /// Folders and manifests; there is one at least.
    pub fn all(&self) -> &[(PathBuf, PartManifest)] {
        &self.parts
    }

    /// What they are parts of: `run`, or `sweep`.
    pub fn question(&self) -> &str {
        &self.parts[0].1.question
    }

    /// The scenario that they share, as a file, and the engine.
    ///
    /// # Errors
    /// The first part is damaged.
    pub fn scenario(&self) -> Result<(ScenarioFile, EngineKind), MergeError> {
        let (first, one) = &self.parts[0];
        let path = first.join("scenario.toml");
        let bytes = fs_err::read(&path).map_err(|e| MergeError::damaged(first, e.to_string()))?;
        let name = path.display().to_string();
        let file = ScenarioFile::parse(&name, &bytes);
        let file = file.map_err(|e| MergeError::damaged(first, e.to_string()))?;
        let engine = EngineKind::named(&one.engine);
        let engine = engine.ok_or_else(|| MergeError::damaged(first, "no such engine"))?;
        Ok((file, engine))
    }

    /// Whether they are of what has these inputs.
    ///
    /// # Errors
    /// The first part is damaged.
    pub fn check(&self, hash: &[u8; 32]) -> Result<(), MergeError> {
        let (first, one) = &self.parts[0];
        match hex(hash) == one.inputs_hash {
            true => Ok(()),
            false => Err(MergeError::damaged(
                first,
                format!("scenario.toml is not that of the {}", one.question),
            )),
        }
    }

    /// Puts the parts into the journal of a whole in `folder`, which can then be resumed and has nothing left to simulate. `dealt`
    /// says which units are a part's, `common` what all parts have. Nothing is written before all parts have been found sound.
    ///
    /// # Errors
    /// [`MergeError`]; what was in the folder stays.
    pub fn put_into(
        &self,
        ask: &Ask,
        common: &'static str,
        dealt: &dyn Fn(Part) -> Vec<u32>,
        folder: &Path,
        events: &mut dyn FnMut(Event),
    ) -> Result<(), MergeError> {
        let ask = Ask {
            out: Some(folder),
            resume: folder::is_unfinished(folder),
            ..*ask
        };
        let stands_on = self.sound(&ask, common, dealt)?;
        let Some(mut sitting) = Sitting::begin(&ask, folder, events)? else {
            return Ok(());
        };
        let whole = &mut sitting.journal;
        match self.take(whole, &ask, &stands_on, dealt) {
            Ok(()) => Ok(()),
            Err(MergeError::Run(failure)) => Err(sitting.leave(failure).into()),
            Err(other) => {
                sitting.close(false);
                Err(other)
            }
        }
    }

    /// Whether every part has all its units, and what all of them stand on is the same: this.
    fn sound(
        &self,
        ask: &Ask,
        common: &'static str,
        dealt: &dyn Fn(Part) -> Vec<u32>,
    ) -> Result<Vec<u8>, MergeError> {
        let mut all: Option<Vec<u8>> = None;
        for (folder, part) in &self.parts {
            let damaged = |what: String| MergeError::damaged(folder, what);
            let mut own = self.journal(folder, ask.inputs)?;
            if let Some(unit) = units(part, dealt).find(|unit| !own.has(*unit)) {
                return Err(damaged(format!("{} {unit} is missing", ask.part)));
            }
            let bytes = own.common().map_err(|e| damaged(e.to_string()))?;
            let bytes = bytes.ok_or_else(|| damaged(format!("its {common} is missing")))?;
            if all.as_ref().is_some_and(|others| *others != bytes) {
                return Err(damaged(format!("its {common} is not that of the others")));
            }
            all = Some(bytes);
        }
        Ok(all.unwrap_or_default())
    }

    fn take(
        &self,
        whole: &mut Journal,
        ask: &Ask,
        stands_on: &[u8],
        dealt: &dyn Fn(Part) -> Vec<u32>,
    ) -> Result<(), MergeError> {
        let seconds = self.parts.iter().map(|(_, part)| part.wall_seconds);
        let elapsed = Duration::try_from_secs_f64(seconds.sum()).unwrap_or_default();
        // A journal that was merged into before has it already.
        let elapsed = elapsed.saturating_sub(whole.before());
        if whole.common().map_err(disk)?.is_none() {
            whole.keep_common(stands_on, elapsed).map_err(disk)?;
        }
        for (folder, part) in &self.parts {
            let mut own = self.journal(folder, ask.inputs)?;
            for unit in units(part, dealt) {
                let bytes = own.kept(unit);
                let bytes = bytes.map_err(|e| MergeError::damaged(folder, e.to_string()))?;
                if !whole.has(unit) {
                    whole.keep(unit, &bytes, elapsed).map_err(disk)?;
                }
            }
        }
        Ok(whole.sync().map_err(disk)?)
    }

    fn journal(&self, folder: &Path, inputs: Inputs) -> Result<Journal, MergeError> {
        let opened = Journal::read_only(&folder.join(PART), inputs);
        opened.map_err(|e| MergeError::damaged(folder, e.to_string()))
    }

    /// What the units of the first part stand on, as its own header ties it.
    ///
    /// # Errors
    /// It is damaged.
    pub fn common(&self) -> Result<Vec<u8>, MergeError> {
        let folder = &self.parts[0].0;
        let damaged = |what: String| MergeError::damaged(folder, what);
        let inputs = Inputs::of(&folder.join(PART)).map_err(|e| damaged(e.to_string()))?;
        let common = self.journal(folder, inputs)?.common();
        let common = common.map_err(|e| damaged(e.to_string()))?;
        common.ok_or_else(|| damaged("what its records stand on is missing".to_owned()))
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
    parts: Parts,
}

impl Merge {
    /// Looks whether parts are those of a run.
    ///
    /// # Errors
    /// [`MergeError`] that names the part.
    pub fn of(parts: Parts) -> Result<Self, MergeError> {
        let (file, engine) = parts.scenario()?;
        let scenario = file.scenario::<&str>(&[]);
        let first = &parts.all()[0].0;
        let scenario = scenario.map_err(|e| MergeError::damaged(first, e.to_string()))?;
        can_write(&scenario)?;
        let hash = inputs_hash(&scenario, engine);
        parts.check(&hash)?;
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
            resume: true,
            inputs: self.inputs,
            part: "shard",
            kind: RUN,
        };
        let world = frame::run_world(&self.scenario);
        let dealt = |part: Part| part.shards(&world);
        self.parts.put_into(&ask, "market", &dealt, folder, events)
    }
}

/// What a part has to have: what was dealt to it, but for what could not be run.
fn units<'a>(
    part: &'a PartManifest,
    dealt: &dyn Fn(Part) -> Vec<u32>,
) -> impl Iterator<Item = u32> + 'a {
    let own = dealt(part.part()).into_iter();
    own.filter(|unit| !part.failed.contains_key(unit))
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
        question: one.question.clone(),
        what,
    };
    if part.question != one.question {
        return Err(foreign("one is of a run, the other of a sweep"));
    }
    if part.inputs_hash != one.inputs_hash {
        let people_or_seed = (part.people, part.seed) != (one.people, one.seed);
        return Err(foreign(match people_or_seed {
            true => "it has other people, or another seed",
            false if part.question == RUN => "it has another scenario, or other settings",
            false => "it has another scenario, other settings, or other points",
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
