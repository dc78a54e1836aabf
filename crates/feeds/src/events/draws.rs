//! The draws of one person's day: every slot, bid and item has its own place among the counters.
//!
//! So an arm's draws do not depend on what another arm, app or person drew, and equal arms see equal days.

use overheard_model::columns::SLOTS;
use overheard_model::streams::{At, Draws, StreamRng};
use rand::RngExt;
use rand_distr::{Distribution, Exp1, Poisson, StandardNormal};

/// What is drawn at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
enum Part {
    /// How many slots and items are offered.
    Number = 0,
    /// The two best bids of one kind in one slot.
    Bids = 1,
    /// Everything else about one slot.
    Slot = 2,
    /// One organic item.
    Item = 3,
}

/// The draws of one person on one day in one app; the same in every arm.
#[derive(Clone, Copy, Debug)]
pub struct DayDraws {
    pub draws: Draws,
    pub at: At,
    pub app: usize,
}

/// Uniforms that decide about one slot once the race is run, whoever wins it: drawn all at once, so that a different
/// winner leaves the other decisions as they are.
#[derive(Clone, Copy, Debug)]
pub struct SlotDraws {
    pub topic: f64,
    pub source: f64,
    pub signal: f64,
    pub click: f64,
    pub recognised: f64,
    pub purchase: f64,
    pub displaced: f64,
    /// Standard normal: how good the slot is.
    pub quality: f64,
}

/// Uniforms of one organic item.
#[derive(Clone, Copy, Debug)]
pub struct ItemDraws {
    pub item: f64,
    pub source: f64,
    pub signal: f64,
}

/// The bids for one slot, the same in every arm: what one arm has drawn the next one looks up.
#[derive(Clone, Copy, Debug)]
pub struct Bids<'a> {
    of: &'a DayDraws,
    number: u32,
    /// The best bid of each kind, once it was asked for.
    best: [Option<f64>; KINDS as usize],
}

/// Kinds of bidders: counters have five bits to tell them apart.
const KINDS: u32 = 2 * SLOTS as u32 + 1;
const _: () = assert!(KINDS <= 1 << 5);

impl Bids<'_> {
    /// The first arrival of a unit Poisson process: the best bid of kind `kind`, before it is scaled by the kind's weight.
    pub fn best(&mut self, kind: u32) -> f64 {
        *self.best[kind as usize].get_or_insert_with(|| {
            let mut words = self.of.words(Part::Bids, self.number, kind);
            Exp1.sample(&mut words)
        })
    }

    /// The second arrival of the same process: the second-best bid.
    pub fn second_best(&self, kind: u32) -> f64 {
        let mut words = self.of.words(Part::Bids, self.number, kind);
        let first: f64 = Exp1.sample(&mut words);
        let gap: f64 = Exp1.sample(&mut words);
        first + gap
    }
}

impl DayDraws {
    /// Ad slots offered, of mean `mean`.
    pub fn slots(&self, mean: f64) -> u32 {
        poisson(mean, &mut self.words(Part::Number, 0, 0))
    }

    /// Organic items offered, of mean `mean`.
    pub fn items(&self, mean: f64) -> u32 {
        poisson(mean, &mut self.words(Part::Number, 1, 0))
    }

    /// What is bid for slot `number`.
    pub const fn bids(&self, number: u32) -> Bids<'_> {
        Bids {
            of: self,
            number,
            best: [None; KINDS as usize],
        }
    }

    /// What decides about slot `number`.
    pub fn slot(&self, number: u32) -> SlotDraws {
        let mut words = self.words(Part::Slot, number, 0);
        SlotDraws {
            topic: words.random(),
            source: words.random(),
            signal: words.random(),
            click: words.random(),
            recognised: words.random(),
            purchase: words.random(),
            displaced: words.random(),
            quality: StandardNormal.sample(&mut words),
        }
    }

    /// What decides about item `number`.
    pub fn item(&self, number: u32) -> ItemDraws {
        let mut words = self.words(Part::Item, number, 0);
        ItemDraws {
            item: words.random(),
            source: words.random(),
            signal: words.random(),
        }
    }

    /// Counters: two bits of part, three of app (its last two first), seventeen of slot or item, five of kind, five of blocks.
    fn words(&self, part: Part, number: u32, kind: u32) -> StreamRng {
        debug_assert!(number < 1 << 17);
        let app = self.app as u32;
        let app = (app % 4) << 28 | (app / 4) << 27;
        let i = (part as u32) << 30 | app | number << 10 | kind << 5;
        StreamRng::new(self.draws, self.at, i)
    }
}

fn poisson(mean: f64, words: &mut StreamRng) -> u32 {
    // A mean of 0 is no distribution to rand_distr; it is none to us either.
    Poisson::new(mean).map_or(0, |p| p.sample(words) as u32)
}
