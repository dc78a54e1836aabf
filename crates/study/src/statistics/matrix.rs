//! Matrices of some hundred rows.

/// By Gauss and Jordan with the largest pivot of a column; nothing for a matrix that is singular, or nearly.
pub fn inverse(mut matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    const LEAST: f64 = 1e-10;
    let n = matrix.len();
    let mut inverse: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    for c in 0..n {
        let size = |row: &usize| matrix[*row][c].abs();
        let pivot = (c..n).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        let largest = matrix[pivot][c];
        if largest.is_nan() || largest.abs() < LEAST {
            return None;
        }
        matrix.swap(c, pivot);
        inverse.swap(c, pivot);
        for table in [&mut matrix, &mut inverse] {
            table[c].iter_mut().for_each(|x| *x /= largest);
        }
        for row in (0..n).filter(|row| *row != c) {
            let factor = matrix[row][c];
            for table in [&mut matrix, &mut inverse] {
                let (from, to) = pair(table, c, row);
                for (a, b) in to.iter_mut().zip(from) {
                    *a -= factor * *b;
                }
            }
        }
    }
    Some(inverse)
}

/// One row to read and another to write.
fn pair(table: &mut [Vec<f64>], read: usize, write: usize) -> (&[f64], &mut [f64]) {
    if read < write {
        let (head, tail) = table.split_at_mut(write);
        (&head[read], &mut tail[0])
    } else {
        let (head, tail) = table.split_at_mut(read);
        (&tail[0], &mut head[write])
    }
}
