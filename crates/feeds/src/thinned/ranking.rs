//! One app's organic items of a day. They race without prices.

use overheard_model::columns::{ROW, SLOTS, TRUE_SLOTS};
use overheard_model::vector::Place;
use pulp::Simd;

use super::people::{People, Row, SlotRows, Z};
use super::shown::{Shown, flow};
use crate::params::Params;

/// What chooses a row's organic items in one app.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Strength of each slot's signals, `x / (x + κ)`.
    pub strength: SlotRows,
    /// Over slots: all, and the part that is chats'.
    pub sums: [Row; 2],
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
            sums: [Z; 2],
            items: Z,
            per_mass: S,
            chat: S,
        }
    }
}

impl Ranking {
    /// Ranks by what is known of a row's people in one app.
    #[inline(always)]
    pub fn rank<const CHATS: bool, S: Simd>(
        &mut self,
        simd: S,
        p: &Params,
        who: &People,
        app: usize,
    ) {
        for at in Place::all(simd, ROW) {
            self.rank_part::<CHATS, S>(at, p, who, app);
        }
    }

    #[inline(always)]
    fn rank_part<const CHATS: bool, S: Simd>(
        &mut self,
        at: Place<S>,
        p: &Params,
        who: &People,
        app: usize,
    ) {
        let (one, kappa) = (at.of(1.0), at.of(p.kappa));
        let (mut sum, mut chat_sum) = (at.of(0.0), at.of(0.0));
        for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
            let standing = s < TRUE_SLOTS;
            let mut x = at.get(if standing { &who.behaviour[app][s] } else { &Z });
            let mut xc = at.of(0.0);
            if CHATS {
                xc = at.get(&who.chat_content[app][s]);
                x += xc;
            }
            let unit = one / (x + kappa);
            let strength = x * unit;
            sum += strength;
            at.put(&mut self.strength[s], strength);
            if CHATS {
                let chat = xc * unit;
                chat_sum += chat;
                at.put(&mut self.per_mass[s], unit);
                at.put(&mut self.chat[s], chat);
            }
        }
        at.put(&mut self.sums[0], sum);
        at.put(&mut self.sums[1], chat_sum);
    }

    /// Writes what an app's offer makes of the sums of strengths: its items, and their flows.
    #[inline(always)]
    pub fn show<const CHATS: bool, S: Simd>(
        &mut self,
        simd: S,
        p: &Params,
        who: &People,
        app: usize,
        shown: &mut Shown,
    ) {
        let content = &p.content[app];
        for at in Place::all(simd, ROW) {
            let (share, gain) = (at.of(content.share_sum), at.of(content.gain_sum));
            let [sum, chat_sum] = self.sums.each_ref().map(|row| at.get(row));
            let all = at.get(&who.sessions[app]) * at.of(p.items_per_session[app]);
            let per_share = all / (share + gain * sum);
            at.put(&mut self.items, per_share * gain);
            let flows = &mut shown.flows[app];
            at.put(&mut flows[flow::PER_SHARE], per_share);
            at.put(&mut flows[flow::BY_SIGNAL], per_share * sum);
            if CHATS {
                at.put(&mut flows[flow::BY_CHAT], per_share * chat_sum);
            }
        }
    }
}
