//! What a draw of what nobody knows is simulated with, beside the values of its point.

use overheard_engine::users_of;
use overheard_scenario::Scenario;

/// Assistant users of a draw's pilot, at most: what unknowns move, they move by factors.
const PILOT: i64 = 4000;

/// Leaves sampling errors out, as `--set` takes it: a small run is done sooner where nobody reads them.
pub const VALUES_ALONE: &str = "run.sampling_errors=false";

/// Simulated assistant users of a draw of a scenario.
pub fn users(scenario: &Scenario) -> u64 {
    users_of(scenario, people(scenario) as u64)
}

/// As many as a draw asks for.
fn people(scenario: &Scenario) -> i64 {
    let [most, own] = ["ensemble.people", "run.people"].map(|key| scenario.world.integer(key));
    most.min(own)
}

/// What is laid over the scenario in all draws, as `--set` takes it. Nobody needs their sampling errors.
pub fn settings(scenario: &Scenario) -> Vec<String> {
    let pilot = scenario.world.integer("pilot.people").min(PILOT);
    vec![
        format!("run.people={}", people(scenario)),
        format!("pilot.people={pilot}"),
        VALUES_ALONE.to_owned(),
    ]
}
