//! The draws of a sweep, one by one: what each set, and the headlines that it gave.

use std::collections::BTreeMap;
use std::path::Path;

use overheard_formats::{Column, Key};

use super::folder::Headline;
use crate::error::ReportError;
use crate::table::each_row;

/// The draws of a sweep.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    knobs: Vec<String>,
    /// Values of the knobs by draw, of those draws that bands are of.
    values: BTreeMap<u64, Vec<Option<f64>>>,
    /// Totals of headlines by arm, measure and source, and then by draw.
    totals: BTreeMap<[String; 3], BTreeMap<u64, f64>>,
}

/// Blocks whose points are draws.
const DRAWS: [&str; 3] = ["sample", "a", "b"];
/// Columns of `points.csv` before its knobs.
const BESIDE: usize = 5;

impl Points {
    /// Reads `points.csv`, and of `outcomes.csv` what headlines are about; one row is in memory at a time.
    ///
    /// # Errors
    /// [`ReportError`] that names the table.
    pub fn read(folder: &Path) -> Result<Self, ReportError> {
        let mut points = Points::default();
        each_row(&folder.join("points.csv"), |head, row| {
            points.knobs = head.iter().skip(BESIDE).map(str::to_owned).collect();
            let is_draw = DRAWS.contains(&row.get(1)?) && row.get(3)? == "done";
            let values = row.iter().skip(BESIDE).map(|x| x.parse().ok()).collect();
            if is_draw {
                points.values.insert(row.get(0)?.parse().ok()?, values);
            }
            Some(())
        })?;
        let headlines = super::headlines();
        let about = |key: &Key| headlines.iter().any(|headline| headline.key == *key);
        each_row(&folder.join("outcomes.csv"), |_, row| {
            let key = Key::from_fields(row.iter().skip(2).take(row.len().checked_sub(4)?));
            if about(&key) {
                let name = [row.get(1)?, key.measure(), key.get(Column::Source)];
                let total = points.totals.entry(name.map(str::to_owned)).or_default();
                // An empty cell is an undefined number.
                if let Ok(value) = row.get(row.len() - 2)?.parse() {
                    total.insert(row.get(0)?.parse().ok()?, value);
                }
            }
            Some(())
        })?;
        Ok(points)
    }

    /// What a knob was and what a headline of an arm came to, draw by draw.
    pub fn pairs(&self, headline: &Headline, [arm, base]: [&str; 2], knob: &str) -> Vec<[f64; 2]> {
        let Some(place) = self.knobs.iter().position(|name| name == knob) else {
            return Vec::new();
        };
        let totals = |arm: &str| {
            let key = &headline.key;
            let name = [arm, key.measure(), key.get(Column::Source)];
            self.totals.get(&name.map(str::to_owned))
        };
        let pair = |(draw, values): (&u64, &Vec<Option<f64>>)| {
            let own = totals(arm)?.get(draw)?;
            let less = match headline.difference {
                true => totals(base)?.get(draw)?,
                false => &0.0,
            };
            Some([values[place]?, own - less])
        };
        self.values.iter().filter_map(pair).collect()
    }
}
