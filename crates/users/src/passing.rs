//! Passing intents: the state a window starts from, and what they do by themselves every morning. Their law, and how chats
//! begin some, stands in [`overheard_model::passing`].

use overheard_model::block::{Leaf, Passing};
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, Lane, PASSING, STANDING, set_bits};
use overheard_model::isa::Isa;
use overheard_model::passing::{Intents, Morning};
use overheard_model::streams::{At, NO_DAY, Stream, unit32_f64};
use overheard_model::world::World;

use crate::params::Params;

/// A strength too small to matter is none.
#[inline(always)]
fn faded(z: f32) -> f32 {
    if z < 0.01 { 0.0 } else { z }
}

/// The stationary state on the first simulated day.
pub fn start(p: &Params, world: &World, isa: Isa, stratum: u16, leaf: &mut Leaf) {
    let (first, n) = (world.window.first(), leaf.n);
    let mut laws = [p.intents.morning(0.0); LEAF];
    if world.assistant(stratum) && p.novelty.of_a_chat > 0.0 {
        for (law, chance) in laws.iter_mut().zip(&leaf.who.chat_rate).take(n) {
            let rate = -libm::log1p(-f64::from(*chance));
            *law = p.intents.morning(p.novelty.in_a_slot(rate));
        }
    }
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
                        &leaf.index,
                        NO_DAY,
                        Stream::Passing,
                        i,
                        leaf.n,
                        words,
                    );
                }
                begin(&p.intents, &laws, first, &words)
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
            leaf.who.topics[STANDING + slot][lane] =
                p.intents.topic(&leaf.who, lane, slot, u_topic);
        }
    }
}

/// Spells and gaps around the first day, and for how long whichever it is has lasted, from two blocks of words.
#[inline(always)]
fn begin(
    p: &Intents,
    laws: &[Morning; LEAF],
    first: Day,
    words: &[[[u32; LEAF]; 4]; 2],
) -> (Passing, [Day; LEAF]) {
    let [[alive, age, rest, _], [before, gap, ..]] = words;
    let mut ages = [0; LEAF];
    let mut state = Passing {
        begin: ages,
        end: ages,
        next: ages,
    };
    for l in 0..LEAF {
        let law = &laws[l];
        let alive = unit32_f64(alive[l]) < law.alive;
        let (past, future) = if alive {
            (law.spell, p.spell)
        } else {
            (law.gap, p.gap)
        };
        let began = first + 1 - past.at(unit32_f64(age[l]));
        let over = first + future.at(unit32_f64(rest[l]));
        let lasted = law.spell.at(unit32_f64(before[l]));
        let idle = p.gap.at(unit32_f64(gap[l]));
        ages[l] = first + 1 - began;
        state.begin[l] = if alive { began } else { began - lasted };
        state.end[l] = if alive { over } else { began };
        state.next[l] = if alive { over + idle } else { over };
    }
    (state, ages)
}

/// Fades, ends and begins intents on the morning of `day`.
pub fn pass(p: &Params, world: &World, isa: Isa, stratum: u16, day: Day, leaf: &mut Leaf) {
    let (n, daily) = (leaf.n, p.fade.base() as f32);
    for slot in 0..PASSING {
        let begins = isa.run(
            #[inline(always)]
            || {
                fade(
                    daily,
                    day,
                    &leaf.who.passing[slot],
                    &mut leaf.who.z[STANDING + slot],
                )
            },
        );
        for lane in set_bits(begins).take_while(|lane| *lane < n) {
            let at = At {
                stratum,
                index: leaf.index[lane],
                day,
                stream: Stream::Passing,
            };
            let [u_length, u_gap, u_topic, _] = world.draws.units(at, slot as u32);
            let u = [u_length, u_gap, u_topic];
            p.intents.begin(leaf, lane, slot, day, u);
        }
    }
}

/// Fades the strengths of intents that have ended, and says where one begins today, bit per lane.
#[inline(always)]
fn fade(daily: f32, day: Day, passing: &Passing, z: &mut Lane) -> u64 {
    let (mut strength, mut begins) = ([0.0; LEAF], 0);
    for lane in 0..LEAF {
        let after = faded(z[lane] * daily);
        strength[lane] = if day < passing.end[lane] { 1.0 } else { after };
    }
    for lane in 0..LEAF {
        begins |= u64::from(passing.next[lane] == day) << lane;
    }
    *z = strength;
    begins
}
