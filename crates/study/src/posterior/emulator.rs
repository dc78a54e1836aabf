//! A cheap stand-in for a simulated number: a Gaussian process (C. Rasmussen and C. Williams, *Gaussian Processes for Machine
//! Learning*, 2006), linear in every unknown and curved in those that move the number most.
//!
//! Of two points, as places `φ = √3 (2u − 1)` of mean 0 and mean square 1 in their priors, the numbers have the covariance
//! `exp(−½ Σ (r (φ − φ′) / ℓ)²) + a Σ φ φ′`: the first sum over the active unknowns, `r` how steep the number is in one for the
//! steepest; the second over all. Length `ℓ`, slopes `a` and noise are those under which points are foretold best by the others
//! (what they are off has a closed form: section 5.4.2 there).

use std::ops::Range;

use crate::statistics::inverse;

/// Unknowns in which the number may be curved.
const ACTIVE: usize = 16;
/// Points among which shapes are tried.
const TRIED: usize = 250;
const LENGTHS: [f64; 4] = [1.0, 2.0, 4.0, 8.0];
const SLOPES: [f64; 4] = [1e-4, 1e-3, 1e-2, 1e-1];
const NOISES: [f64; 4] = [1e-4, 1e-3, 1e-2, 1e-1];

/// Places in the priors, of mean 0 and mean square 1.
pub fn even(u: &[f64]) -> Vec<f64> {
    u.iter().map(|u| 3f64.sqrt() * (2.0 * u - 1.0)).collect()
}

/// What a process is like, in units of the numbers' deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    length: f64,
    slopes: f64,
    noise: f64,
}

/// The unknowns in which a process is curved, and how steep it is in each for the steepest.
type Active = Vec<(usize, f64)>;

/// What a number follows from, given the points of its emulator: a coefficient for each, and a slope for each unknown.
#[derive(Clone, Debug)]
pub struct Law {
    coefficients: Vec<f64>,
    slopes: Vec<f64>,
}

/// Foretells a number at any point.
#[derive(Clone, Debug)]
pub struct Emulator {
    mean: f64,
    deviation: f64,
    shape: Shape,
    active: Active,
    /// The points' places in the active unknowns, by their steepness and length.
    seats: Vec<[f64; ACTIVE]>,
    inverse: Vec<Vec<f64>>,
    law: Law,
    /// By point: what it is off when it is foretold by the others.
    off: Vec<f64>,
}

impl Emulator {
    /// Fits the numbers `y` at `points`, as [`even`] has them; nothing if there are too few.
    pub fn fit(points: &[Vec<f64>], y: &[f64]) -> Option<Self> {
        if points.len() < 2 {
            return None;
        }
        let step = points.len().div_ceil(TRIED);
        let some: Vec<Vec<f64>> = points.iter().step_by(step).cloned().collect();
        let few: Vec<f64> = y.iter().copied().step_by(step).collect();
        let mut best = Emulator::tried(&some, &few, Vec::new())?;
        // What is steep is better known once the number may be curved.
        for _ in 0..2 {
            let next = Emulator::tried(&some, &few, best.most_active(&some))?;
            if next.variance(0..few.len()) < best.variance(0..few.len()) {
                best = next;
            }
        }
        Emulator::of(points, y, best.active, best.shape)
    }

    /// Under the shape that foretells best, looked for along each of its sides in turn.
    fn tried(points: &[Vec<f64>], y: &[f64], active: Active) -> Option<Self> {
        let all = 0..points.len();
        let mut best: Option<Emulator> = None;
        let mut shape = Shape {
            length: LENGTHS[1],
            slopes: SLOPES[1],
            noise: NOISES[2],
        };
        type Side = (fn(&mut Shape) -> &mut f64, [f64; 4]);
        let sides: [Side; 4] = [
            (|s| &mut s.length, LENGTHS),
            (|s| &mut s.noise, NOISES),
            (|s| &mut s.slopes, SLOPES),
            (|s| &mut s.length, LENGTHS),
        ];
        for (side, values) in sides {
            for value in values {
                let mut next = shape;
                *side(&mut next) = value;
                let Some(next) = Emulator::of(points, y, active.clone(), next) else {
                    continue;
                };
                let better =
                    |best: &Emulator| next.variance(all.clone()) < best.variance(all.clone());
                if best.as_ref().is_none_or(better) {
                    best = Some(next);
                }
            }
            shape = best.as_ref()?.shape;
        }
        best
    }

