//! The morning's work on the profile, people as lanes: yesterday's mass decays, today's behaviour comes in.

use overheard_model::block::{ArmState, Leaf, Ruled, Today};
use overheard_model::columns::{
    LEAF, Lane, ROW, SLOTS, STANDING, SlotSeats, TRUE_SLOTS, of_anybody,
};
use overheard_model::ids::App;

use crate::params::{ArmParams, Params};

/// What applies to each person of a leaf: the arm's own rules where treated, the base arm's elsewhere.
#[derive(Clone, Debug)]
pub struct Rules {
    behaviour: Lane,
    visit: Lane,
    keep_behaviour: Lane,
    keep_chat: Lane,
}

impl Rules {
    /// Of a leaf's people.
    pub fn new(p: &Params, ruled: Ruled) -> Self {
        let pick = |get: fn(&ArmParams) -> f32| ruled.column(|arm| get(&p.arms[arm]));
        Rules {
            behaviour: pick(|p| p.behaviour),
            visit: pick(|p| p.visit),
            keep_behaviour: pick(|p| p.keep_behaviour),
            keep_chat: pick(|p| p.keep_chat),
        }
    }
}

/// Decays all mass by a day and takes in the day's behaviours and visits.
#[inline(always)]
pub fn take_in(p: &Params, rules: &Rules, leaf: &mut Leaf, arm: usize) {
    let Leaf { today, arms, .. } = leaf;
    let state = &mut arms[arm];
    let opened = of_anybody(&today.opened);
    for app in 0..App::COUNT {
        let reach = of_anybody(&state.reach[app]);
        if reach == 0 {
            // Nobody uses it.
            continue;
        }
        // Whether a behaviour on `origin` reaches this app, per person.
        let mut joined = [[0.0f32; LEAF]; App::COUNT];
        for origin in 0..App::COUNT {
            if (reach & opened) >> origin & 1 == 1 {
                for l in 0..LEAF {
                    let joins = f32::from(state.reach[app][l] >> origin & 1);
                    joined[origin][l] = joins * rules.behaviour[l];
                }
            }
        }
        let mut visits = [0.0f32; LEAF];
        for l in 0..LEAF {
            let uses = if state.reach[app][l] != 0 { 1.0 } else { 0.0 };
            visits[l] = uses * rules.visit[l] * p.rates.visit_weight;
        }
        for slot in 0..TRUE_SLOTS {
            let mass = &mut state.behaviour[app][slot];
            let mut x = [0.0; LEAF];
            for l in 0..LEAF {
                x[l] = mass[l] * rules.keep_behaviour[l] + visits[l] * today.visits[slot][l];
            }
            for origin in 0..App::COUNT {
                if (reach & opened) >> origin & 1 == 1 {
                    let behaviours = &today.behaviours[origin][slot];
                    for l in 0..LEAF {
                        x[l] += joined[origin][l] * behaviours[l];
                    }
                }
            }
            *mass = x;
        }
    }
    take_in_visits(p, rules, today, state);
    decay_chat(rules, state);
    for (lane, app, slot) in state.clicks.drain(..) {
        // A click on an ad for an intent that has gone since says nothing about the one that has its slot now.
        let gone = u16::from(today.renewed[lane as usize]) << STANDING >> slot & 1 == 1;
        if (slot as usize) < TRUE_SLOTS && !gone {
            let reach = state.reach[app as usize][lane as usize];
            for to in (0..App::COUNT).filter(|a| reach >> a & 1 == 1) {
                state.behaviour[to][slot as usize][lane as usize] += rules.behaviour[lane as usize];
            }
        }
    }
}

/// The part of the mass that came from off-platform visits, over all topics.
#[inline(always)]
fn take_in_visits(p: &Params, rules: &Rules, today: &Today, state: &mut ArmState) {
    let mut visits = [0.0f32; LEAF];
    for column in &today.visits {
        for l in 0..LEAF {
            visits[l] += column[l];
        }
    }
    for l in 0..LEAF {
        let taken = rules.visit[l] * p.rates.visit_weight * visits[l];
        state.off_platform[l] = state.off_platform[l] * rules.keep_behaviour[l] + taken;
    }
}

#[inline(always)]
fn decay_chat(rules: &Rules, state: &mut ArmState) {
    if state.signals.is_empty() {
        return;
    }
    for (lanes, row) in state.seats.rows_mut() {
        // Repeated for each slot, so that the loop below is one over plain columns.
        let mut keep: SlotSeats = [[0.0; ROW]; SLOTS];
        for (l, lane) in lanes.iter().enumerate() {
            for slot in &mut keep {
                slot[l] = rules.keep_chat[usize::from(*lane)];
            }
        }
        for masses in row.ads.iter_mut().chain(&mut row.content) {
            let masses = masses.as_flattened_mut().iter_mut();
            for (mass, keep) in masses.zip(keep.as_flattened()) {
                *mass *= keep;
            }
        }
    }
}
