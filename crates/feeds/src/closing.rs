//! When the window closes: what each person saw, in the measures that do not add up over days.

use overheard_model::block::{Leaf, Settled};
use overheard_model::calendar::NEVER;
use overheard_model::columns::{LEAF, Lane, SLOTS, TRUE_SLOTS};
use overheard_model::ids::{App, Route};
use overheard_model::math::exp_f32;
use overheard_model::tally::{FREQUENCY, SPREAD_BINS, TableId, leaf_sum};
use overheard_model::world::World;

use crate::categories;
use crate::kept::Kept;
use crate::params::Params;
use crate::settle;
use crate::sums::Sums;

/// Mass above which a topic counts as one that the profile holds [likes].
const HELD: f32 = 0.5;

/// Adds the person-level outcomes of one leaf under one arm.
///
/// `N = K + Poisson(U)` chat-derived ads reached a person: `K` drawn, `U` the mean of those not drawn.
pub fn close(
    p: &Params,
    world: &World,
    kept: Kept,
    stratum: u16,
    leaf: &mut Leaf,
    arm: usize,
    sums: &mut Sums,
) {
    let last_day = world.window.days - 1;
    let signals = std::mem::take(&mut leaf.arms[arm].signals);
    for s in &signals {
        settle::signal(p, world, kept, arm, &mut leaf.arms[arm], s, last_day, sums);
    }
    leaf.arms[arm].signals = signals;
    if kept == Kept::Means {
        categories::close(world, leaf, arm, sums);
    }
    people(p, world, stratum, leaf, arm, sums);
    reach(world, kept, stratum, leaf, arm, sums);
    sensitive(kept, leaf, arm, sums);
    controls(p, world, stratum, leaf, arm, sums);
    profile(leaf, arm, sums);
}

fn people(p: &Params, world: &World, stratum: u16, leaf: &Leaf, arm: usize, sums: &mut Sums) {
    let (who, n) = (&leaf.who, leaf.n);
    let count = |yes: &dyn Fn(usize) -> bool| (0..n).filter(|l| yes(*l)).count() as f64;
    sums.add(TableId::People, 0, n as f64);
    sums.add(TableId::ActiveTotal, 0, count(&|l| who.ever_opened[l] != 0));
    for app in 0..App::COUNT {
        sums.add(
            TableId::ActiveApp,
            app,
            count(&|l| who.ever_opened[l] >> app & 1 == 1),
        );
    }
    let state = &leaf.arms[arm];
    let days = |from: u32, to: u32| ((1u64 << to) - (1u64 << from)) as u32;
    sums.add(
        TableId::ChattingMonth,
        0,
        count(&|l| state.chatted[l] & days(0, 30) != 0),
    );
    for week in 0..4 {
        let bits = days(7 * week, 7 * week + 7);
        sums.add(
            TableId::ChattingWeek,
            week as usize,
            count(&|l| state.chatted[l] & bits != 0),
        );
    }
    let market = world.market(stratum).index();
    let rules = |l: usize| p.rules_of(arm, state.treated, l);
    let told = |l: usize| rules(l).from[market] < NEVER;
    if (0..n).any(told) {
        let by_now = |days: &[i32; LEAF]| count(&|l| told(l) && days[l] < world.window.days);
        let notice = &who.notice;
        for (bucket, days) in [
            &notice.shown,
            &notice.opened,
            &notice.understood,
            &notice.acted,
        ]
        .into_iter()
        .enumerate()
        {
            sums.add(TableId::Funnel, bucket, by_now(days));
        }
        let signalled = |l: usize| told(l) && state.first_signal[l] < world.window.days;
        let knew = |l: usize| signalled(l) && notice.understood[l] < state.first_signal[l];
        sums.add(TableId::Informed, 0, count(&signalled));
        sums.add(TableId::Informed, 1, count(&knew));
        let helped = count(&|l| knew(l) && rules(l).controls_work);
        sums.add(TableId::Informed, 2, helped);
    }
}

fn reach(world: &World, kept: Kept, stratum: u16, leaf: &Leaf, arm: usize, sums: &mut Sums) {
    let x = &leaf.arms[arm].exposure;
    let n = leaf.n;
    let mut reached_any: Lane = [0.0; LEAF];
    let mut frequency = [[0.0f32; LEAF]; FREQUENCY.len()];
    let mut with_displaced = 0.0;
    for app in 0..App::COUNT {
        let mut reached: Lane = [0.0; LEAF];
        for l in 0..n {
            reached[l] = reach_of(u32::from(x.marked[app][l]), x.unmarked[app][l]);
        }
        sums.add(TableId::ReachedApp, app, leaf_sum(&reached));
    }
    for l in 0..n {
        let marked: u32 = (0..App::COUNT).map(|a| u32::from(x.marked[a][l])).sum();
        let unmarked: f32 = (0..App::COUNT).map(|a| x.unmarked[a][l]).sum();
        with_displaced += kept.any(f64::from(x.displaced[l]));
        let expected = kept.expected(x, l);
        if expected > 0.0 {
            sums.add(TableId::SpreadPeople, spread_bin(expected), 1.0);
            sums.add(
                TableId::SpreadAds,
                spread_bin(expected),
                f64::from(expected),
            );
        }
        if marked == 0 && unmarked == 0.0 {
            frequency[0][l] = 1.0;
            continue;
        }
        reached_any[l] = reach_of(marked, unmarked);
        let mut probability = exp_f32(-unmarked);
        let mut left = 1.0;
        let top = FREQUENCY.len() - 1;
        for (extra, bucket) in (marked as usize..top).enumerate() {
            frequency[bucket][l] = probability;
            left -= probability;
            probability = probability * unmarked / (extra + 1) as f32;
        }
        frequency[top][l] = left.max(0.0);
    }
    sums.add(TableId::Reached, 0, leaf_sum(&reached_any));
    let mut minors: Lane = [0.0; LEAF];
    for l in 0..n {
        minors[l] = if leaf.who.minors >> l & 1 == 1 {
            reached_any[l]
        } else {
            0.0
        };
    }
    sums.add(TableId::MinorsReached, 0, leaf_sum(&minors));
    if world.assistant(stratum) {
        for (bucket, column) in frequency.iter().enumerate() {
            sums.add(TableId::Frequency, bucket, leaf_sum(column));
        }
    }
    sums.add(TableId::WithDisplaced, 0, with_displaced);
}

