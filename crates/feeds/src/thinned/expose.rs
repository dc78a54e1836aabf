//! One app's day for one leaf under one arm: the races integrated over the day's slots and items.

use overheard_model::block::{
    ArmState, LEAF, Lane, Leaf, SLOTS, SPILL_SLOTS, TRUE_SLOTS, topic_column as col,
};
use overheard_model::tally::leaf_sum;
use overheard_model::topics::{NO_TOPIC, TopicId};

use super::race::Race;
use crate::params::Params;
use crate::prices::DayDemand;

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

/// Integrates one app's day. `base`: the base arm's race of the same people and its demand, for displacement.
#[expect(
    clippy::too_many_arguments,
    reason = "two arms of one leaf, and what the day brings them"
)]
#[inline(always)]
pub fn run(
    p: &Params,
    offer: Offer,
    race: &Race,
    demand: &DayDemand,
    base: Option<(&Race, &DayDemand)>,
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

    let mut broad_share = Z;
    let mut chat_share = Z;
    let mut paid_optimised = Z;
    for l in 0..LEAF {
        broad_share[l] = (race.optimised_all[l] - race.informed[l]) / race.optimised_all[l];
        chat_share[l] = (1.0 - broad_share[l]) * race.chat_share[l];
        paid_optimised[l] = paid[l] * race.winner[l];
    }

    // Per slot: impressions, spend, clicks, and clicks times interest, by source. Everything is worked out in arrays of
    // its own and added to the columns afterwards: loops that write where they might read stay scalar.
    let mut clicks = Z;
    let mut clicks_chat = Z;
    let mut predicted = Z;
    let mut by_interest = [Z; 3];
    for s in 0..slots {
        let (z, mass) = if s < TRUE_SLOTS {
            (who.z[s], state.behaviour[offer.app][s])
        } else {
            (state.spill_z[s - TRUE_SLOTS], Z)
        };
        let (mut all, mut chat, mut floor, mut own_ads) = (Z, Z, Z, Z);
        let (mut list_clicks, mut list_chat, mut estimated) = (Z, Z, Z);
        let (mut shown, mut shown_chat, mut shown_broad) = (Z, Z, Z);
        for l in 0..LEAF {
            let gain = 1.0 + p.mu * resolution[l] * z[l];
            let lists = race.manual[s][l] + race.custom[s][l];
            let optimised = race.optimised[s][l];
            let own = optimised - race.optimised_floor[s][l];
            let ad_clicks = paid_optimised[l] * optimised;
            list_clicks[l] = paid[l] * lists * gain;
            list_chat[l] = paid[l] * race.manual_chat[s][l] * gain;
            own_ads[l] = paid_optimised[l] * own;
            floor[l] = ad_clicks - own_ads[l];
            all[l] = list_clicks[l] + ad_clicks;
            chat[l] = list_chat[l] + ad_clicks * chat_share[l];
            shown[l] = scale[l] * (lists + own);
            shown_chat[l] = scale[l] * (race.manual_chat[s][l] + own * chat_share[l]);
            shown_broad[l] = scale[l] * own * broad_share[l];
        }
        // What the platform itself predicts, from its estimate of the interest.
        for l in 0..LEAF {
            let gate = who.personalised[l] * state.shown[s][l];
            let mass = (mass[l] + state.chat_ads[offer.app][s][l]) * gate;
            let lists = race.manual[s][l] + race.custom[s][l];
            let estimate = p.estimated(mass / (mass + p.kappa));
            estimated[l] = paid[l] * lists * (1.0 + p.mu * resolution[l] * estimate);
        }
        for l in 0..LEAF {
            let ad_clicks = all[l] - list_clicks[l];
            clicks[l] += list_clicks[l];
            clicks_chat[l] += list_chat[l];
            predicted[l] += estimated[l];
            by_interest[0][l] += all[l] * z[l];
            by_interest[1][l] += chat[l] * z[l];
            by_interest[2][l] += ad_clicks * broad_share[l] * z[l];
        }
        let x = &mut state.exposure;
        x.click[offer.app][s] = all;
        x.click_chat[offer.app][s] = chat;
        let t = &mut x.by_slot;
        add(&mut t[col::IMPRESSIONS][s], |l| shown[l]);
        add(&mut t[col::IMPRESSIONS + col::BROAD][s], |l| shown_broad[l]);
        add(&mut t[col::SPEND][s], |l| shown[l] * price[l]);
        add(&mut t[col::SPEND + col::BROAD][s], |l| {
            shown_broad[l] * price[l]
        });
        add(&mut t[col::CLICKS][s], |l| all[l] - floor[l]);
        add(&mut t[col::CLICKS + col::BROAD][s], |l| {
            own_ads[l] * broad_share[l]
        });
        add(&mut t[col::CLICKS_BY_INTEREST][s], |l| all[l] * z[l]);
        add(&mut t[col::CLICKS_BY_INTEREST + col::BROAD][s], |l| {
            (all[l] - list_clicks[l]) * broad_share[l] * z[l]
        });
        if offer.chats {
            add(&mut t[col::IMPRESSIONS + col::CHAT][s], |l| shown_chat[l]);
            add(&mut t[col::SPEND + col::CHAT][s], |l| {
                shown_chat[l] * price[l]
            });
            add(&mut t[col::CLICKS + col::CHAT][s], |l| {
                chat[l] - floor[l] * chat_share[l]
            });
            add(&mut t[col::CLICKS_BY_INTEREST + col::CHAT][s], |l| {
                chat[l] * z[l]
            });
        }
    }

    let mut flows = Flows::default();
    let mut columns = [[Z; 3]; 3];
    let mut spread = [[Z; 3]; 3];
    let mut chat_today = Z;
    for l in 0..LEAF {
        let all = slots_offered[l] * race.fill[l];
        let chat = scale[l] * race.chat[l];
        let optimised = race.optimised_all[l];
        let broad = scale[l] * (optimised - race.informed[l]);
        let ad_clicks = paid_optimised[l] * optimised;
        let ad_clicks_chat = ad_clicks * chat_share[l];
        let ad_clicks_broad = ad_clicks * broad_share[l];
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
        spread[0][1][l] = blind * chat_share[l];
        spread[0][2][l] = blind * broad_share[l];
        spread[1][0][l] = ad_clicks * race.spread[l];
        spread[1][1][l] = ad_clicks_chat * race.spread[l];
        spread[1][2][l] = ad_clicks_broad * race.spread[l];
        spread[2][0][l] = blind * price[l];
        spread[2][1][l] = blind * price[l] * chat_share[l];
        spread[2][2][l] = blind * price[l] * broad_share[l];
        predicted[l] += ad_clicks;
        chat_today[l] = chat;
    }
    state.exposure.chat_today[offer.app] = chat_today;
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
    if let (Some((base_race, base_demand)), Some(base_state)) = (base, base_state) {
        let own_side = Side {
            race,
            demand,
            spill_topic: &state.spill_topic,
            chats: offer.chats,
        };
        let base_side = Side {
            race: base_race,
            demand: base_demand,
            spill_topic: &base_state.spill_topic,
            chats: !base_state.signals.is_empty(),
        };
        let displaced = displace(own_side, base_side, &slots_offered);
        add(&mut state.exposure.displaced_today, |l| displaced[l]);
        flows.displaced = leaf_sum(&displaced);
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

/// Adds to a column what each lane makes.
#[inline(always)]
fn add(column: &mut Lane, value: impl Fn(usize) -> f32) {
    let mut sum = *column;
    for l in 0..LEAF {
        sum[l] += value(l);
    }
    *column = sum;
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
        let informs = if s < TRUE_SLOTS { 1.0 } else { 0.0 };
        let mut unit = Z;
        for l in 0..LEAF {
            let gate = who.personalised[l] * state.shown[s][l] * informs;
            unit[l] = scale[l] * (race.manual_per_mass[s][l] + race.informed_per_mass[l] * gate);
        }
        add(&mut x.earned_ads[offer.app][s], |l| unit[l] * discount[l]);
        let mass = &state.chat_ads[offer.app][s];
        add(&mut x.chat_slot_today[s], |l| unit[l] * mass[l]);
    }
}

/// One arm's side of the comparison of two arms.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub race: &'a Race,
    pub demand: &'a DayDemand,
    pub spill_topic: &'a [[TopicId; LEAF]; SPILL_SLOTS],
    /// Whether the race looked at the spill slots.
    pub chats: bool,
}

