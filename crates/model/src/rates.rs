//! How often a true interest shows, by origin: shared by the people who act and by the start state that sums up what
//! they did before the window.

use crate::columns::STANDING;
use crate::ids::App;

/// Rates of the two origins that show an interest without any chat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InterestRates {
    /// Behaviours on a day the app is opened, per unit of interest and activity: standing, passing.
    pub on_platform: [[f32; 2]; App::COUNT],
    /// Off-platform visits a day per unit of interest: standing, passing.
    pub visits: [f32; 2],
    /// Weight of a visit (likes); a behaviour weighs 1.
    pub visit_weight: f32,
}

impl InterestRates {
    /// 0 for a standing, 1 for a passing slot.
    pub const fn kind(slot: usize) -> usize {
        if slot < STANDING { 0 } else { 1 }
    }

    /// Rates from the knobs: `behaviour` and `visits` a day and unit of standing interest; a passing intent shows in
    /// some other origin within seven days with probability `redundancy`, so at `-ln(1 - redundancy) / 7` a day, of
    /// which `visit_share` are visits; `by_app` divides behaviours over apps, each opened with `open_rate`.
    pub fn new(
        behaviour: f64,
        visits: f64,
        redundancy: f64,
        visit_share: f64,
        visit_weight: f64,
        by_app: &[f64],
        open_rate: &[f64],
    ) -> Self {
        let passing = -libm::log1p(-redundancy) / 7.0;
        let total: f64 = by_app.iter().sum();
        let on_platform = std::array::from_fn(|a| {
            let share = by_app[a] / (total * open_rate[a]);
            [
                (behaviour * share) as f32,
                (passing * (1.0 - visit_share) * share) as f32,
            ]
        });
        InterestRates {
            on_platform,
            visits: [visits as f32, (passing * visit_share) as f32],
            visit_weight: visit_weight as f32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passing_intent_shows_elsewhere_with_the_chance_called_redundancy() {
        let (mut open, mut share) = ([0.5; App::COUNT], [0.0; App::COUNT]);
        open[..4].copy_from_slice(&[0.7, 0.7, 0.9, 0.5]);
        share[..4].copy_from_slice(&[0.5, 0.4, 0.02, 0.08]);
        let rates = InterestRates::new(0.1, 0.02, 0.7, 0.6, 2.0, &share, &open);
        let on: f64 = (0..App::COUNT)
            .map(|a| f64::from(rates.on_platform[a][1]) * open[a])
            .sum();
        let shows_in_a_week = 1.0 - libm::exp(-7.0 * (on + f64::from(rates.visits[1])));
        assert!((shows_in_a_week - 0.7).abs() < 1e-6, "{shows_in_a_week}");
    }
}
