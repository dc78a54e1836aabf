//! Designs: where points lie in the unit cube, and what they are in the knobs' units.
//!
//! **Latin hypercube** (M. D. McKay, R. J. Beckman, W. J. Conover, *Technometrics* 21, 1979): of `n` points each lies in another
//! `n`-th of every dimension. **Saltelli's** (A. Saltelli and others, *Computer Physics Communications* 181, 2010): `n` rows of two
//! independent samples `A` and `B`, here halves of one hypercube of twice as many dimensions, and of each unknown `i` a sample
//! `AB_i`, which is `A` with the column `i` of `B`: `n (k + 2)` points.

use overheard_model::streams::{At, Draws, NO_DAY, Stream, unit32_f64};

use super::rules::Rules;
use super::unknown::Unknown;

/// How points are laid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Design {
    /// A Latin hypercube.
    #[default]
    Lhs,
    /// Saltelli's scheme.
    Saltelli,
    /// Points that somebody else laid.
    File,
    /// Points that agree with the evidence, as often as they weigh.
    Posterior,
}

impl Design {
    /// As the command line has it.
    pub const fn name(self) -> &'static str {
        match self {
            Design::Lhs => "lhs",
            Design::Saltelli => "saltelli",
            Design::File => "file",
            Design::Posterior => "posterior",
        }
    }
}

/// What a point is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// The scenario as it is.
    Central,
    /// Drawn: it counts for bands and correlations.
    Sample,
    /// Row of Saltelli's `A`; it counts for bands and correlations, too.
    A,
    /// Row of `B`, as `A`.
    B,
    /// Row of `A` with one unknown from `B`.
    Ab(usize),
    /// Only one unknown, at its fifth percentile.
    Low(usize),
    /// Only one unknown, at its ninety-fifth percentile.
    High(usize),
}

impl Block {
    /// As `points.csv` has it.
    pub const fn name(self) -> &'static str {
        match self {
            Block::Central => "central",
            Block::Sample => "sample",
            Block::A => "a",
            Block::B => "b",
            Block::Ab(_) => "ab",
            Block::Low(_) => "low",
            Block::High(_) => "high",
        }
    }

    /// The unknown that it is about, if it is about one.
    pub const fn of(self) -> Option<usize> {
        match self {
            Block::Ab(i) | Block::Low(i) | Block::High(i) => Some(i),
            _ => None,
        }
    }

    /// Whether it moves all unknowns, as draws do and what Saltelli mixes of them: such points may be left out.
    pub const fn is_drawn(self) -> bool {
        self.is_draw() || matches!(self, Block::Ab(_))
    }

    /// Whether the point is a draw from the laws of all unknowns, independent of the other such points.
    pub const fn is_draw(self) -> bool {
        matches!(self, Block::Sample | Block::A | Block::B)
    }
}

/// One question: a value for each unknown, or what the scenario says.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What it is there for.
    pub block: Block,
    /// In the order of the plan's unknowns, in their knobs' units.
    pub values: Vec<Option<f64>>,
}

/// All points of a study. The first is the scenario as it is; a point's place is its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// How the points were laid.
    pub design: Design,
    /// What is varied.
    pub unknowns: Vec<Unknown>,
    /// What would be, but that the scenario or an arm sets it itself.
    pub fixed: Vec<String>,
    /// What is asked.
    pub points: Vec<Point>,
    /// How points are met, and which count.
    pub rules: Rules,
}

/// Where two ends of an unknown are looked at alone.
const ENDS: [f64; 2] = [0.05, 0.95];

impl Plan {
    /// Draws points: `draws` of a hypercube, or `draws (k + 2)` after Saltelli.
    pub fn drawn(design: Design, unknowns: Vec<Unknown>, draws: u32, seed: u64) -> Self {
        let mut plan = Plan::of(design, unknowns);
        let k = plan.unknowns.len();
        match design {
            Design::Saltelli => {
                let rows = hypercube(draws, 2 * k, seed);
                let part = |from: usize| move |row: &Vec<f64>| row[from..from + k].to_vec();
                for row in rows.iter().map(part(0)) {
                    plan.push(Block::A, &row);
                }
                for row in rows.iter().map(part(k)) {
                    plan.push(Block::B, &row);
                }
                for i in 0..k {
                    for row in &rows {
                        let mut mixed = row[..k].to_vec();
                        mixed[i] = row[k + i];
                        plan.push(Block::Ab(i), &mixed);
                    }
                }
            }
            _ => {
                for row in hypercube(draws, k, seed) {
                    plan.push(Block::Sample, &row);
                }
            }
        }
        plan
    }

    /// The points of somebody else, in the units of the unknowns.
    pub fn given(unknowns: Vec<Unknown>, rows: Vec<Vec<Option<f64>>>) -> Self {
        let mut plan = Plan::of(Design::File, unknowns);
        let point = |values| Point {
            block: Block::Sample,
            values,
        };
        plan.points.extend(rows.into_iter().map(point));
        plan
    }

    /// With rules of its own.
    pub fn under(self, rules: Rules) -> Self {
        Plan { rules, ..self }
    }

