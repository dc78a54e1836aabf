//! When the window closes: what each person saw, in the measures that do not add up over days.

use overheard_model::block::{Leaf, Settled};
use overheard_model::calendar::NEVER;
use overheard_model::columns::{LEAF, Lane, SLOTS, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::isa::Isa;
use overheard_model::math::exp_f32;
use overheard_model::tally::{Count, FREQUENCY, SPREAD_BINS, TableId, leaf_sum};

use crate::arm_day::ArmDay;
use crate::carriers;
use crate::categories;
use crate::kept::Kept;
use crate::reach::{reach_of, reached};
use crate::settle;
use crate::sums::Sums;

/// Mass above which a topic counts as one that the profile holds (likes).
const HELD: f32 = 0.5;

/// Adds the person-level outcomes of one leaf under one arm.
///
/// `N = K + Poisson(U)` chat-derived ads reached a person: `K` drawn, `U` the mean of those not drawn.
pub fn close(d: &ArmDay<'_>, isa: Isa, leaf: &mut Leaf, sums: &mut Sums) {
    let state = &mut leaf.arms[d.arm];
    let (ruled, settled) = (state.ruled(d.arm), &mut state.exposure.settled);
    for s in state.signals.live() {
        settle::signal(d, ruled, &state.seats, s, settled, sums);
    }
    if d.kept == Kept::Means {
        isa.run(
            #[inline(always)]
            || categories::close(d.world, leaf, d.arm, sums),
        );
    }
    people(d, leaf, sums);
    let displaced = displaced(d, leaf);
    let with_displaced = displaced[..leaf.n].iter().sum();
    sums.add(d.cell(TableId::WithDisplaced, []), with_displaced);
    reach(d, leaf, sums);
    if d.world.assistant(d.stratum) {
        carriers::count(d, isa, leaf, &displaced, sums);
    }
    sensitive(d, leaf, sums);
    controls(d, leaf, sums);
    let topics = isa.run(
        #[inline(always)]
        || topics_held(leaf, d.arm),
    );
    for (table, topics) in [TableId::TopicsAds, TableId::TopicsContent]
        .into_iter()
        .zip(topics)
    {
        sums.add(d.cell(table, []), f64::from(topics));
    }
}

fn people(d: &ArmDay<'_>, leaf: &Leaf, sums: &mut Sums) {
    let (who, n, world) = (&leaf.who, leaf.n, d.world);
    let count = |yes: &dyn Fn(usize) -> bool| (0..n).filter(|l| yes(*l)).count() as f64;
    sums.add(d.cell(TableId::People, []), n as f64);
    let active = count(&|l| who.ever_opened[l] != 0);
    sums.add(d.cell(TableId::ActiveTotal, []), active);
    for app in 0..App::COUNT {
        let active = count(&|l| who.ever_opened[l] >> app & 1 == 1);
        sums.add(d.cell(TableId::ActiveApp, [app]), active);
    }
    let state = &leaf.arms[d.arm];
    let days = |from: u32, to: u32| ((1u64 << to) - (1u64 << from)) as u32;
    let chatting = |from, to| count(&|l| state.chatted[l] & days(from, to) != 0);
    sums.add(d.cell(TableId::ChattingMonth, []), chatting(0, 30));
    for week in 0..4 {
        let cell = d.cell(TableId::ChattingWeek, [week as usize]);
        sums.add(cell, chatting(7 * week, 7 * week + 7));
    }
    let (market, ruled) = (d.market(), state.ruled(d.arm));
    let rules = |l: usize| &d.p.arms[ruled.by(l)];
    let told = |l: usize| rules(l).from[market] < NEVER;
    if (0..n).any(told) {
        let by_now = |days: &[i32; LEAF]| count(&|l| told(l) && days[l] < world.window.days);
        let notice = &who.notice;
        // Only those who use the assistant can quit it or chat less, and not before the policy is in force.
        let acts = |l: usize| {
            let on = notice.acted[l].max(rules(l).from[market]);
            world.assistant(d.stratum) && on < world.window.days
        };
        let funnel = [
            by_now(&notice.shown),
            by_now(&notice.opened),
            by_now(&notice.understood),
            count(&acts),
        ];
        for (bucket, people) in funnel.into_iter().enumerate() {
            sums.add(d.cell(TableId::Funnel, [bucket]), people);
        }
        let signalled = |l: usize| told(l) && state.first_signal[l] < world.window.days;
        let knew = |l: usize| signalled(l) && notice.understood[l] < state.first_signal[l];
        let helped = |l: usize| knew(l) && rules(l).controls_work;
        let people = [count(&signalled), count(&knew), count(&helped)];
        for (bucket, people) in people.into_iter().enumerate() {
            sums.add(d.cell(TableId::Informed, [bucket]), people);
        }
    }
}

/// Chances of at least one displaced ad.
fn displaced(d: &ArmDay<'_>, leaf: &Leaf) -> [f64; LEAF] {
    let x = &leaf.arms[d.arm].exposure;
    x.displaced.map(|ads| d.kept.any(f64::from(ads)))
}

fn reach(d: &ArmDay<'_>, leaf: &Leaf, sums: &mut Sums) {
    let (x, n) = (&leaf.arms[d.arm].exposure, leaf.n);
    let mut reached_any: Lane = [0.0; LEAF];
    let mut frequency = [[0.0f32; LEAF]; FREQUENCY.len()];
    for app in 0..App::COUNT {
        let mut reached: Lane = [0.0; LEAF];
        for l in 0..n {
            reached[l] = reach_of(u32::from(x.marked[app][l]), x.unmarked[app][l]);
        }
        sums.add(d.cell(TableId::ReachedApp, [app]), leaf_sum(&reached));
    }
    for l in 0..n {
        let marked: u32 = (0..App::COUNT).map(|a| u32::from(x.marked[a][l])).sum();
        let unmarked: f32 = (0..App::COUNT).map(|a| x.unmarked[a][l]).sum();
        let expected = d.kept.expected(x, l);
        if expected > 0.0 {
            let cell = |table| d.cell(table, [spread_bin(expected)]);
            sums.add(cell(TableId::SpreadPeople), 1.0);
            sums.add(cell(TableId::SpreadAds), f64::from(expected));
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
    sums.add(d.cell(TableId::Reached, []), leaf_sum(&reached_any));
    let mut minors: Lane = [0.0; LEAF];
    for l in 0..n {
        minors[l] = if leaf.who.minors >> l & 1 == 1 {
            reached_any[l]
        } else {
            0.0
        };
    }
    sums.add(d.cell(TableId::MinorsReached, []), leaf_sum(&minors));
    if d.world.assistant(d.stratum) {
        for (bucket, column) in frequency.iter().enumerate() {
            sums.add(d.cell(TableId::Frequency, [bucket]), leaf_sum(column));
        }
    }
}

/// Quarter octaves from 2^-8 to 2^8.
fn spread_bin(expected: f32) -> usize {
    let octaves = libm::log2(f64::from(expected)) + 8.0;
    ((octaves * 4.0).max(0.0) as usize).min(SPREAD_BINS - 1)
}

fn sensitive(d: &ArmDay<'_>, leaf: &mut Leaf, sums: &mut Sums) {
    let settled = &mut leaf.arms[d.arm].exposure.settled;
    for s in settled.iter() {
        let class = s.class.index();
        let ads = [class, s.route_ads.index()];
        sums.add(d.cell(TableId::SensitiveAds, ads), f64::from(s.ads));
        let content = d.cell(TableId::SensitiveContent, [class, s.route_content.index()]);
        sums.add(content, f64::from(s.content));
    }
    // A person reached from two classes, or by two routes, is one person: each sum counts people anew.
    let (class, route) = (
        |s: &Settled| s.class.index(),
        |s: &Settled| s.route_ads.index(),
    );
    let any = d.cell(TableId::ReachedSensitiveAny, []);
    reached(d.kept, settled, sums, |_| any);
    reached(d.kept, settled, sums, |s| {
        d.cell(TableId::ReachedSensitiveClass, [class(s)])
    });
    reached(d.kept, settled, sums, |s| {
        d.cell(TableId::ReachedSensitiveRoute, [route(s)])
    });
    reached(d.kept, settled, sums, |s| {
        d.cell(TableId::ReachedSensitive, [class(s), route(s)])
    });
    settled.clear();
}

fn controls(d: &ArmDay<'_>, leaf: &Leaf, sums: &mut Sums) {
    let state = &leaf.arms[d.arm];
    let days = d.world.window.days;
    let count = |yes: &dyn Fn(usize) -> bool| (0..leaf.n).filter(|l| yes(*l)).count() as f64;
    if !d.world.assistant(d.stratum) {
        return;
    }
    let (market, ruled) = (d.market(), state.ruled(d.arm));
    let rules = |l: usize| &d.p.arms[ruled.by(l)];
    let in_force = |l: usize| rules(l).from[market] < days;
    let used = [
        count(&|l| state.hidden[l] != 0),
        count(&|l| state.cut[l] < days),
        count(&|l| state.quit[l] < days),
        count(&|l| state.unjoined[l] < days),
        count(&|l| in_force(l) && leaf.who.u_control[l] < rules(l).opt_out),
        count(&|l| in_force(l) && rules(l).incognito),
    ];
    for (control, people) in used.into_iter().enumerate() {
        sums.add(d.cell(TableId::Controls, [control]), people);
    }
    sums.add(d.cell(TableId::Quit, []), used[2]);
}

/// Topics that profiles hold: for ads, for content.
#[inline(always)]
fn topics_held(leaf: &Leaf, arm: usize) -> [u32; 2] {
    let state = &leaf.arms[arm];
    let (mut ads, mut content) = (0, 0);
    for slot in 0..SLOTS {
        // The largest mass of any app: for ads, for content.
        let mut held = [[0.0f32; LEAF]; 2];
        for app in 0..App::COUNT {
            let mut masses = [[0.0; LEAF]; 2];
            if slot < TRUE_SLOTS {
                masses = [state.behaviour[app][slot]; 2];
            }
            for (lanes, row) in state.seats.rows() {
                for (l, lane) in lanes.iter().enumerate() {
                    masses[0][usize::from(*lane)] += row.ads[app][slot][l];
                    masses[1][usize::from(*lane)] += row.content[app][slot][l];
                }
            }
            for (held, masses) in held.iter_mut().zip(&masses) {
                for l in 0..LEAF {
                    held[l] = held[l].max(masses[l]);
                }
            }
        }
        for l in 0..leaf.n {
            let hidden = state.hidden[l] >> slot & 1 == 1;
            ads += u32::from(!hidden & (leaf.who.personalised[l] * held[0][l] > HELD));
            content += u32::from(held[1][l] > HELD);
        }
    }
    [ads, content]
}