/// Chance of at least one, `marked` of which happened.
pub fn reach_of(marked: u32, unmarked: f32) -> f32 {
    if marked > 0 {
        1.0
    } else if unmarked == 0.0 {
        // Most people: no exponential for them.
        0.0
    } else {
        1.0 - exp_f32(-unmarked)
    }
}

/// Quarter octaves from 2^-8 to 2^8.
fn spread_bin(expected: f32) -> usize {
    let octaves = libm::log2(f64::from(expected)) + 8.0;
    ((octaves * 4.0).max(0.0) as usize).min(SPREAD_BINS - 1)
}

fn sensitive(kept: Kept, leaf: &mut Leaf, arm: usize, sums: &mut Sums) {
    let settled = &mut leaf.arms[arm].exposure.settled;
    for s in settled.iter() {
        let cell = |route: Route| s.class.index() * Route::COUNT + route.index();
        sums.add(TableId::SensitiveAds, cell(s.route_ads), f64::from(s.ads));
        sums.add(
            TableId::SensitiveContent,
            cell(s.route_content),
            f64::from(s.content),
        );
    }
    // A person reached from two classes, or by two routes, is one person: each sum counts people anew.
    reached(kept, settled, sums, |_| (TableId::ReachedSensitiveAny, 0));
    reached(kept, settled, sums, |s| {
        (TableId::ReachedSensitiveClass, s.class.index())
    });
    reached(kept, settled, sums, |s| {
        (TableId::ReachedSensitiveRoute, s.route_ads.index())
    });
    reached(kept, settled, sums, |s| {
        let cell = s.class.index() * Route::COUNT + s.route_ads.index();
        (TableId::ReachedSensitive, cell)
    });
    settled.clear();
}

/// Adds the people reached by each cell: the chance of at least one ad, over all of a person's signals that belong to it.
fn reached(
    kept: Kept,
    settled: &[Settled],
    sums: &mut Sums,
    cell: impl Fn(&Settled) -> (TableId, usize),
) {
    for (k, s) in settled.iter().enumerate() {
        let same = |o: &&Settled| o.lane == s.lane && cell(o) == cell(s);
        if settled[..k].iter().any(|o| same(&o)) {
            continue;
        }
        let ads = settled[k..].iter().filter(same).map(|o| f64::from(o.ads));
        let (table, cell) = cell(s);
        sums.add(table, cell, kept.any(ads.sum()));
    }
}

fn controls(p: &Params, world: &World, stratum: u16, leaf: &Leaf, arm: usize, sums: &mut Sums) {
    let state = &leaf.arms[arm];
    let days = world.window.days;
    let count = |yes: &dyn Fn(usize) -> bool| (0..leaf.n).filter(|l| yes(*l)).count() as f64;
    if !world.assistant(stratum) {
        return;
    }
    let market = world.market(stratum).index();
    let rules = |l: usize| p.rules_of(arm, state.treated, l);
    let in_force = |l: usize| rules(l).from[market] < days;
    let used = [
        count(&|l| (0..SLOTS).any(|s| state.shown[s][l] == 0.0)),
        count(&|l| state.cut[l] < days),
        count(&|l| state.quit[l] < days),
        count(&|l| state.unjoined[l] < days),
        count(&|l| in_force(l) && leaf.who.u_control[l] < rules(l).opt_out),
        count(&|l| in_force(l) && rules(l).incognito),
    ];
    for (control, people) in used.into_iter().enumerate() {
        sums.add(TableId::Controls, control, people);
    }
    sums.add(TableId::Quit, 0, used[2]);
}

fn profile(leaf: &Leaf, arm: usize, sums: &mut Sums) {
    let state = &leaf.arms[arm];
    let mut ads = 0usize;
    let mut content = 0usize;
    for lane in 0..leaf.n {
        let seat = state.seats.at(lane);
        for slot in 0..SLOTS {
            let gate = leaf.who.personalised[lane] * state.shown[slot][lane];
            let (mut for_ads, mut for_content) = (0.0f32, 0.0f32);
            for app in 0..App::COUNT {
                let behaviour = if slot < TRUE_SLOTS {
                    state.behaviour[app][slot][lane]
                } else {
                    0.0
                };
                let (chat_ads, chat_content) = seat.map_or((0.0, 0.0), |(row, l)| {
                    (row.ads[app][slot][l], row.content[app][slot][l])
                });
                for_ads = for_ads.max(behaviour + chat_ads);
                for_content = for_content.max(behaviour + chat_content);
            }
            ads += usize::from(gate * for_ads > HELD);
            content += usize::from(for_content > HELD);
        }
    }
    sums.add(TableId::TopicsAds, 0, ads as f64);
    sums.add(TableId::TopicsContent, 0, content as f64);
}
