//! Draws in proportion to weights.

/// How often each is drawn in `n` draws, in proportion to its weight (systematic resampling: J. Carpenter, P. Clifford and
/// P. Fearnhead, *IEE Proceedings* 146, 1999).
pub fn drawn(weights: &[f64], n: usize) -> Vec<usize> {
    let (mut sum, mut taken) = (0.0, 0usize);
    let mut often = Vec::with_capacity(weights.len());
    for weight in weights {
        sum += weight * n as f64;
        // Draws lie at 0.5, 1.5, … of n.
        let until = (sum + 0.5).floor().clamp(taken as f64, n as f64) as usize;
        often.push(until - taken);
        taken = until;
    }
    often
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_weights() {
        assert_eq!(drawn(&[0.5, 0.1, 0.4], 10), [5, 1, 4]);
        let all: Vec<f64> = (0..50).map(|i| libm::exp(-0.2 * f64::from(i))).collect();
        let sum: f64 = all.iter().sum();
        let weights: Vec<f64> = all.iter().map(|w| w / sum).collect();
        let often = drawn(&weights, 1000);
        assert_eq!(often.iter().sum::<usize>(), 1000);
        for (n, w) in often.iter().zip(&weights) {
            assert!((*n as f64 - 1000.0 * w).abs() <= 1.0);
        }
    }
}
