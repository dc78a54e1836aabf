//! The profile a window starts from: a draw from its stationary distribution, so that a month without policy drifts
//! nowhere.
//!
//! Behaviour mass is shot noise: Poisson behaviours a day, each decaying by a factor `r` a day. Its stationary mean is
//! `m / (1 - r)` and its variance `v / (1 - r²)`, with `m`, `v` the mean and variance of what one day adds (Campbell's
//! theorem); a gamma distribution with these two moments stands for it.

use std::sync::LazyLock;

use overheard_model::block::{ArmState, LEAF, Leaf, STANDING, TRUE_SLOTS};
use overheard_model::calendar::Day;
use overheard_model::ids::App;
use overheard_model::math::{gamma_quantile, ln_f32};
use overheard_model::rates::InterestRates;
use overheard_model::streams::unit32_f64;

use crate::params::{ArmParams, Params};

/// Quantiles of gamma distributions over their mean, by shape and by chance; bilinear.
#[derive(Clone, Debug)]
pub struct GammaTable {
    /// Row by row of shapes.
    cells: Vec<f32>,
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
            row.into_iter().map(|q| q as f32)
        };
        GammaTable {
            cells: (0..ROWS).flat_map(row).collect(),
        }
    }

    /// The table, which depends on no knob: made once.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<GammaTable> = LazyLock::new(GammaTable::new);
        &SHARED
    }

    /// Where the `u`-quantile of a gamma distribution of that mean and variance stands.
    fn find(mean: f64, variance: f64, u: f64) -> Found {
        if mean <= 0.0 {
            return Found::default();
        }
        let shape = mean * mean / variance;
        let octave = f64::from(ln_f32(shape as f32) * std::f32::consts::LOG2_E);
        let row = ((octave - LOW_OCTAVE) * PER_OCTAVE).clamp(0.0, (ROWS - 1) as f64);
        let node = (u * NODES as f64 - 0.5).clamp(0.0, (NODES - 1) as f64);
        let (r, n) = ((row as usize).min(ROWS - 2), (node as usize).min(NODES - 2));
        Found {
            cell: r * NODES + n,
            across: (row - r as f64) as f32,
            along: (node - n as f64) as f32,
            mean: mean as f32,
        }
    }

    fn read(&self, found: Found) -> f32 {
        let along = |at: usize| {
            let (low, high) = (self.cells[at], self.cells[at + 1]);
            low + (high - low) * found.along
        };
        let (a, b) = (along(found.cell), along(found.cell + NODES));
        found.mean * (a + (b - a) * found.across)
    }
}

/// A place in the table: all of a person's are worked out before the first is read, so that the many reads that miss the
/// cache wait for memory together.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    cell: usize,
    across: f32,
    along: f32,
    mean: f32,
}

impl Default for GammaTable {
    fn default() -> Self {
        Self::new()
    }
}

/// Where and when the leaf starts.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub market: usize,
    pub first_day: Day,
}

