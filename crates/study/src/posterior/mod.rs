//! The posterior: sets of values of the unknowns that agree with published effects and figures, and what each weighs.
//!
//! ```text
//! priors ──▶ first wave ──▶ emulators ──▶ points not ruled out: a wave ──▶ emulators ──▶ … ──▶ last wave, drawn as emulators
//!            simulated                    simulated                                            weigh a pool of the priors
//!                                                                                               simulated, weighed: posterior.csv
//! ```
//!
//! Every point is kept in a journal as it is done: an interrupted study goes on with the points that are left, and its tables are
//! the same bytes for any threads.

mod coverage;
mod data;
mod emulator;
mod error;
mod history;
mod record;
mod request;
mod summary;
mod tables;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use overheard_engine::BUILD;
use overheard_engine::run::{
    Ask, Event, Inputs, Journal, RunFailure, Sitting, default_folder, hex, peak_memory,
    write_manifest,
};
use overheard_scenario::priors;
use sha2::{Digest, Sha256};

use crate::calibrate::Levels;
use crate::plan::{Block, Plan, Point, Unknown, drawn, hypercube};
use crate::work::disk;
use crate::work::{Answer, side_by_side};
use data::{Datum, Simulated};
use history::Emulated;

pub use error::PosteriorError;
pub use request::{Asked, PosteriorProgress, Sizes};
pub use summary::{Narrowed, Predicted, Summary as Posterior};

/// Points of the priors among which emulators choose.
const POOL: u32 = 60_000;
/// Waves between the first and the last.
const WAVES: u64 = 2;

/// Finds the posterior of a set, in a folder.
///
/// # Errors
/// [`PosteriorError`] says what remains; no file is ever half-written and no folder overwritten or emptied.
pub fn posterior(
    asked: &Asked,
    events: &mut dyn FnMut(PosteriorProgress),
    cancel: &AtomicBool,
) -> Result<(PathBuf, Option<Posterior>), PosteriorError> {
    let begun = Instant::now();
    let data = data::data(asked.set)?;
    let unknowns: Vec<Unknown> = priors().iter().map(Unknown::of).collect();
    let hash = inputs_hash(asked, &data, &unknowns);
    let name = format!("posterior-{}", asked.set.name());
    let folder = match asked.out {
        Some(folder) => folder.to_owned(),
        None => default_folder(&name, &hash),
    };
    let sizes = [unknowns.len(), data.len(), asked.sizes.all(WAVES)];
    let ask = Ask {
        scenario: &name,
        out: asked.out,
        resume: asked.resume,
        inputs: Inputs::new(hash, sizes.map(|n| n as u32)),
        part: "point",
        kind: summary::KIND,
    };
    let mut hear = |event: Event| match event {
        Event::Folder(folder) => events(PosteriorProgress::Folder(folder)),
        Event::Note(text) => events(PosteriorProgress::Note(text)),
        _ => {}
    };
    let Some(mut sitting) = Sitting::begin(&ask, &folder, &mut hear)? else {
        return Ok((folder, None));
    };
    let mut study = Study {
        asked,
        data,
        plan: Plan::given(unknowns, Vec::new()),
        wanted: None,
        places: Vec::new(),
        numbers: Vec::new(),
        levels: Vec::new(),
        next: 0,
        journal: &mut sitting.journal,
        begun,
        cancel,
    };
    match study.carry_out(events) {
        Ok(mut summary) => {
            events(PosteriorProgress::Writing);
            summary.inputs_hash = hex(&hash);
            summary.wall_seconds = (sitting.journal.before() + begun.elapsed()).as_secs_f64();
            summary.peak_memory_bytes = peak_memory();
            tables::write(&folder, &summary).map_err(disk("write the results"))?;
            write_manifest(&folder, &summary.manifest()).map_err(disk("write the manifest"))?;
            sitting.end()?;
            Ok((folder, Some(summary)))
        }
        Err(PosteriorError::Run(failure)) => Err(sitting.leave(failure).into()),
        Err(other) => {
            sitting.close(false);
            Err(other)
        }
    }
}

