//! Passing intents: two slots in which a trip or a broken fridge arrives, lasts and fades.
//!
//! A renewal process in days: lengths and gaps are geometric, so the state at any start is memoryless and exact.

use overheard_model::block::{LEAF, Leaf, PASSING, STANDING, TRUE_SLOTS};
use overheard_model::calendar::Day;
use overheard_model::streams::{At, Stream};
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
            log_failure: libm::log1p(-1.0 / mean),
        }
    }

    fn at(self, u: f64) -> Day {
        if self.mean <= 1.0 {
            return 1;
        }
        1 + (libm::log(u) / self.log_failure).min(1e6) as Day
    }
}

/// How the strength of an intent fades once it has ended.
#[derive(Clone, Debug)]
pub struct Fade {
    /// Factor per day.
    daily: f32,
    /// What is left after 0, 1, 2 … days, while anything is.
    left: Vec<f32>,
}

impl Fade {
    pub fn new(daily: f32) -> Self {
        let left = (0..).map(|days| faded(libm::pow(f64::from(daily), f64::from(days)) as f32));
        Fade {
            daily,
            left: left.take_while(|z| *z > 0.0).collect(),
        }
    }

    fn after(&self, days: Day) -> f32 {
        self.left.get(days as usize).copied().unwrap_or(0.0)
    }
}

/// A strength too small to matter is none.
fn faded(z: f32) -> f32 {
    if z < 0.01 { 0.0 } else { z }
}

/// The stationary state on the first simulated day.
pub fn start(
    p: &Params,
    world: &World,
    leaf: &mut Leaf,
    lane: usize,
    draw: &impl Fn(Stream, u32) -> [f64; 4],
) {
    let first = world.window.first();
    for slot in 0..PASSING {
        let [u_alive, u_age, u_rest, u_topic] = draw(Stream::Passing, 2 * slot as u32);
        let [u_before, u_gap, ..] = draw(Stream::Passing, 2 * slot as u32 + 1);
        let alive = u_alive < p.intent.mean / (p.intent.mean + p.gap.mean);
        let (begin, end, next) = if alive {
            let end = first + p.intent.at(u_rest);
            (first + 1 - p.intent.at(u_age), end, end + p.gap.at(u_gap))
        } else {
            let end = first + 1 - p.gap.at(u_age);
            (end - p.intent.at(u_before), end, first + p.gap.at(u_rest))
        };
        let state = &mut leaf.who.passing[slot];
        (state.begin[lane], state.end[lane], state.next[lane]) = (begin, end, next);
        leaf.who.topics[STANDING + slot][lane] = distinct_topic(p, leaf, lane, slot, u_topic);
        leaf.who.z[STANDING + slot][lane] = if alive {
            1.0
        } else {
            p.fade.after(first - end + 1)
        };
    }
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
    for slot in 0..PASSING {
        let z = &mut leaf.who.z[STANDING + slot];
        let end = &leaf.who.passing[slot].end;
        for lane in 0..LEAF {
            let after = faded(z[lane] * p.fade.daily);
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
