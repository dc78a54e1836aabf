//! How the fitted defaults were found: a command that anyone can run again.
//!
//! Three steps. The habit follows from two published ratios in closed form. The decisive unknowns of the ad market are
//! fitted jointly to published experiments, which split arms imitate, by Nelder–Mead on few parameters. Levels (values by
//! market, base click rate, organic weights) then follow by proportional correction, because outcomes are proportional to
//! them or nearly so.

mod effects;
mod fit;
mod levels;
mod simplex;
mod week;

use overheard_engine::Tune;
use overheard_outcomes::EffectRow;
use overheard_scenario::Set;

pub use effects::{INTERVAL, Verdict, deviation, experiments, log, log_loss, verdict};
pub use fit::{CalibrateError, Effort, Fitted, Step, round, settings};
pub use levels::Levels;
pub use week::week;

/// What calibration found.
#[derive(Clone, Debug)]
pub struct Calibration {
    pub fitted: Vec<Fitted>,
    /// Published effects of the set against simulated ones, at the fitted knobs.
    pub effects: Vec<EffectRow<'static>>,
    /// Log loss of these before and after the fit.
    pub log_loss: [f64; 2],
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
