//! People spread evenly: what decides most of how much a person sees is not left to chance.
//!
//! A few properties (activity, the set of apps, how often they are opened) carry most of the variance of ad slots and spend.
//! They are read off a Kronecker sequence over the people of a stratum: person `i` has the coordinates
//! `frac(s_k + i a_k)`, `a_k` the powers of the inverse of the root of `x⁴ = x + 1`, whose points fill the cube evenly
//! (L. Kuipers, H. Niederreiter, *Uniform Distribution of Sequences*, 1974, ch. 2; for these constants see M. Roberts,
//! "The unreasonable effectiveness of quasirandom sequences", 2018). Each coordinate alone is uniform, and so is each
//! person; only that a group of neighbours is all active or all idle becomes rare. The offsets `s_k` are drawn once for a
//! stratum and seed, so a person is a function of its place as before.

use overheard_model::streams::{At, Draws, NO_DAY, Stream};

/// Coordinates.
pub const EVEN: usize = 3;

/// `2⁶⁴ a_k`: a₁ = 0.819 172 513 396 164 4, and its square and cube.
const STEPS: [u64; EVEN] = [
    0xD1B5_4A32_D192_ED03,
    0xABC9_8388_FB8F_AC03,
    0x8CB9_2BA7_2F3D_8DD7,
];

/// Where the sequence of a stratum begins.
#[derive(Clone, Copy, Debug)]
pub struct Even {
    offsets: [u64; EVEN],
}

impl Even {
    /// The sequence of a stratum's people.
    pub fn new(draws: &Draws, stratum: u16) -> Self {
        let at = At {
            stratum,
            index: 0,
            day: NO_DAY,
            stream: Stream::Even,
        };
        let words = draws.block(at, 0);
        Even {
            offsets: std::array::from_fn(|k| u64::from(words[k]) << 32),
        }
    }

    /// The coordinates of a person, each in (0, 1).
    pub fn of(&self, index: u32) -> [f64; EVEN] {
        std::array::from_fn(|k| {
            let place = self.offsets[k].wrapping_add(u64::from(index).wrapping_mul(STEPS[k]));
            // 52 bits, in the middle of their cell: never 0 or 1.
            ((place >> 12) as f64 + 0.5) / (1u64 << 52) as f64
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_the_powers_of_the_inverse_root() {
        let mut root = 1.2f64;
        for _ in 0..60 {
            root = libm::sqrt(libm::sqrt(root + 1.0));
        }
        for (k, step) in STEPS.iter().enumerate() {
            let exact = libm::pow(root, -(k as f64 + 1.0));
            let got = *step as f64 / libm::exp2(64.0);
            assert!((got - exact).abs() < 1e-12, "{k}: {got} for {exact}");
        }
    }

    /// Counts in every box of a 4 × 4 × 4 grid, of runs of consecutive people anywhere in a stratum: independent people
    /// would spread by √64 = 8 about 64.
    #[test]
    fn neighbours_fill_the_cube_evenly() {
        for stratum in 0..20 {
            let even = Even::new(&Draws::new(5), stratum);
            let mut counts = [0i32; 64];
            let first = u32::from(stratum) * 1_000_003;
            for index in first..first + 4096 {
                let cell = even
                    .of(index)
                    .iter()
                    .fold(0, |at, u| at * 4 + (u * 4.0) as usize);
                counts[cell] += 1;
            }
            let squares: i32 = counts.iter().map(|c| (c - 64) * (c - 64)).sum();
            assert!(squares < 64 * 16, "stratum {stratum}: {counts:?}");
        }
    }
}
