//! What the market sees of a day: every person's slots in every app, with the demand for them before pacing.

use crate::ids::AdKind;

/// One person's ad slots in one app on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auction {
    /// Slots offered times the person's weight.
    pub slots: f64,
    /// Λ per unit of race weight.
    pub lambda_per_weight: f64,
    /// Reserve price [USD].
    pub reserve: f64,
    /// `exp(α(α-1)s²/2)`: what information makes of optimised demand.
    pub matched: f64,
    /// End of its parts in [`Auctions::parts`]; they begin where the auction before ends.
    pub end: u32,
}

/// Demand of one kind of advertiser in one category for one auction, before pacing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// `kind * categories + category`.
    pub place: u16,
    /// Race weight; for optimised ads what the slot's topic has beyond the weight that everybody's has.
    pub weight: f32,
}

/// The auctions of one market, day and arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Auctions {
    pub list: Vec<Auction>,
    pub parts: Vec<Part>,
}

impl Auctions {
    pub fn clear(&mut self) {
        self.list.clear();
        self.parts.clear();
    }

    pub fn merge(&mut self, other: &Auctions) {
        let shift = self.parts.len() as u32;
        self.parts.extend_from_slice(&other.parts);
        self.list.extend(other.list.iter().map(|a| Auction {
            end: a.end + shift,
            ..*a
        }));
    }
}

/// The place of a kind and category among a market's budgets.
pub const fn place(kind: AdKind, category: usize, categories: usize) -> usize {
    kind as usize * categories + category
}
