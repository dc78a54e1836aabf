//! What the groups of a stratum were given, and the cells of it that are not zero.

use std::ops::{BitOr, Range};

use overheard_model::strata::Stratum;
use overheard_model::tally::{TABLES, Tally};

use super::weights::{Brought, Factors, Sums, Total};
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

impl Told<i64> {
    /// In 64 bits; nothing if a sum of these cells may need more.
    pub fn narrow(groups: &[Added], arm: usize, cells: Range<usize>) -> Option<Self> {
        let (mut told, mut sum) = (Vec::new(), 0);
        each(groups, arm, cells, |cell, group, value| {
            sum += value.unsigned_abs();
            told.push((cell, group, value as i64));
        });
        (sum <= i64::MAX as u128).then_some(Told(told))
    }
}

impl Told<i128> {
    /// In 128 bits.
    pub fn wide(groups: &[Added], arm: usize, cells: Range<usize>) -> Self {
        let mut told = Vec::new();
        each(groups, arm, cells, |cell, group, value| {
            told.push((cell, group, value));
        });
        Told(told)
    }
}

impl<T: Total> Told<T> {
    /// Adds what the stratum brings to the rows of a part of the table.
    pub fn bring(&self, part: &Part, stratum: &Stratum, factors: &Factors, sums: &mut Sums) {
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
        let mut brought = Brought::default();
        for (row, totals) in totals.chunks_exact(groups).enumerate() {
            if factors.weigh(totals, units, &mut brought) {
                for home in &homes {
                    sums.add(home + row, &brought, factors);
                }
            }
        }
    }
}

/// Tells the cells that are not zero, group by group.
fn each(groups: &[Added], arm: usize, cells: Range<usize>, mut tell: impl FnMut(u32, u32, i128)) {
    /// Of few people most cells are zero, and eight of them are passed over at once.
    fn take<C: Copy + Default + PartialEq + BitOr<Output = C> + Into<i128>>(
        cells: &[C],
        mut tell: impl FnMut(u32, i128),
    ) {
        let zero = C::default();
        let mut each = |first: usize, some: &[C]| {
            for (cell, value) in (first..).zip(some) {
                if *value != zero {
                    tell(cell as u32, (*value).into());
                }
            }
        };
        let (eights, rest) = cells.as_chunks::<8>();
        for (k, eight) in eights.iter().enumerate() {
            if eight.iter().fold(zero, |bits, value| bits | *value) != zero {
                each(8 * k, eight);
            }
        }
        each(8 * eights.len(), rest);
    }
    for (group, added) in groups.iter().enumerate() {
        let mut tell = |cell, value| tell(cell, group as u32, value);
        match added {
            Added::Nothing => (),
            Added::One(tallies) => take(&tallies[arm].cells[cells.clone()], &mut tell),
            Added::Sums(sums) => take(&sums[arm][cells.clone()], &mut tell),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{frame, groups};
    use crate::plan::Plan;
    use overheard_model::tally::TableId;

    /// Totals in 64 bits and in 128 weigh the same, to the last bit; what 64 do not hold is told in 128.
    #[test]
    fn narrow_and_wide_totals_weigh_the_same() {
        let frame = frame(&["base"]);
        let plan = Plan::new(&frame);
        let place = frame.strata.iter().position(|s| s.people > 0).unwrap();
        let stratum = &frame.strata[place];
        let factors = Factors::new(stratum).unwrap();
        let mut added: Vec<Added> = groups(&frame, place, 1.0)
            .into_iter()
            .map(Added::One)
            .collect();
        let mut brought = 0;
        for part in &plan.parts {
            let first = frame.layout.offset(part.table);
            let cells = first..first + frame.layout.len(part.table);
            let mut sums = [(); 2].map(|()| Sums::new(plan.keys.len()));
            let narrow = Told::narrow(&added, 0, cells.clone()).unwrap();
            narrow.bring(part, stratum, &factors, &mut sums[0]);
            Told::wide(&added, 0, cells).bring(part, stratum, &factors, &mut sums[1]);
            let [narrow, wide] = sums.each_ref().map(|sums| {
                let rows = 0..sums.rows();
                rows.map(|row| sums.estimate(row)).collect::<Vec<_>>()
            });
            assert_eq!(narrow, wide, "{:?}", part.table);
            brought += (0..sums[0].rows())
                .filter(|row| sums[0].value(*row) != 0.0)
                .count();
        }
        assert!(brought > 1000, "{brought}");
        let cell = frame.layout.offset(TableId::Quit);
        for group in added.iter_mut().take(2) {
            if let Added::One(tallies) = group {
                tallies[0].cells[cell] = i64::MAX / 2 + 1;
            }
        }
        assert!(Told::narrow(&added, 0, cell..cell + 1).is_none());
    }
}
