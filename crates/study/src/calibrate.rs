//! How the fitted defaults were found: a command that anyone can run again.
//!
//! Three steps. The habit follows from two published ratios in closed form. The decisive unknowns of the ad market are
//! fitted jointly to published experiments, which split arms imitate, by Nelder–Mead on few parameters. Levels (values by
//! market, base click rate, organic weights) then follow by proportional correction, because outcomes are proportional to
//! them or nearly so.

mod effects;
mod levels;
mod simplex;

use overheard_outcomes::{EffectRow, Estimates};
use overheard_scenario::{Scenario, ScenarioError, ScenarioFile, Set};

pub use effects::{Verdict, log_loss, verdict};

use overheard_engine::{EngineError, EngineKind, Prepared, Tune, simulate};

/// A fitted knob: key and value, as `--set` takes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    pub key: String,
    pub value: f64,
}

impl Fitted {
    pub fn setting(&self) -> String {
        format!("{}={}", self.key, self.value)
    }
}

/// What calibration found.
#[derive(Clone, Debug)]
pub struct Calibration {
    pub fitted: Vec<Fitted>,
    /// Published effects of the set against simulated ones, at the fitted knobs.
    pub effects: Vec<EffectRow<'static>>,
    /// Log loss of these before and after the fit.
    pub log_loss: [f64; 2],
}

/// Why calibration ended early.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Scenario(#[from] Box<ScenarioError>),
    #[error("the fit produced no outcome `{0}`")]
    Missing(String),
}

/// Steps of the fit, for whoever watches.
#[derive(Clone, Debug)]
pub enum Step {
    Habit,
    Effects { evaluation: usize, loss: f64 },
    Levels { round: usize, worst_percent: f64 },
}

/// How thoroughly to fit.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Evaluations of the simplex; 0 keeps the market's unknowns as they are.
    pub evaluations: usize,
    pub people: u64,
    pub rounds: usize,
}

/// Fits the parameters of a set: those of `meta` are the defaults, those of `display` stand in its scenario.
///
/// # Errors
/// A run failed.
pub fn calibrate(
    set: Set,
    effort: Effort,
    tune: Tune,
    mut watch: impl FnMut(Step),
) -> Result<Calibration, CalibrateError> {
    watch(Step::Habit);
    let mut fitted = habit(0.10, 0.46);
    let before = effects::simulate(set, &settings(&fitted), effort.people, tune)?;
    fitted.extend(effects::fit(set, &fitted, effort, tune, &mut watch)?);
    fitted.extend(levels::fit(set, &fitted, effort, tune, &mut watch)?);
    let effects = effects::simulate(set, &settings(&fitted), effort.people, tune)?;
    let log_loss = [&before, &effects].map(|rows| log_loss(rows));
    Ok(Calibration {
        fitted,
        effects,
        log_loss,
    })
}

fn settings(fitted: &[Fitted]) -> Vec<String> {
    fitted.iter().map(Fitted::setting).collect()
}

/// A scenario given as text, under the parameters of a set and then more settings; `first` do not depend on the set.
fn scenario(
    text: &str,
    set: Set,
    first: &[String],
    more: &[String],
) -> Result<Scenario, CalibrateError> {
    let file = ScenarioFile::parse("calibrate.toml", text.as_bytes()).map_err(Box::new)?;
    let of_set = overheard_scenario::parameter_settings(set);
    // Settings of one arm alone make no sense in a scenario without it.
    let arms = file.arm_names();
    let applies = |setting: &&String| match setting.split_once(':') {
        Some((arm, _)) => arms.iter().any(|name| name == arm),
        None => true,
    };
    let all: Vec<&String> = first
        .iter()
        .chain(&of_set)
        .chain(more)
        .filter(applies)
        .collect();
    Ok(file.scenario(&all).map_err(Box::new)?)
}

fn outcomes(scenario: &Scenario, tune: Tune) -> Result<(Prepared, Estimates), CalibrateError> {
    Ok(simulate(scenario, EngineKind::Thinned, tune)?)
}

/// Shape and scale of the gamma mixture of daily rates from daily and weekly over monthly users.
///
/// With rates gamma of shape `k` and scale `s`, a person has a chat within `t` days with chance `1 - (1 + t s)^-k`. The
/// published pair asks for more concentration than any mixture gives together with the daily ratio (the weekly ratio
/// falls from .53 to .467 as `k` goes to 0), so `k` minimises the larger relative deviation within the knob's range.
fn habit(daily: f64, weekly: f64) -> Vec<Fitted> {
    let active = |k: f64, s: f64, t: f64| -libm::expm1(-k * libm::log1p(t * s));
    let ratios = |k: f64, s: f64| {
        (
            active(k, s, 1.0) / active(k, s, 30.0),
            active(k, s, 7.0) / active(k, s, 30.0),
        )
    };
    let mut best = (f64::INFINITY, 1.0, 0.1);
    for i in 0..200 {
        let k = 0.3 * libm::pow(1.02, f64::from(i));
        for j in 0..400 {
            let s = 0.005 * libm::pow(1.01, f64::from(j));
            let (d, w) = ratios(k, s);
            let loss = f64::max((d / daily - 1.0).abs(), (w / weekly - 1.0).abs());
            if loss < best.0 {
                best = (loss, k, s);
            }
        }
    }
    let fitted = |key: &str, value: f64| Fitted {
        key: key.to_owned(),
        value: round(value),
    };
    vec![
        fitted("assistant.habit_shape", best.1),
        fitted("assistant.habit_scale", best.2),
    ]
}

/// Four significant digits: more would pretend.
fn round(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
