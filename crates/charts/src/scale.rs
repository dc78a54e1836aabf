//! Value axes: round limits and ticks.

/// A linear axis from `low` to `high` with ticks `step` apart.
#[derive(Debug, Clone)]
pub(crate) struct Scale {
    pub low: f64,
    pub high: f64,
    pub step: f64,
    pub ticks: Vec<f64>,
}

impl Scale {
    /// A scale that holds zero and all `values`, with about `count` ticks, its ends on ticks.
    pub fn around(values: impl IntoIterator<Item = f64>, count: f64) -> Self {
        let (mut low, mut high) = values
            .into_iter()
            .filter(|v| v.is_finite())
            .fold((0f64, 0f64), |(l, h), v| (l.min(v), h.max(v)));
        if high - low < 1e-300 {
            high = low + 1.0;
        }
        // Beyond this, twice the span is no longer a number.
        low = low.max(-1e300);
        high = high.min(1e300);
        let step = round_step((high - low) / count.max(1.0));
        let first = (low / step + 1e-9).floor();
        let last = (high / step - 1e-9).ceil();
        let ticks = (0..=(last - first) as usize)
            .map(|i| (first + i as f64) * step)
            .collect();
        Self {
            low: first * step,
            high: last * step,
            step,
            ticks,
        }
    }

    /// Position of `value` between 0 (low end) and 1.
    pub fn part(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    pub fn largest(&self) -> f64 {
        self.low.abs().max(self.high.abs())
    }
}

/// The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below `raw`.
fn round_step(raw: f64) -> f64 {
    let power = 10f64.powf(raw.log10().floor());
    let mantissa = raw / power;
    let round = [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .find(|m| mantissa <= m * (1.0 + 1e-9))
        .unwrap_or(10.0);
    round * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn limits_are_round() {
        let scale = Scale::around([0.3, 8.7], 5.0);
        assert_eq!((scale.low, scale.high, scale.step), (0.0, 10.0, 2.0));
        let scale = Scale::around([-0.4, 0.4], 4.0);
        assert_eq!((scale.low, scale.high), (-0.4, 0.4));
        let scale = Scale::around([], 4.0);
        assert_eq!((scale.low, scale.high), (0.0, 1.0));
    }

    proptest! {
        #[test]
        fn every_scale_holds_its_values_and_has_few_ticks(values in prop::collection::vec(-1e12f64..1e12, 0..9), power in -20i32..20) {
            let values: Vec<f64> = values.iter().map(|v| v * 10f64.powi(power)).collect();
            let scale = Scale::around(values.iter().copied(), 6.0);
            prop_assert!(scale.ticks.len() >= 2 && scale.ticks.len() <= 10, "{scale:?}");
            let slack = scale.step * 1e-6;
            prop_assert!(values.iter().all(|v| *v >= scale.low - slack && *v <= scale.high + slack));
        }
    }
}
