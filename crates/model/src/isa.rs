//! Which instruction set a kernel is compiled for; it changes speed and no bit of any result.

use pulp::x86::{V3, V4};
use pulp::{Scalar, Simd, WithSimd};

/// The instruction sets that kernels are compiled for. One source, compiled several times.
#[derive(Clone, Copy, Debug, Default)]
pub enum Isa {
    /// The baseline of the target.
    #[default]
    Scalar,
    Avx2(V3),
    Avx512(V4),
}

impl Isa {
    /// The best that this machine has.
    pub fn best() -> Self {
        if let Some(v4) = V4::try_new() {
            Isa::Avx512(v4)
        } else if let Some(v3) = V3::try_new() {
            Isa::Avx2(v3)
        } else {
            Isa::Scalar
        }
    }

    /// The instruction set of that name, if this machine has it: `scalar`, `avx2`, `avx512`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "scalar" => Some(Isa::Scalar),
            "avx2" => V3::try_new().map(Isa::Avx2),
            "avx512" => V4::try_new().map(Isa::Avx512),
            _ => None,
        }
    }

    /// The name by which [`named`](Self::named) finds it.
    pub const fn name(self) -> &'static str {
        match self {
            Isa::Scalar => "scalar",
            Isa::Avx2(_) => "avx2",
            Isa::Avx512(_) => "avx512",
        }
    }

    /// Runs a kernel that uses explicit vectors ([`Vector`](crate::vector::Vector)) of this instruction set.
    #[inline(always)]
    pub fn run_kernel(self, kernel: impl Kernel) {
        match self {
            Isa::Scalar => kernel.run(Scalar),
            Isa::Avx2(v3) => Simd::vectorize(v3, Vectorized(kernel)),
            Isa::Avx512(v4) => Simd::vectorize(v4, Vectorized(kernel)),
        }
    }

    /// Runs a kernel compiled for this instruction set: everything inlined into `kernel` is.
    #[inline(always)]
    pub fn run<R>(self, kernel: impl FnOnce() -> R) -> R {
        match self {
            Isa::Scalar => kernel(),
            Isa::Avx2(v3) => v3.vectorize(kernel),
            Isa::Avx512(v4) => v4.vectorize(kernel),
        }
    }
}

/// A kernel written in explicit vectors, for any instruction set. Its `run` should be `#[inline(always)]`.
pub trait Kernel {
    /// Does the work with the vectors of `simd`.
    fn run<S: Simd>(self, simd: S);
}

struct Vectorized<K>(K);

impl<K: Kernel> WithSimd for Vectorized<K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.0.run(simd);
    }
}
