//! Value axes: round limits and ticks.

use libm::{log, log10, pow};

/// An axis from `low` to `high` with ticks `step` apart, or with powers of ten as ticks, which have no common step (zero).
#[derive(Debug, Clone)]
pub(crate) struct Scale {
    pub low: f64,
    pub high: f64,
    pub step: f64,
    pub ticks: Vec<f64>,
    pub logarithmic: bool,
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
        Self::even(low, high, count)
    }

    /// A scale of powers of ten that holds all `values` above zero; the smallest is clearly above its low end, where bars begin.
    pub fn decades(values: impl IntoIterator<Item = f64>) -> Self {
        let above = values.into_iter().filter(|v| *v > 0.0 && v.is_finite());
        let (low, high) = above.fold((f64::INFINITY, 0.0), |(l, h): (f64, f64), v| {
            (l.min(v), h.max(v))
        });
        let (low, high) = if low <= high { (low, high) } else { (1.0, 1.0) };
        let first = (log10(low / 1.5).floor() as i32).max(-300);
        let last = (log10(high) - 1e-9).ceil() as i32;
        let ticks: Vec<f64> = (first..=last.max(first + 1))
            .map(|power| 10f64.powi(power))
            .collect();
        Self {
            low: ticks[0],
            high: ticks[ticks.len() - 1],
            step: 0.0,
            ticks,
            logarithmic: true,
        }
    }

    /// A scale that holds all `values`, and zero only if they do, with about `count` ticks, its ends on ticks.
    pub fn between(values: impl IntoIterator<Item = f64>, count: f64) -> Self {
        let (mut low, mut high) = ends(values).unwrap_or((0.0, 1.0));
        if high - low <= 1e-9 * low.abs().max(high.abs()) {
            let half = if low == 0.0 { 0.5 } else { 0.1 * low.abs() };
            (low, high) = (low - half, high + half);
        }
        (low, high) = (low.max(-1e300), high.min(1e300));
        Self::even(low, high, count)
    }

    /// A scale of logarithms that holds all `values`, which are above zero, and no more than it must: ticks are 1, 2 and 5 times powers
    /// of ten, or powers of ten alone where these are many.
    pub fn rounds(values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = ends(values.into_iter().filter(|v| *v > 0.0)).unwrap_or((1.0, 10.0));
        let power = |v: f64| log10(v).floor().clamp(-300.0, 300.0) as i32;
        let mantissas: &[f64] = match power(high) - power(low) {
            0..=2 => &[1.0, 2.0, 5.0],
            _ => &[1.0],
        };
        let all: Vec<f64> = (power(low)..=power(high) + 1)
            .flat_map(|p| mantissas.iter().map(move |m| m * 10f64.powi(p)))
            .collect();
        let first = all.iter().rposition(|t| *t <= low * (1.0 + 1e-9));
        let last = all.iter().position(|t| *t >= high * (1.0 - 1e-9));
        let first = first.unwrap_or(0);
        let last = last.unwrap_or(all.len() - 1).max(first + 1);
        let ticks = all[first..=last.min(all.len() - 1)].to_vec();
        Self {
            low: ticks[0],
            high: ticks[ticks.len() - 1],
            step: 0.0,
            ticks,
            logarithmic: true,
        }
    }

    /// A scale that holds a span, with about `count` ticks, its ends on ticks.
    fn even(low: f64, high: f64, count: f64) -> Self {
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
            logarithmic: false,
        }
    }

    /// Position of `value` between 0 (low end) and 1.
    pub fn part(&self, value: f64) -> f64 {
        let part = if self.logarithmic {
            let value = value.max(self.low);
            log(value / self.low) / log(self.high / self.low)
        } else {
            (value - self.low) / (self.high - self.low)
        };
        part.clamp(0.0, 1.0)
    }

    /// The end of the axis that is farther from zero.
    pub fn largest(&self) -> f64 {
        self.low.abs().max(self.high.abs())
    }
}

/// The smallest and the largest of some values, if there are any.
fn ends(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|v| v.is_finite());
    finite.fold(None, |ends, v| match ends {
        None => Some((v, v)),
        Some((low, high)) => Some((f64::min(low, v), f64::max(high, v))),
    })
}

/// The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below `raw`.
fn round_step(raw: f64) -> f64 {
    let power = pow(10.0, log10(raw).floor());
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

    #[test]
    fn decades_leave_room_below_the_smallest() {
        let scale = Scale::decades([0.13, 31.0, 0.0, -2.0, f64::NAN]);
        assert_eq!(scale.ticks, [0.01, 0.1, 1.0, 10.0, 100.0]);
        assert_eq!(scale.part(1.0), 0.5);
        assert_eq!((scale.part(0.0), scale.part(-1.0)), (0.0, 0.0));
        assert_eq!(Scale::decades([]).ticks, [0.1, 1.0]);
        assert!(Scale::decades([1e-320, 1e300]).part(1.0).is_finite());
    }

    #[test]
    fn scales_of_dots_hold_no_more_than_they_must() {
        let scale = Scale::between([1.13, 2.94], 5.0);
        assert_eq!((scale.low, scale.high, scale.step), (1.0, 3.0, 0.5));
        let scale = Scale::between([7.0, 7.0], 5.0);
        assert!(scale.low < 7.0 && scale.high > 7.0 && scale.ticks.len() < 9);
        assert_eq!(Scale::between([], 4.0).ticks.len(), 5);
        assert_eq!(Scale::rounds([0.6, 9.0]).ticks, [0.5, 1.0, 2.0, 5.0, 10.0]);
        assert_eq!(Scale::rounds([3.0, 3.0]).ticks, [2.0, 5.0]);
        let wide = Scale::rounds([0.02, 4000.0, -1.0]);
        assert_eq!((wide.low, wide.high, wide.ticks.len()), (0.01, 10_000.0, 7));
        assert!((Scale::rounds([1.0, 100.0]).part(10.0) - 0.5).abs() < 1e-12);
        assert!(Scale::rounds([1e-320, 1e300]).part(1.0).is_finite());
    }

    proptest! {
        #[test]
        fn scales_of_dots_hold_all_of_them(values in prop::collection::vec(1e-9f64..1e9, 1..9)) {
            for scale in [Scale::between(values.iter().copied(), 6.0), Scale::rounds(values.iter().copied())] {
                prop_assert!(scale.ticks.len() >= 2 && scale.ticks.len() <= 20, "{scale:?}");
                let slack = 1e-8 * scale.high;
                let holds = |v: &f64| *v >= scale.low - slack.max(1e-8 * *v) && *v <= scale.high + slack;
                prop_assert!(values.iter().all(holds), "{scale:?} {values:?}");
            }
        }

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
