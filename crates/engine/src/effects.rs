//! Which arms of a scenario imitate which published effects, and what came of it.
//!
//! An effect is simulated under the parameters of the kind of platform it was measured on. A run has one set of parameters;
//! effects of the other set come from a companion: the same people and arms, under the other set.

use overheard_outcomes::{EffectRow, Estimates, Imitation};
use overheard_scenario::{PublishedEffect, Scenario, Set};

use crate::error::EngineError;

/// Every published effect that an arm imitates and that belongs to a set, read off estimates of that scenario: all of them if
/// no set is named.
///
/// # Errors
/// The estimates are not of this scenario.
pub fn effects(
    scenario: &Scenario,
    estimates: &Estimates,
    set: Option<Set>,
) -> Result<Vec<EffectRow<'static>>, EngineError> {
    let share = |arm: usize| scenario.arms[arm].values.number("policy.treated_share");
    let belongs = |e: &&PublishedEffect| {
        set.is_none_or(|set| e.set.simulated_under() == set.simulated_under())
    };
    let imitations = scenario.arms.iter().enumerate().flat_map(|(arm, own)| {
        let effects = own.imitates.iter().copied().filter(belongs);
        effects.map(move |effect| Imitation {
            target: &effect.target,
            set: effect.set.name(),
            kind: &effect.kind,
            mix: &effect.mix,
            what: &effect.what,
            arm,
            // Who is treated follows from the share alone: with the same share it is the same people.
            split_base: share(arm) == share(0),
            over: &effect.over,
            under: &effect.under,
            published: effect.published,
            interval: effect.interval,
            fitted: effect.fitted,
            source: &effect.source,
        })
    });
    Ok(overheard_outcomes::effects(estimates, imitations)?)
}

/// Every published effect that an arm imitates, each under the parameters of its own set: those of the scenario's set from its
/// own estimates, the others from a companion, which `simulate` runs. A scenario with parameters of its own holds all of them
/// against these.
///
/// # Errors
/// The companion failed.
pub fn evidence<E: From<EngineError>>(
    scenario: &Scenario,
    estimates: &Estimates,
    simulate: impl FnOnce(&Scenario) -> Result<Estimates, E>,
) -> Result<Vec<EffectRow<'static>>, E> {
    let Some(own) = scenario.set() else {
        return Ok(effects(scenario, estimates, None)?);
    };
    let mut rows = effects(scenario, estimates, Some(own))?;
    let other = match own {
        Set::Display => Set::Meta,
        _ => Set::Display,
    };
    let imitates = |e: &&PublishedEffect| e.set.simulated_under() == other;
    if scenario
        .arms
        .iter()
        .any(|arm| arm.imitates.iter().any(&imitates))
    {
        let companion = scenario.under(other);
        let estimates = simulate(&companion)?;
        rows.extend(effects(&companion, &estimates, Some(other))?);
    }
    Ok(rows)
}
