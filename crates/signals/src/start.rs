//! The profile a window starts from: a draw from its stationary distribution, so that a month without policy drifts
//! nowhere.
//!
//! Behaviour mass is shot noise: Poisson behaviours a day, each decaying by a factor `r` a day. Its stationary mean is
//! `m / (1 - r)` and its variance `v / (1 - r²)`, with `m`, `v` the mean and variance of what one day adds (Campbell's
//! theorem); a gamma distribution with these two moments stands for it.

use std::sync::LazyLock;

use overheard_model::block::{ArmState, Leaf, STANDING, TRUE_SLOTS};
use overheard_model::calendar::Day;
use overheard_model::ids::App;
use overheard_model::math::gamma_quantile;
use overheard_model::rates::InterestRates;
use overheard_model::streams::{At, Draws, Stream};

use crate::params::{ArmParams, Params};

/// Quantiles of gamma distributions over their mean, by shape and by chance; bilinear.
#[derive(Clone, Debug)]
pub struct GammaTable {
    rows: Vec<Vec<f32>>,
}

const NODES: usize = 512;
/// Shapes from 2^-6 to 2^10, four to the octave.
const LOW_OCTAVE: f64 = -6.0;
const PER_OCTAVE: f64 = 4.0;
const ROWS: usize = 65;

impl GammaTable {
    pub fn new() -> Self {
        let row = |k: usize| {
            let shape = libm::exp2(LOW_OCTAVE + k as f64 / PER_OCTAVE);
            let mut row: Vec<f64> = (0..NODES)
                .map(|i| gamma_quantile(shape, (i as f64 + 0.5) / NODES as f64) / shape)
                .collect();
            // A grid of midpoints misses some of the upper tail: the mean is restored, so that nothing drifts.
            let mean: f64 = row.iter().sum::<f64>() / NODES as f64;
            row.iter_mut().for_each(|q| *q /= mean);
            row.into_iter().map(|q| q as f32).collect()
        };
        GammaTable {
            rows: (0..ROWS).map(row).collect(),
        }
    }

    /// The table, which depends on no knob: made once.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<GammaTable> = LazyLock::new(GammaTable::new);
        &SHARED
    }

    /// The `u`-quantile of a gamma distribution of that mean and variance.
    pub fn quantile(&self, mean: f64, variance: f64, u: f64) -> f32 {
        if mean <= 0.0 {
            return 0.0;
        }
        let shape = mean * mean / variance;
        let row = ((libm::log2(shape) - LOW_OCTAVE) * PER_OCTAVE).clamp(0.0, (ROWS - 1) as f64);
        let node = (u * NODES as f64 - 0.5).clamp(0.0, (NODES - 1) as f64);
        let (r, n) = ((row as usize).min(ROWS - 2), (node as usize).min(NODES - 2));
        let (fr, fn_) = ((row - r as f64) as f32, (node - n as f64) as f32);
        let along = |row: &[f32]| row[n] + (row[n + 1] - row[n]) * fn_;
        let (a, b) = (along(&self.rows[r]), along(&self.rows[r + 1]));
        mean as f32 * (a + (b - a) * fr)
    }
}

impl Default for GammaTable {
    fn default() -> Self {
        Self::new()
    }
}

/// Where and when the leaf starts.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub stratum: u16,
    pub market: usize,
    pub first_day: Day,
}

/// Draws the start mass of every app and slot. Apps of one account group hold the same mass: they take in the same signals.
pub fn draw(
    p: &Params,
    arm: &ArmParams,
    draws: &Draws,
    place: Place,
    leaf: &Leaf,
    state: &mut ArmState,
    lane: usize,
) {
    let who = &leaf.who;
    let keep = f64::from(arm.keep_behaviour);
    let at = At::person(place.stratum, leaf.first + lane as u32, Stream::StartState);
    for slot in 0..TRUE_SLOTS {
        let (kind, z) = (InterestRates::kind(slot), strength(who, slot, lane));
        let u = draws.units(at, slot as u32);
        let (sum_mean, sum_variance) = if slot < STANDING {
            (1.0 / (1.0 - keep), 1.0 / (1.0 - keep * keep))
        } else {
            passing_sums(
                p.fade,
                keep,
                &who.passing[slot - STANDING],
                lane,
                place.first_day,
            )
        };
        for app in 0..App::COUNT {
            let mask = state.reach[app][lane];
            let mut mean = 0.0;
            let mut variance = 0.0;
            for origin in (0..App::COUNT).filter(|o| mask >> o & 1 == 1) {
                let rate = f64::from(p.rates.on_platform[origin][kind])
                    * z
                    * f64::from(who.activity[lane]);
                let open = f64::from(who.open_rate[origin][lane]);
                let clicks = 1.0 + f64::from(p.click_feedback[place.market][origin][kind]);
                mean += open * rate * f64::from(arm.use_behaviour) * clicks;
                variance += (open * rate * clicks + open * (1.0 - open) * rate * rate)
                    * f64::from(arm.use_behaviour);
            }
            if mask != 0 {
                let (visits, weight) = (
                    f64::from(p.rates.visits[kind]) * z,
                    f64::from(p.rates.visit_weight),
                );
                mean += visits * weight * f64::from(arm.use_off_platform);
                variance += visits * weight * weight * f64::from(arm.use_off_platform);
            }
            let leader = mask.trailing_zeros().min(3) as usize;
            state.behaviour[app][slot][lane] =
                p.gamma
                    .quantile(mean * sum_mean, variance * sum_variance, u[leader]);
        }
    }
}

/// Strength of the interest while alive: what a day's behaviour scales with.
fn strength(who: &overheard_model::block::Who, slot: usize, lane: usize) -> f64 {
    if slot < STANDING {
        f64::from(who.z[slot][lane])
    } else {
        1.0
    }
}

/// `Σ z r^age` and `Σ z r^(2 age)` over the past days of a passing intent: full strength while it lasted, then fading.
fn passing_sums(
    fade: f64,
    keep: f64,
    passing: &overheard_model::block::Passing,
    lane: usize,
    first: Day,
) -> (f64, f64) {
    let (begin, end) = (passing.begin[lane], passing.end[lane]);
    let lived = f64::from((first.min(end) - begin).max(0));
    let dead = f64::from((first - end).max(0));
    let sum = |r: f64| {
        let alive = r * (1.0 - libm::pow(r, lived)) / (1.0 - r) / r;
        let decayed = alive * libm::pow(r, dead);
        let after = if (r - fade).abs() > 1e-9 {
            fade * (libm::pow(r, dead) - libm::pow(fade, dead)) / (r - fade)
        } else {
            dead * libm::pow(r, dead)
        };
        decayed + after
    };
    (sum(keep), sum(keep * keep))
}
