//! The bands of a run: what the unknowns leave open, beside what the run found.

use std::path::Path;

use overheard_formats::{Band, BandRow, Key, PAGE, PairRow, read_bands, read_pairs};

use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::manifest;
use crate::sweep::{Headline, Sweep};
use crate::table::read;

/// Draws that a band's ends, the fifth and the ninety-fifth percentile, take.
const ENOUGH: u64 = 20;

/// The folder of the draws in a run's.
const FOLDER: &str = "ensemble";

/// The bands of a run, and the draws that they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensemble {
    bands: Vec<BandRow>,
    /// Arms beside each other; none where chats are heard in one only, nor in a folder that an earlier version wrote.
    pairs: Vec<PairRow>,
    /// The draws, as a sweep.
    pub draws: Sweep,
}

impl Ensemble {
    /// Reads `bands.csv`, `pairs.csv` and the draws; nothing of a run that had none.
    ///
    /// # Errors
    /// [`ReportError`] that names the file and, in a table, the line.
    pub fn read(folder: &Path) -> Result<Option<Self>, ReportError> {
        let file = folder.join("bands.csv");
        if !file.exists() {
            return Ok(None);
        }
        let mut bands = Vec::new();
        read(&file, |file| {
            bands = read_bands(file)?;
            Ok(())
        })?;
        let mut pairs = Vec::new();
        let file = folder.join("pairs.csv");
        if file.exists() {
            read(&file, |file| {
                pairs = read_pairs(file)?;
                Ok(())
            })?;
        }
        let folder = folder.join(FOLDER);
        let draws = Sweep::read(&folder, manifest::read(&folder)?)?;
        Ok(Some(Ensemble {
            bands,
            pairs,
            draws,
        }))
    }

    /// What is wrong with bands of few draws.
    pub fn few(&self) -> Option<String> {
        let manifest = &self.draws.manifest;
        (manifest.draws < ENOUGH).then(|| {
            let of = manifest.draws_told();
            format!(
                "Bands are of {of} of what nobody knows, too few to tell how wide they are: a fifth percentile takes {ENOUGH}."
            )
        })
    }

    /// The band of an arm's value, if draws differ in it.
    pub fn value(&self, arm: &str, key: &Key) -> Option<Open> {
        Open::of(self.row(arm, key)?.value)
    }

    /// The band of an arm's difference from the first arm, if draws differ in it.
    pub fn difference(&self, arm: &str, key: &Key) -> Option<Open> {
        Open::of(self.row(arm, key)?.difference?)
    }

    /// An arm beside another.
    pub fn pair(&self, arm: &str, against: &str, key: &Key) -> Option<&PairRow> {
        let mut of = self.pairs.iter();
        of.find(|row| row.arm == arm && row.against == against && row.key == *key)
    }

    /// Whether any arm is told beside another.
    pub fn has_pairs(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// The band of a headline.
    pub fn headline(&self, arm: &str, headline: &Headline) -> Option<Open> {
        match headline.difference {
            true => self.difference(arm, &headline.key),
            false => self.value(arm, &headline.key),
        }
    }

    fn row(&self, arm: &str, key: &Key) -> Option<&BandRow> {
        self.bands
            .iter()
            .find(|row| row.arm == arm && row.key == *key)
    }
}

/// A number that is open between two ends: the fifth and the ninety-fifth percentile of the draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Open {
    /// Five of a hundred draws are below.
    pub low: f64,
    /// Half of the draws are below.
    pub median: f64,
    /// Five of a hundred draws are above.
    pub high: f64,
}

impl Open {
    /// The ends of a band, if draws differ.
    pub fn of(band: Band) -> Option<Self> {
        let [low, _, median, _, high] = band.quantiles?;
        (low < high).then_some(Open { low, median, high })
    }

    /// Whether draws disagree on whether it is more or less.
    pub fn has_both_signs(self) -> bool {
        self.low < 0.0 && self.high > 0.0
    }

    /// The band, and in brackets its middle and what the run itself found.
    pub fn told(self, e: Estimate) -> String {
        let (band, median) = (span(self.low, self.high), PAGE.prose(self.median));
        format!("{band} (median {median}; {})", as_set(e))
    }

    /// So many times as wide as the interval of sampling; nothing where that has no width.
    pub fn times(self, e: Estimate) -> Option<f64> {
        let sampling = 2.0 * e.half_width();
        (sampling > 0.0).then(|| (self.high - self.low) / sampling)
    }
}

/// `31 to 730 million`: two numbers, their common word said once.
pub fn span(low: f64, high: f64) -> String {
    let [low, high] = [low, high].map(|x| PAGE.prose(x));
    match (low.rsplit_once(' '), high.rsplit_once(' ')) {
        (Some((number, word)), Some((_, same))) if word == same => format!("{number} to {high}"),
        _ => format!("{low} to {high}"),
    }
}

/// What is said of the run's own number behind its band: `as set 160 million; sampling ± 1 million`.
pub fn as_set(e: Estimate) -> String {
    let value = PAGE.prose(e.value);
    match e.std_error > 0.0 {
        true => format!("as set {value}; sampling ± {}", PAGE.prose(e.half_width())),
        false => format!("as set {value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_word_is_said_once() {
        assert_eq!(span(31e6, 730e6), "31 to 730 million");
        assert_eq!(span(31e6, 1.3e9), "31 million to 1.30 billion");
        assert_eq!(span(-200.0, 26.0), "−200 to 26");
    }

    #[test]
    fn a_band_without_width_leaves_nothing_open() {
        let band = |low, high| Band {
            central: 1.0,
            quantiles: Some([low, 1.0, 1.0, 1.0, high]),
            draws: 64,
        };
        assert_eq!(Open::of(band(1.0, 1.0)), None);
        let open = Open::of(band(-1.0, 3.0)).unwrap();
        assert!(open.has_both_signs());
        let times = open.times(Estimate::new(1.0, 1.0 / crate::estimate::Z95));
        assert!((times.unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(open.times(Estimate::new(1.0, 0.0)), None);
    }
}
