//! `sensitivity.csv`: which unknown moves which headline, and by how much.

use std::io::Write;

use overheard_formats::{header, number_or_empty};

use super::headlines::Output;
use crate::plan::{Block, Design, Plan};
use crate::statistics::{Index, Saltelli, correlations, median, partial_correlations};

/// The columns behind those of a row's key.
const OWN: [&str; 13] = [
    "of",
    "knob",
    "draws",
    "rank_correlation",
    "partial_rank_correlation",
    "at_low",
    "at_high",
    "first",
    "first_low",
    "first_high",
    "total",
    "total_low",
    "total_high",
];

/// An unknown is low, or high, in such a part of the draws.
const PART: usize = 5;

/// Writes a row for each headline and unknown. `at_low` and `at_high` are medians of the headline over the fifth of the draws in
/// which the unknown is lowest and highest; indices of variance are there for Saltelli's points alone.
pub fn sensitivity(
    out: &mut dyn Write,
    plan: &Plan,
    outputs: &[Output],
    seed: u64,
) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header(&OWN))?;
    for output in outputs {
        let drawn = Drawn::of(plan, output);
        let plain = correlations(&drawn.x, &drawn.y);
        let partial = partial_correlations(&drawn.x, &drawn.y);
        let indices = indices(plan, output, seed);
        for (i, unknown) in plan.unknowns.iter().enumerate() {
            let [low, high] = drawn.ends(i);
            let of = |order: usize| indices.as_ref().map(|all| all[i][order]);
            let parts = [of(0), of(1)].map(|index| match index {
                Some(Index { value, low, high }) => [value, low, high].map(Some),
                None => [None; 3],
            });
            let numbers = [plain[i], partial[i], low, high]
                .into_iter()
                .chain(parts.into_iter().flatten())
                .map(number_or_empty);
            let name = unknown.target.to_string();
            let draws = drawn.y.len().to_string();
            let about = [output.of.name(), name.as_str(), draws.as_str()];
            let head = std::iter::once(output.arm.as_str())
                .chain(output.key.fields())
                .chain(about)
                .map(str::to_owned);
            table.write_record(head.chain(numbers))?;
        }
    }
    Ok(table.flush()?)
}

/// A headline at the draws at which it and all unknowns have a value.
struct Drawn {
    /// The unknowns, by columns.
    x: Vec<Vec<f64>>,
    y: Vec<f64>,
}

impl Drawn {
    fn of(plan: &Plan, output: &Output) -> Self {
        let mut drawn = Drawn {
            x: vec![Vec::new(); plan.unknowns.len()],
            y: Vec::new(),
        };
        for (point, y) in plan.points.iter().zip(&output.values) {
            let x: Option<Vec<f64>> = point.values.iter().copied().collect();
            if let (true, true, Some(x)) = (point.block.is_draw(), y.is_finite(), x) {
                drawn.y.push(*y);
                for (column, x) in drawn.x.iter_mut().zip(x) {
                    column.push(x);
                }
            }
        }
        drawn
    }

    /// Medians where an unknown is low and where it is high; nothing with too few draws.
    fn ends(&self, unknown: usize) -> [Option<f64>; 2] {
        let x = &self.x[unknown];
        let mut order: Vec<usize> = (0..x.len()).collect();
        order.sort_unstable_by(|a, b| x[*a].total_cmp(&x[*b]).then(a.cmp(b)));
        let size = x.len() / PART;
        if size < 2 {
            return [None; 2];
        }
        let of = |part: &[usize]| {
            let sample: Vec<f64> = part.iter().map(|i| self.y[*i]).collect();
            median(&sample)
        };
        [of(&order[..size]), of(&order[order.len() - size..])]
    }
}

/// Indices of first and total order, for Saltelli's points.
fn indices(plan: &Plan, output: &Output, seed: u64) -> Option<Vec<[Index; 2]>> {
    if plan.design != Design::Saltelli {
        return None;
    }
    let of = |block: Block| {
        let points = plan.points.iter().zip(&output.values);
        let own = points.filter(|(point, _)| point.block == block);
        own.map(|(_, y)| *y).collect()
    };
    let points = Saltelli {
        a: of(Block::A),
        b: of(Block::B),
        ab: (0..plan.unknowns.len()).map(|i| of(Block::Ab(i))).collect(),
    };
    points.all(seed)
}