    fn of(points: &[Vec<f64>], y: &[f64], active: Active, shape: Shape) -> Option<Self> {
        let n = points.len();
        let mean = y.iter().sum::<f64>() / n as f64;
        let square = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / n as f64;
        let deviation = if square > 0.0 { square.sqrt() } else { 1.0 };
        let mut emulator = Emulator {
            mean,
            deviation,
            shape,
            active,
            seats: Vec::new(),
            inverse: Vec::new(),
            law: Law {
                coefficients: Vec::new(),
                slopes: Vec::new(),
            },
            off: Vec::new(),
        };
        emulator.seats = points.iter().map(|at| emulator.seat(at)).collect();
        let mut matrix = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let near = nearness(&emulator.seats[i], &emulator.seats[j]);
                let both = near + shape.slopes * dot(&points[i], &points[j]);
                (matrix[i][j], matrix[j][i]) = (both, both);
            }
            matrix[i][i] += shape.noise;
        }
        emulator.inverse = inverse(matrix)?;
        let z: Vec<f64> = y.iter().map(|y| (y - mean) / deviation).collect();
        let coefficients: Vec<f64> = emulator.inverse.iter().map(|row| dot(row, &z)).collect();
        let pairs = coefficients.iter().enumerate();
        emulator.off = pairs
            .map(|(i, c)| deviation * c / emulator.inverse[i][i])
            .collect();
        emulator.law = emulator.law_of(points, coefficients);
        Some(emulator)
    }

    fn law_of(&self, points: &[Vec<f64>], coefficients: Vec<f64>) -> Law {
        let mut slopes = vec![0.0; points.first().map_or(0, Vec::len)];
        for (c, at) in coefficients.iter().zip(points) {
            for (slope, x) in slopes.iter_mut().zip(at) {
                *slope += self.shape.slopes * c * x;
            }
        }
        Law {
            coefficients,
            slopes,
        }
    }

    /// A point's places in the active unknowns.
    fn seat(&self, at: &[f64]) -> [f64; ACTIVE] {
        let mut seat = [0.0; ACTIVE];
        for (x, (unknown, steep)) in seat.iter_mut().zip(&self.active) {
            *x = steep * at[*unknown] / self.shape.length;
        }
        seat
    }

    /// What was found from all points.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// What would have been found without one of the points.
    pub fn law_without(&self, points: &[Vec<f64>], point: usize) -> Law {
        let row = &self.inverse[point];
        let share = self.law.coefficients[point] / row[point];
        let all = self.law.coefficients.iter().zip(row);
        self.law_of(points, all.map(|(c, r)| c - share * r).collect())
    }

    /// The number at a point, as [`even`] has it.
    pub fn at(&self, law: &Law, at: &[f64]) -> f64 {
        let seat = self.seat(at);
        let pairs = law.coefficients.iter().zip(&self.seats);
        let curved: f64 = pairs.map(|(c, other)| c * nearness(&seat, other)).sum();
        self.mean + self.deviation * (curved + dot(&law.slopes, at))
    }

    /// Mean square of what some of the points are off when they are foretold by the others.
    pub fn variance(&self, of: Range<usize>) -> f64 {
        let off = &self.off[of];
        off.iter().map(|x| x * x).sum::<f64>() / off.len() as f64
    }

    /// By unknown, root mean square of the number's slope at the points.
    pub fn steepness(&self, points: &[Vec<f64>]) -> Vec<f64> {
        let Law {
            coefficients,
            slopes,
        } = &self.law;
        let mut squares: Vec<f64> = vec![0.0; slopes.len()];
        for (at, seat) in points.iter().zip(&self.seats) {
            let mut own = slopes.clone();
            for ((c, other), from) in coefficients.iter().zip(&self.seats).zip(points) {
                let near = c * nearness(seat, other);
                for (unknown, steep) in &self.active {
                    let scale = steep / self.shape.length;
                    own[*unknown] -= near * scale * scale * (at[*unknown] - from[*unknown]);
                }
            }
            for (square, slope) in squares.iter_mut().zip(own) {
                *square += slope * slope;
            }
        }
        let root = |square: &f64| self.deviation * (square / points.len() as f64).sqrt();
        squares.iter().map(root).collect()
    }

    fn most_active(&self, points: &[Vec<f64>]) -> Active {
        let steepness = self.steepness(points);
        let mut order: Vec<usize> = (0..steepness.len()).collect();
        order.sort_by(|a, b| steepness[*b].total_cmp(&steepness[*a]).then(a.cmp(b)));
        order.truncate(ACTIVE);
        let most = order.first().map_or(1.0, |i| steepness[*i]);
        let share = |i: usize| if most > 0.0 { steepness[i] / most } else { 0.0 };
        order.into_iter().map(|i| (i, share(i))).collect()
    }
}

