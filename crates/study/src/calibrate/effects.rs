//! Published experiments, imitated by the split arms of `scenarios/experiments.toml`.

use overheard_engine::Tune;
use overheard_outcomes::EffectRow;
use overheard_scenario::{Scenario, Set};

use super::fit::{CalibrateError, Effort, Fitted, Step, outcomes, round, settings};
use super::simplex::minimise;

const SCENARIO: &str = include_str!("../../../../scenarios/experiments.toml");

/// Its arms differ from the first day as much as ever, so one day is enough to fit by.
const WINDOW: [&str; 2] = ["time.start=2025-12-10", "time.end=2025-12-10"];

/// How far the model itself may be off, as a share of an effect's logarithm and at least so much: other years, other kinds of
/// inventory, and what no model has. Each published interval is widened by it (an assumption). The least is wide for a small
/// effect: a ratio of two amounts that both moved by a fifth carries what the model misses of both.
const DISCREPANCY: f64 = 0.1;
const LEAST: f64 = 0.02;
/// Standard errors in the half-width of a published interval. Where none was published, the discrepancy alone counts.
pub const INTERVAL: f64 = 1.96;

/// A free parameter: its setting, where the search begins, and how far it may be from there, as a factor's logarithm: several
/// combinations fit about as well, and the one nearest the start is taken.
#[derive(Clone, Copy, Debug)]
struct Free {
    key: &'static str,
    start: f64,
    spread: f64,
}

const fn free(key: &'static str, start: f64, spread: f64) -> Free {
    Free { key, start, spread }
}

/// What the display market has of its own, and the law of coarse lists, which only its experiments show.
const DISPLAY: [Free; 10] = [
    free("ads.sigma2", 1.4, 0.4),
    free("ads.information_half", 60.0, 0.7),
    free("ads.tau2", 0.25, 0.7),
    free("ads.value_half", 150.0, 0.7),
    free("ads.manual_demand", 0.07, 1.0),
    free("ads.custom_demand", 0.03, 1.0),
    free("ads.mu", 1.5, 0.4),
    free("signals.off_platform_weight", 4.0, 0.7),
    free("coarse-interests:signals.interest_resolution", 0.9, 0.15),
    free("coarse-interests:signals.list_breadth", 1.05, 0.2),
];

/// Meta's own: what off-platform data weigh, and how much information is half of all.
const META: [Free; 4] = [
    free("ads.sigma2", 1.2, 0.3),
    free("ads.information_half", 60.0, 0.7),
    free("ads.tau2", 0.1, 0.7),
    free("signals.off_platform_weight", 8.0, 0.7),
];

fn unknowns(set: Set) -> &'static [Free] {
    match set {
        Set::Display => &DISPLAY,
        _ => &META,
    }
}

/// The experiments of one day under the parameters of a set and further settings.
///
/// # Errors
/// The settings do not go together.
pub fn experiments(set: Set, more: &[String], people: u64) -> Result<Scenario, CalibrateError> {
    let mut all = WINDOW.map(str::to_owned).to_vec();
    all.push(format!("run.people={people}"));
    all.push(format!("pilot.people={}", people.clamp(1000, 4000)));
    super::fit::scenario(SCENARIO, set, &all, more)
}

/// The published effects of a set as simulated under its parameters and further settings.
///
/// # Errors
/// A run failed.
pub fn simulate(
    set: Set,
    more: &[String],
    people: u64,
    tune: Tune,
) -> Result<Vec<EffectRow<'static>>, CalibrateError> {
    let scenario = experiments(set, more, people)?;
    let (prepared, estimates) = outcomes(&scenario, tune)?;
    Ok(overheard_engine::effects(
        &prepared.scenario,
        &estimates,
        Some(set),
    )?)
}

/// How an effect is held against its publication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Distance of the logarithms of `1 + effect`, in standard deviations: the publication's and the model's together.
    pub deviations: f64,
    /// Larger of simulated over published effect and its inverse, both as logarithms; infinite where the signs differ.
    pub factor: f64,
}

/// The logarithm of `1 + effect` of a change in percent.
pub fn log(percent: f64) -> f64 {
    libm::log(f64::max(1.0 + percent / 100.0, 1e-6))
}

/// Standard deviation of a published effect's logarithm: the publication's, from its 95 % interval, and the model's together.
pub fn deviation(published: f64, interval: Option<[f64; 2]>) -> f64 {
    let error = match interval {
        Some([low, high]) => (log(high) - log(low)) / (2.0 * INTERVAL),
        None => 0.0,
    };
    error.hypot(f64::max(DISCREPANCY * log(published).abs(), LEAST))
}

/// Holds an effect against its publication.
pub fn verdict(effect: &EffectRow) -> Verdict {
    let own = effect.imitation;
    let (simulated, published) = (log(effect.simulated.value), log(own.published));
    let ratio = simulated / published;
    Verdict {
        deviations: (simulated - published) / deviation(own.published, own.interval),
        factor: if ratio > 0.0 {
            ratio.max(1.0 / ratio)
        } else {
            f64::INFINITY
        },
    }
}

/// Half the squared deviations: minus the logarithm of a normal likelihood, but for a constant.
pub fn log_loss(effects: &[EffectRow]) -> f64 {
    let fitted = effects.iter().filter(|e| e.imitation.fitted);
    fitted.map(|e| 0.5 * verdict(e).deviations.powi(2)).sum()
}

fn pull(unknowns: &[Free], x: &[f64]) -> f64 {
    let distance = |(u, x): (&Free, &f64)| 0.5 * ((x - libm::log(u.start)) / u.spread).powi(2);
    unknowns.iter().zip(x).map(distance).sum()
}

/// Fits the free parameters of a set.
///
/// # Errors
/// A run failed.
pub fn fit(
    set: Set,
    before: &[Fitted],
    effort: Effort,
    tune: Tune,
    watch: &mut impl FnMut(Step),
) -> Result<Vec<Fitted>, CalibrateError> {
    if effort.evaluations == 0 {
        return Ok(Vec::new());
    }
    let unknowns = unknowns(set);
    let at = |x: &[f64]| -> Vec<Fitted> {
        let fitted = |(u, x): (&Free, &f64)| Fitted {
            key: u.key.to_owned(),
            value: round(within(u.key, libm::exp(*x))),
        };
        unknowns.iter().zip(x).map(fitted).collect()
    };
    let start: Vec<f64> = unknowns.iter().map(|u| libm::log(u.start)).collect();
    let steps: Vec<f64> = unknowns.iter().map(|u| 0.5 * u.spread).collect();
    let mut evaluation = 0;
    let best = minimise(&start, &steps, effort.evaluations, |x| {
        let mut more = settings(before);
        more.extend(settings(&at(x)));
        let effects = simulate(set, &more, effort.people, tune)?;
        let loss = log_loss(&effects) + pull(unknowns, x);
        evaluation += 1;
        watch(Step::Effects { evaluation, loss });
        Ok::<f64, CalibrateError>(loss)
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
    let key = key.rsplit_once(':').map_or(key, |(_, key)| key);
    let Some(knob) = registry.find(key) else {
        return value;
    };
    let low = bound(knob.min.as_ref()).unwrap_or(f64::NEG_INFINITY);
    let high = bound(knob.max.as_ref()).unwrap_or(f64::INFINITY);
    value.clamp(low, high)
}
