//! What the market sees of a day: every person's slots in every app, with the demand for them before pacing.

use crate::ids::AdKind;

/// One person's ad slots on one day, in one app or in several where they are worth the same to everybody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auction {
    /// Ad slots offered times the person's weight.
    pub slots: f64,
    /// Λ per unit of race weight.
    pub lambda_per_weight: f64,
    /// Reserve price (USD).
    pub reserve: f64,
    /// `exp(α(α-1)s²/2)`: what information makes of optimised demand.
    pub matched: f64,
    /// Where its parts end in [`Auctions::lists`] and [`Auctions::optimised`]; they begin where the last auction's end.
    pub lists: u32,
    pub optimised: u32,
}

/// Demand of one kind of advertiser in one category for one auction, before pacing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// `kind * categories + category`, below [`PLACES`].
    pub place: u8,
    /// Race weight; for optimised ads what the topic of a profile slot has beyond the weight that it has for everybody.
    pub weight: f32,
}

/// Auctions of one market, day and arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Auctions {
    pub list: Vec<Auction>,
    /// Parts of manual lists and custom audiences.
    pub lists: Vec<Part>,
    pub optimised: Vec<Part>,
}

impl Auctions {
    /// Appends an auction to which all parts belong that were pushed since the last; its ends are set here.
    pub fn push(&mut self, auction: Auction) {
        self.list.push(Auction {
            lists: self.lists.len() as u32,
            optimised: self.optimised.len() as u32,
            ..auction
        });
    }

    /// The parts of auction `k`: lists, optimised.
    pub fn parts(&self, k: usize) -> (&[Part], &[Part]) {
        let begin = |end: fn(&Auction) -> u32| match k.checked_sub(1) {
            Some(before) => end(&self.list[before]) as usize,
            None => 0,
        };
        let own = &self.list[k];
        (
            &self.lists[begin(|a| a.lists)..own.lists as usize],
            &self.optimised[begin(|a| a.optimised)..own.optimised as usize],
        )
    }

    /// Forgets all auctions and keeps their room.
    pub fn clear(&mut self) {
        self.list.clear();
        self.lists.clear();
        self.optimised.clear();
    }

    /// Every auction with its parts: lists, optimised.
    pub fn iter(&self) -> impl Iterator<Item = (&Auction, &[Part], &[Part])> {
        let (mut lists, mut optimised) = (0, 0);
        self.list.iter().map(move |auction| {
            let (l, o) = (auction.lists as usize, auction.optimised as usize);
            let parts = (&self.lists[lists..l], &self.optimised[optimised..o]);
            (lists, optimised) = (l, o);
            (auction, parts.0, parts.1)
        })
    }
}

/// As many places as a part can name.
pub const PLACES: usize = 1 << u8::BITS;

/// The place of a kind and category among a market's budgets.
pub const fn place(kind: AdKind, category: usize, categories: usize) -> usize {
    kind as usize * categories + category
}
