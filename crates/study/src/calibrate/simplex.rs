//! Nelder–Mead on a handful of parameters.
//!
//! J. A. Nelder, R. Mead (1965), "A simplex method for function minimization", The Computer Journal 7. No gradient, and a
//! simulated loss under common random numbers is smooth enough for it.

/// Minimises `f` from `start` with first steps `steps`; gives the best point seen. No step is begun after so many `evaluations`: the
/// first simplex takes one more than there are parameters whatever is said, and a step that shrinks it as many at once.
pub fn minimise<E>(
    start: &[f64],
    steps: &[f64],
    evaluations: usize,
    mut f: impl FnMut(&[f64]) -> Result<f64, E>,
) -> Result<Vec<f64>, E> {
    let n = start.len();
    let mut used = 0;
    let mut call = |x: &[f64], used: &mut usize| {
        *used += 1;
        f(x)
    };
    let mut simplex: Vec<(f64, Vec<f64>)> = Vec::with_capacity(n + 1);
    for k in 0..=n {
        let mut x = start.to_vec();
        if k > 0 {
            x[k - 1] += steps[k - 1];
        }
        simplex.push((call(&x, &mut used)?, x));
    }
    while used < evaluations {
        simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
        let centre: Vec<f64> = (0..n)
            .map(|d| simplex[..n].iter().map(|p| p.1[d]).sum::<f64>() / n as f64)
            .collect();
        let worst = simplex[n].clone();
        let along = |t: f64| -> Vec<f64> {
            (0..n)
                .map(|d| centre[d] + t * (worst.1[d] - centre[d]))
                .collect()
        };
        let reflected = along(-1.0);
        let value = call(&reflected, &mut used)?;
        if value < simplex[0].0 {
            let expanded = along(-2.0);
            let further = call(&expanded, &mut used)?;
            simplex[n] = if further < value {
                (further, expanded)
            } else {
                (value, reflected)
            };
        } else if value < simplex[n - 1].0 {
            simplex[n] = (value, reflected);
        } else {
            let contracted = along(if value < worst.0 { -0.5 } else { 0.5 });
            let nearer = call(&contracted, &mut used)?;
            if nearer < worst.0.min(value) {
                simplex[n] = (nearer, contracted);
            } else {
                let best = simplex[0].1.clone();
                for point in &mut simplex[1..] {
                    let x: Vec<f64> = (0..n)
                        .map(|d| best[d] + 0.5 * (point.1[d] - best[d]))
                        .collect();
                    *point = (call(&x, &mut used)?, x);
                }
            }
        }
    }
    simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(simplex.swap_remove(0).1)
}

#[cfg(test)]
mod tests {
    use super::minimise;

    #[test]
    fn finds_the_bottom_of_a_bent_valley() {
        let f = |x: &[f64]| -> Result<f64, ()> {
            Ok((1.0 - x[0]).powi(2) + 10.0 * (x[1] - x[0] * x[0]).powi(2))
        };
        let found = minimise(&[-1.0, 1.0], &[0.5, 0.5], 400, f);
        assert!(found.is_ok_and(|x| (x[0] - 1.0).abs() < 1e-3 && (x[1] - 1.0).abs() < 1e-3));
    }
}
