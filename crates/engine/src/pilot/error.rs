//! How well the pilot knows a market's spend: its people are a sample.

/// Relative standard error of the sum over blocks of people, given as stratum, people, amount.
///
/// Blocks of one stratum are independent draws of the same law, so the variance of their sum is
/// `n / (n - 1) Σ (y - ȳ)²` (W. G. Cochran, *Sampling Techniques*, 1977, ch. 5 and 11). A stratum with one block is given
/// the relative variance that blocks of the others have on the average.
pub fn relative(blocks: &[(u16, u32, f64)]) -> f64 {
    let total: f64 = blocks.iter().map(|b| b.2).sum();
    if total <= 0.0 {
        return 0.0;
    }
    let (mut variance, mut known, mut unknown) = (0.0, 0.0, 0.0);
    for stratum in blocks.chunk_by(|a, b| a.0 == b.0) {
        let n = stratum.len() as f64;
        let people = stratum.iter().map(|b| f64::from(b.1)).sum::<f64>();
        let amount = stratum.iter().map(|b| b.2).sum::<f64>();
        let per_person = amount / people;
        let squares = |b: &(u16, u32, f64)| (b.2 - per_person * f64::from(b.1)).powi(2);
        if stratum.len() > 1 {
            variance += n / (n - 1.0) * stratum.iter().map(squares).sum::<f64>();
            known += amount * amount / n;
        } else {
            unknown += amount * amount;
        }
    }
    let single = if known > 0.0 { variance / known } else { 1.0 };
    (variance + unknown * single).sqrt() / total
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn the_error_is_that_of_independent_blocks() {
        // Two strata; amounts of 8 ± 2 and 3 ± 1 in four blocks each: the sum is 44, its variance 4 (16/3 + 4/3).
        let amounts = [(0, 10.0), (0, 6.0), (0, 10.0), (0, 6.0)];
        let more = [(1, 4.0), (1, 2.0), (1, 4.0), (1, 2.0)];
        let all = amounts.iter().chain(&more);
        let blocks: Vec<_> = all.map(|(s, y)| (*s, 64, *y)).collect();
        let variance = 4.0 / 3.0 * 16.0 + 4.0 / 3.0 * 4.0;
        assert!((relative(&blocks) - f64::sqrt(variance) / 44.0).abs() < 1e-12);
        assert_eq!(relative(&[(0, 64, 0.0)]), 0.0);
        // Nothing is known of how single blocks spread.
        assert_eq!(relative(&[(0, 64, 5.0)]), 1.0);
    }
}
