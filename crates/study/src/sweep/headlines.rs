//! The headlines of every point, arm by arm.

use overheard_formats::Key;

use super::kept::Kept;
use super::rows::{HEADLINES, Of, headline_key};

/// A headline of one arm at every point.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Name of the arm.
    pub arm: String,
    /// What it is about.
    pub key: Key,
    /// Whether of the value or of the difference from the first arm.
    pub of: Of,
    /// By point; NaN where the point failed or the number is undefined.
    pub values: Vec<f64>,
}

impl Output {
    /// Whether it is not the same at all points.
    pub fn varies(&self) -> bool {
        let mut defined = self.values.iter().filter(|x| x.is_finite());
        let first = defined.next();
        defined.any(|x| Some(x) != first)
    }
}

/// Every headline of every arm.
pub fn outputs(kept: &mut Kept, arms: &[String]) -> Result<Vec<Output>, csv::Error> {
    let points = kept.plan.points.len();
    let mut all: Vec<Output> = Vec::new();
    for (place, arm) in arms.iter().enumerate() {
        for headline in HEADLINES {
            // The first arm differs from nothing.
            if place > 0 || headline.2 == Of::Value {
                all.push(Output {
                    arm: arm.clone(),
                    key: headline_key(headline),
                    of: headline.2,
                    values: vec![f64::NAN; points],
                });
            }
        }
    }
    kept.each(|point, rows| {
        for row in rows.iter().filter(|row| row.key.is_total()) {
            let same = |o: &&mut Output| o.arm == row.arm && o.key == row.key;
            for output in all.iter_mut().filter(same) {
                output.values[point] = match output.of {
                    Of::Value => row.value,
                    Of::Difference => row.difference.unwrap_or(f64::NAN),
                };
            }
        }
        Ok(())
    })?;
    Ok(all)
}