/// Studies of one build with equal inputs have equal tables.
fn inputs_hash(asked: &Asked, data: &[Datum], unknowns: &[Unknown]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let of = (asked.set, asked.sizes, asked.people, asked.seed);
    hash.update(format!(
        "posterior\n{of:?}\n{BUILD}\n{data:?}\n{unknowns:?}"
    ));
    hash.finalize().into()
}

/// A study at work.
struct Study<'a> {
    asked: &'a Asked<'a>,
    data: Vec<Datum>,
    plan: Plan,
    /// Outcomes that levels are corrected to: those of the set's own parameters.
    wanted: Option<Levels>,
    /// The points that could be simulated: places in the priors, data, outcomes of levels.
    places: Vec<Vec<f64>>,
    numbers: Vec<Vec<f64>>,
    levels: Vec<Levels>,
    /// Number of the next point.
    next: usize,
    journal: &'a mut Journal,
    begun: Instant,
    cancel: &'a AtomicBool,
}

impl Study<'_> {
    fn carry_out(
        &mut self,
        events: &mut dyn FnMut(PosteriorProgress),
    ) -> Result<Posterior, PosteriorError> {
        let (asked, unknowns) = (self.asked, self.plan.unknowns.len());
        let central = self.simulate(&[None], "the parameters of the set", events)?;
        let central = central.into_iter().flatten().next();
        let central = central.ok_or(PosteriorError::Central)?;
        self.wanted = Some(central.levels);
        let pairs = self.data.iter().zip(&central.data);
        self.data = pairs.map(|(datum, x)| datum.widened(*x)).collect();
        let first = hypercube(asked.sizes.first, unknowns, asked.seed);
        self.wave(first, "first wave", events)?;
        let firsts = self.places.len();
        let seen: Vec<f64> = self.data.iter().map(|d| d.published).collect();
        let mut ruled_out = Vec::new();
        for wave in 1..=WAVES {
            let emulated = self.emulated()?;
            let pool = hypercube(POOL, unknowns, asked.seed.wrapping_add(wave));
            let left = emulated.plausible(&seen, &pool);
            ruled_out.push(1.0 - left.len() as f64 / pool.len() as f64);
            let few = left.into_iter().take(asked.sizes.wave as usize);
            let points: Vec<Vec<f64>> = few.map(|i| pool[i].clone()).collect();
            self.wave(points, &format!("wave {wave}"), events)?;
        }
        let emulated = self.emulated()?;
        let pool = hypercube(POOL, unknowns, asked.seed.wrapping_add(WAVES + 1));
        let log = |u: &Vec<f64>| emulated.log_likelihood(&seen, u, None);
        let logs: Vec<f64> = pool.iter().map(log).collect();
        let often = drawn(&history::weights(&logs), asked.sizes.last as usize);
        let chosen: Vec<usize> = (0..pool.len()).filter(|i| often[*i] > 0).collect();
        let before = self.places.len();
        let points: Vec<Vec<f64>> = chosen.iter().map(|i| pool[*i].clone()).collect();
        let kept = self.wave(points, "last wave", events)?;
        // Drawn as the emulators weigh them, weighed as they were simulated.
        let weighed = kept.iter().zip(before..).map(|(point, place)| {
            let i = chosen[*point];
            let simulated = history::log_likelihood(&self.data, &self.numbers[place]);
            simulated - logs[i] + libm::log(often[i] as f64)
        });
        let weights = history::weights(&weighed.collect::<Vec<_>>());
        events(PosteriorProgress::Checking);
        let truths = firsts.min(asked.sizes.truths as usize);
        let covered = coverage::covered(
            &self.data,
            &emulated,
            &self.places,
            &self.numbers,
            truths,
            &pool,
            asked.seed,
        );
        let knobs = Levels::knobs(asked.set);
        let last = before..self.places.len();
        Ok(Posterior {
            set: asked.set,
            people: asked.people,
            seed: asked.seed,
            points: self.next,
            unknowns: self.plan.unknowns.clone(),
            data: self.data.clone(),
            central: central.data,
            prior: self.numbers[..firsts].to_vec(),
            ruled_out,
            emulators: emulated.deviations(),
            places: self.places[last.clone()].to_vec(),
            numbers: self.numbers[last.clone()].to_vec(),
            levels: self.levels[last]
                .iter()
                .map(|now| knobs.corrected(now, &central.levels))
                .collect(),
            weights,
            truths,
            covered,
            command: asked.command.to_owned(),
            inputs_hash: String::new(),
            wall_seconds: 0.0,
            peak_memory_bytes: None,
        })
    }

    fn emulated(&self) -> Result<Emulated, PosteriorError> {
        let fit = Emulated::fit(&self.data, &self.places, &self.numbers);
        fit.ok_or(PosteriorError::Few(self.places.len()))
    }

    /// Simulates points of the priors; gives which of them could be.
    fn wave(
        &mut self,
        points: Vec<Vec<f64>>,
        what: &str,
        events: &mut dyn FnMut(PosteriorProgress),
    ) -> Result<Vec<usize>, PosteriorError> {
        let asked: Vec<Option<&Vec<f64>>> = points.iter().map(Some).collect();
        let found = self.simulate(&asked, what, events)?;
        let mut kept = Vec::new();
        for (i, (u, found)) in points.iter().zip(found).enumerate() {
            if let Some(found) = found {
                self.places.push(u.clone());
                self.numbers.push(found.data);
                self.levels.push(found.levels);
                kept.push(i);
            }
        }
        Ok(kept)
    }

    /// What the model makes of points, those of an earlier sitting read back; nothing of those that it cannot bear.
    fn simulate(
        &mut self,
        points: &[Option<&Vec<f64>>],
        what: &str,
        events: &mut dyn FnMut(PosteriorProgress),
    ) -> Result<Vec<Option<Simulated>>, PosteriorError> {
        let first = self.next;
        self.next += points.len();
        let settings: Vec<Vec<String>> = points.iter().map(|u| self.settings(*u)).collect();
        let mut found: Vec<Option<Simulated>> = Vec::with_capacity(points.len());
        for (i, own) in settings.iter().enumerate() {
            let number = (first + i) as u32;
            let bytes = match self.journal.has(number) {
                true => self.journal.kept(number).ok(),
                false => None,
            };
            found.push(bytes.and_then(|bytes| record::decode(own, &bytes)));
        }
        let todo: Vec<usize> = (0..points.len()).filter(|i| found[*i].is_none()).collect();
        let of = points.len() as u64;
        let mut done = of - todo.len() as u64;
        events(PosteriorProgress::Points { what, done, of });
        let (asked, wanted, cancel) = (self.asked, self.wanted.as_ref(), self.cancel);
        let (set, data, people) = (asked.set, &self.data, asked.people);
        let answer =
            |i: usize, tune| data::simulate(set, data, &settings[i], wanted, people, tune, cancel);
        let (journal, begun) = (&mut *self.journal, self.begun);
        let mut fault = None;
        side_by_side(&todo, asked.tune, cancel, &answer, &mut |i, answer| {
            match answer {
                Answer::Done(simulated) => {
                    let bytes = record::encode(&settings[i], &simulated);
                    let kept = journal.keep((first + i) as u32, &bytes, begun.elapsed());
                    found[i] = Some(simulated);
                    if let Err(cause) = kept {
                        fault = Some(disk("keep the journal")(cause));
                        return ControlFlow::Break(());
                    }
                }
                Answer::Failed(message) => events(PosteriorProgress::Failed {
                    settings: &settings[i],
                    message: &message,
                }),
                Answer::Interrupted => return ControlFlow::Continue(()),
            }
            done += 1;
            events(PosteriorProgress::Points { what, done, of });
            ControlFlow::Continue(())
        });
        match fault {
            Some(fault) => Err(fault.into()),
            None if done < of => Err(RunFailure::Interrupted { kept: true }.into()),
            None => Ok(found),
        }
    }

    /// The `--set` arguments of a point of the priors; none of the set's own parameters.
    fn settings(&self, u: Option<&Vec<f64>>) -> Vec<String> {
        let Some(u) = u else {
            return Vec::new();
        };
        let pairs = self.plan.unknowns.iter().zip(u);
        let values = pairs.map(|(unknown, u)| Some(unknown.value(*u)));
        self.plan.settings(&Point {
            block: Block::Sample,
            values: values.collect(),
        })
    }
}
