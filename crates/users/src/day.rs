//! A day of what people do on their own: open apps, behave, visit other sites. People are lanes.

use overheard_model::block::{Columns, LEAF, Lane, Leaf, TRUE_SLOTS};
use overheard_model::calendar::Day;
use overheard_model::ids::App;
use overheard_model::rates::InterestRates;
use overheard_model::samplers::poisson_capped;
use overheard_model::streams::{Draws, Stream, fine_f32, unit_f32};

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
    let Columns([mean, drawn]) = &mut Columns::<2>::default();
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
            for lane in 0..LEAF {
                let opened = f32::from(leaf.today.opened[lane] >> app & 1);
                mean[lane] = opened * rate * leaf.who.z[slot][lane] * leaf.who.activity[lane];
            }
            counts(&words[app], mean, drawn);
            leaf.today.behaviours[app][slot] = *drawn;
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
            for lane in 0..LEAF {
                mean[lane] = rate * leaf.who.z[slot][lane];
            }
            counts(&words[word], mean, drawn);
            leaf.today.visits[slot] = *drawn;
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

/// People for whom counts are drawn at once.
const ROW: usize = 16;

/// Poisson counts from one uniform each, monotone in the mean; a mean of zero gives zero.
///
/// As `1 - e^-m <= m`, nothing happens to a row of people whose uniforms all exceed their means: most rows, in the apps
/// that show little of what one is interested in.
///
/// Columns are scratch of the kernel's own: written through a reference that might overlap what is read, the loop would
/// stay scalar.
#[inline(always)]
fn counts(words: &[u32; LEAF], mean: &Lane, n: &mut Lane) {
    for row in 0..LEAF / ROW {
        let lanes = row * ROW..(row + 1) * ROW;
        let mut likely = 0;
        for lane in lanes.clone() {
            likely |= u32::from(fine_f32(words[lane]) < mean[lane]);
        }
        if likely == 0 {
            n[lanes].fill(0.0);
        } else {
            for lane in lanes {
                n[lane] = poisson_capped::<5>(fine_f32(words[lane]), mean[lane]) as f32;
            }
        }
    }
}
