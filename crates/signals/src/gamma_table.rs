//! Gamma distributions by table.

use std::sync::LazyLock;

use overheard_model::columns::{LEAF, Lane};
use overheard_model::math::{gamma_quantile, ln_f32};

/// Quantiles of gamma distributions over their mean, by shape and by chance; bilinear.
#[derive(Clone, Debug)]
pub struct GammaTable {
    /// Row by row of shapes, then nothing up to what sixteen bits can name.
    cells: Box<[f32; SIZE]>,
}

const SIZE: usize = 1 << 16;
const NODES: usize = 512;
/// Shapes from 2^-6 to 2^10, four to the octave.
const LOW_OCTAVE: f64 = -6.0;
const PER_OCTAVE: f64 = 4.0;
const ROWS: usize = 65;

impl GammaTable {
    /// Works the table out.
    pub fn new() -> Self {
        let row = |k: usize| {
            let shape = libm::exp2(LOW_OCTAVE + k as f64 / PER_OCTAVE);
            let mut row: Vec<f64> = (0..NODES)
                .map(|i| gamma_quantile(shape, (i as f64 + 0.5) / NODES as f64) / shape)
                .collect();
            // A grid of midpoints misses some of the upper tail: the mean is restored, so that nothing drifts.
            let mean: f64 = row.iter().sum::<f64>() / NODES as f64;
            row.iter_mut().for_each(|q| *q /= mean);
            row.into_iter().map(|q| q as f32)
        };
        let mut cells = Box::new([0.0; SIZE]);
        for (cell, q) in cells.iter_mut().zip((0..ROWS).flat_map(row)) {
            *cell = q;
        }
        GammaTable { cells }
    }

    /// The table, which depends on no knob: made once.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<GammaTable> = LazyLock::new(GammaTable::new);
        &SHARED
    }

    /// The quantiles that were found in so many lanes; 0 in others.
    #[inline(always)]
    pub fn read(&self, found: &Found, lanes: usize) -> Lane {
        let mut mass = [0.0; LEAF];
        for l in 0..lanes.min(LEAF) {
            let cell = found.cell[l] as usize;
            let along = |at: usize| {
                let (low, high) = (self.cells[at % SIZE], self.cells[(at + 1) % SIZE]);
                low + (high - low) * found.along[l]
            };
            let (a, b) = (along(cell), along(cell + NODES));
            mass[l] = found.mean[l] * (a + (b - a) * found.across[l]);
        }
        mass
    }
}

impl Default for GammaTable {
    fn default() -> Self {
        Self::new()
    }
}

/// Places in the table, of the people of a leaf.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Found {
    cell: [u32; LEAF],
    across: Lane,
    along: Lane,
    mean: Lane,
}

impl Default for Found {
    fn default() -> Self {
        Found {
            cell: [0; LEAF],
            across: [0.0; LEAF],
            along: [0.0; LEAF],
            mean: [0.0; LEAF],
        }
    }
}

impl Found {
    /// Puts down where a person's `u`-quantile of a gamma distribution of that mean and variance stands.
    #[inline(always)]
    pub fn put(&mut self, lane: usize, mean: f64, variance: f64, u: f64) {
        // Nothing is gamma distributed around 0: it is 0 times whatever stands in the table.
        let shape = if mean > 0.0 {
            mean * mean / variance
        } else {
            1.0
        };
        let octave = f64::from(ln_f32(shape as f32) * std::f32::consts::LOG2_E);
        let row = ((octave - LOW_OCTAVE) * PER_OCTAVE).clamp(0.0, (ROWS - 1) as f64);
        let node = (u * NODES as f64 - 0.5).clamp(0.0, (NODES - 1) as f64);
        let (r, n) = (
            (row as u32).min(ROWS as u32 - 2),
            (node as u32).min(NODES as u32 - 2),
        );
        self.cell[lane] = r * NODES as u32 + n;
        self.across[lane] = (row - f64::from(r)) as f32;
        self.along[lane] = (node - f64::from(n)) as f32;
        self.mean[lane] = mean as f32;
    }
}
