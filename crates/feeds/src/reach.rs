//! People with at least one ad, of the whole window.

use overheard_model::block::Settled;
use overheard_model::math::exp_f32;
use overheard_model::tally::{Cell, Count};

use crate::kept::Kept;
use crate::sums::Sums;

/// Chance of at least one, `marked` of which happened.
pub fn reach_of(marked: u32, unmarked: f32) -> f32 {
    if marked > 0 {
        1.0
    } else if unmarked == 0.0 {
        // Most people: no exponential for them.
        0.0
    } else {
        1.0 - exp_f32(-unmarked)
    }
}

/// Adds the people reached by each cell: the chance of at least one ad, over all of a person's signals that belong to it.
pub fn reached(kept: Kept, settled: &[Settled], sums: &mut Sums, cell: impl Fn(&Settled) -> Cell) {
    for (k, s) in settled.iter().enumerate() {
        let same = |o: &&Settled| o.lane == s.lane && cell(o) == cell(s);
        if settled[..k].iter().any(|o| same(&o)) {
            continue;
        }
        let ads = settled[k..].iter().filter(same).map(|o| f64::from(o.ads));
        sums.add(cell(s), kept.any(ads.sum()));
    }
}
