//! Sums of a leaf's columns, in an order that is part of the result.

use crate::columns::{Lane, ROW};

/// Running sums of a leaf's rows of sixteen people, in double precision: the two halves of a row are added to each other
/// and then to the sums.
pub type RowSums = [f64; ROW / 2];

/// Adds a row to running sums.
#[inline(always)]
pub fn add_row(sums: &mut RowSums, row: &[f32; ROW]) {
    let mut added = *sums;
    for l in 0..ROW / 2 {
        added[l] += f64::from(row[l]) + f64::from(row[l + ROW / 2]);
    }
    *sums = added;
}

/// What running sums come to: halves are added to halves.
#[inline(always)]
pub fn total(mut sums: RowSums) -> f64 {
    let mut width = ROW / 4;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0]
}

/// Sums a column of a leaf row by row.
///
/// The order is part of the result (invariant 1): it does not depend on the instruction set because the compiler may not
/// reassociate floating-point sums and every lane of a vector does what the plain loop says.
#[inline(always)]
pub fn leaf_sum(column: &Lane) -> f64 {
    let mut sums = [0.0; ROW / 2];
    for row in column.as_chunks().0 {
        add_row(&mut sums, row);
    }
    total(sums)
}
