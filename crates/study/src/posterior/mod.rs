//! The posterior: sets of values of the unknowns that agree with published effects and figures, and what each weighs.
//!
//! ```text
//! priors ──▶ first wave ──▶ emulators ──▶ points not ruled out ──▶ emulators ─┬─▶ points drawn as these weigh, simulated ─┐
//!            simulated                    simulated                           ├─◀─────────── emulators ◀──────────────────┘
//!                                                                             └─▶ last wave, drawn alike: simulated,
//!                                                                                 weighed: posterior.csv
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
mod walkers;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use overheard_engine::run::{
    Ask, Event, Inputs, Journal, RunFailure, Sitting, default_folder, hex, peak_memory,
    write_manifest,
};
use overheard_scenario::priors;
use sha2::{Digest, Sha256};

use crate::calibrate::Levels;
use crate::plan::{Block, Plan, Point, Unknown, hypercube};
use crate::work::disk;
use crate::work::{Answer, each, side_by_side};
use coverage::Planted;
use data::{Datum, Simulated};
use history::{Emulated, Likelihood};
use request::WAVES;
use walkers::Walkers;

pub use error::PosteriorError;
pub use request::{Asked, PosteriorProgress, Sizes};
pub use summary::{KIND as POSTERIOR, Narrowed, Predicted, Summary as Posterior};

/// Points of the priors among which emulators choose.
const POOL: u32 = 60_000;
/// Those of them in which walkers begin that look for a planted truth.
const PLANTED: usize = 2_000;

/// Steps of a walker from where the pool agrees with the data.
const STEPS: u32 = 200;

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
    let sizes = [unknowns.len(), data.len(), asked.sizes.all()];
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
            sitting.end(&mut |event| {
                if let Event::Note(text) = event {
                    events(PosteriorProgress::Note(text));
                }
            });
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
    hash.update(format!("posterior\n{of:?}\n{data:?}\n{unknowns:?}"));
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
        let mut near = 0;
        for wave in 1..=u64::from(WAVES) {
            let emulated = self.emulated(near)?;
            let anywhere = emulated.anywhere(&seen, firsts);
            let pool = hypercube(POOL, unknowns, asked.seed.wrapping_add(wave));
            let plausible = self.of_pool(&pool, &|u| anywhere.plausible(u))?;
            let left = pool.iter().zip(&plausible).filter(|(_, p)| **p);
            let left: Vec<Vec<f64>> = left.map(|(u, _)| u.clone()).collect();
            ruled_out.push(1.0 - left.len() as f64 / pool.len() as f64);
            let n = asked.sizes.wave as usize;
            let points = match wave {
                1 => left.into_iter().take(n).collect(),
                _ => self.draw(
                    &emulated.nearby(&seen),
                    &pool,
                    n,
                    asked.seed.wrapping_add(wave),
                )?,
            };
            near = self.places.len();
            self.wave(points, &format!("wave {wave}"), events)?;
        }
        let emulated = self.emulated(near)?;
        let nearby = emulated.nearby(&seen);
        let seed = asked.seed.wrapping_add(u64::from(WAVES) + 1);
        let pool = hypercube(POOL, unknowns, seed);
        let points = self.draw(&nearby, &pool, asked.sizes.last as usize, seed)?;
        let before = self.places.len();
        self.wave(points, "last wave", events)?;
        let last = before..self.places.len();
        // Drawn as the emulators weigh them, weighed as they were simulated.
        let weighed = last.clone().map(|i| {
            history::log_likelihood(&self.data, &self.numbers[i]) - nearby.log(&self.places[i])
        });
        let weights = history::weights(&weighed.collect::<Vec<_>>());
        events(PosteriorProgress::Checking);
        let truths = firsts.min(asked.sizes.truths as usize);
        let planted = Planted {
            data: &self.data,
            emulated: &emulated,
            points: &self.places[..firsts],
            numbers: &self.numbers[..firsts],
            truths,
            pool: &pool[..PLANTED],
            seed: asked.seed,
        };
        let covered = planted.covered(asked.tune, self.cancel);
        let covered = covered.ok_or(RunFailure::Interrupted { kept: true })?;
        let knobs = Levels::knobs(asked.set);
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

    /// Emulators of all points; those from `near` on lie where the data are.
    fn emulated(&self, near: usize) -> Result<Emulated, PosteriorError> {
        let (tune, cancel) = (self.asked.tune, self.cancel);
        let fit = Emulated::fit(&self.data, &self.places, &self.numbers, near, tune, cancel);
        match fit {
            Some(fit) => Ok(fit),
            None if cancel.load(Ordering::Relaxed) => {
                Err(RunFailure::Interrupted { kept: true }.into())
            }
            None => Err(PosteriorError::Few(self.places.len())),
        }
    }

    /// Points drawn in proportion to a likelihood.
    fn draw(
        &self,
        likelihood: &Likelihood<'_>,
        pool: &[Vec<f64>],
        n: usize,
        seed: u64,
    ) -> Result<Vec<Vec<f64>>, PosteriorError> {
        let logs = self.of_pool(pool, &|u| likelihood.log(u))?;
        let walkers = Walkers::begin(likelihood, pool, &logs, n, seed);
        let stand = walkers.walk(STEPS, self.asked.tune, self.cancel);
        Ok(stand.ok_or(RunFailure::Interrupted { kept: true })?)
    }

    /// What is worked out of each point of a pool.
    fn of_pool<T: Send>(
        &self,
        pool: &[Vec<f64>],
        one: &(dyn Fn(&[f64]) -> T + Sync),
    ) -> Result<Vec<T>, PosteriorError> {
        let all = each(pool.len(), self.asked.tune, self.cancel, &|i| one(&pool[i]));
        Ok(all.ok_or(RunFailure::Interrupted { kept: true })?)
    }

    /// Simulates points of the priors, and adds those that could be.
    fn wave(
        &mut self,
        points: Vec<Vec<f64>>,
        what: &str,
        events: &mut dyn FnMut(PosteriorProgress),
    ) -> Result<(), PosteriorError> {
        let asked: Vec<Option<&Vec<f64>>> = points.iter().map(Some).collect();
        let found = self.simulate(&asked, what, events)?;
        for (u, found) in points.into_iter().zip(found) {
            if let Some(found) = found {
                self.places.push(u);
                self.numbers.push(found.data);
                self.levels.push(found.levels);
            }
        }
        Ok(())
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
                        fault.get_or_insert(disk("keep the journal")(cause));
                        return ControlFlow::Break(());
                    }
                }
                Answer::Failed(message) => events(PosteriorProgress::Failed {
                    point: (first + i) as u64,
                    settings: &settings[i],
                    message: &message,
                }),
                Answer::Ended(failure) => {
                    fault.get_or_insert(failure);
                    return ControlFlow::Break(());
                }
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
