//! Tables made once from the knobs, so that a person costs a few look-ups.

/// Cumulative shares of the 15 non-empty sets of apps (bit per app, set number minus one) such that each app has its
/// share among people who use at least one: independent use, conditioned on not being empty.
pub fn app_combinations(shares: [f64; 4]) -> [f64; 15] {
    let mut p = shares;
    for _ in 0..200 {
        let none: f64 = p.iter().map(|x| 1.0 - x).product();
        for (x, share) in p.iter_mut().zip(shares) {
            *x = (share * (1.0 - none)).min(0.999_999);
        }
    }
    let none: f64 = p.iter().map(|x| 1.0 - x).product();
    let mut sum = 0.0;
    std::array::from_fn(|k| {
        let set = k + 1;
        let weight: f64 = (0..4)
            .map(|a| if set >> a & 1 == 1 { p[a] } else { 1.0 - p[a] })
            .product();
        sum += weight / (1.0 - none);
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn app_sets_give_each_app_its_share() {
        let shares = [0.7, 0.6, 0.5, 0.2];
        let cumulative = app_combinations(shares);
        for (a, share) in shares.iter().enumerate() {
            let mut previous = 0.0;
            let mut sum = 0.0;
            for (k, c) in cumulative.iter().enumerate() {
                if (k + 1) >> a & 1 == 1 {
                    sum += c - previous;
                }
                previous = *c;
            }
            assert!((sum - share).abs() < 1e-9, "app {a}: {sum}");
        }
        assert!((cumulative[14] - 1.0).abs() < 1e-9);
    }
}
