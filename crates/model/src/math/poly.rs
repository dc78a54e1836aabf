//! Polynomials fitted once in double precision and evaluated in single.

/// A polynomial of degree `N − 1` that stands for a smooth function on an interval.
///
/// Fitted by interpolation at the Chebyshev nodes, which is within a factor of 2 + (2/π) ln N of the best uniform
/// approximation (L. N. Trefethen, *Approximation Theory and Approximation Practice*, ch. 15). Outside its interval a
/// polynomial is worthless, so arguments are clamped to it.
#[derive(Clone, Copy, Debug)]
pub struct Poly<const N: usize> {
    /// Coefficients in t = (x − middle) · scale ∈ [−1, 1], lowest power first.
    coefficients: [f32; N],
    low: f32,
    high: f32,
    middle: f32,
    scale: f32,
}

impl<const N: usize> Poly<N> {
    /// Fits `f` on [`low`, `high`].
    pub fn fit(low: f64, high: f64, f: impl Fn(f64) -> f64) -> Self {
        let (low, high) = (low as f32, high as f32);
        let half = 0.5 * (f64::from(high) - f64::from(low));
        let (middle, scale) = (
            (0.5 * (f64::from(high) + f64::from(low))) as f32,
            (1.0 / half) as f32,
        );
        // The function of t that `at` will evaluate, with the same rounded middle and scale.
        let g = |t: f64| f(f64::from(middle) + t / f64::from(scale));
        let coefficients = monomials(chebyshev::<N>(g)).map(|c| c as f32);
        Poly {
            coefficients,
            low,
            high,
            middle,
            scale,
        }
    }

    /// The polynomial at `x`, clamped to its interval; NaN stays NaN.
    #[inline(always)]
    pub fn at(&self, x: f32) -> f32 {
        let x = if x < self.low { self.low } else { x };
        let x = if x > self.high { self.high } else { x };
        let t = (x - self.middle) * self.scale;
        let mut sum = 0.0;
        for k in (0..N).rev() {
            sum = sum * t + self.coefficients[k];
        }
        sum
    }
}

/// Coefficients of the Chebyshev interpolant of `g` on [−1, 1].
fn chebyshev<const N: usize>(g: impl Fn(f64) -> f64) -> [f64; N] {
    let angle = |j: usize| std::f64::consts::PI * (j as f64 + 0.5) / N as f64;
    let values: [f64; N] = std::array::from_fn(|j| g(libm::cos(angle(j))));
    std::array::from_fn(|k| {
        let sum: f64 = (0..N)
            .map(|j| values[j] * libm::cos(k as f64 * angle(j)))
            .sum();
        let norm = if k == 0 { 1.0 } else { 2.0 };
        norm * sum / N as f64
    })
}

/// From Chebyshev to power coefficients, by the recurrence Tₖ₊₁ = 2 t Tₖ − Tₖ₋₁.
fn monomials<const N: usize>(chebyshev: [f64; N]) -> [f64; N] {
    let mut before = [0.0; N];
    let mut current = [0.0; N];
    current[0] = 1.0;
    let mut sum = [0.0; N];
    for (k, c) in chebyshev.iter().enumerate() {
        for (s, t) in sum.iter_mut().zip(current) {
            *s += c * t;
        }
        let factor = if k == 0 { 1.0 } else { 2.0 };
        let next = std::array::from_fn(|p| {
            let raised = if p == 0 { 0.0 } else { current[p - 1] };
            factor * raised - if k == 0 { 0.0 } else { before[p] }
        });
        (before, current) = (current, next);
    }
    sum
}
