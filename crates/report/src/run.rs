//! A run's folder, read.

use std::panic::resume_unwind;
use std::path::Path;

use overheard_formats::{Column, Key};

use crate::calibration::CalibrationRow;
use crate::effects::EffectRow;
use crate::ensemble::Ensemble;
use crate::error::ReportError;
use crate::manifest::{self, Manifest};
use crate::table::{Differences, Outcomes, read_rows};

/// Everything a report is made from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run {
    /// What was run.
    pub manifest: Manifest,
    /// The outcomes.
    pub outcomes: Outcomes,
    /// Arms against the first arm; empty when there is one arm only.
    pub differences: Differences,
    /// Published against simulated figures.
    pub calibration: Vec<CalibrationRow>,
    /// Published experiments against the arms that imitate them.
    pub effects: Vec<EffectRow>,
    /// What the unknowns leave open, if that was asked.
    pub ensemble: Option<Ensemble>,
}

impl Run {
    /// Reads the folder of a finished run. Of the tables only `outcomes.csv` must be there.
    ///
    /// # Errors
    /// [`ReportError`] that names the file and, in a table, the line.
    pub fn read(folder: &Path) -> Result<Self, ReportError> {
        Self::read_with(folder, manifest::read(folder)?)
    }

    /// The same under a manifest that is not written yet.
    ///
    /// # Errors
    /// As [`Run::read`].
    pub fn read_with(folder: &Path, mut manifest: Manifest) -> Result<Self, ReportError> {
        let read_outcomes = || Outcomes::read(&folder.join("outcomes.csv"));
        let read_differences = || {
            let path = folder.join("differences.csv");
            match path.exists() {
                true => Differences::read(&path),
                false => Ok(Differences::default()),
            }
        };
        // The two long tables, at once where that is allowed.
        let (outcomes, differences) = match manifest.threads {
            ..=1 => (read_outcomes(), read_differences()),
            _ => std::thread::scope(|scope| {
                let beside = scope.spawn(read_differences);
                let outcomes = read_outcomes();
                let differences = beside.join();
                (
                    outcomes,
                    differences.unwrap_or_else(|panic| resume_unwind(panic)),
                )
            }),
        };
        let (outcomes, differences) = (outcomes?, differences?);
        if manifest.arms.is_empty() {
            manifest.arms = outcomes.arms().to_vec();
        }
        let calibration = read_rows(&folder.join("calibration.csv"))?;
        let effects = read_rows(&folder.join("effects.csv"))?;
        Ok(Self {
            manifest,
            outcomes,
            differences,
            calibration,
            effects,
            ensemble: Ensemble::read(folder)?,
        })
    }

    /// The arm all others are compared with.
    pub fn base(&self) -> &str {
        self.manifest.arms.first().map_or("", String::as_str)
    }

    /// The assistant users an arm's people stand for.
    pub fn assistant_users(&self, arm: &str) -> f64 {
        let cut = Key::of("people").with(Column::Bucket, "assistant");
        let row = self.outcomes.at(arm, &cut);
        row.map_or(self.manifest.represented_assistant_users, |e| e.value)
    }

    /// The arms that are compared with the base.
    pub fn policy_arms(&self) -> &[String] {
        self.manifest.arms.get(1..).unwrap_or_default()
    }
}
