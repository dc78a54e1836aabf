//! How people differ, tabulated from the knobs: the same for every arm and any people, and slow enough to be made once.

use overheard_model::habit::Habit;
use overheard_model::ids::App;
use overheard_model::math::gamma_quantile;
use overheard_model::samplers::Quantiles;
use overheard_scenario::Values;

/// Quantiles over people.
#[derive(Debug)]
pub struct Spreads {
    /// Openings a day, by app.
    pub open_rate: Vec<Quantiles>,
    /// What multiplies all that somebody does; its mean is 1.
    pub activity: Quantiles,
    /// Daily chat rate of monthly users.
    pub habit: Habit,
}

impl Spreads {
    /// Tabulates the knobs of a scenario's world.
    pub fn of(v: &Values) -> Self {
        let means = v.per_app("apps.open_rate");
        let concentrations = v.per_app("apps.open_concentration");
        let shape = v.number("apps.activity_shape");
        Spreads {
            open_rate: (0..App::COUNT)
                .map(|app| Quantiles::beta(means[app], concentrations[app]))
                .collect(),
            activity: Quantiles::of(|u| gamma_quantile(shape, u) / shape),
            habit: v.habit(),
        }
    }
}