impl Side<'_> {
    /// Weights of manual, custom and optimised ads on a spilled topic: in whatever spill slot it sits here, and if in
    /// none, those of a topic of which nothing is known.
    fn on(&self, topic: TopicId, l: usize) -> [f32; 3] {
        let race = self.race;
        let spill = (0..SPILL_SLOTS).find(|s| self.chats && self.spill_topic[*s][l] == topic);
        match spill {
            Some(spill) => {
                let s = TRUE_SLOTS + spill;
                [race.manual[s][l], race.custom[s][l], race.optimised[s][l]]
            }
            None => {
                let share = self.demand.by_topic[topic as usize][2] / self.demand.optimised;
                [0.0, 0.0, race.optimised_all[l] * race.spread[l] * share]
            }
        }
    }
}

/// Half the sum of absolute differences between the two arms' chances of what fills a slot: each kind on each topic that
/// either profile holds, optimised ads on other topics, nothing.
#[inline(always)]
fn displace(own: Side<'_>, base: Side<'_>, slots: &Lane) -> Lane {
    let mut total = Z;
    let mut rest = Z;
    let mut base_rest = Z;
    for l in 0..LEAF {
        rest[l] = own.race.optimised_all[l];
        base_rest[l] = base.race.optimised_all[l];
        total[l] = (own.race.fill[l] - base.race.fill[l]).abs();
    }
    for s in 0..TRUE_SLOTS {
        for l in 0..LEAF {
            let (k, kb) = (own.race.per_weight[l], base.race.per_weight[l]);
            total[l] += (k * own.race.manual[s][l] - kb * base.race.manual[s][l]).abs();
            total[l] += (k * own.race.custom[s][l] - kb * base.race.custom[s][l]).abs();
            total[l] += (k * own.race.optimised[s][l] - kb * base.race.optimised[s][l]).abs();
            rest[l] -= own.race.optimised[s][l];
            base_rest[l] -= base.race.optimised[s][l];
        }
    }
    if own.chats || base.chats {
        for l in (0..LEAF).filter(|l| slots[*l] > 0.0) {
            spilled(
                own,
                base,
                l,
                &mut total[l],
                [&mut rest[l], &mut base_rest[l]],
            );
        }
    }
    let mut displaced = Z;
    for l in 0..LEAF {
        let (k, kb) = (own.race.per_weight[l], base.race.per_weight[l]);
        let others = (k * rest[l] - kb * base_rest[l]).abs();
        displaced[l] = slots[l] * 0.5 * (total[l] + others);
    }
    displaced
}

