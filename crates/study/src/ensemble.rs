//! The ensemble of a run: the same window at draws from the posterior, and the bands that these leave around the run's numbers.
//!
//! ```text
//! run's folder ─▶ ensemble/: a sweep over the posterior ─▶ bands.csv, pairs.csv: quantiles around what the run found
//! ```

use std::path::Path;
use std::sync::atomic::AtomicBool;

use overheard_engine::run::{RunFailure, is_of_another_build, write_whole};
use overheard_engine::{EngineKind, Tune};
use overheard_formats::{
    BAND_NUMBERS, BandRow, PairRow, TableError, header, read_bands, read_pairs,
};
use overheard_outcomes::{Estimates, TableFile};
use overheard_scenario::{Scenario, ScenarioFile};

use crate::draw;
use crate::plan::{PointsError, caveat, from_posterior};
use crate::sweep::{Progress, Sweep, SweepCharts, SweepError, sweep, write_rows};
use crate::work::disk;

/// The folder of the draws in a run's.
pub const ENSEMBLE: &str = "ensemble";

/// What a run is to be surrounded by.
#[derive(Clone, Copy, Debug)]
pub struct Ensemble<'a> {
    /// The scenario as typed.
    pub file: &'a ScenarioFile,
    /// What was laid over it, as `--set` takes it.
    pub settings: &'a [String],
    /// The two together.
    pub scenario: &'a Scenario,
    /// Engine of every draw.
    pub engine: EngineKind,
    /// Threads, and what else changes no outcome.
    pub tune: Tune,
    /// The command line of the run.
    pub command: &'a str,
}

/// Why there are no bands.
#[derive(Debug, thiserror::Error)]
pub enum EnsembleError {
    /// The draws.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// The posterior has nothing for this scenario.
    #[error(transparent)]
    Points(#[from] PointsError),
    /// The bands of the draws cannot be read.
    #[error("ensemble: {0}")]
    Bands(#[from] TableError),
}

impl From<RunFailure> for EnsembleError {
    fn from(failure: RunFailure) -> Self {
        EnsembleError::Sweep(failure.into())
    }
}

impl Ensemble<'_> {
    /// Draws that the scenario asks for.
    pub fn draws(&self) -> u32 {
        self.scenario.world.integer("ensemble.draws") as u32
    }

    /// Simulated assistant users of each.
    pub fn people(&self) -> u64 {
        draw::users(self.scenario)
    }

    /// Runs the draws, or those that are left of an earlier sitting, and writes `bands.csv` and, of several policies, `pairs.csv`
    /// into the run's folder.
    ///
    /// # Errors
    /// [`EnsembleError`]; draws that are done stay.
    pub fn write(
        &self,
        folder: &Path,
        estimates: &Estimates,
        charts: SweepCharts<'_>,
        events: &mut dyn FnMut(Progress),
        cancel: &AtomicBool,
    ) -> Result<(), EnsembleError> {
        let plan = from_posterior(self.scenario, self.draws())?;
        if let Some(caveat) = caveat(self.scenario) {
            events(Progress::Note(caveat));
        }
        let settings = [self.settings, &draw::settings(self.scenario)].concat();
        let own = folder.join(ENSEMBLE);
        // The run is not finished yet, so its draws are not either: what another build computed is computed again.
        if is_of_another_build(&own) {
            fs_err::remove_dir_all(&own).map_err(disk("remove the draws of another build"))?;
        }
        let request = Sweep {
            file: self.file,
            settings: &settings,
            plan: &plan,
            engine: self.engine,
            tune: self.tune,
            out: Some(&own),
            resume: true,
            command: self.command,
        };
        // Whether there is something to resume is nobody's matter here.
        let mut hear = |progress: Progress| match progress {
            Progress::Note(_) => {}
            other => events(other),
        };
        sweep(&request, charts, &mut hear, cancel)?;
        let read = |table: TableFile| {
            let file = fs_err::File::open(own.join(table.name()));
            file.map_err(disk("read the draws"))
        };
        let mut bands = read_bands(read(TableFile::Bands)?)?;
        for row in &mut bands {
            centre(row, estimates);
        }
        let fields = bands.iter().map(BandRow::fields);
        write(folder, TableFile::Bands, header(&BAND_NUMBERS), fields)?;
        // Of a rule alone there are none.
        if own.join(TableFile::Pairs.name()).exists() {
            let mut pairs = read_pairs(read(TableFile::Pairs)?)?;
            for row in &mut pairs {
                centre_pair(row, estimates);
            }
            let fields = pairs.iter().map(PairRow::fields);
            write(folder, TableFile::Pairs, PairRow::header(), fields)?;
        }
        Ok(())
    }
}

fn write<'a>(
    folder: &Path,
    table: TableFile,
    header: impl Iterator<Item = &'a str>,
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), RunFailure> {
    write_whole(&folder.join(table.name()), |out| {
        write_rows(out, header, rows)
    })
    .map_err(disk("write what the draws leave open"))
}

/// Puts in the middle what the run itself found: it has more people.
fn centre_pair(row: &mut PairRow, estimates: &Estimates) {
    let arms = [&row.arm, &row.against].map(|name| {
        let arm = estimates.arms().iter().position(|arm| arm == name);
        arm.and_then(|arm| estimates.get(arm, &row.key))
    });
    if let [Some(own), Some(other)] = arms {
        row.difference.central = own.difference(other).0;
        if let Some(ratio) = &mut row.ratio {
            ratio.central = own.over(other).value;
        }
    }
}

/// The same of a band.
fn centre(row: &mut BandRow, estimates: &Estimates) {
    let arm = estimates.arms().iter().position(|arm| *arm == row.arm);
    let Some(own) = arm.and_then(|arm| estimates.get(arm, &row.key)) else {
        return;
    };
    row.value.central = own.value;
    if let (Some(band), Some(base)) = (&mut row.difference, estimates.get(0, &row.key)) {
        band.central = own.difference(base).0;
    }
}
