//! What the groups of a stratum were given, and the cells of it that are not zero.

use std::ops::Range;

use overheard_model::strata::Stratum;
use overheard_model::tally::{TABLES, Tally};

use super::weights::{Factors, Sum, Total};
use crate::plan::Part;

/// What was added to a group.
#[derive(Debug)]
pub(super) enum Added {
    Nothing,
    /// One tally per arm, as it came.
    One(Vec<Tally>),
    /// Sums of several, one per arm.
    Sums(Vec<Vec<i128>>),
}

impl Added {
    pub fn add(&mut self, tallies: Vec<Tally>) {
        match self {
            Added::Nothing => *self = Added::One(tallies),
            Added::One(first) => {
                let wide = |tally: &Tally| tally.cells.iter().copied().map(i128::from).collect();
                let mut sums: Vec<Vec<i128>> = first.iter().map(wide).collect();
                add_to(&mut sums, &tallies);
                *self = Added::Sums(sums);
            }
            Added::Sums(sums) => add_to(sums, &tallies),
        }
    }
}

fn add_to(sums: &mut [Vec<i128>], tallies: &[Tally]) {
    for (sums, tally) in sums.iter_mut().zip(tallies) {
        for (sum, cell) in sums.iter_mut().zip(&tally.cells) {
            *sum += i128::from(*cell);
        }
    }
}

/// The cells of a table and arm that are not zero: cell, group, value. Of few people they are few.
pub(super) struct Told<T>(Vec<(u32, u32, T)>);

impl<T: Total> Told<T> {
    /// Nothing if a sum of these cells may be more than a `T` holds.
    pub fn of(groups: &[Added], arm: usize, cells: Range<usize>) -> Option<Self> {
        let (mut told, mut room) = (Vec::new(), T::MOST);
        for (group, added) in groups.iter().enumerate() {
            match added {
                Added::Nothing => (),
                Added::One(tallies) => {
                    take(
                        &tallies[arm].cells[cells.clone()],
                        group,
                        &mut told,
                        &mut room,
                    )?;
                }
                Added::Sums(sums) => take(&sums[arm][cells.clone()], group, &mut told, &mut room)?,
            }
        }
        Some(Told(told))
    }

    /// Adds what the stratum brings to the rows of a part of the table.
    pub fn bring(&self, part: &Part, stratum: &Stratum, factors: &Factors, sums: &mut [Sum]) {
        if self.0.is_empty() {
            return;
        }
        let groups = factors.without.len();
        let mut totals = vec![T::default(); part.rows * groups];
        for (cell, group, value) in &self.0 {
            if let Some(row) = part.row(*cell as usize) {
                totals[row * groups + *group as usize] += *value;
            }
        }
        let units = TABLES[part.table as usize].scale.units();
        let homes: Vec<usize> = part.homes(stratum).collect();
        let mut brought = Sum::ZERO;
        for (row, totals) in totals.chunks_exact(groups).enumerate() {
            if factors.weigh(totals, units, &mut brought) {
                for home in &homes {
                    sums[home + row].add(&brought, factors);
                }
            }
        }
    }
}

/// Takes a group's cells as long as there is room for what all of them come to.
fn take<T: Total, C: Copy + Into<i128>>(
    cells: &[C],
    group: usize,
    told: &mut Vec<(u32, u32, T)>,
    room: &mut u128,
) -> Option<()> {
    for (cell, value) in cells.iter().enumerate() {
        let value: i128 = (*value).into();
        if value != 0 {
            *room = room.checked_sub(value.unsigned_abs())?;
            told.push((cell as u32, group as u32, T::of(value)));
        }
    }
    Some(())
}
