//! The profile a window starts from: a draw from its stationary distribution, so that a month without policy drifts
//! nowhere.
//!
//! Behaviour mass is shot noise: Poisson behaviours a day, each decaying by a factor `r` a day. Its stationary mean is
//! `m / (1 - r)` and its variance `v / (1 - r²)`, with `m`, `v` the mean and variance of what one day adds (Campbell's
//! theorem); a gamma distribution with these two moments stands for it. Off-platform visits are a stream of their own: their
//! mass is drawn apart from that of behaviour, is the same in every app, and its sum over topics is kept.

mod passing;

use overheard_model::block::{Leaf, Who};
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, ROW, STANDING, TRUE_SLOTS, of_anybody};
use overheard_model::ids::App;
use overheard_model::isa::Isa;
use overheard_model::rates::InterestRates;
use overheard_model::streams::{Draws, NO_DAY, Stream, unit32_f64};

use crate::gamma_table::Found;
use crate::params::{ArmParams, Params};

/// One value per person of a leaf, in double precision.
type Wide = [f64; LEAF];
const ZERO: Wide = [0.0; LEAF];

/// Where the words of visits' masses begin among those of a start.
const VISIT_BLOCKS: usize = 32;
/// Where those of the fifth app on begin.
const FURTHER_BLOCKS: usize = 128;
/// Blocks of four random words that give each app one.
const BLOCKS: usize = App::COUNT.div_ceil(4);

/// Where and when the leaf starts.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub stratum: u16,
    pub market: usize,
    pub first_day: Day,
}

/// Draws the start mass of every app and slot. Apps of one account group hold the same mass: they take in the same
/// signals, and read the words of their first app.
pub fn draw(p: &Params, arm: usize, draws: &Draws, isa: Isa, place: Place, leaf: &mut Leaf) {
    let (n, index) = (leaf.n, &leaf.index);
    let (who, state) = (&leaf.who, &mut leaf.arms[arm]);
    let (ruled, reach) = (state.ruled(arm), &state.reach);
    let rules = std::array::from_fn(|l| &p.arms[ruled.by(l)]);
    let mut sums = [[ZERO; 2]; TRUE_SLOTS];
    for (slot, [of_mean, of_variance]) in sums[STANDING..].iter_mut().enumerate() {
        for lane in 0..n {
            let applies: &ArmParams = rules[lane];
            let keeps = [&applies.keep_powers, &applies.keep_squared_powers];
            let passing = &who.passing[slot];
            (of_mean[lane], of_variance[lane]) =
                passing::sums(&p.fade, keeps, passing, lane, place.first_day);
        }
    }
    // Of rows that somebody is in.
    let lanes = n.next_multiple_of(ROW).min(LEAF);
    let (behaviour, off_platform) = (&mut state.behaviour, &mut state.off_platform);
    let used: [bool; App::COUNT] = std::array::from_fn(|app| of_anybody(&reach[app]) != 0);
    *off_platform = [0.0; LEAF];
    isa.run(
        #[inline(always)]
        || {
            standing(&of(&rules, |r| r.keep_behaviour), &mut sums);
            let per_day = |kind| per_day(p, &rules, place.market, kind, who, reach);
            let per_day = [per_day(0), per_day(1)];
            let visits = visits_per_day(p, &rules);
            let (mut words, mut of_visits) = ([[[0u32; LEAF]; 4]; BLOCKS], [[0u32; LEAF]; 4]);
            let mut found = Found::default();
            for slot in 0..TRUE_SLOTS {
                let draw = |block: usize, words: &mut [[u32; LEAF]; 4]| {
                    let (stratum, stream) = (place.stratum, Stream::StartState);
                    draws.lanes(stratum, index, NO_DAY, stream, block as u32, n, words);
                };
                for (block, words) in words.iter_mut().enumerate() {
                    let of_four = FURTHER_BLOCKS + TRUE_SLOTS * block + slot;
                    draw(if block == 0 { slot } else { of_four }, words);
                }
                let words = words.as_flattened();
                if slot % 4 == 0 {
                    draw(VISIT_BLOCKS + slot / 4, &mut of_visits);
                }
                let z = strength(who, slot);
                let [of_mean, of_variance] = &sums[slot];
                let [mean, variance] = &visits[InterestRates::kind(slot)];
                for l in 0..lanes {
                    found.put(
                        l,
                        mean[l] * z[l] * of_mean[l],
                        variance[l] * z[l] * of_variance[l],
                        unit32_f64(of_visits[slot % 4][l]),
                    );
                }
                let visited = p.gamma.read(&found, lanes);
                for l in 0..LEAF {
                    off_platform[l] += visited[l];
                }
                for app in (0..App::COUNT).filter(|app| used[*app]) {
                    let [mean, variance, spread] = &per_day[InterestRates::kind(slot)][app];
                    for l in 0..lanes {
                        let mut word = words[App::COUNT - 1][l];
                        for first in (0..App::COUNT - 1).rev() {
                            if reach[app][l] >> first & 1 != 0 {
                                word = words[first][l];
                            }
                        }
                        found.put(
                            l,
                            mean[l] * z[l] * of_mean[l],
                            (variance[l] * z[l] + spread[l] * z[l] * z[l]) * of_variance[l],
                            unit32_f64(word),
                        );
                    }
                    let own = p.gamma.read(&found, lanes);
                    let mass = &mut behaviour[app][slot];
                    for l in 0..LEAF {
                        let uses = if reach[app][l] != 0 { 1.0 } else { 0.0 };
                        mass[l] = own[l] + uses * visited[l];
                    }
                }
            }
        },
    );
}

