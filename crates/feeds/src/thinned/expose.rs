//! One app's day for one leaf under one arm: the races integrated over the day's slots and items.

use overheard_model::block::{ArmState, LEAF, Lane, Leaf, SLOTS, TRUE_SLOTS, topic_column as col};
use overheard_model::tally::leaf_sum;

use super::race::Race;
use crate::params::Params;

const Z: Lane = [0.0; LEAF];

/// Sums over the leaf of one app's day: what goes into the tables of flows, by source: all, chat, broad.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    pub active: f64,
    pub sessions: f64,
    pub slots: f64,
    pub impressions: [f64; 3],
    pub spend: [f64; 3],
    pub clicks: [f64; 3],
    /// Clicks times true interest.
    pub interested: [f64; 3],
    pub predicted: f64,
    pub displaced: f64,
    pub items: f64,
    /// Items per signal, chat part: multiplied by each type's gain.
    pub items_per_share: f64,
    pub items_signal: f64,
    pub items_chat: f64,
    /// Optimised ads whose topic is drawn blindly: impressions, clicks, spend by source.
    pub spread: [[f64; 3]; 3],
    /// Slots, impressions, spend, clicks, clicks times interest: of treated people only.
    pub treated: [f64; 5],
}

/// What the day and the market bring to one app.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub app: usize,
    /// Slots per session, 0 where the app shows no ads yet.
    pub slots_per_session: f32,
    /// Reserve price [USD].
    pub reserve: f32,
    pub chats: bool,
    pub split: bool,
}

/// Slots offered to each person.
#[inline(always)]
pub fn slots_offered(p: &Params, offer: Offer, leaf: &Leaf) -> Lane {
    let mut slots = Z;
    for l in 0..LEAF {
        let opened = f32::from(leaf.today.opened[l] >> offer.app & 1);
        slots[l] = opened
            * p.sessions[offer.app]
            * leaf.who.activity[l]
            * offer.slots_per_session
            * leaf.who.ad_load[l];
    }
    slots
}

