//! A cheap stand-in for a simulated number: a polynomial of the second degree in the unknowns' places in their priors.
//!
//! Linear in every unknown; squares and products of the few that move the number most. Coefficients are those of ridge
//! regression, its strength the one under which each point is foretold best by the others (their sum of squares has a closed
//! form: N. Draper and H. Smith, *Applied Regression Analysis*, 3rd ed., section 8.2).

use crate::statistics::inverse;

/// Unknowns that have squares and products.
const ACTIVE: usize = 10;
/// Strengths of the ridge, as a share of the points.
const RIDGES: [f64; 5] = [1e-4, 1e-3, 1e-2, 1e-1, 1.0];

/// A term of the polynomial, of places `u` from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Term {
    One,
    Linear(usize),
    Square(usize),
    Product(usize, usize),
}

impl Term {
    /// Legendre's polynomials, of mean 0 and mean square 1 over the prior.
    fn at(self, u: &[f64]) -> f64 {
        let first = |i: usize| 3f64.sqrt() * (2.0 * u[i] - 1.0);
        match self {
            Term::One => 1.0,
            Term::Linear(i) => first(i),
            Term::Square(i) => {
                let x = 2.0 * u[i] - 1.0;
                5f64.sqrt() * 0.5 * (3.0 * x * x - 1.0)
            }
            Term::Product(i, j) => first(i) * first(j),
        }
    }
}

/// Foretells a number at any point.
#[derive(Clone, Debug)]
pub struct Emulator {
    terms: Vec<Term>,
    coefficients: Vec<f64>,
    /// Mean square of what points are off when they are foretold by the others.
    pub variance: f64,
    /// By point: what to add to the coefficients to do without it.
    without: Vec<Vec<f64>>,
}

