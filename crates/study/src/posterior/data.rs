//! What is known: published effects and figures, and what the model makes of them at a point.

use std::sync::atomic::AtomicBool;

use overheard_engine::{EngineKind, Tune, figures};
use overheard_outcomes::{CalibrationRow, Detail, EffectRow, OutcomeError, published_figures};
use overheard_scenario::{PublishedEffect, Scenario, Set, published_effects};

use crate::calibrate::{
    CalibrateError, INTERVAL, Levels, deviation, experiments, log, settings, week,
};
use crate::draw::VALUES_ALONE;
use crate::work::{Answer, ask};

/// Figures of `data/calibration.csv` that a week shows and that unknowns move. Levels (revenue, click rate, friends' posts) are
/// met again at every point and say nothing; numbers of users follow from knobs without priors.
const FIGURES: [u32; 7] = [2, 3, 20, 21, 29, 30, 35];

/// Assistant users of the week for one of the experiments: figures on chats are of the few who chat.
const WEEK_PEOPLE: u64 = 5;

/// How far the model itself may be off in a figure, as a logarithm (an assumption), beside the figure's own tolerance, which
/// counts as the half-width of a 95 % interval.
const FIGURE: f64 = 0.05;

/// One thing that is known, as a logarithm: of `1 + effect`, or of the figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Datum {
    /// What it is.
    pub name: String,
    /// Where it stands: the key of an effect, or the number of a figure.
    pub key: String,
    /// Whether it is an effect.
    pub is_effect: bool,
    /// Published.
    pub published: f64,
    /// Standard deviation: of the publication and of the model together.
    pub deviation: f64,
}

impl Datum {
    /// The same, but where the set's own parameters are off by more than the 95 % interval, that is taken for a part of the model's
    /// discrepancy: they were fitted to the data, so what they miss is the model's fault, and no value of an unknown mends it.
    pub fn widened(&self, central: f64) -> Self {
        let off = central - self.published;
        let more = match off.abs() > INTERVAL * self.deviation {
            true => off,
            false => 0.0,
        };
        Datum {
            deviation: self.deviation.hypot(more),
            ..self.clone()
        }
    }

    /// From a logarithm to what was published: percent of change, or the figure.
    pub fn shown(&self, log: f64) -> f64 {
        match self.is_effect {
            true => 100.0 * libm::expm1(log),
            false => libm::exp(log),
        }
    }
}

/// What is known about a set: the effects that are fitted to, and the figures.
///
/// # Errors
/// A data file is malformed.
pub fn data(set: Set) -> Result<Vec<Datum>, OutcomeError> {
    let of_set = |e: &&PublishedEffect| e.set == set && e.fitted;
    let effect = |e: &PublishedEffect| Datum {
        name: format!("{} [%]", e.what),
        key: e.target.clone(),
        is_effect: true,
        published: log(e.published),
        deviation: deviation(e.published, e.interval),
    };
    let mut all: Vec<Datum> = published_effects()
        .iter()
        .filter(of_set)
        .map(effect)
        .collect();
    let figures = published_figures()?.into_iter();
    let wanted = figures.filter(|row| FIGURES.contains(&row.id));
    all.extend(wanted.map(|row| Datum {
        name: row.figure,
        key: row.id.to_string(),
        is_effect: false,
        published: libm::log(row.published),
        deviation: (libm::log1p(row.tolerance_percent / 100.0) / INTERVAL).hypot(FIGURE),
    }));
    Ok(all)
}

/// What the model makes of the data at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulated {
    /// By datum, as logarithms.
    pub data: Vec<f64>,
    /// Outcomes of the week that levels are corrected by.
    pub levels: Levels,
}

/// Runs the week and the experiments under the settings of a point. Levels are met again before the experiments: the week's
/// outcomes become those of the set's own parameters, if these are known by now.
pub fn simulate(
    set: Set,
    data: &[Datum],
    own: &[String],
    wanted: Option<&Levels>,
    people: u64,
    tune: Tune,
    cancel: &AtomicBool,
) -> Answer<Simulated> {
    let run = |scenario: Result<Scenario, CalibrateError>| match scenario {
        Ok(scenario) => ask(&scenario, EngineKind::Thinned, tune, Detail::Full, cancel),
        Err(error) => Answer::Failed(error.to_string()),
    };
    let values_alone = [VALUES_ALONE.to_owned()];
    let all = [own, &values_alone].concat();
    run(week(set, own, [people * WEEK_PEOPLE, people])).then(|(prepared, estimates)| {
        let found = Levels::outcomes(&estimates)
            .map_err(|e| e.to_string())
            .and_then(|levels| {
                Ok((
                    levels,
                    figures(&prepared, &estimates).map_err(|e| e.to_string())?,
                ))
            });
        let (levels, figures) = match found {
            Ok(found) => found,
            Err(message) => return Answer::Failed(message),
        };
        let met = wanted.map(|wanted| Levels::knobs(set).corrected(&levels, wanted));
        let met = met.map(|levels| settings(&levels.fitted()));
        let all = [all.as_slice(), &met.unwrap_or_default()].concat();
        run(experiments(set, &all, people)).then(|(prepared, estimates)| {
            let effects = overheard_engine::effects(&prepared.scenario, &estimates, Some(set));
            match effects
                .map_err(|e| e.to_string())
                .and_then(|effects| logs(data, &effects, &figures))
            {
                Ok(data) => Answer::Done(Simulated { data, levels }),
                Err(message) => Answer::Failed(message),
            }
        })
    })
}

/// The data as simulated.
fn logs(
    data: &[Datum],
    effects: &[EffectRow],
    figures: &[CalibrationRow],
) -> Result<Vec<f64>, String> {
    let of = |datum: &Datum| {
        let found = match datum.is_effect {
            true => effects
                .iter()
                .find(|e| e.imitation.target == datum.key)
                .map(|e| log(e.simulated.value)),
            false => figures
                .iter()
                .find(|row| row.id.to_string() == datum.key)
                .and_then(|row| row.simulated.map(libm::log)),
        };
        let defined = found.filter(|x| x.is_finite());
        defined.ok_or_else(|| format!("`{}` is undefined", datum.name))
    };
    data.iter().map(of).collect()
}
