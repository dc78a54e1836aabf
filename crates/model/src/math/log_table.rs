//! Functions of a positive number over many powers of two.

const CELL_BITS: u32 = 5;
const CELLS: usize = 2048;
const SHIFT: u32 = 23 - CELL_BITS;

/// A table with 32 cells to the octave and a parabola in each, for `N` functions of a positive argument that vary slowly
/// with its logarithm; what they need of a cell lies side by side.
///
/// Cells follow the float's own bits, so that looking one up is a shift, and the place inside it a mask: no logarithm.
/// The parabola meets the function at both ends and in the middle of its cell, so the table is continuous, with
/// relative error |x³ f‴ / f| · 2⁻¹⁵ / 125 plus single-precision rounding (1.2·10⁻⁷): below 6·10⁻⁷ where
/// |x³ f‴| ≤ 1.5 |f|, as for powers between 0 and 1 and for the functions of [`race`](crate::race).
///
/// Arguments are clamped to [[`MIN`](Self::MIN), [`MAX`](Self::MAX)); NaN is taken as `MIN`.
#[derive(Clone, Debug)]
pub struct LogTable<const N: usize> {
    /// f ≈ c₀ + t (c₁ + t c₂), t ∈ [0, 1) in the cell: c₀ of all functions, c₁, c₂.
    cells: Box<[[[f32; N]; 3]; CELLS]>,
}

impl<const N: usize> LogTable<N> {
    /// Smallest argument, 2⁻²⁰.
    pub const MIN: f32 = 1.0 / 1_048_576.0;
    /// Where the table ends, 2⁴⁴.
    pub const MAX: f32 = 17_592_186_044_416.0;
    const LAST: f32 = f32::from_bits(Self::MAX.to_bits() - 1);

    /// Tabulates functions, which are called at arguments from `MIN` to `MAX` inclusive.
    pub fn new(functions: [&dyn Fn(f64) -> f64; N]) -> Self {
        let mut cells = Box::new([[[0.0; N]; 3]; CELLS]);
        for (n, f) in functions.into_iter().enumerate() {
            for (index, cell) in cells.iter_mut().enumerate() {
                let bits = |i: usize| Self::MIN.to_bits() + ((i as u32) << SHIFT);
                let edge = |i: usize| f64::from(f32::from_bits(bits(i)));
                let (low, high) = (edge(index), edge(index + 1));
                let (start, middle, end) = (f(low), f(0.5 * (low + high)), f(high));
                let bend = 2.0 * (start - 2.0 * middle + end);
                cell[0][n] = start as f32;
                cell[1][n] = (end - start - bend) as f32;
                cell[2][n] = bend as f32;
            }
        }
        LogTable { cells }
    }

    /// The values at `x`.
    #[inline(always)]
    pub fn at(&self, x: f32) -> [f32; N] {
        // Written so that NaN fails the comparison and becomes MIN.
        let x = if x > Self::MIN { x } else { Self::MIN };
        let x = if x < Self::LAST { x } else { Self::LAST };
        let offset = x.to_bits() - Self::MIN.to_bits();
        // Bits below the cell's become the mantissa of a float in [1, 2).
        let t = f32::from_bits(1f32.to_bits() | ((offset << CELL_BITS) & 0x007F_FFFF)) - 1.0;
        let [c0, c1, c2] = &self.cells[(offset >> SHIFT) as usize % CELLS];
        let mut values = [0.0; N];
        for n in 0..N {
            values[n] = c0[n] + t * (c1[n] + t * c2[n]);
        }
        values
    }
}
