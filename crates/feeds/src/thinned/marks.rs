//! The evening's draws: only what changes tomorrow. Clicks, and chat-born ads that are recognised.
//!
//! One uniform per person, day and profile slot gives the clicks of every arm by that arm's own inverse CDF, so that arms
//! with nearly equal means nearly always click alike.

use overheard_model::block::{ArmState, Leaf, Mark};
use overheard_model::calendar::Day;
use overheard_model::columns::{Indices, LEAF, Lane, SLOTS, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::isa::Isa;
use overheard_model::math::exp_f32;
use overheard_model::samplers::poisson_count;
use overheard_model::streams::{At, Draws, Stream, fine_f32, unit32_f64};
use overheard_model::tally::leaf_sum;

use super::people::lanes;
use crate::arm_day::ArmDay;

/// Uniforms of one leaf and day, drawn once for all arms.
#[derive(Clone, Debug)]
pub struct Uniforms {
    clicks: [[u32; LEAF]; SLOTS],
    recognised: [u32; LEAF],
}

impl Default for Uniforms {
    fn default() -> Self {
        Uniforms {
            clicks: [[0; LEAF]; SLOTS],
            recognised: [0; LEAF],
        }
    }
}

/// Draws the uniforms of a leaf; those that only chats need if there are `chats`.
#[inline(always)]
pub fn draw(draws: &Draws, stratum: u16, day: Day, leaf: &Leaf, chats: bool, out: &mut Uniforms) {
    let mut words = [[0u32; LEAF]; 4];
    let blocks = if chats { SLOTS / 4 } else { TRUE_SLOTS / 4 };
    for block in 0..blocks {
        draws.lanes(
            stratum,
            &leaf.index,
            day,
            Stream::Clicks,
            block as u32,
            leaf.n,
            &mut words,
        );
        out.clicks[4 * block..4 * block + 4].copy_from_slice(&words);
    }
    if chats {
        draws.lanes(
            stratum,
            &leaf.index,
            day,
            Stream::Recognised,
            0,
            leaf.n,
            &mut words,
        );
        out.recognised = words[0];
    }
}

/// The lanes whose uniform lets something happen: `1 - e^-m <= m`.
#[inline(always)]
fn hits(words: &[u32; LEAF], mean: &Lane) -> u64 {
    let mut flags = [0u8; LEAF];
    for l in 0..LEAF {
        flags[l] = u8::from(fine_f32(words[l]) < mean[l]);
    }
    let mut bits = 0u64;
    for (k, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        // Eight flags of one byte each, gathered into one byte by a multiplication.
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits |= gathered << (8 * k);
    }
    bits
}

/// The lanes of each slot in which there may be clicks.
#[inline(always)]
pub fn likely(state: &ArmState, slots: usize, u: &Uniforms) -> [u64; SLOTS] {
    let mut bits = [0; SLOTS];
    for s in 0..slots {
        bits[s] = hits(&u.clicks[s], &state.exposure.clicks[s]);
    }
    bits
}

/// Whose evening it is.
#[derive(Clone, Copy)]
pub struct Evening<'a> {
    pub d: ArmDay<'a>,
    /// Who stands in which lane of the leaf, and how many.
    pub index: &'a Indices,
    pub n: usize,
    /// Bit per app opened.
    pub opened: &'a [u8; LEAF],
    /// The people with chat signals who opened anything today, bit per lane.
    pub heard: u64,
}

impl Evening<'_> {
    fn at(&self, lane: usize, stream: Stream) -> At {
        At {
            stratum: self.d.stratum,
            index: self.index[lane],
            day: self.d.day,
            stream,
        }
    }

    /// What was shown in an app, if the person opened it: what stands there else is of another day.
    fn in_app(&self, app: usize, lane: usize, shown: f32) -> f32 {
        if self.opened[lane] >> app & 1 == 1 {
            shown
        } else {
            0.0
        }
    }

    fn chance_recognised(&self, state: &ArmState, lane: usize) -> f32 {
        let d = &self.d;
        d.p.arms[state.ruled_by(d.arm, lane)].recognised
    }
}

/// Chat-derived clicks of a person and app today, by slot.
fn clicks_from_chats(state: &ArmState, app: usize, lane: usize) -> [f32; SLOTS] {
    let seat = state.seats.at(lane);
    seat.map_or([0.0; SLOTS], |(row, l)| {
        std::array::from_fn(|s| row.click[app][s][l])
    })
}

