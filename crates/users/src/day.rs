//! A day of what people do on their own: open apps, behave, visit other sites. People are lanes.

use overheard_model::block::{LEAF, Lane, Leaf, TRUE_SLOTS};
use overheard_model::calendar::Day;
use overheard_model::ids::App;
use overheard_model::math::exp_f32;
use overheard_model::rates::InterestRates;
use overheard_model::streams::{Draws, Stream, unit_f32};

use crate::params::Params;

/// Opens apps: one uniform per person and app.
#[inline(always)]
pub fn open(draws: &Draws, stratum: u16, day: Day, leaf: &mut Leaf) {
    let mut words = [[0u32; LEAF]; 4];
    draws.lanes(stratum, leaf.first, day, Stream::Opening, 0, &mut words);
    leaf.today.opened = [0; LEAF];
    for app in 0..App::COUNT {
        let rate = &leaf.who.open_rate[app];
        let opened = &mut leaf.today.opened;
        for lane in 0..LEAF {
            let yes = unit_f32(words[app][lane]) < rate[lane];
            opened[lane] |= u8::from(yes) << app;
        }
    }
    for lane in leaf.n..LEAF {
        leaf.today.opened[lane] = 0;
    }
}

/// Poisson counts of behaviours by app and slot, and of off-platform visits by slot.
#[inline(always)]
pub fn behave(p: &Params, draws: &Draws, stratum: u16, day: Day, leaf: &mut Leaf) {
    let mut words = [[0u32; LEAF]; 4];
    for slot in 0..TRUE_SLOTS {
        let kind = InterestRates::kind(slot);
        draws.lanes(
            stratum,
            leaf.first,
            day,
            Stream::Behaviour,
            slot as u32,
            &mut words,
        );
        for app in 0..App::COUNT {
            let rate = p.rates.on_platform[app][kind];
            let mut mean: Lane = [0.0; LEAF];
            for lane in 0..LEAF {
                let opened = f32::from(leaf.today.opened[lane] >> app & 1);
                mean[lane] = opened * rate * leaf.who.z[slot][lane] * leaf.who.activity[lane];
            }
            counts(&words[app], &mean, &mut leaf.today.behaviours[app][slot]);
        }
    }
    for pair in 0..TRUE_SLOTS / 4 {
        draws.lanes(
            stratum,
            leaf.first,
            day,
            Stream::OffPlatform,
            pair as u32,
            &mut words,
        );
        for word in 0..4 {
            let slot = 4 * pair + word;
            let rate = p.rates.visits[InterestRates::kind(slot)];
            let mut mean: Lane = [0.0; LEAF];
            for lane in 0..LEAF {
                mean[lane] = rate * leaf.who.z[slot][lane];
            }
            counts(&words[word], &mean, &mut leaf.today.visits[slot]);
            let last = &mut leaf.who.last_visit[slot];
            let visits = &leaf.today.visits[slot];
            for lane in 0..LEAF {
                last[lane] = if visits[lane] > 0.0 {
                    day as i16
                } else {
                    last[lane]
                };
            }
        }
    }
}

/// Poisson counts by comparing one uniform with the first five cumulative probabilities: exact up to 5, and for the
/// means that occur here (below 1) a count above 5 has a chance below 6e-4 of 1 %; monotone in the mean.
#[inline(always)]
fn counts(words: &[u32; LEAF], mean: &Lane, out: &mut Lane) {
    for lane in 0..LEAF {
        let u = unit_f32(words[lane]);
        let m = mean[lane];
        let mut term = exp_f32(-m);
        let mut cumulative = term;
        let mut n = 0.0f32;
        for k in 1..=5 {
            n += if u >= cumulative { 1.0 } else { 0.0 };
            term = term * m / k as f32;
            cumulative += term;
        }
        // The chance of nothing is exactly one at mean zero: rounding of the uniform cannot make a behaviour.
        out[lane] = if m > 0.0 { n } else { 0.0 };
    }
}
