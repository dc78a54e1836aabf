//! How points are met, and which of them count.

/// What else a sweep does at each point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Levels are met again: what the calibration corrects in proportion is corrected under the values of the point.
    pub relevel: bool,
    /// Which draws count.
    pub keep: Keep,
}

/// Which draws count for bands and sensitivity; all of them by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Only those that meet the public figures which the scenario as it is meets.
    pub calibrated: bool,
    /// Only those that agree with the published effects which the scenario as it is agrees with.
    pub evidence: bool,
}

impl Keep {
    /// Its names, as the command line has them.
    pub const CALIBRATED: &str = "calibrated";
    /// See [`Keep::CALIBRATED`].
    pub const EVIDENCE: &str = "evidence";

    /// Whether anything is asked of a draw.
    pub const fn asks(self) -> bool {
        self.calibrated || self.evidence
    }

    /// From the names.
    ///
    /// # Errors
    /// The first that is none.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        let mut keep = Keep::default();
        for name in names {
            match name {
                Self::CALIBRATED => keep.calibrated = true,
                Self::EVIDENCE => keep.evidence = true,
                other => return Err(other),
            }
        }
        Ok(keep)
    }

    /// The names.
    pub fn names(self) -> Vec<&'static str> {
        let all = [
            (self.calibrated, Self::CALIBRATED),
            (self.evidence, Self::EVIDENCE),
        ];
        all.into_iter().filter(|k| k.0).map(|k| k.1).collect()
    }
}