/// Integrates one app's day. `base` is the base arm's race of the same people, for displacement.
#[inline(always)]
pub fn run(
    p: &Params,
    offer: Offer,
    race: &Race,
    base: Option<&Race>,
    resolution: &Lane,
    discount: &Lane,
    leaf: &mut Leaf,
    arm: usize,
) -> Flows {
    let slots_offered = slots_offered(p, offer, leaf);
    let Leaf {
        who, today, arms, ..
    } = leaf;
    let (before, from_here) = arms.split_at_mut(arm);
    let state = &mut from_here[0];
    let base_state = before.first();
    let slots = if offer.chats { SLOTS } else { TRUE_SLOTS };

    let mut scale = Z;
    let mut price = Z;
    let mut paid = Z;
    for l in 0..LEAF {
        scale[l] = slots_offered[l] * race.per_weight[l];
        price[l] = race.price[l] * offer.reserve;
        paid[l] = p.click_rate * scale[l];
    }

    // Per slot: impressions, spend, clicks, and clicks times interest, by source.
    let mut clicks = Z;
    let mut clicks_chat = Z;
    let mut clicks_slots_optimised = Z;
    let mut predicted = Z;
    let mut by_interest = [Z; 3];
    let x = &mut state.exposure;
    for s in 0..slots {
        for l in 0..LEAF {
            let z = if s < TRUE_SLOTS {
                who.z[s][l]
            } else {
                state.spill_z[s - TRUE_SLOTS][l]
            };
            let gain = 1.0 + p.mu * resolution[l] * z;
            let lists = race.manual[s][l] + race.custom[s][l];
            let optimised = race.optimised[s][l];
            let own = optimised - race.optimised_floor[s][l];
            let broad_share = (race.optimised_all[l] - race.informed[l]) / race.optimised_all[l];
            let chat_share = (1.0 - broad_share) * race.chat_share[l];
            let list_clicks = paid[l] * lists * gain;
            let list_chat = paid[l] * race.manual_chat[s][l] * gain;
            let ad_clicks = paid[l] * race.winner[l] * optimised;
            let own_clicks = paid[l] * race.winner[l] * own;
            let floor_clicks = ad_clicks - own_clicks;

            let all = list_clicks + ad_clicks;
            let chat = list_chat + ad_clicks * chat_share;
            x.click[offer.app][s][l] = all;
            x.click_chat[offer.app][s][l] = chat;
            clicks[l] += list_clicks;
            clicks_chat[l] += list_chat;
            clicks_slots_optimised[l] += ad_clicks;
            by_interest[0][l] += all * z;
            by_interest[1][l] += chat * z;
            by_interest[2][l] += ad_clicks * broad_share * z;

            let shown = scale[l] * (lists + own);
            let shown_chat = scale[l] * (race.manual_chat[s][l] + own * chat_share);
            let shown_broad = scale[l] * own * broad_share;
            let t = &mut x.by_slot;
            t[col::IMPRESSIONS][s][l] += shown;
            t[col::IMPRESSIONS + col::CHAT][s][l] += shown_chat;
            t[col::IMPRESSIONS + col::BROAD][s][l] += shown_broad;
            t[col::SPEND][s][l] += shown * price[l];
            t[col::SPEND + col::CHAT][s][l] += shown_chat * price[l];
            t[col::SPEND + col::BROAD][s][l] += shown_broad * price[l];
            t[col::CLICKS][s][l] += all - floor_clicks;
            t[col::CLICKS + col::CHAT][s][l] += chat - floor_clicks * chat_share;
            t[col::CLICKS + col::BROAD][s][l] += own_clicks * broad_share;
            t[col::CLICKS_BY_INTEREST][s][l] += all * z;
            t[col::CLICKS_BY_INTEREST + col::CHAT][s][l] += chat * z;
            t[col::CLICKS_BY_INTEREST + col::BROAD][s][l] += ad_clicks * broad_share * z;
        }
        for l in 0..LEAF {
            // What the platform itself predicts, from its estimate of the interest.
            let mass = if s < TRUE_SLOTS {
                state.behaviour[offer.app][s][l]
            } else {
                0.0
            };
            let gate = who.personalised[l] * state.shown[s][l];
            let mass = (mass + state.chat_ads[offer.app][s][l]) * gate;
            let estimate = p.estimated(mass / (mass + p.kappa));
            let lists = race.manual[s][l] + race.custom[s][l];
            predicted[l] += paid[l] * lists * (1.0 + p.mu * resolution[l] * estimate);
        }
    }

    let mut flows = Flows::default();
    let mut columns = [[Z; 3]; 3];
    let mut spread = [[Z; 3]; 3];
    for l in 0..LEAF {
        let all = slots_offered[l] * race.fill[l];
        let chat = scale[l] * race.chat[l];
        let optimised = race.optimised_all[l];
        let broad = scale[l] * (optimised - race.informed[l]);
        let ad_clicks = paid[l] * race.winner[l] * optimised;
        let broad_share = (optimised - race.informed[l]) / optimised;
        let chat_share = (1.0 - broad_share) * race.chat_share[l];
        let ad_clicks_chat = ad_clicks * chat_share;
        let ad_clicks_broad = ad_clicks * broad_share;
        columns[0][0][l] = all;
        columns[0][1][l] = chat;
        columns[0][2][l] = broad;
        columns[1][0][l] = all * price[l];
        columns[1][1][l] = chat * price[l];
        columns[1][2][l] = broad * price[l];
        columns[2][0][l] = clicks[l] + ad_clicks;
        columns[2][1][l] = clicks_chat[l] + ad_clicks_chat;
        columns[2][2][l] = ad_clicks_broad;
        let blind = scale[l] * optimised * race.spread[l];
        spread[0][0][l] = blind;
        spread[0][1][l] = blind * chat_share;
        spread[0][2][l] = blind * broad_share;
        spread[1][0][l] = ad_clicks * race.spread[l];
        spread[1][1][l] = ad_clicks_chat * race.spread[l];
        spread[1][2][l] = ad_clicks_broad * race.spread[l];
        spread[2][0][l] = blind * price[l];
        spread[2][1][l] = blind * price[l] * chat_share;
        spread[2][2][l] = blind * price[l] * broad_share;
        predicted[l] += ad_clicks;
        x.chat_today[offer.app][l] = chat;
    }
    for k in 0..3 {
        flows.impressions[k] = leaf_sum(&columns[0][k]);
        flows.spend[k] = leaf_sum(&columns[1][k]);
        flows.clicks[k] = leaf_sum(&columns[2][k]);
        flows.interested[k] = leaf_sum(&by_interest[k]);
        for (row, lanes) in flows.spread.iter_mut().zip(&spread) {
            row[k] = leaf_sum(&lanes[k]);
        }
    }
    flows.predicted = leaf_sum(&predicted);
    flows.slots = leaf_sum(&slots_offered);
    if offer.chats {
        earn(offer, race, &scale, discount, who, state);
    }
    if let (Some(base_race), Some(base_state)) = (base, base_state) {
        flows.displaced = displace(
            race,
            base_race,
            base_state,
            state,
            &slots_offered,
            offer.chats,
        );
    }
    if offer.split {
        flows.treated = treated(
            state.treated,
            [
                &slots_offered,
                &columns[0][0],
                &columns[1][0],
                &columns[2][0],
                &by_interest[0],
            ],
        );
    }
    organic(p, offer, who, today, state, discount, &mut flows);
    flows
}

/// Chat-derived impressions go back to chat mass, all of it alike: the part won by lists by the slot's mass, the part
/// won by information by all mass that informs.
#[inline(always)]
fn earn(
    offer: Offer,
    race: &Race,
    scale: &Lane,
    discount: &Lane,
    who: &overheard_model::block::Who,
    state: &mut ArmState,
) {
    let x = &mut state.exposure;
    for s in 0..SLOTS {
        for l in 0..LEAF {
            let gate = who.personalised[l] * state.shown[s][l];
            let informs = if s < TRUE_SLOTS {
                race.informed_per_mass[l] * gate
            } else {
                0.0
            };
            let unit = scale[l] * (race.manual_per_mass[s][l] + informs);
            x.earned_ads[offer.app][s][l] += unit * discount[l];
            x.chat_slot_today[s][l] += unit * state.chat_ads[offer.app][s][l];
        }
    }
}

