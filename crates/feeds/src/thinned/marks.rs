//! The evening's draws: only what changes tomorrow. Clicks, and chat-born ads that are recognised.
//!
//! One uniform per person and day gives the number of clicks of every arm by that arm's own inverse CDF, and others give where the
//! first of them falls, so that arms with nearly equal means nearly always click alike. Clicks on what sits in spill slots have
//! words of their own: where chats choose no ads, people click on their true interests as they do where nobody heard them.

use overheard_model::block::{ArmState, ChatRow, Leaf, Mark};
use overheard_model::calendar::Day;
use overheard_model::columns::{Indices, LEAF, Lane, SLOTS, SPILL_SLOTS, TRUE_SLOTS, set_bits};
use overheard_model::ids::App;
use overheard_model::isa::Isa;
use overheard_model::math::exp_f32;
use overheard_model::samplers::{pick, poisson_count, poisson_count_given, poisson_none};
use overheard_model::streams::{At, Draws, Stream, fine_f32, unit32_f64};
use overheard_model::tally::leaf_sum;

use crate::arm_day::ArmDay;

/// Words of one leaf and day, drawn once for all arms: how many clicks; of the first, the app, the slot, and whether it goes back to
/// chats.
pub type Words = [[u32; LEAF]; 4];

/// Draws the words of a leaf.
#[inline(always)]
pub fn draw(draws: &Draws, stratum: u16, day: Day, leaf: &Leaf, out: &mut Words) {
    draws.lanes(stratum, &leaf.index, day, Stream::Clicks, 0, leaf.n, out);
}

/// Those of a leaf whose uniform lets something happen, `1 - e^-m <= m`: the first `n`.
struct Likely {
    n: usize,
    lanes: [u8; LEAF],
    /// Clicks in all apps on average, and the chance of none.
    mean: Lane,
    none: [f64; LEAF],
}

impl Likely {
    #[inline(always)]
    fn of(words: &[u32; LEAF], clicks: &[Lane; App::COUNT], people: usize) -> Self {
        let mut mean = [0.0; LEAF];
        for app in clicks {
            for l in 0..LEAF {
                mean[l] += app[l];
            }
        }
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
        let (mut n, mut lanes, mut means) = (0, [0; LEAF], [0.0; LEAF]);
        for l in set_bits(bits & u64::MAX >> (LEAF - people)) {
            (lanes[n], means[n]) = (l as u8, mean[l]);
            n += 1;
        }
        let mut none = [0.0; LEAF];
        for eight in 0..n.div_ceil(8) {
            for k in 8 * eight..8 * eight + 8 {
                none[k] = poisson_none(f64::from(means[k]));
            }
        }
        Likely {
            n,
            lanes,
            mean: means,
            none,
        }
    }

    /// Their lanes, with the mean and the chance of none.
    fn each(&self) -> impl Iterator<Item = (usize, f64, f64)> {
        (0..self.n).map(|k| {
            (
                usize::from(self.lanes[k]),
                f64::from(self.mean[k]),
                self.none[k],
            )
        })
    }
}

/// What decides how many of a kind of event some people have today: the first word of their place on a stream, for the first
/// `people` of `index`.
#[inline(always)]
fn first_words(e: &Evening<'_>, index: &Indices, people: usize, stream: Stream) -> [u32; LEAF] {
    let mut words = [[0; LEAF]; 4];
    let (draws, d) = (&e.d.world.draws, &e.d);
    draws.lanes(d.stratum, index, d.day, stream, 0, people, &mut words);
    words[0]
}

/// Whose evening it is.
#[derive(Clone, Copy)]
pub struct Evening<'a> {
    pub d: ArmDay<'a>,
    /// Who stands in which lane of the leaf, and how many.
    pub index: &'a Indices,
    pub n: usize,
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

    /// The seat of a person whose day is written there: of those who were heard.
    fn seat<'a>(&self, state: &'a ArmState, lane: usize) -> Option<(&'a ChatRow, usize)> {
        let heard = self.heard >> lane & 1 == 1;
        if heard { state.seats.at(lane) } else { None }
    }

    fn chance_recognised(&self, state: &ArmState, lane: usize) -> f32 {
        let d = &self.d;
        d.p.arms[state.ruled_by(d.arm, lane)].recognised
    }
}

/// Draws the marks of one arm and moves the day's chat-derived impressions to the window's totals.
///
/// A uniform `u` close to 0 means many events (the complement goes into the inverse CDF), so that the first test is one
/// comparison.
pub fn mark(e: &Evening<'_>, state: &mut ArmState, isa: Isa, words: &Words) {
    let [numbers, of_first @ ..] = words;
    let likely = isa.run(
        #[inline(always)]
        || Likely::of(numbers, &state.exposure.clicks, e.n),
    );
    for (l, mean, none) in likely.each() {
        let count = poisson_count_given(1.0 - unit32_f64(numbers[l]), mean, none);
        for k in 0..count {
            let u = if k == 0 {
                of_first.each_ref().map(|words| unit32_f64(words[l]))
            } else {
                let [u_app, u_slot, u_chat, _] = e.d.world.draws.units(e.at(l, Stream::Clicks), k);
                [u_app, u_slot, u_chat]
            };
            click(e, state, l, u);
        }
    }
    if e.heard == 0 {
        return;
    }
    let (mut index, mut people) = ([0; LEAF], 0);
    for l in set_bits(e.heard) {
        index[people] = e.index[l];
        people += 1;
    }
    let [spilled, recognised] = isa.run(
        #[inline(always)]
        || {
            let words = |stream| first_words(e, &index, people, stream);
            [words(Stream::SpillClicks), words(Stream::Recognised)]
        },
    );
    for (k, l) in set_bits(e.heard).enumerate() {
        click_spilled(e, state, l, spilled[k]);
        recognise(e, state, l, recognised[k]);
    }
}

