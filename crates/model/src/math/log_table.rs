//! Functions of a positive number over many powers of two.

use pulp::bytemuck;

const CELL_BITS: u32 = 5;
const CELLS: usize = 2048;
const SHIFT: u32 = 23 - CELL_BITS;

/// A table with 32 cells to the octave and a parabola in each, for two functions of a positive argument that vary slowly with
/// its logarithm. A coefficient of both is one word, so that lanes look both up at once.
///
/// Cells follow the float's own bits, so that looking one up is a shift, and the place inside it a mask: no logarithm.
/// The parabola meets the function at both ends and in the middle of its cell, so the table is continuous, with
/// relative error |x³ f‴ / f| · 2⁻¹⁵ / 125 plus single-precision rounding (1.2·10⁻⁷): below 6·10⁻⁷ where
/// |x³ f‴| ≤ 1.5 |f|, as for powers between 0 and 1 and for the functions of [`race`](crate::race).
///
/// Arguments are clamped to [[`MIN`](Self::MIN), [`MAX`](Self::MAX)); NaN is taken as `MIN`.
#[derive(Clone, Debug)]
pub struct LogTable {
    /// f ≈ c₀ + t (c₁ + t c₂), t ∈ [0, 1) in the cell: c₀, c₁, c₂ of each cell, two floats in a word.
    coefficients: [Box<[u64; CELLS]>; 3],
}

impl LogTable {
    /// Smallest argument, 2⁻²⁰.
    pub const MIN: f32 = 1.0 / 1_048_576.0;
    /// Where the table ends, 2⁴⁴.
    pub const MAX: f32 = 17_592_186_044_416.0;
    const LAST: f32 = f32::from_bits(Self::MAX.to_bits() - 1);

    /// Tabulates two functions, which are called at arguments from `MIN` to `MAX` inclusive.
    pub fn new(functions: [&dyn Fn(f64) -> f64; 2]) -> Self {
        let mut coefficients = std::array::from_fn(|_| Box::new([0; CELLS]));
        for cell in 0..CELLS {
            let bits = |i: usize| Self::MIN.to_bits() + ((i as u32) << SHIFT);
            let edge = |i: usize| f64::from(f32::from_bits(bits(i)));
            let (low, high) = (edge(cell), edge(cell + 1));
            let [first, second] = functions.map(|f| {
                let (start, middle, end) = (f(low), f(0.5 * (low + high)), f(high));
                let bend = 2.0 * (start - 2.0 * middle + end);
                [start, end - start - bend, bend].map(|c| c as f32)
            });
            for (k, all) in coefficients.iter_mut().enumerate() {
                all[cell] = word([first[k], second[k]]);
            }
        }
        LogTable { coefficients }
    }

    /// The values at some places: of the first function, of the second.
    ///
    /// In steps, each a loop over lanes of one width: what is looked up is wider than what is reckoned with.
    #[inline(always)]
    pub fn at<const L: usize>(&self, x: &[f32; L]) -> [[f32; L]; 2] {
        let (mut cell, mut t) = ([0u32; L], [0.0; L]);
        for l in 0..L {
            // Written so that NaN fails the comparison and becomes MIN.
            let x = if x[l] > Self::MIN { x[l] } else { Self::MIN };
            let x = if x < Self::LAST { x } else { Self::LAST };
            let offset = x.to_bits() - Self::MIN.to_bits();
            cell[l] = offset >> SHIFT;
            // Bits below the cell's become the mantissa of a float in [1, 2).
            let mantissa = (offset << CELL_BITS) & 0x007F_FFFF;
            t[l] = f32::from_bits(1f32.to_bits() | mantissa) - 1.0;
        }
        let mut words = [[0; L]; 3];
        for (words, all) in words.iter_mut().zip(&self.coefficients) {
            for l in 0..L {
                words[l] = all[cell[l] as usize % CELLS];
            }
        }
        let [c0, c1, c2] = [pairs(&words[0]), pairs(&words[1]), pairs(&words[2])];
        let mut values = [[0.0; L]; 2];
        for l in 0..L {
            for (n, values) in values.iter_mut().enumerate() {
                values[l] = c0[l][n] + t[l] * (c1[l][n] + t[l] * c2[l][n]);
            }
        }
        values
    }
}

/// A coefficient of both functions.
fn word(pair: [f32; 2]) -> u64 {
    bytemuck::cast(pair)
}

/// The coefficients of some cells.
#[inline(always)]
fn pairs(words: &[u64]) -> &[[f32; 2]] {
    bytemuck::cast_slice(words)
}