/// Half the sum of absolute differences between the two arms' chances of what fills a slot: each kind on each profile
/// slot, optimised ads on other topics, nothing.
#[inline(always)]
fn displace(
    race: &Race,
    base: &Race,
    base_state: &ArmState,
    state: &mut ArmState,
    slots: &Lane,
    chats: bool,
) -> f64 {
    let mut total = Z;
    let mut rest = Z;
    let mut base_rest = Z;
    for l in 0..LEAF {
        rest[l] = race.optimised_all[l];
        base_rest[l] = base.optimised_all[l];
        total[l] = (race.fill[l] - base.fill[l]).abs();
    }
    let last = if chats { SLOTS } else { TRUE_SLOTS };
    for s in 0..last {
        for l in 0..LEAF {
            // A spilled topic may sit in another slot, or nowhere, in the base arm: then nothing is shared.
            let same = if s < TRUE_SLOTS {
                1.0
            } else if base_state.spill_topic[s - TRUE_SLOTS][l]
                == state.spill_topic[s - TRUE_SLOTS][l]
            {
                1.0
            } else {
                0.0
            };
            let (k, kb) = (race.per_weight[l], base.per_weight[l] * same);
            total[l] += (k * race.manual[s][l] - kb * base.manual[s][l]).abs();
            total[l] += (k * race.custom[s][l] - kb * base.custom[s][l]).abs();
            total[l] += (k * race.optimised[s][l] - kb * base.optimised[s][l]).abs();
            rest[l] -= race.optimised[s][l];
            base_rest[l] -= base.optimised[s][l] * same;
        }
    }
    let mut displaced = Z;
    for l in 0..LEAF {
        let others = (race.per_weight[l] * rest[l] - base.per_weight[l] * base_rest[l]).abs();
        displaced[l] = slots[l] * 0.5 * (total[l] + others);
        state.exposure.displaced_today[l] += displaced[l];
    }
    leaf_sum(&displaced)
}

#[inline(always)]
fn treated(bits: u64, columns: [&Lane; 5]) -> [f64; 5] {
    columns.map(|column| {
        let mut masked = Z;
        for l in 0..LEAF {
            masked[l] = if bits >> l & 1 == 1 { column[l] } else { 0.0 };
        }
        leaf_sum(&masked)
    })
}

/// Organic items race without prices.
#[inline(always)]
fn organic(
    p: &Params,
    offer: Offer,
    who: &overheard_model::block::Who,
    today: &overheard_model::block::Today,
    state: &mut ArmState,
    discount: &Lane,
    flows: &mut Flows,
) {
    let content = &p.content[offer.app];
    let mut strength = Z;
    let mut chat_strength = Z;
    let slots = if offer.chats { SLOTS } else { TRUE_SLOTS };
    for s in 0..slots {
        for l in 0..LEAF {
            let xb = if s < TRUE_SLOTS {
                state.behaviour[offer.app][s][l]
            } else {
                0.0
            };
            let xc = state.chat_content[offer.app][s][l];
            let per_mass = 1.0 / (xb + xc + p.kappa);
            strength[l] += (xb + xc) * per_mass;
            chat_strength[l] += xc * per_mass;
        }
    }
    let mut active = Z;
    let mut sessions = Z;
    let mut items = Z;
    let mut per_share = Z;
    let mut by_signal = Z;
    let mut by_chat = Z;
    for l in 0..LEAF {
        active[l] = f32::from(today.opened[l] >> offer.app & 1);
        sessions[l] = active[l] * p.sessions[offer.app] * who.activity[l];
        items[l] = sessions[l] * p.items_per_session[offer.app];
        per_share[l] = items[l] / (content.share_sum + content.gain_sum * strength[l]);
        by_signal[l] = per_share[l] * strength[l];
        by_chat[l] = per_share[l] * chat_strength[l];
    }
    let x = &mut state.exposure;
    for s in 0..slots {
        for l in 0..LEAF {
            let xb = if s < TRUE_SLOTS {
                state.behaviour[offer.app][s][l]
            } else {
                0.0
            };
            let xc = state.chat_content[offer.app][s][l];
            let unit = per_share[l] * content.gain_sum / (xb + xc + p.kappa);
            x.by_slot[col::ITEMS][s][l] += unit * (xb + xc);
            x.by_slot[col::ITEMS_CHAT][s][l] += unit * xc;
            x.earned_content[offer.app][s][l] += unit * discount[l];
        }
    }
    flows.active = leaf_sum(&active);
    flows.sessions = leaf_sum(&sessions);
    flows.items = leaf_sum(&items);
    flows.items_per_share = leaf_sum(&per_share);
    flows.items_signal = leaf_sum(&by_signal);
    flows.items_chat = leaf_sum(&by_chat);
}