/// Draws the start mass of every app and slot. Apps of one account group hold the same mass: they take in the same signals.
///
/// `arm` is what applies to each person, `words` are the leaf's of the stream `start-state`, one block per slot.
pub fn draw(
    p: &Params,
    arm: &ArmParams,
    words: &[[[u32; LEAF]; 4]; TRUE_SLOTS],
    place: Place,
    leaf: &Leaf,
    state: &mut ArmState,
    lane: usize,
) {
    let who = &leaf.who;
    let keep = f64::from(arm.keep_behaviour);
    let standing_sums = (1.0 / (1.0 - keep), 1.0 / (1.0 - keep * keep));
    let mask: [u8; App::COUNT] = std::array::from_fn(|app| state.reach[app][lane]);
    // What a day adds on average per unit of strength, and its variance as `a z + b z²`, by kind of slot and app.
    let mut per_day = [[[0.0f64; 3]; App::COUNT]; 2];
    for (kind, apps) in per_day.iter_mut().enumerate() {
        for (app, day) in apps.iter_mut().enumerate() {
            if mask[app] == 0 || mask[..app].contains(&mask[app]) {
                continue;
            }
            let mut own = [0.0; 3];
            for origin in (0..App::COUNT).filter(|o| mask[app] >> o & 1 == 1) {
                let rate =
                    f64::from(p.rates.on_platform[origin][kind]) * f64::from(who.activity[lane]);
                let open = f64::from(who.open_rate[origin][lane]);
                let clicks = 1.0 + f64::from(p.click_feedback[place.market][origin][kind]);
                own[0] += open * rate * clicks;
                own[1] += open * rate * clicks;
                own[2] += open * (1.0 - open) * rate * rate;
            }
            let (visits, weight) = (
                f64::from(p.rates.visits[kind]),
                f64::from(p.rates.visit_weight),
            );
            let (behaves, visited) = (
                f64::from(arm.use_behaviour),
                f64::from(arm.use_off_platform),
            );
            *day = [
                own[0] * behaves + visits * weight * visited,
                own[1] * behaves + visits * weight * weight * visited,
                own[2] * behaves,
            ];
        }
    }
    let mut found = [[Found::default(); App::COUNT]; TRUE_SLOTS];
    for (slot, apps) in found.iter_mut().enumerate() {
        let (kind, z) = (InterestRates::kind(slot), strength(who, slot, lane));
        let (sum_mean, sum_variance) = if slot < STANDING {
            standing_sums
        } else {
            let keeps = [&arm.keep_powers, &arm.keep_squared_powers];
            let passing = &who.passing[slot - STANDING];
            passing_sums(&p.fade, keeps, passing, lane, place.first_day)
        };
        for (app, found) in apps.iter_mut().enumerate() {
            let [mean, variance, spread] = per_day[kind][app];
            let leader = mask[app].trailing_zeros().min(3) as usize;
            *found = GammaTable::find(
                mean * z * sum_mean,
                (variance * z + spread * z * z) * sum_variance,
                unit32_f64(words[slot][leader][lane]),
            );
        }
    }
    for (slot, apps) in found.into_iter().enumerate() {
        for (app, found) in apps.into_iter().enumerate() {
            let same = mask[..app].iter().position(|other| *other == mask[app]);
            state.behaviour[app][slot][lane] = match same {
                Some(same) => state.behaviour[same][slot][lane],
                None => p.gamma.read(found),
            };
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
    fade: &Powers,
    [keep, keep_squared]: [&Powers; 2],
    passing: &overheard_model::block::Passing,
    lane: usize,
    first: Day,
) -> (f64, f64) {
    let (begin, end) = (passing.begin[lane], passing.end[lane]);
    let lived = (first.min(end) - begin).max(0);
    let dead = (first - end).max(0);
    let sum = |powers: &Powers| {
        let (r, fading) = (powers.base, fade.base);
        let alive = r * (1.0 - powers.at(lived)) / (1.0 - r) / r;
        let decayed = alive * powers.at(dead);
        let after = if (r - fading).abs() > 1e-9 {
            fading * (powers.at(dead) - fade.at(dead)) / (r - fading)
        } else {
            f64::from(dead) * powers.at(dead)
        };
        decayed + after
    };
    (sum(keep), sum(keep_squared))
}

/// Powers of a daily factor to whole days.
#[derive(Clone, Debug)]
pub struct Powers {
    base: f64,
    table: Vec<f64>,
}

impl Powers {
    /// Days beyond which powers are worked out anew: few spells are as old.
    const DAYS: Day = 512;

    pub fn new(base: f64) -> Self {
        let power = |days| libm::pow(base, f64::from(days));
        Powers {
            base,
            table: (0..Self::DAYS).map(power).collect(),
        }
    }

    fn at(&self, days: Day) -> f64 {
        match self.table.get(days as usize) {
            Some(power) => *power,
            None => libm::pow(self.base, f64::from(days)),
        }
    }
}
