//! How well the pilot knows a market's spend: its people are a sample.

/// Relative standard error of the sum over blocks of people, given as stratum and `[slots, spend]`.
///
/// How many slots a market has is known (`Found::slots`), so what is uncertain is the spend per slot. Blocks of one stratum
/// are independent draws of the same law; with the stratum's ratio `R` of spend to slots the variance of the sum is
/// `n / (n - 1) Σ (spend - R slots)²` (W. G. Cochran, *Sampling Techniques*, 1977, ch. 6). A stratum with one block is given
/// the relative variance that blocks of the others have on the average.
pub fn relative(blocks: &[(u16, [f64; 2])]) -> f64 {
    let total: f64 = blocks.iter().map(|b| b.1[1]).sum();
    if total <= 0.0 {
        return 0.0;
    }
    let (mut variance, mut known, mut unknown) = (0.0, 0.0, 0.0);
    for stratum in blocks.chunk_by(|a, b| a.0 == b.0) {
        let n = stratum.len() as f64;
        let [slots, spend] = [0, 1].map(|k| stratum.iter().map(|b| b.1[k]).sum::<f64>());
        let ratio = if slots > 0.0 { spend / slots } else { 0.0 };
        let square = |b: &(u16, [f64; 2])| (b.1[1] - ratio * b.1[0]).powi(2);
        if stratum.len() > 1 {
            variance += n / (n - 1.0) * stratum.iter().map(square).sum::<f64>();
            known += spend * spend / n;
        } else {
            unknown += spend * spend;
        }
    }
    let single = if known > 0.0 { variance / known } else { 1.0 };
    (variance + unknown * single).sqrt() / total
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn the_error_is_that_of_spend_per_slot_in_independent_blocks() {
        // Two strata of four blocks: spend per slot of 8 ± 2 and 3 ± 1. The sum is 44, its variance 4/3 (16 + 4).
        let of = |stratum, spend: [f64; 4]| spend.map(|y| (stratum, [1.0, y]));
        let blocks = [of(0, [10.0, 6.0, 10.0, 6.0]), of(1, [4.0, 2.0, 4.0, 2.0])].concat();
        let variance = 4.0 / 3.0 * (16.0 + 4.0);
        assert!((relative(&blocks) - f64::sqrt(variance) / 44.0).abs() < 1e-12);
        // Where every slot costs the same there is no error, however many slots a block has.
        let even = [1.0, 3.0, 2.0].map(|slots| (0, [slots, 5.0 * slots]));
        assert!(relative(&even) < 1e-12);
        assert_eq!(relative(&[(0, [1.0, 0.0])]), 0.0);
        // Nothing is known of how single blocks spread.
        assert_eq!(relative(&[(0, [1.0, 5.0])]), 1.0);
    }
}
