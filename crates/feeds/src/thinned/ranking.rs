//! One app's organic items of a day. They race without prices.

use overheard_model::block::{ROW, SLOTS, TRUE_SLOTS};

use super::people::{People, Row, SlotRows, Z};
use super::shown::{Shown, flow};
use crate::params::Params;

/// What chooses a row's organic items in one app.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Strength of each slot's signals, `x / (x + κ)`.
    pub strength: SlotRows,
    /// Items per unit of strength.
    pub items: Row,
    /// Strength per unit of mass, and the part that is chats': written only where there are any.
    pub per_mass: SlotRows,
    pub chat: SlotRows,
}

impl Default for Ranking {
    fn default() -> Self {
        const S: SlotRows = [Z; SLOTS];
        Ranking {
            strength: S,
            items: Z,
            per_mass: S,
            chat: S,
        }
    }
}

impl Ranking {
    /// Ranks, and writes the flows of items.
    #[inline(always)]
    pub fn run<const CHATS: bool>(
        &mut self,
        p: &Params,
        who: &People,
        app: usize,
        shown: &mut Shown,
    ) {
        let (mut sum, mut chat_sum) = (Z, Z);
        for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
            let behaviour = if s < TRUE_SLOTS {
                &who.behaviour[app][s]
            } else {
                &Z
            };
            let (mut strength, mut per_mass, mut chat) = (Z, Z, Z);
            for l in 0..ROW {
                let xc = if CHATS {
                    who.chat_content[app][s][l]
                } else {
                    0.0
                };
                let x = behaviour[l] + xc;
                let unit = 1.0 / (x + p.kappa);
                strength[l] = x * unit;
                sum[l] += strength[l];
                if CHATS {
                    per_mass[l] = unit;
                    chat[l] = xc * unit;
                    chat_sum[l] += chat[l];
                }
            }
            self.strength[s] = strength;
            if CHATS {
                (self.per_mass[s], self.chat[s]) = (per_mass, chat);
            }
        }
        let content = &p.content[app];
        let (mut per_share, mut by_signal, mut by_chat, mut items) = (Z, Z, Z, Z);
        for l in 0..ROW {
            let all = who.sessions[app][l] * p.items_per_session[app];
            per_share[l] = all / (content.share_sum + content.gain_sum * sum[l]);
            by_signal[l] = per_share[l] * sum[l];
            by_chat[l] = per_share[l] * chat_sum[l];
            items[l] = per_share[l] * content.gain_sum;
        }
        self.items = items;
        let flows = &mut shown.flows[app];
        flows[flow::PER_SHARE] = per_share;
        flows[flow::BY_SIGNAL] = by_signal;
        if CHATS {
            flows[flow::BY_CHAT] = by_chat;
        }
    }
}