impl Emulator {
    /// Fits the numbers `y` at `points`; nothing if there are too few, or if the number does not vary.
    pub fn fit(points: &[Vec<f64>], y: &[f64]) -> Option<Self> {
        let unknowns = points.first()?.len();
        let linear: Vec<Term> = std::iter::once(Term::One)
            .chain((0..unknowns).map(Term::Linear))
            .collect();
        let first = Emulator::best(linear.clone(), points, y)?;
        let mut order: Vec<usize> = (0..unknowns).collect();
        let size = |i: &usize| first.coefficients[i + 1].abs();
        order.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.cmp(b)));
        order.truncate(ACTIVE);
        let mut terms = linear;
        for (place, i) in order.iter().enumerate() {
            terms.push(Term::Square(*i));
            terms.extend(order[..place].iter().map(|j| Term::Product(*i, *j)));
        }
        let second = Emulator::best(terms, points, y)?;
        Some(match second.variance < first.variance {
            true => second,
            false => first,
        })
    }

    /// Under the ridge that foretells best.
    fn best(terms: Vec<Term>, points: &[Vec<f64>], y: &[f64]) -> Option<Self> {
        let rows: Vec<Vec<f64>> = points
            .iter()
            .map(|u| terms.iter().map(|term| term.at(u)).collect())
            .collect();
        let size = terms.len();
        let mut squares = vec![vec![0.0; size]; size];
        let mut right = vec![0.0; size];
        for (row, y) in rows.iter().zip(y) {
            for (i, a) in row.iter().enumerate() {
                right[i] += a * y;
                for (sum, b) in squares[i].iter_mut().zip(row) {
                    *sum += a * b;
                }
            }
        }
        let fits = RIDGES.iter().filter_map(|share| {
            let ridge = share * points.len() as f64;
            let mut matrix = squares.clone();
            // The mean is not shrunk.
            (1..size).for_each(|i| matrix[i][i] += ridge);
            let inverse = inverse(matrix)?;
            Some(Emulator::of(terms.clone(), &inverse, &right, &rows, y))
        });
        fits.min_by(|a, b| a.variance.total_cmp(&b.variance))
    }

    fn of(
        terms: Vec<Term>,
        inverse: &[Vec<f64>],
        right: &[f64],
        rows: &[Vec<f64>],
        y: &[f64],
    ) -> Self {
        let coefficients: Vec<f64> = inverse.iter().map(|row| dot(row, right)).collect();
        let mut squares = 0.0;
        let mut without = Vec::with_capacity(rows.len());
        for (row, y) in rows.iter().zip(y) {
            let pull: Vec<f64> = inverse.iter().map(|line| dot(line, row)).collect();
            let off = y - dot(row, &coefficients);
            let alone = off / f64::max(1.0 - dot(row, &pull), 1e-6);
            squares += alone * alone;
            without.push(pull.iter().map(|p| -p * alone).collect());
        }
        Emulator {
            terms,
            coefficients,
            variance: squares / rows.len() as f64,
            without,
        }
    }

    /// The number at a point; `without` one of those that it was fitted to, if one is named.
    pub fn at(&self, u: &[f64], without: Option<usize>) -> f64 {
        let values: Vec<f64> = self.terms.iter().map(|term| term.at(u)).collect();
        let change = without.map_or(0.0, |point| dot(&values, &self.without[point]));
        dot(&values, &self.coefficients) + change
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::hypercube;

    /// Of 40 unknowns three matter, two of them together: foretold to a hundredth of the spread; a linear law alone would leave
    /// a third.
    #[test]
    fn a_law_of_the_second_degree_is_found_among_many_unknowns() {
        let law = |u: &[f64]| 1.0 + 2.0 * u[3] - u[7] * u[7] + 3.0 * u[3] * u[30];
        let points = hypercube(300, 40, 5);
        let y: Vec<f64> = points.iter().map(|u| law(u)).collect();
        let emulator = Emulator::fit(&points, &y).unwrap();
        assert!(emulator.variance.sqrt() < 0.02, "{}", emulator.variance);
        for u in hypercube(50, 40, 6) {
            let off = emulator.at(&u, None) - law(&u);
            assert!(off.abs() < 0.08, "{off}");
        }
    }

    /// Doing without a point is fitting the others again.
    #[test]
    fn a_point_can_be_done_without() {
        let points = hypercube(60, 5, 1);
        let noise = hypercube(60, 1, 2);
        let y: Vec<f64> = points
            .iter()
            .zip(&noise)
            .map(|(u, e)| u[0] + e[0])
            .collect();
        let terms = vec![Term::One, Term::Linear(0), Term::Square(3)];
        let rows = |points: &[Vec<f64>]| -> Vec<Vec<f64>> {
            let row = |u: &Vec<f64>| terms.iter().map(|t| t.at(u)).collect();
            points.iter().map(row).collect()
        };
        let fit = |rows: &[Vec<f64>], y: &[f64]| {
            let of = |i: usize, j: usize| rows.iter().map(|r| r[i] * r[j]).sum::<f64>();
            let ridge = |i: usize, j: usize| f64::from(u8::from(i == j && i > 0)) * 0.7;
            let matrix = (0..3).map(|i| (0..3).map(|j| of(i, j) + ridge(i, j)).collect());
            let right: Vec<f64> = (0..3)
                .map(|i| rows.iter().zip(y).map(|(r, y)| r[i] * y).sum())
                .collect();
            let inverse = inverse(matrix.collect()).unwrap();
            Emulator::of(terms.clone(), &inverse, &right, rows, y)
        };
        let all = rows(&points);
        let whole = fit(&all, &y);
        let rest = fit(&all[1..], &y[1..]);
        let u = &points[20];
        assert!((whole.at(u, Some(0)) - rest.at(u, None)).abs() < 1e-10);
        assert!((whole.at(u, None) - rest.at(u, None)).abs() > 1e-6);
    }

    #[test]
    fn too_few_points_foretell_nothing() {
        assert!(Emulator::fit(&[], &[]).is_none());
    }
}
