//! What both engines do once a day, whatever was drawn or integrated.

use overheard_model::block::{Block, Leaf};
use overheard_model::tally::{AFTER, Count, TableId};
use overheard_model::world::World;

use crate::arm_day::ArmDay;
use crate::sums::Sums;

/// Days on which people opened anything, and which apps they ever opened: the same in every arm.
pub fn count_active(world: &World, block: &mut Block) {
    let day = block.day;
    let used = block.used();
    for leaf in &mut block.leaves[..used] {
        let mut active = 0u32;
        for l in 0..leaf.n {
            leaf.who.ever_opened[l] |= leaf.today.opened[l];
            active += u32::from(leaf.today.opened[l] != 0);
        }
        let cell = world.layout.cell(TableId::ActiveDay, [day as usize]);
        for tally in &mut block.tallies {
            tally.add(cell, f64::from(active));
        }
    }
}

/// Chat-derived ads shown to people who have quit the assistant or taken accounts apart, by time since then.
pub fn after_leaving(d: &ArmDay<'_>, leaf: &Leaf, sums: &mut Sums) {
    let (day, state) = (d.day, &leaf.arms[d.arm]);
    for l in 0..leaf.n {
        let left = state.quit[l].min(state.unjoined[l]);
        if left <= day {
            let bucket = match day - left {
                0..=6 => 0,
                7..=13 => 1,
                14..=27 => 2,
                _ => AFTER.len() - 1,
            };
            let ads: f32 = state.exposure.chat_today.iter().map(|app| app[l]).sum();
            sums.add(d.cell(TableId::AfterLeaving, [bucket]), f64::from(ads));
        }
    }
}

/// Moves the sums of a leaf under an arm to all tallies that count it; those of a warm-up day go nowhere.
pub fn empty_sums(world: &World, block: &mut Block, arm: usize, sums: &mut Sums) {
    if world.window.reported(block.day) {
        let counted = block.counts(arm);
        let tallies = block.tallies.iter_mut().enumerate();
        sums.move_to(
            tallies
                .filter(|(to, _)| counted >> to & 1 == 1)
                .map(|(_, tally)| tally),
        );
    }
    sums.clear();
}
