//! Vectors of floats, explicit: what a kernel's inner loop is written in where the compiler's own vectors fall short.
//!
//! A loop over arrays with many sums is kept in memory by the compiler, or not made vector code at all; a [`Vector`] stays in a
//! register. Formulas read as they do for plain floats, every operation is rounded as theirs is, and how many lanes there are
//! changes no bit.

use std::ops::{Add, AddAssign, Div, Mul, Sub};

use pulp::Simd;

/// As many floats as the instruction set `S` takes at a time.
#[derive(Clone, Copy, Debug)]
pub struct Vector<S: Simd> {
    simd: S,
    lanes: S::f32s,
}

impl<S: Simd> Vector<S> {
    /// Floats in a vector.
    pub const LANES: usize = S::F32_LANES;

    /// The same value in every lane.
    #[inline(always)]
    fn splat(simd: S, value: f32) -> Self {
        let lanes = simd.splat_f32s(value);
        Vector { simd, lanes }
    }

    /// Vector `h` of a row, whose length is a multiple of [`LANES`](Self::LANES).
    #[inline(always)]
    fn load<const N: usize>(simd: S, row: &[f32; N], h: usize) -> Self {
        let lanes = S::as_simd_f32s(row).0[h];
        Vector { simd, lanes }
    }

    /// Writes vector `h` of a row.
    #[inline(always)]
    fn store<const N: usize>(self, row: &mut [f32; N], h: usize) {
        S::as_mut_simd_f32s(row).0[h] = self.lanes;
    }

    /// Itself where it is above 0, else `other`.
    #[inline(always)]
    pub fn positive_or(self, other: Self) -> Self {
        let zero = self.simd.splat_f32s(0.0);
        let above = self.simd.greater_than_f32s(self.lanes, zero);
        let lanes = self.simd.select_f32s(above, self.lanes, other.lanes);
        Vector { lanes, ..self }
    }

    /// Without its sign.
    #[inline(always)]
    pub fn abs(self) -> Self {
        let lanes = self.simd.abs_f32s(self.lanes);
        Vector { lanes, ..self }
    }

    /// A function of each lane, one after the other: for what is rare.
    #[inline(always)]
    pub fn each(self, f: impl Fn(f32) -> f32) -> Self {
        let mut lanes = self.lanes;
        for lane in pulp::bytemuck::cast_slice_mut::<S::f32s, f32>(std::slice::from_mut(&mut lanes))
        {
            *lane = f(*lane);
        }
        Vector { lanes, ..self }
    }
}

/// A vector's place in rows of the same length: formulas over rows read their vectors there, and write them.
#[derive(Clone, Copy, Debug)]
pub struct Place<S> {
    simd: S,
    h: usize,
}

impl<S: Simd> Place<S> {
    /// The places of a row of `n` values, in order; `n` is a multiple of [`LANES`](Vector::LANES).
    #[inline(always)]
    pub fn all(simd: S, n: usize) -> impl Iterator<Item = Self> {
        (0..n / Vector::<S>::LANES).map(
            #[inline(always)]
            move |h| Place { simd, h },
        )
    }

    /// What stands there.
    #[inline(always)]
    pub fn get<const N: usize>(self, row: &[f32; N]) -> Vector<S> {
        Vector::load(self.simd, row, self.h)
    }

    /// Writes there.
    #[inline(always)]
    pub fn put<const N: usize>(self, row: &mut [f32; N], value: Vector<S>) {
        value.store(row, self.h);
    }

    /// Adds to what stands there.
    #[inline(always)]
    pub fn add<const N: usize>(self, row: &mut [f32; N], value: Vector<S>) {
        self.put(row, self.get(row) + value);
    }

    /// The same value in every lane.
    #[inline(always)]
    pub fn of(self, value: f32) -> Vector<S> {
        Vector::splat(self.simd, value)
    }
}

macro_rules! operator {
    ($name:ident, $method:ident, $of_simd:ident) => {
        impl<S: Simd> $name for Vector<S> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                let lanes = self.simd.$of_simd(self.lanes, other.lanes);
                Vector { lanes, ..self }
            }
        }
    };
}

operator!(Add, add, add_f32s);
operator!(Sub, sub, sub_f32s);
operator!(Mul, mul, mul_f32s);
operator!(Div, div, div_f32s);

impl<S: Simd> AddAssign for Vector<S> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isa::{Isa, Kernel};

    struct Formula<'a>(&'a [f32; 16], &'a mut [f32; 16]);

    impl Kernel for Formula<'_> {
        fn run<S: Simd>(self, simd: S) {
            let one = Vector::splat(simd, 1.0);
            for h in 0..16 / Vector::<S>::LANES {
                let x = Vector::load(simd, self.0, h);
                let mut y = x * x - one / (x.positive_or(one) + one);
                y += y.positive_or(x).each(|v| v * 0.5);
                y.store(self.1, h);
            }
        }
    }

    /// Every instruction set gives each lane what plain floats give, to the last bit.
    #[test]
    fn lanes_are_plain_floats() {
        let row: [f32; 16] = std::array::from_fn(|i| (i as f32 - 5.0) * 0.37);
        let plain = row.map(|x| {
            let y = x * x - 1.0 / (if x > 0.0 { x } else { 1.0 } + 1.0);
            y + if y > 0.0 { y } else { x } * 0.5
        });
        for isa in ["scalar", "avx2", "avx512"]
            .iter()
            .filter_map(|n| Isa::named(n))
        {
            let mut out = [0.0; 16];
            isa.run_kernel(Formula(&row, &mut out));
            assert_eq!(
                out.map(f32::to_bits),
                plain.map(f32::to_bits),
                "{}",
                isa.name()
            );
        }
    }
}
