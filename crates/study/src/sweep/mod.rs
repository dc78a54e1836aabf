//! A sweep: one scenario at many points of what nobody knows, the same people at each.
//!
//! ```text
//!  look at the folder ─▶ journal ─▶ points, side by side ─▶ points.csv, outcomes.csv, bands.csv,      ─▶ charts ─▶ manifest
//!    (never emptied)                 │    ▲                 pairs.csv, sensitivity.csv, one-at-a-time.csv          ─▶ journal goes
//!                       append, sync ┘    └ those of an earlier sitting are not run again
//! ```
//!
//! Folder and journal are a run's: [`Sitting`]. What a point keeps are the rows that the tables have, so memory does not grow with
//! points, and every table is made of the journal: the same bytes for any threads and after any interruption. Points that fail
//! are not kept, and fail again in a resumed sweep: what only the machine is at fault for ends a sweep instead.

mod alone;
mod error;
mod headlines;
mod judge;
mod kept;
mod manifest;
mod pairs;
mod parts;
mod place;
mod record;
mod relevel;
mod request;
mod rows;
mod sensitivity;
mod tables;
mod work;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use overheard_engine::run::{Ask, RunFailure, Sitting, peak_memory, write_manifest, write_whole};
use overheard_formats::PairRow;
use overheard_outcomes::TableFile;
use overheard_scenario::Scenario;

use crate::plan::Block;
use crate::work::disk;
use headlines::Output;
use kept::Kept;
use place::{Place, hear, left};
use tables::Reasons;
use work::Work;

pub use error::SweepError;
pub use manifest::{KIND as SWEEP, SweepManifest, Uncounted, Varied};
pub use parts::{SweepMerge, sweep_part};
pub use place::sweep_folder;
pub use relevel::open_levels;
pub use request::{Progress, Sweep};
pub use rows::{HEADLINES, Headline, Of, headline_key};
pub(crate) use rows::{is_kept, is_kept_cut};
pub(crate) use tables::write as write_rows;

/// A finished sweep.
#[derive(Clone, Debug)]
pub struct Swept {
    /// Where it is.
    pub folder: PathBuf,
    /// Nothing if the same sweep had been finished before: then nothing was done.
    pub manifest: Option<SweepManifest>,
}

/// Draws the charts of a sweep from the tables in a folder and the manifest that will be written there.
pub type SweepCharts<'a> =
    &'a dyn Fn(&Path, &SweepManifest) -> Result<(), Box<dyn Error + Send + Sync>>;

/// Runs a sweep into a folder.
///
/// # Errors
/// [`SweepError`] says what remains; no file is ever half-written and no folder overwritten or emptied.
pub fn sweep(
    request: &Sweep,
    charts: SweepCharts<'_>,
    events: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Swept, SweepError> {
    carry_out_in_folder(request, &Reasons::new(), charts, events, cancel)
}

/// Runs a sweep into its folder. Points that are known to fail, as parts of the sweep have found, are not tried again.
fn carry_out_in_folder(
    request: &Sweep,
    known: &Reasons,
    charts: SweepCharts<'_>,
    events: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Swept, SweepError> {
    let begun = Instant::now();
    let place = Place::of(request)?;
    let folder = place.folder(request, &place.name);
    let ask = Ask {
        scenario: &place.name,
        out: request.out,
        resume: request.resume,
        inputs: place.inputs,
        part: "point",
        kind: manifest::KIND,
    };
    let Some(mut sitting) = Sitting::begin(&ask, &folder, &mut |e| hear(e, events))? else {
        return Ok(Swept {
            folder,
            manifest: None,
        });
    };
    let work = Work {
        sweep: request,
        central: &place.central,
        begun,
        cancel,
    };
    match carry_out(work, known, &mut sitting, &folder, charts, events) {
        Ok(manifest) => {
            sitting.end(&mut |e| hear(e, events));
            Ok(Swept {
                folder,
                manifest: Some(manifest),
            })
        }
        Err(SweepError::Run(failure)) => Err(sitting.leave(failure).into()),
        Err(other) => {
            sitting.close(false);
            Err(other)
        }
    }
}

fn carry_out(
    work: Work<'_>,
    known: &Reasons,
    sitting: &mut Sitting,
    folder: &Path,
    charts: SweepCharts<'_>,
    events: &mut dyn FnMut(Progress),
) -> Result<SweepManifest, SweepError> {
    let Work {
        sweep,
        central,
        begun,
        ..
    } = work;
    let mut kept = Kept {
        plan: sweep.plan,
        journal: &mut sitting.journal,
    };
    let all: Vec<usize> = (0..sweep.plan.points.len()).collect();
    let todo = left(&mut kept, &all, known, events)?;
    let mut failed = work.run(kept.journal, [&all, &todo], events)?;
    failed.extend(known.clone());
    events(Progress::Writing);
    let sync = kept.journal.sync();
    sync.map_err(disk("keep the journal"))?;
    let mut manifest = SweepManifest::new(sweep, central, &failed);
    write(folder, sweep, central, &mut kept, &failed, &mut manifest)
        .map_err(disk("write the results"))?;
    manifest.wall_seconds = (kept.journal.before() + begun.elapsed()).as_secs_f64();
    manifest.peak_memory_bytes = peak_memory();
    charts(folder, &manifest).map_err(RunFailure::Report)?;
    write_manifest(folder, &manifest).map_err(disk("write the manifest"))?;
    Ok(manifest)
}

/// Writes every table.
fn write(
    folder: &Path,
    request: &Sweep,
    central: &Scenario,
    kept: &mut Kept,
    failed: &Reasons,
    manifest: &mut SweepManifest,
) -> Result<(), csv::Error> {
    let plan = request.plan;
    let file = |name: &str, fill: &mut dyn FnMut(&mut dyn Write) -> Result<(), csv::Error>| {
        write_whole(&folder.join(name), |out| fill(out))
    };
    file("scenario.toml", &mut |out| {
        Ok(out.write_all(central.to_toml().as_bytes())?)
    })?;
    let left_out = judge::left_out(kept)?;
    let open = match plan.rules.relevel {
        true => open_levels(central, plan),
        false => Vec::new(),
    };
    file("points.csv", &mut |out| {
        tables::points(out, kept, &open, [failed, &left_out])
    })?;
    file("outcomes.csv", &mut |out| tables::outcomes(out, kept))?;
    file("bands.csv", &mut |out| tables::bands(out, kept, &left_out))?;
    let mut outputs = headlines::outputs(kept, &manifest.arms)?;
    for output in &mut outputs {
        for point in left_out.keys() {
            output.values[*point as usize] = f64::NAN;
        }
    }
    let pairs = pairs::pairs(plan, &outputs);
    if !pairs.is_empty() {
        file(TableFile::Pairs.name(), &mut |out| {
            tables::write(out, PairRow::header(), pairs.iter().map(PairRow::fields))
        })?;
    }
    outputs.retain(Output::varies);
    manifest.leave_out(plan, &left_out);
    file("sensitivity.csv", &mut |out| {
        sensitivity::sensitivity(out, plan, &outputs, manifest.seed)
    })?;
    if plan.points.iter().any(|p| matches!(p.block, Block::Low(_))) {
        file("one-at-a-time.csv", &mut |out| {
            alone::one_at_a_time(out, plan, &outputs)
        })?;
        manifest.without_effect = alone::without_effect(kept)?;
    }
    Ok(())
}
