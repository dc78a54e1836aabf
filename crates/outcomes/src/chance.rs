//! Which of many differences are more than chance.
//!
//! Of a thousand rows between which nothing differs, fifty lie beyond two standard errors. So the rows are judged together:
//! each difference over its error is held against Student's distribution with the degrees of freedom of the jackknife, two-sided,
//! and the procedure of Y. Benjamini and Y. Hochberg (*J. R. Statist. Soc. B* 57, 289–300, 1995) keeps the expected share of
//! those that are chance among all that it names below [`FALSE_DISCOVERY_RATE`]. That holds for independent rows and for rows
//! that depend on each other positively (Y. Benjamini and D. Yekutieli, *Ann. Statist.* 29, 1165–1188, 2001), as totals and
//! their parts do.

mod student;
#[cfg(test)]
mod tests;

use overheard_formats::DifferenceRow;

use crate::estimate::ROUNDING;

pub use student::DEGREES;

/// Expected share of chance among the differences that are said to be more than that.
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// What is to be thought of a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Chance {
    /// There is none: it is 0, and so is its error, to rounding.
    Equal,
    /// It has no error at all, or is undefined: nobody can say.
    Unknown,
    /// Its error is 0: it follows from settings and not from a sample.
    Certain,
    /// Judged with all others that have an error.
    Tested {
        /// Probability of a difference as large where there is none.
        p_value: f64,
        /// The least false discovery rate at which it is named.
        q_value: f64,
    },
}

impl Chance {
    /// Whether the difference is more than chance; `None` where nobody can say.
    pub fn is_more(self) -> Option<bool> {
        match self {
            Chance::Equal => Some(false),
            Chance::Unknown => None,
            Chance::Certain => Some(true),
            Chance::Tested { q_value, .. } => Some(q_value <= FALSE_DISCOVERY_RATE),
        }
    }
}

/// Judges rows together, in their order.
pub fn judge(rows: &[DifferenceRow]) -> Vec<Chance> {
    let mut list: Vec<Chance> = rows.iter().map(alone).collect();
    let (mut places, mut p_values) = (Vec::new(), Vec::new());
    for (place, chance) in list.iter().enumerate() {
        if let Chance::Tested { p_value, .. } = chance {
            places.push(place);
            p_values.push(*p_value);
        }
    }
    for (place, q) in places.into_iter().zip(q_values(&p_values)) {
        if let Chance::Tested { q_value, .. } = &mut list[place] {
            *q_value = q;
        }
    }
    list
}

/// Whether a difference is what rounding leaves of sums of the same numbers, or exactly 0.
pub fn is_rounding(row: &DifferenceRow) -> bool {
    row.difference.abs() <= least(row)
}

/// Below this there is nothing but rounding.
fn least(row: &DifferenceRow) -> f64 {
    ROUNDING * row.base_value.abs().max(row.value.abs())
}

fn alone(row: &DifferenceRow) -> Chance {
    match row.std_error {
        _ if !row.difference.is_finite() => Chance::Unknown,
        Some(error) if error > least(row) => {
            let p_value = student::two_sided(row.difference / error);
            Chance::Tested {
                p_value,
                q_value: 1.0,
            }
        }
        _ if is_rounding(row) => Chance::Equal,
        Some(_) => Chance::Certain,
        None => Chance::Unknown,
    }
}

/// Benjamini and Hochberg: with `p₁ ≤ … ≤ pₘ` the `i`-th is `min over j ≥ i of m pⱼ / j`. All with `q ≤ α` are what the step-up
/// procedure at `α` rejects.
fn q_values(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut list = vec![1.0; p_values.len()];
    let (all, mut least) = (p_values.len() as f64, 1.0f64);
    for (rank, place) in order.into_iter().enumerate().rev() {
        // In this order of operations no q-value is rounded below its p-value.
        least = least.min(p_values[place] * (all / (rank + 1) as f64));
        list[place] = least;
    }
    list
}
