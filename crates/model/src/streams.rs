//! Named, counter-based randomness: every draw is a pure function of where it belongs.
//!
//! **Law.** A draw is `philox(seed, [index, day, stratum·2¹⁶ + stream, i])` and nothing else: not the thread, not the
//! block size, not what was drawn before. So a person is the same person in a larger run, an added arm changes no
//! other arm, and two equal arms differ by exactly zero. There is no way to draw without naming a [`Stream`].
//!
//! ```
//! use overheard_model::streams::{At, Draws, Stream};
//! let draws = Draws::new(2025);
//! let at = At { stratum: 3, index: 41, day: 0, stream: Stream::Opening };
//! assert_eq!(draws.units(at, 0), draws.units(at, 0));
//! assert_ne!(draws.units(at, 0), draws.units(at, 1));
//! ```

mod philox;
mod rng;

pub use rng::StreamRng;

use philox::philox4x32;

use crate::columns::{Indices, LEAF, ROW};

/// The day of draws that are made once per person and not once per day.
pub const NO_DAY: i32 = i32::MIN;

/// What a draw is for. Numbers are part of the reproducibility contract: a retired number is never given to another
/// stream, and a new stream takes a new number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Stream {
    /// Facts of a person: whether a minor declares an adult's age, which ads may be shown, the use of controls, how apps are
    /// opened.
    Person = 1,
    /// Which side of a split experiment a person is on.
    Treated = 2,
    /// Which of a person's apps have joined an account group.
    Join = 3,
    /// The assistant habit: rate, voice share, logged-in habit.
    Habit = 4,
    /// Standing interests and their strengths.
    Interests = 5,
    /// Sensitive traits.
    Traits = 6,
    /// Notice funnel: shown, opened, understood, acted.
    Notice = 7,
    /// The stationary state a window starts from.
    StartState = 8,
    /// Passing intents: arrival, topic, end.
    Passing = 10,
    /// Opening of apps.
    Opening = 11,
    /// Whether and how often a person chats on a day.
    ChatActive = 14,
    /// Contents of a candidate chat: surface, modality, subject, and whether it is thinned or incognito.
    Chat = 15,
    /// Detector and extractor.
    Extract = 16,
    /// Clicks: how many on a day, then which ads they fall on.
    Clicks = 17,
    /// Whether an ad is recognised as born of a chat.
    Recognised = 18,
    /// What a person does about a recognised ad.
    Reaction = 19,
    /// Which people are traced, and details that only a trace needs.
    Trace = 20,
    /// Bids, ad slots and items of the event-by-event engine.
    EventsFeed = 21,
    /// The pilot's own choices: which budgets bind.
    Pilot = 22,
    /// Where the even spread of a stratum's people begins.
    Even = 23,
    /// Days since the last chats when a window starts. It took the place of 9, the day of the first chat.
    LastChat = 24,
    /// Points of a study: where each lies between the ends of an unknown. The stratum is the dimension, the index the point.
    Points = 25,
    /// Which points a bootstrap of a study's indices takes.
    Bootstrap = 26,
    /// Behaviours and off-platform visits, one uniform per person, day and true slot. It took the place of 12 and 13, which had
    /// one for each app and one for visits.
    Deeds = 27,
    /// Clicks on ads about what sits in spill slots: how many on a day, then which ads they fall on.
    SpillClicks = 28,
}

/// Where a draw belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct At {
    /// Stratum number.
    pub stratum: u16,
    /// Index of the person in the stratum.
    pub index: u32,
    /// Day since the window's start (negative: warm-up), or [`NO_DAY`].
    pub day: i32,
    /// What the draw is for.
    pub stream: Stream,
}

impl At {
    /// The place of draws that are made once per person.
    #[inline]
    pub const fn person(stratum: u16, index: u32, stream: Stream) -> Self {
        At {
            stratum,
            index,
            day: NO_DAY,
            stream,
        }
    }

    #[inline(always)]
    const fn counter(self, i: u32) -> [u32; 4] {
        let name = ((self.stratum as u32) << 16) | self.stream as u32;
        [self.index, self.day.cast_unsigned(), name, i]
    }
}

