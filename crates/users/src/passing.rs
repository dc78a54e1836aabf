//! Passing intents: two slots in which a trip or a broken fridge arrives, lasts and fades.
//!
//! A renewal process in days: lengths and gaps are geometric, so the state at any start is memoryless and exact.

use overheard_model::block::{LEAF, Leaf, PASSING, Passing, STANDING, TRUE_SLOTS};
use overheard_model::calendar::Day;
use overheard_model::isa::Isa;
use overheard_model::math::ln_f64;
use overheard_model::streams::{At, NO_DAY, Stream, unit32_f64};
use overheard_model::topics::TopicId;
use overheard_model::world::World;

use crate::params::Params;

/// Geometric waiting times of a mean of some days, at least 1.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    mean: f64,
    /// Logarithm of the chance that a day passes without the event.
    log_failure: f64,
}

impl Wait {
    pub fn new(mean: f64) -> Self {
        Wait {
            mean,
            log_failure: if mean > 1.0 {
                libm::log1p(-1.0 / mean)
            } else {
                f64::NEG_INFINITY
            },
        }
    }

    #[inline(always)]
    fn at(self, u: f64) -> Day {
        1 + (ln_f64(u) / self.log_failure).min(1e6) as Day
    }
}

/// A strength too small to matter is none.
fn faded(z: f32) -> f32 {
    if z < 0.01 { 0.0 } else { z }
}

/// The stationary state on the first simulated day.
pub fn start(p: &Params, world: &World, isa: Isa, stratum: u16, leaf: &mut Leaf) {
    let (first, n) = (world.window.first(), leaf.n);
    for slot in 0..PASSING {
        let mut words = [[[0; LEAF]; 4]; 2];
        let (state, ages) = isa.run(
            #[inline(always)]
            || {
                for (block, words) in words.iter_mut().enumerate() {
                    let i = (2 * slot + block) as u32;
                    let draws = &world.draws;
                    draws.lanes(
                        stratum,
                        leaf.first,
                        NO_DAY,
                        Stream::Passing,
                        i,
                        leaf.n,
                        words,
                    );
                }
                begin(p, first, &words)
            },
        );
        let passing = &mut leaf.who.passing[slot];
        passing.begin[..n].copy_from_slice(&state.begin[..n]);
        passing.end[..n].copy_from_slice(&state.end[..n]);
        passing.next[..n].copy_from_slice(&state.next[..n]);
        for lane in 0..n {
            let alive = first < state.end[lane];
            let faded = || faded(p.fade.at(ages[lane]) as f32);
            leaf.who.z[STANDING + slot][lane] = if alive { 1.0 } else { faded() };
            let u_topic = unit32_f64(words[0][3][lane]);
            leaf.who.topics[STANDING + slot][lane] = distinct_topic(p, leaf, lane, slot, u_topic);
        }
    }
}

/// Spells and gaps around the first day, and for how long whichever it is has lasted, from two blocks of words.
#[inline(always)]
fn begin(p: &Params, first: Day, words: &[[[u32; LEAF]; 4]; 2]) -> (Passing, [Day; LEAF]) {
    let [[alive, age, rest, _], [before, gap, ..]] = words;
    let share_alive = p.intent.mean / (p.intent.mean + p.gap.mean);
    let mut ages = [0; LEAF];
    let mut state = Passing {
        begin: ages,
        end: ages,
        next: ages,
    };
    for l in 0..LEAF {
        let alive = unit32_f64(alive[l]) < share_alive;
        let (now, beyond) = if alive {
            (p.intent, p.gap)
        } else {
            (p.gap, p.intent)
        };
        let began = first + 1 - now.at(unit32_f64(age[l]));
        let over = first + now.at(unit32_f64(rest[l]));
        let other = beyond.at(unit32_f64(if alive { gap[l] } else { before[l] }));
        ages[l] = first + 1 - began;
        state.begin[l] = if alive { began } else { began - other };
        state.end[l] = if alive { over } else { began };
        state.next[l] = if alive { over + other } else { over };
    }
    (state, ages)
}

/// A topic that no other slot of the person has.
fn distinct_topic(p: &Params, leaf: &Leaf, lane: usize, slot: usize, u: f64) -> TopicId {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let mut u = u;
    for _ in 0..16 {
        let topic = p.intents.draw(u);
        let taken =
            (0..TRUE_SLOTS).any(|s| s != STANDING + slot && leaf.who.topics[s][lane] == topic);
        if !taken {
            return topic;
        }
        u = (u + GOLDEN) % 1.0;
    }
    p.intents.draw(u)
}

/// Fades, ends and begins intents on the morning of `day`.
pub fn pass(p: &Params, world: &World, stratum: u16, day: Day, leaf: &mut Leaf) {
    leaf.today.renewed = [0; LEAF];
    let daily = p.fade.base() as f32;
    for slot in 0..PASSING {
        let z = &mut leaf.who.z[STANDING + slot];
        let end = &leaf.who.passing[slot].end;
        for lane in 0..LEAF {
            let after = faded(z[lane] * daily);
            z[lane] = if day < end[lane] { 1.0 } else { after };
        }
        for lane in 0..leaf.n {
            if leaf.who.passing[slot].next[lane] == day {
                let at = At {
                    stratum,
                    index: leaf.first + lane as u32,
                    day,
                    stream: Stream::Passing,
                };
                let [u_length, u_gap, u_topic, _] = world.draws.units(at, slot as u32);
                let end = day + p.intent.at(u_length);
                let state = &mut leaf.who.passing[slot];
                state.begin[lane] = day;
                state.end[lane] = end;
                state.next[lane] = end + p.gap.at(u_gap);
                leaf.who.z[STANDING + slot][lane] = 1.0;
                // What was shown and earned under the old topic is settled under it.
                leaf.today.renewed_from[slot][lane] = leaf.who.topics[STANDING + slot][lane];
                leaf.who.topics[STANDING + slot][lane] =
                    distinct_topic(p, leaf, lane, slot, u_topic);
                leaf.today.renewed[lane] |= 1 << slot;
            }
        }
    }
}
