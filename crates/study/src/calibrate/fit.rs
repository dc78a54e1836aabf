//! What every fit needs: knobs found so far, how thoroughly to look, and a run under them.

use overheard_engine::{EngineError, EngineKind, Prepared, Tune, simulate};
use overheard_outcomes::Estimates;
use overheard_scenario::{Scenario, ScenarioError, ScenarioFile, Set};

/// A fitted knob: key and value, as `--set` takes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    pub key: String,
    pub value: f64,
}

impl Fitted {
    /// `key=value`.
    pub fn setting(&self) -> String {
        format!("{}={}", self.key, self.value)
    }
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

pub fn settings(fitted: &[Fitted]) -> Vec<String> {
    fitted.iter().map(Fitted::setting).collect()
}

/// A scenario given as text, under the parameters of a set and then more settings; `first` do not depend on the set.
pub fn scenario(
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

pub fn outcomes(scenario: &Scenario, tune: Tune) -> Result<(Prepared, Estimates), CalibrateError> {
    Ok(simulate(scenario, EngineKind::Thinned, tune)?)
}

/// Four significant digits: more would pretend.
pub fn round(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