/// All draws of one seed. Two words; copy it freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    key: [u32; 2],
}

impl Draws {
    /// The draws of `seed`; its low half is Philox's first key word.
    #[inline]
    pub const fn new(seed: u64) -> Self {
        Draws {
            key: [seed as u32, (seed >> 32) as u32],
        }
    }

    /// Four independent 32-bit words: the `i`-th block at `at`.
    #[inline]
    pub const fn block(&self, at: At, i: u32) -> [u32; 4] {
        philox4x32(self.key, at.counter(i))
    }

    /// Four uniforms in (0, 1), one of each word of block `i`, see [`unit32_f64`].
    #[inline]
    pub const fn units(&self, at: At, i: u32) -> [f64; 4] {
        let [a, b, c, d] = self.block(at, i);
        [unit32_f64(a), unit32_f64(b), unit32_f64(c), unit32_f64(d)]
    }

    /// Block `i` of up to [`LEAF`] people of a stratum: `out[w][l]` is word `w` of person `index[l]`, the same as
    /// [`block`](Self::block) gives. Words of lanes beyond `people`, rounded up to whole vectors, are left as they are. Inlined, so that it is compiled for the caller's instruction set.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "whose words, and where they go")]
    pub fn lanes(
        &self,
        stratum: u16,
        index: &Indices,
        day: i32,
        stream: Stream,
        i: u32,
        people: usize,
        out: &mut [[u32; LEAF]; 4],
    ) {
        let indices = index.as_chunks::<ROW>().0;
        let [w0, w1, w2, w3] = out.each_mut().map(|w| w.as_chunks_mut::<ROW>().0);
        for r in 0..people.min(LEAF).div_ceil(ROW) {
            [w0[r], w1[r], w2[r], w3[r]] = self.row(stratum, day, stream, &indices[r], &[i; ROW]);
        }
    }

    /// Block `i[k]` of person `index[k]`: words as [`lanes`](Self::lanes) gives them, of any people and blocks.
    #[inline(always)]
    pub fn row(
        &self,
        stratum: u16,
        day: i32,
        stream: Stream,
        index: &[u32; ROW],
        i: &[u32; ROW],
    ) -> [[u32; ROW]; 4] {
        // A copy, since behind a reference the key might for all the compiler knows be part of what is written.
        let key = self.key;
        let mut words = [[0; ROW]; 4];
        for k in 0..ROW {
            let at = At {
                stratum,
                index: index[k],
                day,
                stream,
            };
            let [a, b, c, d] = philox4x32(key, at.counter(i[k]));
            (words[0][k], words[1][k], words[2][k], words[3][k]) = (a, b, c, d);
        }
        words
    }
}

/// A uniform of 32 random bits on the midpoints of a grid of 2⁻³²: exact, symmetric, never 0 or 1.
#[inline(always)]
pub const fn unit32_f64(word: u32) -> f64 {
    (word as f64 + 0.5) * (1.0 / (1u64 << 32) as f64)
}

/// A uniform in single precision for tests of `u < share`: what would round to 1 stays below, so that a share of 1 is everybody.
#[inline(always)]
pub const fn below_one(u: f64) -> f32 {
    const MOST: f32 = 1.0f32.next_down();
    (u as f32).min(MOST)
}

/// A uniform of 23 random bits on the midpoints of a grid of 2⁻²³: exact, symmetric, never 0 or 1. One bit more would
/// round its last midpoint up to 1.
#[inline(always)]
pub const fn unit_f32(word: u32) -> f32 {
    ((word >> 8) | 1).cast_signed() as f32 * (1.0 / (1u32 << 24) as f32)
}

/// A uniform of 30 random bits in (0, 1] on the midpoints of a grid of 2⁻³⁰: for comparing with small probabilities
/// (`u < p`). It is rounded to 24 significant bits, and so may be 1.
#[inline(always)]
pub const fn fine_f32(word: u32) -> f32 {
    ((word >> 1) | 1).cast_signed() as f32 * (1.0 / (1u32 << 31) as f32)
}

#[cfg(test)]
mod tests;
