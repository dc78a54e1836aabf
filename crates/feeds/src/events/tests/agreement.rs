//! How far two samples of tallies are from each other.

use overheard_model::tally::{Layout, TABLES, TableId, Tally};

/// One table of one arm: every leaf's value of every cell.
pub struct Sample {
    leaves: Vec<Vec<f64>>,
}

impl Sample {
    /// Of all leaves.
    pub fn of(layout: &Layout, all: &[Vec<Tally>], arm: usize, table: TableId) -> Self {
        let units = TABLES[table as usize].scale.units();
        let leaves = all
            .iter()
            .map(|tallies| {
                let cells = tallies[arm].table(layout, table);
                cells.iter().map(|c| *c as f64 / units).collect()
            })
            .collect();
        Sample { leaves }
    }

    /// Cells that are filled at all.
    pub fn cells(&self) -> usize {
        let cells = self.leaves[0].len();
        (0..cells).filter(|c| self.filled(*c) > 0).count()
    }

    /// Leaves in which a cell is filled.
    fn filled(&self, cell: usize) -> usize {
        self.leaves.iter().filter(|leaf| leaf[cell] != 0.0).count()
    }

    /// Mean over leaves of the sum of some cells, and the variance of that mean.
    fn mean(&self, cells: &[usize]) -> [f64; 2] {
        let n = self.leaves.len() as f64;
        let values: Vec<f64> = self
            .leaves
            .iter()
            .map(|leaf| cells.iter().map(|c| leaf[*c]).sum())
            .collect();
        let mean = values.iter().sum::<f64>() / n;
        let square: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
        [mean, square / (n - 1.0) / n]
    }
}

/// Leaves in which a cell must be filled for its spread over leaves to tell its error; scarcer cells are pooled.
const ENOUGH: usize = 60;

/// A cell (`None`: the pooled ones), the difference in standard errors, and the two means.
pub type Distance = (Option<usize>, f64, [f64; 2]);

/// Distances of all cells of a table that either sample fills, and of its total.
pub fn distance(drawn: &Sample, integrated: &Sample) -> Vec<Distance> {
    let all: Vec<usize> = (0..drawn.leaves[0].len()).collect();
    let (often, seldom): (Vec<usize>, Vec<usize>) =
        all.iter().partition(|c| drawn.filled(**c) >= ENOUGH);
    let mut list: Vec<Distance> = often
        .iter()
        .map(|cell| between(Some(*cell), &[*cell], drawn, integrated))
        .collect();
    list.push(between(None, &seldom, drawn, integrated));
    list.push(between(None, &all, drawn, integrated));
    list
}

fn between(cell: Option<usize>, cells: &[usize], drawn: &Sample, integrated: &Sample) -> Distance {
    let ([a, of_a], [b, of_b]) = (drawn.mean(cells), integrated.mean(cells));
    // Single precision, and at least the noise of a Poisson number where next to nothing was drawn.
    let rounding = 2e-6 * a.abs().max(b.abs());
    let least = if of_a == 0.0 && of_b == 0.0 {
        0.0
    } else {
        a.abs().min(1.0) / drawn.leaves.len() as f64 * 0.01
    };
    let error = (of_a + of_b + least + rounding * rounding).sqrt();
    let z = if a == b { 0.0 } else { (a - b) / error };
    (cell, z, [a, b])
}
