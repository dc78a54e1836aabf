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
    if signal.class != 0 {
        let content: f64 = earned(kept, state, signal, keep, p.anchor(day), true)
            .iter()
            .sum();
        remember(state, signal, total, content);
    }
    if signal.ads != 0 && world.window.reported(signal.day) {
        let reached = kept.any(total);
        sums.add(
            TableId::FirstAd,
            first_ad_bucket(day - signal.day),
            reached - f64::from(signal.first_ad_done),
        );
        sums.add(TableId::FirstAd, FIRST_AD.len() - 1, 1.0 - reached);
    }
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
            let reached = -libm::expm1(-total);
            sums.add(
                TableId::FirstAd,
                bucket,
                reached - f64::from(s.first_ad_done),
            );
            s.first_ad_done = reached as f32;
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
