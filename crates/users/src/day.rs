//! A day of what people do on their own: open apps, behave, visit other sites. People are lanes.

use overheard_model::block::Leaf;
use overheard_model::calendar::Day;
use overheard_model::columns::{Columns, LEAF, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::rates::InterestRates;
use overheard_model::streams::{Draws, Stream, unit_f32};

use crate::counts::Likely;
use crate::params::Params;

/// Blocks of four random words that give each app one.
const BLOCKS: usize = App::COUNT.div_ceil(4);

/// Opens apps: one uniform per person and app.
#[inline(always)]
pub fn open(draws: &Draws, stratum: u16, day: Day, leaf: &mut Leaf) {
    let mut words = [[0u32; LEAF]; 4];
    leaf.today.opened = [0; LEAF];
    for block in 0..BLOCKS {
        draws.lanes(
            stratum,
            &leaf.index,
            day,
            Stream::Opening,
            block as u32,
            leaf.n,
            &mut words,
        );
        for (word, app) in (4 * block..App::COUNT).take(4).enumerate() {
            let rate = &leaf.who.open_rate[app];
            let opened = &mut leaf.today.opened;
            for lane in 0..LEAF {
                let yes = unit_f32(words[word][lane]) < rate[lane];
                opened[lane] |= u8::from(yes) << app;
            }
        }
    }
    for lane in leaf.n..LEAF {
        leaf.today.opened[lane] = 0;
    }
}

/// Columns of what people do on a day: behaviours by slot and app, then visits by slot.
pub const DEEDS: usize = VISITS + TRUE_SLOTS;
const VISITS: usize = TRUE_SLOTS * App::COUNT;

/// Poisson counts of behaviours by app and slot, and of off-platform visits by slot.
#[inline(always)]
pub fn behave(
    p: &Params,
    draws: &Draws,
    stratum: u16,
    day: Day,
    leaf: &mut Leaf,
    likely: &mut Likely<DEEDS>,
) {
    let mut words = [[0u32; LEAF]; 4];
    let Columns(opened) = &mut Columns::<{ App::COUNT }>::default();
    for app in 0..App::COUNT {
        for lane in 0..LEAF {
            opened[app][lane] = f32::from(leaf.today.opened[lane] >> app & 1);
        }
    }
    let Columns(mean) = &mut Columns::<4>::default();
    for slot in 0..TRUE_SLOTS {
        let kind = InterestRates::kind(slot);
        for block in 0..BLOCKS {
            draws.lanes(
                stratum,
                &leaf.index,
                day,
                Stream::Behaviour,
                (TRUE_SLOTS * block + slot) as u32,
                leaf.n,
                &mut words,
            );
            let apps = (4 * block..App::COUNT).take(4);
            // Words without an app: nothing happens by them.
            mean[apps.len()..].fill([0.0; LEAF]);
            for (word, app) in apps.enumerate() {
                let rate = p.rates.on_platform[app][kind];
                for lane in 0..LEAF {
                    mean[word][lane] =
                        opened[app][lane] * rate * leaf.who.z[slot][lane] * leaf.who.activity[lane];
                }
            }
            likely.add(App::COUNT * slot + 4 * block, &words, mean);
        }
    }
    for block in 0..TRUE_SLOTS / 4 {
        draws.lanes(
            stratum,
            &leaf.index,
            day,
            Stream::OffPlatform,
            block as u32,
            leaf.n,
            &mut words,
        );
        for word in 0..4 {
            let slot = 4 * block + word;
            let rate = p.rates.visits[InterestRates::kind(slot)];
            for lane in 0..LEAF {
                mean[word][lane] = rate * leaf.who.z[slot][lane];
            }
        }
        likely.add(VISITS + 4 * block, &words, mean);
    }
    let (today, last_visit) = (&mut leaf.today, &mut leaf.who.last_visit);
    today.behaviours = [[[0.0; LEAF]; TRUE_SLOTS]; App::COUNT];
    today.visits = [[0.0; LEAF]; TRUE_SLOTS];
    likely.count(|column, lane, count| {
        if column < VISITS {
            today.behaviours[column % App::COUNT][column / App::COUNT][lane] = count;
        } else {
            today.visits[column - VISITS][lane] = count;
            last_visit[column - VISITS][lane] = day as i16;
        }
    });
}
