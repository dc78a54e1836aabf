//! Which arms of a scenario imitate which published effects, and what came of it.

use overheard_outcomes::{EffectRow, Estimates, Imitation, OutcomeError};
use overheard_scenario::Scenario;

/// Every published effect beside the arm that imitates it; none for a scenario that imitates nothing.
///
/// # Errors
/// The estimates are not of this scenario.
pub fn effects(
    scenario: &Scenario,
    estimates: &Estimates,
) -> Result<Vec<EffectRow<'static>>, OutcomeError> {
    let share = |arm: usize| scenario.arms[arm].values.number("policy.treated_share");
    let imitations = scenario.arms.iter().enumerate().flat_map(|(arm, own)| {
        own.imitates.iter().copied().map(move |effect| Imitation {
            target: &effect.target,
            what: &effect.what,
            arm,
            // Who is treated follows from the share alone: with the same share it is the same people.
            split_base: share(arm) == share(0),
            over: &effect.over,
            under: &effect.under,
            published: effect.published,
            interval: effect.interval,
            weight: effect.weight,
            source: &effect.source,
        })
    });
    overheard_outcomes::effects(estimates, imitations)
}