/// Draws the marks of one arm and moves the day's chat-derived impressions to the window's totals.
///
/// A uniform `u` close to 0 means many events (the complement goes into the inverse CDF), so that the first test is one
/// comparison.
pub fn mark(e: &Evening<'_>, state: &mut ArmState, isa: Isa, u: &Uniforms) {
    let slots = if e.heard == 0 { TRUE_SLOTS } else { SLOTS };
    let likely = isa.run(
        #[inline(always)]
        || likely(state, slots, u),
    );
    let people = u64::MAX >> (LEAF - e.n);
    for s in 0..slots {
        let mask = if s < TRUE_SLOTS { people } else { e.heard };
        for l in lanes(likely[s] & mask) {
            let mean = state.exposure.clicks[s][l];
            let count = poisson_count(1.0 - unit32_f64(u.clicks[s][l]), f64::from(mean));
            let at = e.at(l, Stream::Clicks);
            for k in 0..count {
                let [u_app, u_chat, ..] = e.d.world.draws.units(at, 16 + 64 * s as u32 + k.min(63));
                let app = pick(u_app, |a| e.in_app(a, l, state.exposure.click[a][s][l]));
                let of_chats = if e.heard >> l & 1 == 1 {
                    clicks_from_chats(state, app, l)[s]
                } else {
                    0.0
                };
                let x = &mut state.exposure;
                let chat = u_chat < f64::from(of_chats / x.click[app][s][l]);
                if chat {
                    x.marked[app][l] += 1;
                }
                state.marks.push(Mark {
                    lane: l as u8,
                    app: app as u8,
                    slot: s as u8,
                    click: true,
                    chat,
                });
            }
        }
    }
    for l in lanes(e.heard) {
        recognise(e, state, l, u.recognised[l]);
    }
}

fn recognise(e: &Evening<'_>, state: &mut ArmState, l: usize, word: u32) {
    let chance = e.chance_recognised(state, l);
    let unclicked: [f32; App::COUNT] = std::array::from_fn(|app| {
        let clicked: f32 = clicks_from_chats(state, app, l).iter().sum();
        (state.exposure.chat_today[app][l] - clicked).max(0.0)
    });
    let mut mean = 0.0;
    for (app, unclicked) in unclicked.iter().enumerate() {
        mean += chance * unclicked;
        state.exposure.unmarked[app][l] += (1.0 - chance) * unclicked;
    }
    if fine_f32(word) >= mean {
        return;
    }
    let count = poisson_count(1.0 - unit32_f64(word), f64::from(mean));
    let at = e.at(l, Stream::Recognised);
    for k in 0..count {
        let [u_app, u_slot, ..] = e.d.world.draws.units(at, 1 + k);
        let app = pick(u_app, |a| unclicked[a]);
        let seat = state.seats.at(l);
        let by_slot = seat.map_or([0.0; SLOTS], |(row, l)| {
            std::array::from_fn(|s| row.slot_today[s][l])
        });
        let mut left = u_slot as f32 * by_slot.iter().sum::<f32>();
        let mut slot = SLOTS - 1;
        for (s, mean) in by_slot.into_iter().enumerate() {
            left -= mean;
            if left < 0.0 {
                slot = s;
                break;
            }
        }
        state.exposure.marked[app][l] += 1;
        state.marks.push(Mark {
            lane: l as u8,
            app: app as u8,
            slot: slot as u8,
            click: false,
            chat: true,
        });
    }
}

/// People whom a chat-derived ad reached today; marks from `before` on are the day's.
pub fn reached(e: &Evening<'_>, state: &ArmState, before: usize) -> f64 {
    let marked = state.marks[before..]
        .iter()
        .filter(|m| m.chat)
        .fold(0u64, |bits, m| bits | 1 << m.lane);
    let mut reached: Lane = [0.0; LEAF];
    for l in lanes(e.heard) {
        let mean: f32 = state.exposure.chat_today.iter().map(|app| app[l]).sum();
        let clicked: f32 = (0..App::COUNT)
            .flat_map(|app| clicks_from_chats(state, app, l))
            .sum();
        let unmarked = (1.0 - e.chance_recognised(state, l)) * (mean - clicked).max(0.0);
        reached[l] = if marked >> l & 1 == 1 {
            1.0
        } else {
            1.0 - exp_f32(-unmarked)
        };
    }
    leaf_sum(&reached)
}

/// An app in proportion to a mean.
fn pick(u: f64, mean: impl Fn(usize) -> f32) -> usize {
    let total: f32 = (0..App::COUNT).map(&mean).sum();
    let mut left = u as f32 * total;
    let mut last = 0;
    for app in 0..App::COUNT {
        let m = mean(app);
        if m > 0.0 {
            last = app;
            left -= m;
            if left < 0.0 {
                break;
            }
        }
    }
    last
}
