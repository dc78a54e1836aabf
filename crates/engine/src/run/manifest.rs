//! `manifest.json`: what was run, by what, and how it went.

use overheard_model::calendar::NEVER;
use overheard_model::ids::Market;
use overheard_scenario::Scenario;
use serde::Serialize;

use crate::frame;
use crate::simulate::Prepared;

use super::judge::Discrepancy;

/// What was run, by what, and how it went. Its presence in a folder says that the run is finished.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// Version of the program.
    pub version: &'static str,
    /// What the program was built from: runs that share it and `inputs_hash` share every outcome.
    pub build: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// What it asks, in words.
    pub description: String,
    /// SHA-256 of the resolved scenario, seed and people included.
    pub scenario_hash: String,
    /// SHA-256 of the resolved scenario, the engine and the version.
    pub inputs_hash: String,
    pub seed: u64,
    /// Simulated assistant users.
    pub people: u64,
    /// Simulated people who do not use the assistant.
    pub others: u64,
    pub represented_assistant_users: f64,
    pub represented_others: f64,
    /// Of every stratum with people.
    pub weights: Vec<Weight>,
    pub engine: &'static str,
    /// The first is the base of all differences.
    pub arms: Vec<String>,
    /// First and last reported day, ISO.
    pub start: String,
    pub end: String,
    /// Earliest day on which any arm's policy is in force, ISO.
    pub policy_date: Option<String>,
    pub market_response: String,
    pub threads: usize,
    /// Shards that the last sitting found done, and shards that it ran itself: all of the run together.
    pub shards_taken_over: u32,
    /// See `shards_taken_over`.
    pub shards_run: u32,
    /// Duration of the whole run, over all its sittings (s).
    pub wall_seconds: f64,
    /// Simulated people times simulated days, warm-up included; arms share them.
    pub person_days: u64,
    /// `person_days / wall_seconds`.
    pub person_days_per_second: f64,
    /// Largest resident memory of the last sitting (bytes); nothing where the system does not tell.
    pub peak_memory_bytes: Option<u64>,
    pub market_discrepancy: Vec<Discrepancy>,
    pub warnings: Vec<String>,
    /// Arms whose chats raise conversions, of all or of one app, more than is plausible.
    pub implausible_arms: Vec<String>,
    /// Makes this run again.
    pub command: String,
}

/// How many represented people each simulated person of a stratum stands for.
#[derive(Clone, Debug, Serialize)]
pub struct Weight {
    pub market: &'static str,
    /// Declared age.
    pub age: &'static str,
    pub assistant: bool,
    pub people: u64,
    pub represented: f64,
    pub weight: f64,
}

impl Manifest {
    /// What is known before the first person lives; the rest is zero or empty.
    pub(super) fn new(
        prepared: &Prepared,
        hashes: [String; 2],
        threads: usize,
        command: &str,
    ) -> Self {
        let (scenario, strata) = (&prepared.scenario, &prepared.world().strata);
        let half = |assistant: bool| strata.iter().filter(move |s| s.assistant == assistant);
        let [scenario_hash, inputs_hash] = hashes;
        Manifest {
            version: env!("CARGO_PKG_VERSION"),
            build: crate::BUILD,
            scenario: scenario.name.clone(),
            description: scenario.description.clone(),
            scenario_hash,
            inputs_hash,
            seed: scenario.world.integer("run.seed") as u64,
            people: half(true).map(|s| s.people).sum(),
            others: half(false).map(|s| s.people).sum(),
            represented_assistant_users: half(true).map(|s| s.represented).sum(),
            represented_others: half(false).map(|s| s.represented).sum(),
            weights: strata
                .iter()
                .filter(|s| s.people > 0)
                .map(|s| Weight {
                    market: s.market.name(),
                    age: s.age.name(),
                    assistant: s.assistant,
                    people: s.people,
                    represented: s.represented,
                    weight: s.weight(),
                })
                .collect(),
            engine: prepared.engine.name(),
            arms: scenario.arms.iter().map(|a| a.name.clone()).collect(),
            start: scenario.world.date("time.start").to_string(),
            end: scenario.world.date("time.end").to_string(),
            policy_date: policy_date(scenario),
            market_response: scenario.world.choice("market.response").to_owned(),
            threads,
            shards_taken_over: 0,
            shards_run: 0,
            wall_seconds: 0.0,
            person_days: prepared.person_days(&prepared.all()),
            person_days_per_second: 0.0,
            peak_memory_bytes: None,
            market_discrepancy: Vec::new(),
            warnings: Vec::new(),
            implausible_arms: Vec::new(),
            command: command.to_owned(),
        }
    }
}

fn policy_date(scenario: &Scenario) -> Option<String> {
    let from = |values: &overheard_scenario::Values| {
        Market::ALL
            .iter()
            .map(|m| values.policy_from(*m))
            .min()
            .unwrap_or(NEVER)
    };
    let earliest = scenario.arms.iter().map(|a| from(&a.values)).min()?;
    (earliest < NEVER).then(|| frame::date(scenario, earliest).to_string())
}
