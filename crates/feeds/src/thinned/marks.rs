//! The evening's draws: only what changes tomorrow. Clicks, and chat-born ads that are recognised.
//!
//! One uniform per person, day and profile slot gives the clicks of every arm by that arm's own inverse CDF, so that arms
//! with nearly equal means nearly always click alike.

use overheard_model::block::{ArmState, LEAF, Lane, Leaf, Mark, SLOTS, TRUE_SLOTS};
use overheard_model::calendar::Day;
use overheard_model::ids::App;
use overheard_model::isa::Isa;
use overheard_model::samplers::poisson_count;
use overheard_model::streams::{At, Draws, Stream, fine_f32, unit32_f64};

use crate::params::Params;

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

#[inline(always)]
pub fn draw(draws: &Draws, stratum: u16, day: Day, first: u32, chats: bool, out: &mut Uniforms) {
    let mut words = [[0u32; LEAF]; 4];
    let blocks = if chats { SLOTS / 4 } else { TRUE_SLOTS / 4 };
    for block in 0..blocks {
        draws.lanes(
            stratum,
            first,
            day,
            Stream::Clicks,
            block as u32,
            &mut words,
        );
        out.clicks[4 * block..4 * block + 4].copy_from_slice(&words);
    }
    if chats {
        draws.lanes(stratum, first, day, Stream::Recognised, 0, &mut words);
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
    let [a, b, c, d] = &state.exposure.click;
    let mut mean = [0.0f32; LEAF];
    for s in 0..slots {
        for l in 0..LEAF {
            mean[l] = a[s][l] + b[s][l] + c[s][l] + d[s][l];
        }
        bits[s] = hits(&u.clicks[s], &mean);
    }
    bits
}

/// Draws the marks of one arm and moves the day's chat-derived impressions to the window's totals.
///
/// A uniform `u` close to 0 means many events (the complement goes into the inverse CDF), so that the first test is one
/// comparison.
#[expect(
    clippy::too_many_arguments,
    reason = "where the draws belong, and what they read"
)]
pub fn mark(
    p: &Params,
    draws: &Draws,
    stratum: u16,
    day: Day,
    leaf: &mut Leaf,
    arm: usize,
    chats: bool,
    isa: Isa,
    u: &Uniforms,
) {
    let first = leaf.first;
    let n = leaf.n;
    let state = &mut leaf.arms[arm];
    let slots = if chats { SLOTS } else { TRUE_SLOTS };
    let likely = isa.run(
        #[inline(always)]
        || likely(state, slots, u),
    );
    for s in 0..slots {
        let mut bits = likely[s];
        while bits != 0 {
            let l = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            let mean: f32 = state.exposure.click.iter().map(|app| app[s][l]).sum();
            let count = poisson_count(1.0 - unit32_f64(u.clicks[s][l]), f64::from(mean));
            let at = At {
                stratum,
                index: first + l as u32,
                day,
                stream: Stream::Clicks,
            };
            for k in 0..if l < n { count } else { 0 } {
                let [u_app, u_chat, ..] = draws.units(at, 16 + 64 * s as u32 + k.min(63));
                let app = pick(u_app, |a| state.exposure.click[a][s][l]);
                let x = &mut state.exposure;
                let chat =
                    chats && u_chat < f64::from(x.click_chat[app][s][l] / x.click[app][s][l]);
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
    if chats {
        recognise(p, draws, stratum, day, first, n, state, arm, u);
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "where the draw belongs, and what it reads"
)]
fn recognise(
    p: &Params,
    draws: &Draws,
    stratum: u16,
    day: Day,
    first: u32,
    n: usize,
    state: &mut ArmState,
    arm: usize,
    u: &Uniforms,
) {
    let treated = state.treated;
    let chance = |l: usize| p.rules_of(arm, treated, l).recognised;
    let mut mean = [0.0f32; LEAF];
    let mut unclicked = [[0.0f32; LEAF]; App::COUNT];
    for app in 0..App::COUNT {
        let x = &state.exposure;
        for l in 0..LEAF {
            let clicked: f32 = (0..SLOTS).map(|s| x.click_chat[app][s][l]).sum();
            unclicked[app][l] = (x.chat_today[app][l] - clicked).max(0.0);
            mean[l] += chance(l) * unclicked[app][l];
        }
        for l in 0..LEAF {
            state.exposure.unmarked[app][l] += (1.0 - chance(l)) * unclicked[app][l];
        }
    }
    let mut bits = hits(&u.recognised, &mean);
    while bits != 0 {
        let l = bits.trailing_zeros() as usize;
        bits &= bits - 1;
        let count = poisson_count(1.0 - unit32_f64(u.recognised[l]), f64::from(mean[l]));
        let at = At {
            stratum,
            index: first + l as u32,
            day,
            stream: Stream::Recognised,
        };
        for k in 0..if l < n { count } else { 0 } {
            let [u_app, u_slot, ..] = draws.units(at, 1 + k);
            let app = pick(u_app, |a| unclicked[a][l]);
            let x = &state.exposure;
            let total: f32 = (0..SLOTS).map(|s| x.chat_slot_today[s][l]).sum();
            let mut left = u_slot as f32 * total;
            let mut slot = SLOTS - 1;
            for s in 0..SLOTS {
                left -= x.chat_slot_today[s][l];
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
