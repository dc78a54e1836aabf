//! Published experiments, imitated by the split arms of `scenarios/experiments.toml`.

use overheard_outcomes::EffectRow;

use super::simplex::minimise;
use super::{CalibrateError, Effort, Fitted, Step, outcomes, round, settings};
use crate::settings::Tune;

const SCENARIO: &str = include_str!("../../../../scenarios/experiments.toml");

/// Its arms differ from the first day as much as ever, so one day is enough to fit by.
const WINDOW: [&str; 2] = ["time.start=2025-12-10", "time.end=2025-12-10"];

/// The decisive unknowns, with their start values and step sizes on a log scale.
const UNKNOWNS: [(&str, f64, f64); 6] = [
    ("ads.sigma2", 1.8, 0.15),
    ("ads.information_half", 240.0, 0.25),
    ("ads.manual_demand", 0.0087, 0.5),
    ("ads.custom_demand", 0.012, 0.4),
    ("ads.mu", 3.0, 0.3),
    ("signals.off_platform_weight", 8.0, 0.25),
];

/// The published effects as simulated under the given settings.
///
/// # Errors
/// A run failed.
pub fn simulate(
    set: &[String],
    people: u64,
    tune: Tune,
) -> Result<Vec<EffectRow<'static>>, CalibrateError> {
    let mut all = WINDOW.map(str::to_owned).to_vec();
    all.push(format!("run.people={people}"));
    all.push(format!("pilot.people={}", people.clamp(1000, 4000)));
    all.extend_from_slice(set);
    let (prepared, estimates) = outcomes(SCENARIO, &all, tune)?;
    Ok(crate::effects::effects(&prepared.scenario, &estimates)
        .map_err(crate::error::EngineError::from)?)
}

/// Weighted squares of deviations in percentage points, and a weak pull towards the start values: several combinations
/// fit about as well, and the one nearest the priors is taken.
fn loss(effects: &[EffectRow], x: &[f64]) -> f64 {
    let misfit: f64 = effects
        .iter()
        .map(|e| {
            let miss = e.simulated.value - e.imitation.published;
            e.imitation.weight * miss * miss
        })
        .sum();
    let pull: f64 = UNKNOWNS
        .iter()
        .zip(x)
        .map(|((_, start, step), x)| ((x - libm::log(*start)) / step).powi(2))
        .sum();
    misfit + 2.0 * pull
}

/// Fits the unknowns.
///
/// # Errors
/// A run failed.
pub fn fit(
    before: &[Fitted],
    effort: Effort,
    tune: Tune,
    watch: &mut impl FnMut(Step),
) -> Result<Vec<Fitted>, CalibrateError> {
    if effort.evaluations == 0 {
        return Ok(Vec::new());
    }
    let at = |x: &[f64]| -> Vec<Fitted> {
        UNKNOWNS
            .iter()
            .zip(x)
            .map(|((key, ..), x)| Fitted {
                key: (*key).to_owned(),
                value: round(within(key, libm::exp(*x))),
            })
            .collect()
    };
    let start: Vec<f64> = UNKNOWNS.iter().map(|u| libm::log(u.1)).collect();
    let steps: Vec<f64> = UNKNOWNS.iter().map(|u| u.2).collect();
    let mut evaluation = 0;
    let best = minimise(&start, &steps, effort.evaluations, |x| {
        let mut set = settings(before);
        set.extend(settings(&at(x)));
        let effects = simulate(&set, effort.people, tune)?;
        let value = loss(&effects, x);
        evaluation += 1;
        watch(Step::Effects {
            evaluation,
            loss: value,
        });
        Ok::<f64, CalibrateError>(value)
    })?;
    Ok(at(&best))
}

/// Kept within the knob's range.
fn within(key: &str, value: f64) -> f64 {
    let registry = overheard_scenario::Registry::get();
    let bound = |scalar: Option<&overheard_scenario::Scalar>| match scalar {
        Some(overheard_scenario::Scalar::Number(x)) => Some(*x),
        Some(overheard_scenario::Scalar::Integer(x)) => Some(*x as f64),
        _ => None,
    };
    let Some(knob) = registry.find(key) else {
        return value;
    };
    let low = bound(knob.min.as_ref()).unwrap_or(f64::NEG_INFINITY);
    let high = bound(knob.max.as_ref()).unwrap_or(f64::INFINITY);
    value.clamp(low, high)
}
