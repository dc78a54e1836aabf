//! What chat signals earned: settled when their slot is given up, when they expire, and when the window closes.

use overheard_model::block::{ArmState, Settled, Signal};
use overheard_model::calendar::Day;
use overheard_model::ids::App;
use overheard_model::tally::{FIRST_AD, FIRST_AD_AGES, TableId};
use overheard_model::world::World;

use crate::categories;
use crate::earnings::{self, earned};
use crate::kept::Kept;
use crate::params::Params;
use crate::sums::Sums;

/// Settles one signal: origin by shown app, class and route, and the last of its days to the first ad.
#[expect(
    clippy::too_many_arguments,
    reason = "whose signal, under which rules, and where its sums go"
)]
pub fn signal(
    p: &Params,
    world: &World,
    kept: Kept,
    arm: usize,
    state: &mut ArmState,
    signal: &Signal,
    day: Day,
    sums: &mut Sums,
) {
    let keep = earnings::keep_of(p, arm, state, signal.lane as usize);
    let ads = earned(kept, state, signal, keep, p.anchor(day), false);
    for (app, value) in ads.iter().enumerate() {
        sums.add(
            TableId::CrossApp,
            signal.surface.index() * App::COUNT + app,
            *value,
        );
    }
    let total: f64 = ads.iter().sum();
    if signal.class.is_sensitive() {
        let content: f64 = earned(kept, state, signal, keep, p.anchor(day), true)
            .iter()
            .sum();
        remember(state, signal, total, content);
    }
    if signal.ads != 0 && world.window.reported(signal.day) {
        let (now, more) = first_ad(signal, kept.any(total));
        sums.add(TableId::FirstAd, first_ad_bucket(day - signal.day), more);
        sums.add(TableId::FirstAd, FIRST_AD.len() - 1, 1.0 - f64::from(now));
    }
}

/// The chance that a signal's first ad is behind it by now, and how much of it is new. It never falls: an ad that was
/// shown stays shown, whatever rounding takes from the sums of its slot, so no bucket is ever below zero and all of them
/// add up to the signal.
fn first_ad(signal: &Signal, reached: f64) -> (f32, f64) {
    let before = signal.first_ad_done;
    let now = (reached as f32).max(before);
    (now, f64::from(now) - f64::from(before))
}

/// The bucket of [`FIRST_AD`] for a first ad at an age in days.
pub fn first_ad_bucket(age: Day) -> usize {
    FIRST_AD_AGES
        .iter()
        .position(|last| age <= *last)
        .unwrap_or(FIRST_AD.len() - 2)
}

fn remember(state: &mut ArmState, signal: &Signal, ads: f64, content: f64) {
    let settled = &mut state.exposure.settled;
    let same = |s: &&mut Settled| {
        s.lane == signal.lane
            && s.class == signal.class
            && s.route_ads == signal.route_ads
            && s.route_content == signal.route_content
    };
    match settled.iter_mut().find(same) {
        Some(s) => {
            s.ads += ads as f32;
            s.content += content as f32;
        }
        None => settled.push(Settled {
            lane: signal.lane,
            class: signal.class,
            route_ads: signal.route_ads,
            route_content: signal.route_content,
            ads: ads as f32,
            content: content as f32,
        }),
    }
}

/// Tallies first ads of signals whose age reaches the end of a bucket today.
pub fn first_ads(
    p: &Params,
    world: &World,
    arm: usize,
    state: &mut ArmState,
    day: Day,
    sums: &mut Sums,
) {
    let mut signals = std::mem::take(&mut state.signals);
    for s in &mut signals {
        if s.ads == 0 || !world.window.reported(s.day) {
            continue;
        }
        if let Some(bucket) = FIRST_AD_AGES.iter().position(|last| day - s.day == *last) {
            let keep = earnings::keep_of(p, arm, state, s.lane as usize);
            let total: f64 = earned(Kept::Means, state, s, keep, p.anchor(day), false)
                .iter()
                .sum();
            let (now, more) = first_ad(s, Kept::Means.any(total));
            sums.add(TableId::FirstAd, bucket, more);
            s.first_ad_done = now;
        }
    }
    state.signals = signals;
}

/// Settles what was retired or vacated this morning, before today's races.
pub fn morning(
    p: &Params,
    world: &World,
    kept: Kept,
    arm: usize,
    state: &mut ArmState,
    day: Day,
    sums: &mut Sums,
) {
    if day == 0 && p.first_day < 0 {
        earnings::open_window(kept, state);
    }
    earnings::move_anchor(p, kept, arm, state, day);
    let retired = std::mem::take(&mut state.retired);
    for s in &retired {
        signal(p, world, kept, arm, state, s, day, sums);
    }
    state.retired = retired;
    state.retired.clear();
    let vacated = std::mem::take(&mut state.vacated);
    for (lane, slot, topic) in &vacated {
        let (lane, slot) = (*lane as usize, *slot as usize);
        if kept == Kept::Means {
            categories::give_up(world, state, lane, slot, *topic);
        }
        if let Some((row, l)) = state.seats.at_mut(lane) {
            for app in 0..App::COUNT {
                row.earned_ads[app][slot][l] = 0.0;
                row.earned_content[app][slot][l] = 0.0;
            }
        }
    }
    // A signal born this morning on a slot vacated this morning begins at zero like the slot.
    for s in &mut state.signals {
        if s.day == day
            && vacated
                .iter()
                .any(|(lane, slot, _)| (*lane, *slot) == (s.lane, s.slot))
        {
            s.base_ads = [0.0; App::COUNT];
            s.base_content = [0.0; App::COUNT];
        }
    }
    state.vacated = vacated;
    state.vacated.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::people::Setup;
    use overheard_model::tally::Tally;

    /// A signal that shows nothing more after two days: what is left of it when it is settled is rounding.
    #[test]
    fn no_bucket_of_first_ads_is_below_zero_and_they_add_up() {
        let setup = Setup::new(&[]);
        let (p, world, arm) = (&*setup.params, &*setup.world, 1);
        let layout = &world.layout;
        for k in 1..200 {
            let mut state = ArmState::default();
            state.signals.push(Signal {
                day: 0,
                weight: 3.0,
                ..setup.signal(&state)
            });
            state.seats.give(0).0.earned_ads[0][0][0] = 0.013 * k as f32;
            let mut sums = Sums::new(layout);
            for day in 0..=2 {
                first_ads(p, world, arm, &mut state, day, &mut sums);
            }
            let settled = state.signals[0];
            signal(
                p,
                world,
                Kept::Means,
                arm,
                &mut state,
                &settled,
                5,
                &mut sums,
            );
            let mut tally = Tally::new(layout);
            sums.pour(std::iter::once(&mut tally));
            let first = layout.offset(TableId::FirstAd);
            let cells = &tally.cells[first..first + FIRST_AD.len()];
            assert!(cells.iter().all(|c| *c >= 0), "{k}: {cells:?}");
            assert_eq!(cells.iter().sum::<i64>(), 1 << 32, "{k}: {cells:?}");
            assert!(cells[0] > 0 && cells[FIRST_AD.len() - 1] >= 0);
        }
    }
}
