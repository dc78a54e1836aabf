//! The functions of `libm`, which is pure Rust and gives the same bits everywhere.

/// eˣ; error below 1 ulp.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// eˣ − 1 without cancellation near 0; error below 1 ulp.
#[inline]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Natural logarithm; error below 1 ulp.
#[inline]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// xʸ; error below 1 ulp.
#[inline]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// Γ(x).
#[inline]
pub fn gamma(x: f64) -> f64 {
    libm::tgamma(x)
}

/// ln |Γ(x)|.
#[inline]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}
