//! What was found: points that agree with the evidence, what the evidence narrows, and how well the model foretells it.

use overheard_engine::BUILD;
use overheard_scenario::Set;
use serde::Serialize;

use super::coverage::INTERVAL;
use super::data::Datum;
use super::history::effective;
use crate::calibrate::Levels;
use crate::plan::Unknown;
use crate::statistics::weighted_quantiles;

/// What a posterior's manifest has as its `kind`.
pub const KIND: &str = "posterior";

/// Shares at which distributions are told.
const SHARES: [f64; 3] = [INTERVAL[0], 0.5, INTERVAL[1]];

/// A posterior, and how it was found.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Whose.
    pub set: Set,
    /// Assistant users of each experiment.
    pub people: u64,
    /// Seed of the points.
    pub seed: u64,
    /// Points simulated, failed ones included.
    pub points: usize,
    /// What is unknown.
    pub unknowns: Vec<Unknown>,
    /// What is known.
    pub(super) data: Vec<Datum>,
    /// The data under the set's own parameters.
    pub(super) central: Vec<f64>,
    /// The data at the points of the first wave.
    pub(super) prior: Vec<Vec<f64>>,
    /// Share of the priors that each wave ruled out.
    pub ruled_out: Vec<f64>,
    /// Standard deviation of the emulator of each datum.
    pub(super) emulators: Vec<f64>,
    /// The points of the posterior: places in the priors, data, levels, weight.
    pub(super) places: Vec<Vec<f64>>,
    pub(super) numbers: Vec<Vec<f64>>,
    pub(super) levels: Vec<Levels>,
    pub(super) weights: Vec<f64>,
    /// Planted truths.
    pub truths: usize,
    /// By unknown, how many of them lay in their 90 % interval.
    pub covered: Vec<usize>,
    /// The command line.
    pub command: String,
    /// What the folder is tied to.
    pub inputs_hash: String,
    /// Over all sittings.
    pub wall_seconds: f64,
    /// The most that this sitting held.
    pub peak_memory_bytes: Option<u64>,
}

/// What the evidence says of an unknown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Narrowed {
    /// The knob, as `--vary` takes it.
    pub knob: String,
    /// Fifth percentile, median and ninety-fifth percentile of the prior.
    pub prior: [f64; 3],
    /// The same of the posterior.
    pub posterior: [f64; 3],
    /// Width of the posterior's 90 % interval for that of the prior, both in shares of the prior.
    pub width: f64,
    /// By how much the posterior's median moved, in shares of the prior.
    pub moved: f64,
    /// Share of the planted truths that lay in their 90 % interval.
    pub covered: f64,
}

/// What the posterior foretells of a datum.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted {
    /// What it is, with its unit.
    pub name: String,
    /// Published, and its 95 % interval widened by the model's discrepancy.
    pub published: f64,
    /// From here.
    pub low: f64,
    /// To there.
    pub high: f64,
    /// Under the set's own parameters.
    pub central: f64,
    /// Fifth percentile, median and ninety-fifth percentile under the priors.
    pub prior: [f64; 3],
    /// The same under the posterior.
    pub posterior: [f64; 3],
    /// Weight of the points whose number lies in the interval.
    pub inside: f64,
    /// Standard deviation of the emulator for that of the datum.
    pub emulator: f64,
}

impl Summary {
    /// Points of the posterior.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether no point agrees.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// So many equal draws are as good.
    pub fn effective(&self) -> f64 {
        effective(&self.weights)
    }

    /// What the evidence says of each unknown, in their order.
    pub fn narrowed(&self) -> Vec<Narrowed> {
        let narrowed = |(i, unknown): (usize, &Unknown)| {
            let own = self.places.iter().map(|u| u[i]);
            let sample = own.zip(self.weights.iter().copied());
            let places = weighted_quantiles(sample, SHARES).unwrap_or([f64::NAN; 3]);
            Narrowed {
                knob: unknown.target.to_string(),
                prior: SHARES.map(|u| unknown.value(u)),
                posterior: places.map(|u| unknown.value(u)),
                width: (places[2] - places[0]) / (SHARES[2] - SHARES[0]),
                moved: places[1] - SHARES[1],
                covered: self.covered[i] as f64 / self.truths as f64,
            }
        };
        self.unknowns.iter().enumerate().map(narrowed).collect()
    }

    /// What is foretold of each datum.
    pub fn predicted(&self) -> Vec<Predicted> {
        let predicted = |(i, datum): (usize, &Datum)| {
            let shown = |quantiles: Option<[f64; 3]>| {
                quantiles.map_or([f64::NAN; 3], |q| q.map(|x| datum.shown(x)))
            };
            let equal = self.prior.iter().map(|n| (n[i], 1.0));
            let own = || {
                let own = self.numbers.iter().map(|n| n[i]);
                own.zip(self.weights.iter().copied())
            };
            let half = 1.96 * datum.deviation;
            let [low, high] = [-half, half].map(|x| datum.published + x);
            let inside = own().filter(|(x, _)| (low..=high).contains(x));
            Predicted {
                name: datum.name.clone(),
                published: datum.shown(datum.published),
                low: datum.shown(low),
                high: datum.shown(high),
                central: datum.shown(self.central[i]),
                prior: shown(weighted_quantiles(equal, SHARES)),
                posterior: shown(weighted_quantiles(own(), SHARES)),
                inside: inside.map(|(_, w)| w).sum(),
                emulator: self.emulators[i] / datum.deviation,
            }
        };
        self.data.iter().enumerate().map(predicted).collect()
    }

    /// How it was found, for the manifest.
    pub(super) fn manifest(&self) -> impl Serialize {
        Manifest {
            kind: KIND,
            version: env!("CARGO_PKG_VERSION"),
            build: BUILD,
            inputs_hash: self.inputs_hash.clone(),
            set: self.set.name(),
            people: self.people,
            seed: self.seed,
            points: self.points,
            posterior_points: self.len(),
            effective_points: self.effective(),
            ruled_out: self.ruled_out.clone(),
            truths: self.truths,
            covered: self.covered(),
            wall_seconds: self.wall_seconds,
            peak_memory_bytes: self.peak_memory_bytes,
            command: self.command.clone(),
        }
    }

    /// Share of all planted values that lay in their 90 % interval.
    pub fn covered(&self) -> f64 {
        let all = (self.truths * self.covered.len()) as f64;
        self.covered.iter().sum::<usize>() as f64 / all
    }
}

#[derive(Serialize)]
struct Manifest {
    kind: &'static str,
    version: &'static str,
    build: &'static str,
    inputs_hash: String,
    set: &'static str,
    people: u64,
    seed: u64,
    points: usize,
    posterior_points: usize,
    effective_points: f64,
    ruled_out: Vec<f64>,
    truths: usize,
    covered: f64,
    wall_seconds: f64,
    peak_memory_bytes: Option<u64>,
    command: String,
}