/// How alike two points are in what is curved: 1 for the same place.
fn nearness(a: &[f64; ACTIVE], b: &[f64; ACTIVE]) -> f64 {
    let squares: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    libm::exp(-0.5 * squares)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::hypercube;

    fn points(n: u32, unknowns: usize, seed: u64) -> Vec<Vec<f64>> {
        let rows = hypercube(n, unknowns, seed);
        rows.iter().map(|u| even(u)).collect()
    }

    /// Of 40 unknowns four matter, not as any polynomial: foretold to a twentieth of the spread, of which a linear law would leave
    /// a third; and as well as the emulator itself says, within a third.
    #[test]
    fn a_curved_law_is_found_among_many_unknowns() {
        let law = |x: &[f64]| {
            libm::log(2.0 + libm::exp(x[3] + 0.5 * x[7]) / (1.5 + libm::exp(x[30] * 0.7)))
                + 0.1 * x[12]
        };
        let from = points(300, 40, 5);
        let y: Vec<f64> = from.iter().map(|x| law(x)).collect();
        let emulator = Emulator::fit(&from, &y).unwrap();
        let others = points(200, 40, 6);
        let off = |x: &Vec<f64>| (emulator.at(emulator.law(), x) - law(x)).powi(2);
        let off = (others.iter().map(off).sum::<f64>() / 200.0).sqrt();
        let said = emulator.variance(0..300).sqrt();
        assert!(
            off < 0.05 * emulator.deviation,
            "{off} of {}",
            emulator.deviation
        );
        assert!((0.67..1.5).contains(&(off / said)), "{off} and {said}");
        // The four are the steepest.
        let mut named: Vec<usize> = emulator.active.iter().map(|(i, _)| *i).take(4).collect();
        named.sort_unstable();
        assert_eq!(named, [3, 7, 12, 30]);
    }

    /// Noise is not foretold, and said to be as large as it is.
    #[test]
    fn noise_is_known_as_noise() {
        let from = points(300, 10, 1);
        let noise = points(300, 1, 2);
        let y: Vec<f64> = from
            .iter()
            .zip(&noise)
            .map(|(x, e)| 2.0 * x[4] + e[0])
            .collect();
        let emulator = Emulator::fit(&from, &y).unwrap();
        let said = emulator.variance(0..300).sqrt();
        assert!((0.9..1.2).contains(&said), "{said}");
    }

    /// Doing without a point is fitting the others.
    #[test]
    fn a_point_can_be_done_without() {
        let from = points(60, 5, 1);
        let y: Vec<f64> = from
            .iter()
            .map(|x| libm::exp(0.5 * x[0]) + x[2] * x[1])
            .collect();
        // The same units, as a mean and a deviation of their own would be others.
        let mut both = [&from[..], &from[1..]].map(|points| {
            let shape = Shape {
                length: 2.0,
                slopes: 0.01,
                noise: 0.01,
            };
            let active = vec![(0, 1.0), (1, 0.8), (2, 0.8)];
            Emulator::of(points, &vec![0.0; points.len()], active, shape).unwrap()
        });
        for (emulator, y) in both.iter_mut().zip([&y[..], &y[1..]]) {
            let coefficients = emulator.inverse.iter().map(|row| dot(row, y)).collect();
            let points = &from[from.len() - y.len()..];
            emulator.law = emulator.law_of(points, coefficients);
        }
        let [whole, rest] = both;
        let without = whole.law_without(&from, 0);
        for at in points(20, 5, 9) {
            let [a, b] = [whole.at(&without, &at), rest.at(rest.law(), &at)];
            assert!((a - b).abs() < 1e-9, "{a} and {b}");
            assert!((whole.at(whole.law(), &at) - b).abs() > 1e-9);
        }
    }

    /// Slopes are those that small steps show.
    #[test]
    fn steepness_is_the_root_mean_square_of_slopes() {
        let from = points(80, 3, 4);
        let y: Vec<f64> = from
            .iter()
            .map(|x| libm::exp(0.4 * x[0]) + 0.3 * x[1])
            .collect();
        let emulator = Emulator::fit(&from, &y).unwrap();
        for (unknown, told) in emulator.steepness(&from).into_iter().enumerate() {
            let slope = |at: &Vec<f64>| {
                let mut there = at.clone();
                there[unknown] += 1e-5;
                let law = emulator.law();
                (emulator.at(law, &there) - emulator.at(law, at)) / 1e-5
            };
            let squares: f64 = from.iter().map(|at| slope(at).powi(2)).sum();
            let seen = (squares / 80.0).sqrt();
            assert!((told - seen).abs() < 1e-4, "{unknown}: {told} and {seen}");
        }
    }

    #[test]
    fn too_few_points_foretell_nothing() {
        assert!(Emulator::fit(&[], &[]).is_none());
    }
}