/// A rule as it applies to each person: the arm's own where treated, the base arm's elsewhere.
#[inline(always)]
fn of(rules: &[&ArmParams; LEAF], rule: fn(&ArmParams) -> f32) -> Wide {
    let mut column = ZERO;
    for l in 0..LEAF {
        column[l] = f64::from(rule(rules[l]));
    }
    column
}

/// `Σ r^age` and `Σ r^(2 age)` over all past days, of the slots of standing interests.
#[inline(always)]
fn standing(keep: &Wide, sums: &mut [[Wide; 2]; TRUE_SLOTS]) {
    let mut of_all = [ZERO; 2];
    for l in 0..LEAF {
        of_all[0][l] = 1.0 / (1.0 - keep[l]);
        of_all[1][l] = 1.0 / (1.0 - keep[l] * keep[l]);
    }
    sums[..STANDING].fill(of_all);
}

/// What a day's off-platform visits add on average per unit of strength, and its variance, in the slots of each kind.
#[inline(always)]
fn visits_per_day(p: &Params, rules: &[&ArmParams; LEAF]) -> [[Wide; 2]; 2] {
    let visited = of(rules, |r| r.visit);
    let weight = f64::from(p.rates.visit_weight);
    let mut per_day = [[ZERO; 2]; 2];
    for (kind, [mean, variance]) in per_day.iter_mut().enumerate() {
        let rate = f64::from(p.rates.visits[kind]);
        for l in 0..LEAF {
            let likes = weight * visited[l];
            mean[l] = rate * likes;
            variance[l] = rate * likes * likes;
        }
    }
    per_day
}

/// What a day's behaviour adds on average per unit of strength, and its variance as `a z + b z²`, in the slots of a kind, by
/// app.
#[inline(always)]
fn per_day(
    p: &Params,
    rules: &[&ArmParams; LEAF],
    market: usize,
    kind: usize,
    who: &Who,
    reach: &[[u8; LEAF]],
) -> [[Wide; 3]; App::COUNT] {
    let behaves = of(rules, |r| r.behaviour);
    let mut own = [[ZERO; 2]; App::COUNT];
    for origin in 0..App::COUNT {
        let clicks = 1.0 + f64::from(p.click_feedback[market][origin][kind]);
        for l in 0..LEAF {
            let rate = f64::from(p.rates.on_platform[origin][kind]) * f64::from(who.activity[l]);
            let open = f64::from(who.open_rate[origin][l]);
            own[origin][0][l] = open * rate * clicks;
            own[origin][1][l] = open * (1.0 - open) * rate * rate;
        }
    }
    let mut per_day = [[ZERO; 3]; App::COUNT];
    for app in 0..App::COUNT {
        let [mean, variance, spread] = &mut per_day[app];
        for l in 0..LEAF {
            let (mut sum, mut sum_of_spread) = (0.0, 0.0);
            for origin in 0..App::COUNT {
                let joined = f64::from(reach[app][l] >> origin & 1);
                sum += joined * own[origin][0][l];
                sum_of_spread += joined * own[origin][1][l];
            }
            mean[l] = sum * behaves[l];
            variance[l] = sum * behaves[l] * behaves[l];
            spread[l] = sum_of_spread * behaves[l] * behaves[l];
        }
    }
    per_day
}

/// Strength of the interest while alive: what a day's behaviour scales with.
#[inline(always)]
fn strength(who: &Who, slot: usize) -> Wide {
    let mut z = [1.0; LEAF];
    if slot < STANDING {
        for l in 0..LEAF {
            z[l] = f64::from(who.z[slot][l]);
        }
    }
    z
}
