//! What the day offers the people of a leaf, the same under every arm: sessions, ad slots, recent visits.

use overheard_model::block::Leaf;
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, Lane, of_anybody};
use overheard_model::ids::App;

use crate::params::Params;

/// What the day and the market bring to one app.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offer {
    /// Slots per session, 0 where the app shows no ads yet.
    pub slots_per_session: f32,
    /// Reserve price (USD).
    pub reserve: f32,
}

impl Offer {
    /// Of one app on a day in a market.
    pub fn new(p: &Params, app: usize, day: Day, market: usize) -> Self {
        let shows = app != App::Whatsapp.index() || day >= p.whatsapp_ads_from[market];
        Offer {
            slots_per_session: if shows { p.slots_per_session[app] } else { 0.0 },
            reserve: (p.reserve * p.base_level[market]) as f32,
        }
    }
}

/// Columns of one leaf.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Offered {
    pub active: [Lane; App::COUNT],
    pub sessions: [Lane; App::COUNT],
    pub slots: [Lane; App::COUNT],
    /// Whether anybody opened the app.
    pub opened: [bool; App::COUNT],
    /// The people who opened any app, bit per lane.
    pub present: u64,
    /// Bit per true slot on whose topic an off-platform visit is recent enough for a custom audience.
    pub recent: [u8; LEAF],
}

impl Default for Offered {
    fn default() -> Self {
        const Z: Lane = [0.0; LEAF];
        Offered {
            active: [Z; App::COUNT],
            sessions: [Z; App::COUNT],
            slots: [Z; App::COUNT],
            opened: [false; App::COUNT],
            present: 0,
            recent: [0; LEAF],
        }
    }
}

impl Offered {
    /// Reads what the day offers a leaf.
    #[inline(always)]
    pub fn read(&mut self, p: &Params, offers: &[Offer; App::COUNT], day: Day, leaf: &Leaf) {
        for (app, offer) in offers.iter().enumerate() {
            for l in 0..LEAF {
                let active = f32::from(leaf.today.opened[l] >> app & 1);
                let sessions = active * p.sessions[app] * leaf.who.activity[l];
                self.active[app][l] = active;
                self.sessions[app][l] = sessions;
                self.slots[app][l] = sessions * offer.slots_per_session * leaf.who.ad_load[l];
            }
        }
        let any = of_anybody(&leaf.today.opened);
        self.opened = std::array::from_fn(|app| any >> app & 1 == 1);
        self.present = (0..LEAF).fold(0, |bits, l| {
            bits | u64::from(leaf.today.opened[l] != 0) << l
        });
        let since = (day - p.custom_window) as i16;
        let mut recent = [0; LEAF];
        for (s, last) in leaf.who.last_visit.iter().enumerate() {
            for l in 0..LEAF {
                recent[l] |= u8::from(last[l] > since) << s;
            }
        }
        self.recent = recent;
    }
}