/// A click on one of the ads about a person's true interests: in which app, on whose slot, and whether it goes back to chats.
fn click(e: &Evening<'_>, state: &mut ArmState, l: usize, [u_app, u_slot, u_chat]: [f64; 3]) {
    let x = &state.exposure;
    let Some(app) = pick::by_weights(u_app as f32, x.clicks.each_ref().map(|app| app[l])) else {
        return;
    };
    let by_slot: [f32; TRUE_SLOTS] = match e.seat(state, l) {
        Some((row, l)) => std::array::from_fn(|s| row.all_click[app][s][l]),
        None => std::array::from_fn(|s| x.click[app][s][l]),
    };
    if let Some(slot) = pick::by_weights(u_slot as f32, by_slot) {
        clicked(e, state, l, [app, slot], u_chat);
    }
}

/// The clicks of a day on ads about what sits in a person's spill slots.
fn click_spilled(e: &Evening<'_>, state: &mut ArmState, l: usize, word: u32) {
    let x = &state.exposure;
    let count = how_many(word, x.spill_clicks[l]);
    if count == 0 {
        return;
    }
    let Some((row, place)) = e.seat(state, l) else {
        return;
    };
    let mut means = [0.0; App::COUNT * SPILL_SLOTS];
    for (app, means) in means.chunks_exact_mut(SPILL_SLOTS).enumerate() {
        if x.clicks[app][l] > 0.0 {
            for (mean, slot) in means.iter_mut().zip(&row.all_click[app][TRUE_SLOTS..]) {
                *mean = slot[place];
            }
        }
    }
    let at = e.at(l, Stream::SpillClicks);
    for k in 0..count {
        let [u_place, u_chat, ..] = e.d.world.draws.units(at, 1 + k);
        if let Some(place) = pick::by_weights(u_place as f32, means) {
            let [app, slot] = [place / SPILL_SLOTS, TRUE_SLOTS + place % SPILL_SLOTS];
            clicked(e, state, l, [app, slot], u_chat);
        }
    }
}

/// How many things of that mean happen, by the first word of a place; what each of them is, the blocks after it say.
fn how_many(word: u32, mean: f32) -> u32 {
    if fine_f32(word) >= mean {
        return 0;
    }
    poisson_count(1.0 - unit32_f64(word), f64::from(mean))
}

/// What a click leaves behind, and whether it goes back to chats.
fn clicked(e: &Evening<'_>, state: &mut ArmState, l: usize, [app, slot]: [usize; 2], u_chat: f64) {
    let of_chats = e.seat(state, l).map_or(0.0, |(row, l)| {
        row.click[app][slot][l] / row.all_click[app][slot][l]
    });
    let chat = u_chat < f64::from(of_chats);
    if chat {
        state.exposure.marked[app][l] += 1;
    }
    state.marks.push(Mark {
        lane: l as u8,
        app: app as u8,
        slot: slot as u8,
        click: true,
        chat,
    });
}

fn recognise(e: &Evening<'_>, state: &mut ArmState, l: usize, word: u32) {
    let chance = e.chance_recognised(state, l);
    let unclicked: [f32; App::COUNT] = std::array::from_fn(|app| {
        let x = &state.exposure;
        (x.chat_today[app][l] - x.chat_clicks[app][l]).max(0.0)
    });
    let mut mean = 0.0;
    for (app, unclicked) in unclicked.iter().enumerate() {
        mean += chance * unclicked;
        state.exposure.unmarked[app][l] += (1.0 - chance) * unclicked;
    }
    let at = e.at(l, Stream::Recognised);
    for k in 0..how_many(word, mean) {
        let [u_app, u_slot, ..] = e.d.world.draws.units(at, 1 + k);
        let app = pick::by_weights(u_app as f32, unclicked).unwrap_or_default();
        let seat = state.seats.at(l);
        let by_slot = seat.map_or([0.0; SLOTS], |(row, l)| {
            std::array::from_fn(|s| row.slot_today[s][l])
        });
        let slot = pick::by_weights(u_slot as f32, by_slot).unwrap_or(SLOTS - 1);
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
    for l in set_bits(e.heard) {
        let x = &state.exposure;
        let [mean, clicked]: [f32; 2] =
            [&x.chat_today, &x.chat_clicks].map(|apps| apps.iter().map(|app| app[l]).sum());
        let unmarked = (1.0 - e.chance_recognised(state, l)) * (mean - clicked).max(0.0);
        reached[l] = if marked >> l & 1 == 1 {
            1.0
        } else {
            1.0 - exp_f32(-unmarked)
        };
    }
    leaf_sum(&reached)
}
