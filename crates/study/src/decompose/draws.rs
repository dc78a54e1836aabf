//! Bands of contributions: their quantiles over draws.

use overheard_formats::BAND_SHARES;

use super::drawn::Drawn;
use super::shares::Decomposition;
use crate::statistics::quantiles;

/// The shares at which contributions have quantiles: the ends and the middle of other bands.
pub const SHARES: [f64; 3] = [BAND_SHARES[0], BAND_SHARES[2], BAND_SHARES[4]];

impl Drawn {
    /// The values of a number taken apart.
    pub fn of(draw: u32, apart: &Decomposition) -> Self {
        let contributions = apart.contributions.iter();
        Drawn {
            draw,
            contributions: contributions
                .map(|c| [c.alone, c.last, c.shapley].map(|e| e.value))
                .collect(),
            together: apart.all.minus(&apart.none).value,
        }
    }

    /// What a provision contributes, or all together where there is none of that number.
    pub fn row(&self, provision: usize) -> [f64; 3] {
        let own = self.contributions.get(provision).copied();
        own.unwrap_or([self.together; 3])
    }
}

impl Decomposition {
    /// Quantiles (5, 50 and 95 %) of what a provision contributes, alone, as the last and on the average, or of what all do together,
    /// over the draws; none without draws.
    pub fn bands(&self, provision: usize) -> [Option<[f64; 3]>; 3] {
        std::array::from_fn(|of| {
            let sample: Vec<f64> = self.draws.iter().map(|d| d.row(provision)[of]).collect();
            quantiles(&sample, SHARES)
        })
    }
}
