//! How many people use the assistant, by date: the curve through the published counts (`data/adoption.csv`).

use crate::calendar::Day;
use crate::math::exp;

/// Monthly users that the curve approaches (million).
const CEILING: f64 = 1030.0;
/// Scales of the two waves [days since launch].
const WAVES: [f64; 2] = [323.0, 540.0];

/// Monthly users of the assistant (million) so many days after its launch on 27 September 2023; none before.
///
/// `K/2 · Σᵢ (1 − exp(−(t/τᵢ)⁸))`: two waves of equal size, each a Weibull distribution of the day a user arrives. One
/// S-curve misses the published counts by 5 % and more; two meet them within 1 %. Fit and sources: `data/README.md`.
pub fn users(days: Day) -> f64 {
    let t = f64::from(days.max(0));
    WAVES
        .map(|scale| {
            let eighth = (0..3).fold(t / scale, |power, _| power * power);
            CEILING / 2.0 * (1.0 - exp(-eighth))
        })
        .iter()
        .sum()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    /// Days from launch of the dates in `data/adoption.csv`.
    const DAYS: [Day; 6] = [337, 364, 436, 490, 609, 916];

    #[test]
    fn the_curve_meets_the_published_counts() {
        let table = include_str!("../../../data/adoption.csv");
        let counts: Vec<f64> = table
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(1).unwrap().parse().unwrap())
            .collect();
        assert_eq!(counts.len(), DAYS.len());
        for (days, count) in DAYS.into_iter().zip(counts) {
            let deviation = users(days) / count - 1.0;
            assert!(deviation.abs() < 0.031, "day {days}: {deviation}");
        }
    }

    #[test]
    fn nobody_before_the_launch_and_never_fewer_later() {
        assert_eq!(users(-300), 0.0);
        assert_eq!(users(0), 0.0);
        assert!((0..2000).all(|day| users(day) <= users(day + 1)));
        assert_eq!(users(4000), CEILING);
    }
}
