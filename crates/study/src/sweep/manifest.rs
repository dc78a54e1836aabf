//! `manifest.json` of a sweep.

use overheard_engine::run::{hex, scenario_hash};
use overheard_engine::{BUILD, Tune, simulated_users};
use overheard_scenario::Scenario;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::request::Sweep;
use super::tables::Reasons;
use crate::plan::{Plan, Rules};

/// What a sweep's manifest has as its `kind`.
pub const KIND: &str = "sweep";

/// What was asked, by what, and how it went. Its presence in a folder says that the sweep is finished.
#[derive(Clone, Debug, Serialize)]
pub struct SweepManifest {
    /// `sweep`: what tells it from a run's.
    pub kind: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// What the program was built from.
    pub build: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of the scenario as it is, seed and people included.
    pub scenario_hash: String,
    /// SHA-256 of the scenario, all points, the engine and the version.
    pub inputs_hash: String,
    /// Of the people, who are the same at every point, and of the points.
    pub seed: u64,
    /// Simulated assistant users of each point.
    pub people: u64,
    /// `thinned` or `events`.
    pub engine: &'static str,
    /// The first is the base of all differences.
    pub arms: Vec<String>,
    /// First reported day, ISO.
    pub start: String,
    /// Last reported day, ISO.
    pub end: String,
    /// How the ad market answers, at the central point.
    pub market_response: String,
    /// `lhs`, `saltelli` or `file`.
    pub design: &'static str,
    /// Points, the scenario itself included.
    pub points: usize,
    /// Points that bands and correlations are from.
    pub draws: usize,
    /// What was varied.
    pub unknowns: Vec<Varied>,
    /// What the posterior has values of and the scenario, or an arm, sets itself, so that it was not varied.
    pub fixed: Vec<String>,
    /// Whether levels were met again at each point.
    pub relevel: bool,
    /// Which draws count: those that agree with these; all if there is none.
    pub keep: Vec<&'static str>,
    /// Points that could not be run.
    pub failed: Vec<Uncounted>,
    /// Draws that do not count for bands and correlations.
    pub left_out: Vec<Uncounted>,
    /// Unknowns that alone change no row; empty if that was not asked.
    pub without_effect: Vec<String>,
    /// Threads of the last sitting.
    pub threads: usize,
    /// Duration over all sittings (s).
    pub wall_seconds: f64,
    /// Largest resident memory of the last sitting (bytes).
    pub peak_memory_bytes: Option<u64>,
    /// Makes this sweep again.
    pub command: String,
}

/// An unknown, and how its values are spread.
#[derive(Clone, Debug, Serialize)]
pub struct Varied {
    /// The knob, as `--vary` takes it.
    pub knob: String,
    /// Smallest value.
    pub low: f64,
    /// Most plausible value, if the law has one: then it is triangular, else uniform.
    pub mode: Option<f64>,
    /// Largest value.
    pub high: f64,
    /// Whether the law is of the logarithm.
    pub logarithmic: bool,
}

/// A point that does not count: it could not be run, or was left out.
#[derive(Clone, Debug, Serialize)]
pub struct Uncounted {
    /// Its number.
    pub draw: u32,
    /// Why.
    pub message: String,
}

/// Sweeps of one build with equal inputs have equal tables.
pub fn inputs_hash(sweep: &Sweep, central: &Scenario) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update("sweep\n");
    hash.update(scenario_hash(central));
    hash.update(sweep.engine.name());
    hash.update("\n");
    hash.update(env!("CARGO_PKG_VERSION"));
    for point in &sweep.plan.points {
        hash.update(format!("\n{}:", point.block.name()));
        hash.update(sweep.plan.settings(point).join("\n"));
    }
    if sweep.plan.rules != Rules::default() {
        hash.update(format!("\n{:?}", sweep.plan.rules));
    }
    hash.finalize().into()
}

/// How many of some points are draws.
fn draws(plan: &Plan, points: &Reasons) -> usize {
    let is_draw = |n: &&u32| plan.points[**n as usize].block.is_draw();
    points.keys().filter(is_draw).count()
}

fn listed(points: &Reasons) -> Vec<Uncounted> {
    let one = |(draw, message): (&u32, &String)| Uncounted {
        draw: *draw,
        message: message.clone(),
    };
    points.iter().map(one).collect()
}

impl SweepManifest {
    /// Everything but how it went.
    pub fn new(sweep: &Sweep, central: &Scenario, failed: &Reasons) -> Self {
        let (plan, v) = (sweep.plan, &central.world);
        let Tune { threads, .. } = sweep.tune;
        let varied = |u: &crate::plan::Unknown| Varied {
            knob: u.target.to_string(),
            low: u.law.low,
            mode: u.law.mode,
            high: u.law.high,
            logarithmic: u.law.is_logarithmic(),
        };
        SweepManifest {
            kind: KIND,
            version: env!("CARGO_PKG_VERSION"),
            build: BUILD,
            scenario: central.name.clone(),
            scenario_hash: hex(&scenario_hash(central)),
            inputs_hash: hex(&inputs_hash(sweep, central)),
            seed: v.integer("run.seed") as u64,
            people: simulated_users(central),
            engine: sweep.engine.name(),
            arms: central.arms.iter().map(|a| a.name.clone()).collect(),
            start: v.date("time.start").to_string(),
            end: v.date("time.end").to_string(),
            market_response: v.choice("market.response").to_owned(),
            design: plan.design.name(),
            points: plan.points.len(),
            draws: plan.points.iter().filter(|p| p.block.is_draw()).count() - draws(plan, failed),
            unknowns: plan.unknowns.iter().map(varied).collect(),
            relevel: plan.rules.relevel,
            keep: plan.rules.keep.names(),
            fixed: sweep.plan.fixed.clone(),
            failed: listed(failed),
            left_out: Vec::new(),
            without_effect: Vec::new(),
            threads: threads.get(),
            wall_seconds: 0.0,
            peak_memory_bytes: None,
            command: sweep.command.to_owned(),
        }
    }

    /// Notes which draws do not count.
    pub fn leave_out(&mut self, plan: &Plan, left_out: &Reasons) {
        self.draws -= draws(plan, left_out);
        self.left_out = listed(left_out);
    }
}
