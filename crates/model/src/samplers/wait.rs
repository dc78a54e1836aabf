//! Waiting times.

use crate::calendar::Day;
use crate::math::ln_f64;

/// Geometric waiting times in days, at least 1.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// Chance that a day brings the event.
    chance: f64,
    /// Logarithm of the chance that a day passes without it.
    log_failure: f64,
}

impl Wait {
    /// Waiting times of a mean of some days.
    pub fn of_mean(days: f64) -> Self {
        Self::of_chance(1.0 / days.max(1.0))
    }

    /// Waiting times for what a day brings with some chance.
    pub fn of_chance(chance: f64) -> Self {
        Wait {
            chance,
            log_failure: libm::log1p(-chance),
        }
    }

    /// Waiting times for this event or another of a daily chance, whichever comes first.
    pub fn or(self, other: f64) -> Self {
        Self::of_chance(self.chance + (1.0 - self.chance) * other)
    }

    /// Chance that a day brings the event.
    pub fn chance(self) -> f64 {
        self.chance
    }

    /// A waiting time from a uniform.
    #[inline(always)]
    pub fn at(self, u: f64) -> Day {
        1 + (ln_f64(u) / self.log_failure).min(1e6) as Day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_times_invert_the_distribution() {
        for chance in [1e-4, 0.01, 0.4, 0.99] {
            let wait = Wait::of_chance(chance);
            for i in 0..2000 {
                let u = (f64::from(i) + 0.5) / 2000.0;
                // The chance to wait for longer than so many days.
                let longer = |days: Day| libm::pow(1.0 - chance, f64::from(days));
                let days = wait.at(u);
                assert!(longer(days) <= u + 1e-9 && longer(days - 1) >= u - 1e-9);
            }
        }
        assert_eq!(Wait::of_chance(1.0).at(0.3), 1);
        assert_eq!(Wait::of_chance(0.0).at(0.3), 1_000_001);
    }
}