/// A person's spilled topics may sit in other spill slots in the base arm, or in none: they are compared by topic.
fn spilled(own: Side<'_>, base: Side<'_>, l: usize, total: &mut f32, rest: [&mut f32; 2]) {
    let [rest, base_rest] = rest;
    let (k, kb) = (own.race.per_weight[l], base.race.per_weight[l]);
    for s in 0..2 * SPILL_SLOTS {
        let topic = match s.checked_sub(SPILL_SLOTS) {
            None => own.spill_topic[s][l],
            Some(s) => base.spill_topic[s][l],
        };
        let again = s >= SPILL_SLOTS && own.spill_topic.iter().any(|row| row[l] == topic);
        if topic == NO_TOPIC || again {
            continue;
        }
        let (here, there) = (own.on(topic, l), base.on(topic, l));
        for (a, b) in here.iter().zip(there) {
            *total += (k * a - kb * b).abs();
        }
        *rest -= here[2];
        *base_rest -= there[2];
    }
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
    let mut per_mass = [Z; SLOTS];
    for s in 0..slots {
        let xb = if s < TRUE_SLOTS {
            state.behaviour[offer.app][s]
        } else {
            Z
        };
        let xc = &state.chat_content[offer.app][s];
        for l in 0..LEAF {
            let unit = 1.0 / (xb[l] + xc[l] + p.kappa);
            per_mass[s][l] = unit;
            strength[l] += (xb[l] + xc[l]) * unit;
            chat_strength[l] += xc[l] * unit;
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
        let xb = if s < TRUE_SLOTS {
            state.behaviour[offer.app][s]
        } else {
            Z
        };
        let xc = &state.chat_content[offer.app][s];
        let mut unit = Z;
        for l in 0..LEAF {
            unit[l] = per_share[l] * content.gain_sum * per_mass[s][l];
        }
        add(&mut x.by_slot[col::ITEMS][s], |l| unit[l] * (xb[l] + xc[l]));
        if offer.chats {
            add(&mut x.by_slot[col::ITEMS_CHAT][s], |l| unit[l] * xc[l]);
            add(&mut x.earned_content[offer.app][s], |l| {
                unit[l] * discount[l]
            });
        }
    }
    flows.active = leaf_sum(&active);
    flows.sessions = leaf_sum(&sessions);
    flows.items = leaf_sum(&items);
    flows.items_per_share = leaf_sum(&per_share);
    flows.items_signal = leaf_sum(&by_signal);
    flows.items_chat = leaf_sum(&by_chat);
}
