//! What a race comes to: the weights of a row's slots, and what follows from them.

use overheard_model::columns::SLOTS;

use super::super::people::{Row, SlotRows, Z};

const S: SlotRows = [Z; SLOTS];

/// Weights, and what follows from them, per slot offered.
#[derive(Clone, Debug)]
pub struct Race {
    /// Manual interest lists and custom audiences by profile slot.
    pub manual: SlotRows,
    pub custom: SlotRows,
    /// Optimised ads on the slot's topic, before `scale`; any topic of that demand has the demand itself.
    pub optimised: SlotRows,
    /// Weight per unit of `optimised`: the whole of optimised ads, shared out over topics.
    pub scale: Row,
    /// All optimised ads.
    pub optimised_all: Row,
    /// Share of optimised ads whose topic is drawn as if nothing were known about topics. The others are steered: they
    /// go back to the signals on their topic.
    pub spread: Row,
    /// Of those drawn blindly, the share that would have won had nothing been known, and what a unit of information won.
    pub broad: Row,
    pub per_information: Row,
    /// Click multiplier of optimised winners.
    pub winner: Row,
    /// Lists' weights times the gain in clicks that the platform itself predicts.
    pub predicted: Row,
    /// By kind of list, manual and custom: all weights; times the true gain in clicks; times true interest too.
    pub lists: [Row; 2],
    pub clicked: [Row; 2],
    pub clicked_by_interest: [Row; 2],
    /// Of `optimised`: what it has beyond the demand itself; that times true interest.
    pub steered: Row,
    pub steered_by_interest: Row,
    /// What the profile tells.
    pub information: Row,
    /// fill / W, and payment over fill (reserves).
    pub per_weight: Row,
    pub fill: Row,
    pub price: Row,
    /// What goes back to chats: written only where there are any.
    pub chat: ChatRace,
}

/// Chats' part of a race.
#[derive(Clone, Debug)]
pub struct ChatRace {
    /// Part of `manual` that goes back to chats, and `manual` per unit of mass; of what is steered, likewise.
    pub manual: SlotRows,
    pub manual_per_mass: SlotRows,
    pub steered: SlotRows,
    pub steered_per_mass: SlotRows,
    /// Information per unit of mass.
    pub information_per_mass: SlotRows,
    /// Chats' mass, and their information.
    pub mass: Row,
    pub information: Row,
    /// Share that chats' information won of optimised ads drawn blindly.
    pub share: Row,
    /// Sums of `manual`, of `steered`, and of the latter times true interest.
    pub manual_all: Row,
    pub steered_all: Row,
    pub steered_by_interest: Row,
    /// Of `optimised`: what is on a chat's topic though it came there blindly, won by that chat.
    pub by_chance: Row,
    /// Chats' part of the race's.
    pub clicked: Row,
    pub clicked_by_interest: Row,
    /// 1 where chats are part of the profile that chooses ads here.
    pub held: Row,
}

impl Default for Race {
    fn default() -> Self {
        Race {
            manual: S,
            custom: S,
            optimised: S,
            scale: Z,
            optimised_all: Z,
            spread: Z,
            broad: Z,
            per_information: Z,
            winner: Z,
            predicted: Z,
            lists: [Z; 2],
            clicked: [Z; 2],
            clicked_by_interest: [Z; 2],
            steered: Z,
            steered_by_interest: Z,
            information: Z,
            per_weight: Z,
            fill: Z,
            price: Z,
            chat: ChatRace {
                manual: S,
                manual_per_mass: S,
                steered: S,
                steered_per_mass: S,
                information_per_mass: S,
                mass: Z,
                information: Z,
                share: Z,
                manual_all: Z,
                steered_all: Z,
                steered_by_interest: Z,
                by_chance: Z,
                clicked: Z,
                clicked_by_interest: Z,
                held: Z,
            },
        }
    }
}

impl Race {
    /// Copies a person's lane from another race: what the comparison of two arms reads.
    #[inline(always)]
    pub fn copy_lane(&mut self, to: usize, from: &Race, lane: usize, slots: usize) {
        for s in 0..slots {
            self.manual[s][to] = from.manual[s][lane];
            self.custom[s][to] = from.custom[s][lane];
            self.optimised[s][to] = from.optimised[s][lane];
        }
        self.scale[to] = from.scale[lane];
        self.optimised_all[to] = from.optimised_all[lane];
        self.spread[to] = from.spread[lane];
        self.per_weight[to] = from.per_weight[lane];
        self.fill[to] = from.fill[lane];
    }
}
