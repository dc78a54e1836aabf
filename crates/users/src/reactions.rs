//! What yesterday's ads make of today: a click is a behaviour, a recognised chat-born ad can make people react.

use overheard_model::block::{ArmState, Block, Leaf};
use overheard_model::calendar::{Day, NEVER};
use overheard_model::columns::SLOTS;
use overheard_model::ids::Control;
use overheard_model::samplers::pick;
use overheard_model::streams::{At, Stream};
use overheard_model::world::World;

use crate::notices;
use crate::params::{Params, REACTIONS};

/// Takes up yesterday's marks of every arm that had its own.
pub fn absorb(p: &Params, world: &World, block: &mut Block) {
    let day = block.day;
    for arm in 0..world.arms {
        if day > world.window.first() && (arm == 0 || day > block.diverges[arm]) {
            let (stratum, used) = (block.stratum, block.used());
            for leaf in &mut block.leaves[..used] {
                react(p, world, stratum, leaf, arm, day);
            }
        }
    }
}

fn react(p: &Params, world: &World, stratum: u16, leaf: &mut Leaf, arm: usize, day: Day) {
    let state = &mut leaf.arms[arm];
    state.clicks.clear();
    let marks = std::mem::take(&mut state.marks);
    for mark in &marks {
        if mark.click {
            if (mark.slot as usize) < SLOTS {
                state.clicks.push((mark.lane, mark.app, mark.slot));
            }
            continue;
        }
        let at = At {
            stratum,
            index: leaf.index[usize::from(mark.lane)],
            day: day - 1,
            stream: Stream::Reaction,
        };
        let [u, ..] = world
            .draws
            .units(at, u32::from(mark.app) * 16 + u32::from(mark.slot));
        let rules = state.ruled_by(arm, usize::from(mark.lane));
        if let Some(at) = pick::by_sums(u, &p.reactions[rules].controls) {
            let control = REACTIONS[at];
            apply(state, mark.lane as usize, mark.slot as usize, control, day);
        }
    }
    // The buffer is kept for its allocation.
    state.marks = marks;
    state.marks.clear();
}

/// The first reaction of a kind stays.
fn apply(state: &mut ArmState, lane: usize, slot: usize, control: Control, day: Day) {
    let since = match control {
        Control::HideTopic => {
            if slot < SLOTS {
                state.hidden[lane] |= 1 << slot;
            }
            return;
        }
        Control::CutDown => &mut state.cut[lane],
        Control::Quit => &mut state.quit[lane],
        Control::Unjoin => &mut state.unjoined[lane],
        // No reactions to an ad: who uses these does so from the start.
        Control::OptOut | Control::Incognito => return,
    };
    *since = (*since).min(day);
}

/// Gives arms that part from the base today their own state: a copy of the base's, with the arm's own treated people and
/// the effects of notices. Its account groups follow when signals are taken.
pub fn part(p: &Params, world: &World, block: &mut Block) {
    let day = block.day;
    for arm in 0..world.arms {
        let parts = if arm == 0 {
            day == world.window.first()
        } else {
            day == block.diverges[arm]
        };
        if !parts {
            continue;
        }
        let market = world.market(block.stratum).index();
        let used = block.used();
        for leaf in &mut block.leaves[..used] {
            if arm > 0 {
                let (base, others) = leaf.arms.split_at_mut(1);
                others[arm - 1].become_like(&base[0]);
                // Its rules may give the same prices another meaning.
                others[arm - 1].exposure.priced = NEVER;
            }
            let (who, state) = (&leaf.who, &mut leaf.arms[arm]);
            let share = p.reactions[arm].treated_share;
            state.treated = (0..leaf.n).fold(0, |bits, lane| {
                bits | u64::from(who.u_treated[lane] < share) << lane
            });
            for lane in 0..leaf.n {
                // Notices are about the policy: whatever they make people do counts from the day it is in force, and is not
                // done where it never is, whatever the base arm did.
                let from = p.reactions[state.ruled_by(arm, lane)].policy_from[market];
                let since = who.notice.acted[lane].max(from);
                match who.notice.act[lane] {
                    0 => {}
                    notices::QUITS => state.quit[lane] = since,
                    _ => state.cut[lane] = since,
                }
            }
        }
    }
}
