//! Published experiments, imitated by arms without any assistant policy.

use overheard_outcomes::{Estimates, Key};

use super::simplex::minimise;
use super::{CalibrateError, Effort, Fitted, Step, outcomes, round, settings};
use crate::settings::Tune;

/// One published effect and its imitation.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Key in data/targets.csv.
    pub target: &'static str,
    pub what: &'static str,
    pub published: f64,
    pub simulated: f64,
    /// Weight in the fit: 0 is reported only.
    pub weight: f64,
}

/// One day, five arms; the market's pacing is the base arm's, as in an experiment too small to move prices.
const SCENARIO: &str = r#"
name = "published-experiments"
time.start = 2025-12-10
time.end = 2025-12-10
policy.enabled = false
market.response = "fixed-pacing"

[[arm]]
name = "base"
[[arm]]
name = "nothing-personal"
signals.use_behaviour = false
signals.use_off_platform = false
[[arm]]
name = "no-off-platform"
signals.use_off_platform = false
[[arm]]
name = "coarse"
signals.interest_resolution = 0.9
[[arm]]
name = "opted-out"
signals.use_behaviour = false
signals.use_off_platform = false
signals.use_context = false
"#;

/// The decisive unknowns, with their start values and step sizes on a log scale.
const UNKNOWNS: [(&str, f64, f64); 6] = [
    ("ads.sigma2", 1.8, 0.15),
    ("ads.information_half", 240.0, 0.25),
    ("ads.manual_demand", 0.0087, 0.5),
    ("ads.custom_demand", 0.012, 0.4),
    ("ads.mu", 3.0, 0.3),
    ("signals.off_platform_weight", 8.0, 0.25),
];

/// Simulates the published effects under the given settings.
///
/// # Errors
/// A run failed.
pub fn effects(set: &[String], people: u64, tune: Tune) -> Result<Vec<Effect>, CalibrateError> {
    let mut all = vec![
        format!("run.people={people}"),
        format!("pilot.people={}", people.clamp(1000, 4000)),
    ];
    all.extend_from_slice(set);
    let (_, estimates) = outcomes(SCENARIO, &all, tune)?;
    let total = |arm: usize, measure: &'static str| total(&estimates, arm, measure);
    let change =
        |arm: usize, over: &'static str, under: &'static str| -> Result<f64, CalibrateError> {
            let ratio = |arm| Ok::<f64, CalibrateError>(total(arm, over)? / total(arm, under)?);
            Ok(100.0 * (ratio(arm)? / ratio(0)? - 1.0))
        };
    let effect = |target, what, published, simulated, weight| Effect {
        target,
        what,
        published,
        simulated,
        weight,
    };
    Ok(vec![
        effect(
            "effect.google2019.revenue_mean",
            "nothing personal known: revenue per slot [%]",
            -52.0,
            change(1, "ad_spend_usd", "ad_slots")?,
            1.0,
        ),
        effect(
            "effect.modeb.publisher_rev_AdManager_no_cookies",
            "no off-platform data: revenue per slot [%]",
            -34.08,
            change(2, "ad_spend_usd", "ad_slots")?,
            0.5,
        ),
        effect(
            "effect.offsite_data.cost_per_incremental_customer",
            "no off-platform data: spend per incremental conversion [%]",
            37.0,
            change(2, "ad_spend_usd", "incremental_conversions")?,
            1.0,
        ),
        effect(
            "effect.att.ctr_conversion_optimised",
            "tracking consent refused: clicks per impression [%]",
            -37.1,
            change(2, "ad_clicks", "ad_impressions")?,
            1.0,
        ),
        effect(
            "effect.google_iba.spend",
            "coarse instead of fine interests: spend per slot [%]",
            -1.906,
            change(3, "ad_spend_usd", "ad_slots")?,
            2.0,
        ),
        effect(
            "effect.google_iba.ctr",
            "coarse instead of fine interests: clicks per impression [%]",
            -8.048,
            change(3, "ad_clicks", "ad_impressions")?,
            2.0,
        ),
        effect(
            "effect.optout.ad_price",
            "voluntary opt-out: price per impression [%]",
            -52.0,
            change(4, "ad_spend_usd", "ad_impressions")?,
            0.5,
        ),
    ])
}

fn total(estimates: &Estimates, arm: usize, measure: &'static str) -> Result<f64, CalibrateError> {
    estimates
        .get(arm, &Key::of(measure))
        .map(|e| e.value)
        .ok_or_else(|| CalibrateError::Missing(measure.to_owned()))
}

/// Weighted squares of deviations in percentage points, and a weak pull towards the start values: several combinations
/// fit about as well, and the one nearest the priors is taken.
fn loss(effects: &[Effect], x: &[f64]) -> f64 {
    let misfit: f64 = effects
        .iter()
        .map(|e| e.weight * (e.simulated - e.published) * (e.simulated - e.published))
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
        let effects = effects(&set, effort.people, tune)?;
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