    /// Adds two points for each unknown, the others as the scenario has them.
    pub fn one_at_a_time(mut self) -> Self {
        for (i, unknown) in self.unknowns.iter().enumerate() {
            for (block, u) in [Block::Low(i), Block::High(i)].into_iter().zip(ENDS) {
                let mut values = vec![None; self.unknowns.len()];
                values[i] = Some(unknown.value(u));
                self.points.push(Point { block, values });
            }
        }
        self
    }

    fn of(design: Design, unknowns: Vec<Unknown>) -> Self {
        let central = Point {
            block: Block::Central,
            values: vec![None; unknowns.len()],
        };
        Plan {
            design,
            unknowns,
            fixed: Vec::new(),
            points: vec![central],
            rules: Rules::default(),
        }
    }

    fn push(&mut self, block: Block, row: &[f64]) {
        let value = |(unknown, u): (&Unknown, &f64)| Some(unknown.value(*u));
        let values = self.unknowns.iter().zip(row).map(value).collect();
        self.points.push(Point { block, values });
    }

    /// The `--set` arguments of a point.
    pub fn settings(&self, point: &Point) -> Vec<String> {
        let pairs = self.unknowns.iter().zip(&point.values);
        let one =
            |(unknown, value): (&Unknown, &Option<f64>)| value.map(|x| unknown.target.settings(x));
        pairs.filter_map(one).flatten().collect()
    }
}

/// `n` points in `k` dimensions, each in another `n`-th of every dimension, at a place of its own in it.
pub fn hypercube(n: u32, k: usize, seed: u64) -> Vec<Vec<f64>> {
    let draws = Draws::new(seed);
    let mut rows = vec![vec![0.0; k]; n as usize];
    for dimension in 0..k {
        let words = |index: u32| {
            let at = At {
                stratum: dimension as u16,
                index,
                day: NO_DAY,
                stream: Stream::Points,
            };
            draws.block(at, 0)
        };
        // A permutation: the order of random keys.
        let mut order: Vec<(u32, u32, u32)> = (0..n)
            .map(|i| {
                let [a, b, ..] = words(i);
                (a, b, i)
            })
            .collect();
        order.sort_unstable();
        for (cell, (.., i)) in order.into_iter().enumerate() {
            let jitter = unit32_f64(words(i)[2]);
            rows[i as usize][dimension] = (cell as f64 + jitter) / f64::from(n);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::typed;

    fn unknowns() -> Vec<Unknown> {
        [
            "signals.chat_weight=1..3",
            "ads.alpha",
            "notices.max_showings=1..9",
        ]
        .map(|text| typed(text, &[]).unwrap())
        .to_vec()
    }

    #[test]
    fn every_cell_of_every_dimension_is_hit_once() {
        for (n, k) in [(1, 3), (7, 2), (100, 5)] {
            let rows = hypercube(n, k, 9);
            for dimension in 0..k {
                let mut cells: Vec<u32> = rows
                    .iter()
                    .map(|row| (row[dimension] * f64::from(n)) as u32)
                    .collect();
                cells.sort_unstable();
                assert_eq!(cells, (0..n).collect::<Vec<_>>());
            }
        }
        assert_ne!(hypercube(10, 2, 1), hypercube(10, 2, 2));
    }

    /// No dimension knows of another: over 200 seeds correlations are as small as chance has them.
    #[test]
    fn dimensions_are_independent() {
        let n = 64;
        let product = |seed| {
            let rows = hypercube(n, 2, seed);
            rows.iter()
                .map(|r| 12.0 * (r[0] - 0.5) * (r[1] - 0.5))
                .sum::<f64>()
                / f64::from(n)
        };
        let all: Vec<f64> = (0..200).map(product).collect();
        let mean = all.iter().sum::<f64>() / 200.0;
        let spread = (all.iter().map(|x| x * x).sum::<f64>() / 200.0).sqrt();
        // Standard deviation 1/√n = 0.125.
        assert!(mean.abs() < 0.03, "{mean}");
        assert!((0.10..0.15).contains(&spread), "{spread}");
    }

    #[test]
    fn saltelli_mixes_two_samples() {
        let plan = Plan::drawn(Design::Saltelli, unknowns(), 8, 3);
        assert_eq!(plan.points.len(), 1 + 8 * 5);
        assert_eq!(plan.points[0].block, Block::Central);
        let of = |block: Block| -> Vec<&Point> {
            plan.points.iter().filter(|p| p.block == block).collect()
        };
        let (a, b) = (of(Block::A), of(Block::B));
        for i in 0..3 {
            let ab = of(Block::Ab(i));
            assert_eq!(ab.len(), 8);
            for (row, point) in ab.iter().enumerate() {
                for j in 0..3 {
                    let from = if i == j { &b } else { &a };
                    assert_eq!(point.values[j], from[row].values[j]);
                }
            }
        }
    }

    #[test]
    fn whole_numbers_stay_whole_and_settings_are_typed() {
        let plan = Plan::drawn(Design::Lhs, unknowns(), 20, 3).one_at_a_time();
        assert_eq!(plan.points.len(), 1 + 20 + 6);
        assert!(plan.settings(&plan.points[0]).is_empty());
        for point in &plan.points[1..21] {
            let showings = point.values[2].unwrap();
            assert_eq!(showings, showings.round());
            assert_eq!(plan.settings(point).len(), 3);
        }
        let last = &plan.points[26];
        assert_eq!(last.block, Block::High(2));
        assert_eq!(plan.settings(last), ["notices.max_showings=9"]);
    }
}
