//! Quantile functions by table.

use crate::math::gamma_quantile;

const CELL_BITS: u32 = 5;
const OCTAVES: u32 = 32;
const CELLS: u32 = OCTAVES << CELL_BITS;
const SHIFT: u32 = 52 - CELL_BITS;
/// The outermost node of either tail, as the probability beyond it.
const EDGE: f64 = 1.0 / (1u64 << (OCTAVES + 1)) as f64;

/// A quantile function on 2 × 1025 nodes that thicken towards both tails, straight between them.
///
/// With `v = min(u, 1 − u)` nodes lie 32 to the octave of `v`, from ½ down to 2⁻³³; finding one needs shifts only.
/// Beyond the outermost node (1.2·10⁻¹⁰ of each tail) the value there. Between nodes the error is at most
/// `v² |q″(v)| / 8192`: 1.3·10⁻⁴ scale units in an exponential tail. The tabulated function is increasing if `q` is.
#[derive(Clone, Debug)]
pub struct QuantileTable {
    /// At u = v and at u = 1 − v, by node; node 0 is the tail's end.
    lower: Box<[f64]>,
    upper: Box<[f64]>,
}

fn node(index: u32) -> f64 {
    f64::from_bits(EDGE.to_bits() + (u64::from(index) << SHIFT))
}

impl QuantileTable {
    /// Tabulates `quantile`, called as `quantile(u, 1 − u)` with both arguments exact, so that it can be accurate in
    /// either tail.
    pub fn new(quantile: impl Fn(f64, f64) -> f64) -> Self {
        let half = |f: &dyn Fn(f64) -> f64| (0..=CELLS).map(|i| f(node(i))).collect();
        QuantileTable {
            lower: half(&|v| quantile(v, 1.0 - v)),
            upper: half(&|v| quantile(1.0 - v, v)),
        }
    }

    /// Gamma distribution of the given shape and mean 1.
    pub fn gamma(shape: f64) -> Self {
        Self::new(|u, _| gamma_quantile(shape, u) / shape)
    }

    /// Inverts a distribution function on [`low`, `high`] by bisection; `cdf(x)` gives P(X ≤ x) and P(X > x), both
    /// exact in their small values. Mixtures are mixed here: add up their components' functions by weight.
    pub fn from_cdf(low: f64, high: f64, cdf: impl Fn(f64) -> (f64, f64)) -> Self {
        Self::new(|u, beyond| {
            let (mut low, mut high) = (low, high);
            loop {
                let middle = 0.5 * (low + high);
                if middle <= low || middle >= high {
                    return high;
                }
                let (below, above) = cdf(middle);
                let reached = if u < 0.5 { below >= u } else { above <= beyond };
                if reached {
                    high = middle;
                } else {
                    low = middle;
                }
            }
        })
    }

    /// The quantile at `u`, 0 < u < 1.
    #[inline]
    pub fn at(&self, u: f64) -> f64 {
        debug_assert!(u > 0.0 && u < 1.0);
        let (v, half) = if u < 0.5 {
            (u, &self.lower)
        } else {
            (1.0 - u, &self.upper)
        };
        let offset = v.max(EDGE).to_bits() - EDGE.to_bits();
        let cell = (offset >> SHIFT) as usize;
        if cell >= CELLS as usize {
            return half[CELLS as usize];
        }
        let t = (offset & ((1 << SHIFT) - 1)) as f64 * (1.0 / (1u64 << SHIFT) as f64);
        half[cell] + t * (half[cell + 1] - half[cell])
    }

    /// The mean of the tabulated distribution, exact for straight pieces.
    pub fn mean(&self) -> f64 {
        let half = |values: &[f64]| {
            let inner: f64 = values
                .windows(2)
                .zip(0..)
                .map(|(pair, i)| 0.5 * (pair[0] + pair[1]) * (node(i + 1) - node(i)))
                .sum();
            inner + EDGE * values[0]
        };
        half(&self.lower) + half(&self.upper)
    }

    /// The same distribution scaled to the given mean.
    #[must_use]
    pub fn with_mean(mut self, mean: f64) -> Self {
        let factor = mean / self.mean();
        for value in self.lower.iter_mut().chain(&mut self.upper) {
            *value *= factor;
        }
        self
    }
}
