//! One app's day for one leaf under one arm: the races integrated over the day's slots and items.

use overheard_model::block::{
    ArmState, Columns, LEAF, Lane, Leaf, SLOTS, SPILL_SLOTS, SlotLanes, TRUE_SLOTS,
    topic_column as col,
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
    scratch: &mut SlotLanes,
) -> Flows {
    let mut flows = Flows::default();
    let slots_offered = slots_offered(p, offer, leaf);
    if offer.slots_per_session > 0.0 {
        if offer.chats {
            ads::<true>(
                p,
                offer,
                race,
                resolution,
                discount,
                leaf,
                arm,
                &slots_offered,
                &mut flows,
            );
        } else {
            ads::<false>(
                p,
                offer,
                race,
                resolution,
                discount,
                leaf,
                arm,
                &slots_offered,
                &mut flows,
            );
        }
    }
    let Leaf {
        who, today, arms, ..
    } = leaf;
    let (before, from_here) = arms.split_at_mut(arm);
    let state = &mut from_here[0];
    if let (Some((base_race, base_demand)), Some(base_state)) = (base, before.first())
        && offer.slots_per_session > 0.0
    {
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
        add(&mut state.exposure.displaced_today, &displaced);
        flows.displaced = leaf_sum(&displaced);
    }
    organic(p, offer, who, today, state, discount, scratch, &mut flows);
    flows
}

/// The day's ads: flows, and what stays with each person by profile slot.
///
/// On one slot's topic, `lists` impressions are won by lists and `own` by optimised ads beyond those that any topic of
/// that demand has (`floor`). Clicks follow the true interest for lists, the winner's match for optimised ads. Shares of
/// sources are the same for all optimised ads of a person.
#[expect(
    clippy::too_many_arguments,
    reason = "two arms of one leaf, and what the day brings them"
)]
#[inline(always)]
fn ads<const CHATS: bool>(
    p: &Params,
    offer: Offer,
    race: &Race,
    resolution: &Lane,
    discount: &Lane,
    leaf: &mut Leaf,
    arm: usize,
    slots_offered: &Lane,
    flows: &mut Flows,
) {
    let who = &leaf.who;
    let state = &mut leaf.arms[arm];
    let Columns(
        [
            scale,
            price,
            own_scale,
            click_match,
            broad_share,
            chat_share,
            gain_per_interest,
        ],
    ) = &mut Columns::<7>::default();
    for l in 0..LEAF {
        scale[l] = slots_offered[l] * race.per_weight[l];
        price[l] = race.price[l] * offer.reserve;
        own_scale[l] = scale[l] * race.scale[l];
        click_match[l] = p.click_rate * race.winner[l];
        let informed_share = race.informed[l] / race.optimised_all[l];
        broad_share[l] = 1.0 - informed_share;
        chat_share[l] = informed_share * race.chat_share[l];
        gain_per_interest[l] = p.mu * resolution[l];
    }

    // Everything is worked out in arrays of its own and added to the columns afterwards: loops that write where they
    // might read stay scalar. They live outside the loop over slots, so that they are cleared only once.
    let Columns([clicks, clicks_chat]) = &mut Columns::<2>::default();
    let Columns(by_interest) = &mut Columns::<3>::default();
    let Columns(
        [
            shown,
            shown_broad,
            spend,
            spend_broad,
            click,
            own_click,
            own_click_broad,
            interest,
            interest_broad,
        ],
    ) = &mut Columns::<9>::default();
    let Columns(
        [
            shown_chat,
            spend_chat,
            click_chat,
            own_click_chat,
            interest_chat,
        ],
    ) = &mut Columns::<5>::default();
    for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
        let z = if s < TRUE_SLOTS {
            &who.z[s]
        } else {
            &state.spill_z[s - TRUE_SLOTS]
        };
        let floor = &state.exposure.demand[2][s];
        for l in 0..LEAF {
            let z = z[l];
            let gain = p.click_rate * (1.0 + gain_per_interest[l] * z);
            let lists = scale[l] * (race.manual[s][l] + race.custom[s][l]);
            let own = own_scale[l] * (race.optimised[s][l] - floor[l]);
            let list_clicks = lists * gain;
            let own_clicks = own * click_match[l];
            let floor_clicks = own_scale[l] * floor[l] * click_match[l];
            let ad_clicks = own_clicks + floor_clicks;
            let impressions = lists + own;
            shown[l] = impressions;
            shown_broad[l] = own * broad_share[l];
            spend[l] = impressions * price[l];
            spend_broad[l] = shown_broad[l] * price[l];
            click[l] = list_clicks + ad_clicks;
            own_click[l] = list_clicks + own_clicks;
            own_click_broad[l] = own_clicks * broad_share[l];
            interest[l] = click[l] * z;
            interest_broad[l] = ad_clicks * broad_share[l] * z;
            clicks[l] += list_clicks;
            by_interest[0][l] += interest[l];
            by_interest[2][l] += interest_broad[l];
            if CHATS {
                let lists_chat = scale[l] * race.manual_chat[s][l];
                shown_chat[l] = lists_chat + own * chat_share[l];
                spend_chat[l] = shown_chat[l] * price[l];
                let list_clicks_chat = lists_chat * gain;
                click_chat[l] = list_clicks_chat + ad_clicks * chat_share[l];
                own_click_chat[l] = list_clicks_chat + own_clicks * chat_share[l];
                interest_chat[l] = click_chat[l] * z;
                clicks_chat[l] += list_clicks_chat;
                by_interest[1][l] += interest_chat[l];
            }
        }
        let x = &mut state.exposure;
        x.click[offer.app][s] = *click;
        let t = &mut x.by_slot;
        add(&mut t[col::IMPRESSIONS][s], shown);
        add(&mut t[col::IMPRESSIONS + col::BROAD][s], shown_broad);
        add(&mut t[col::SPEND][s], spend);
        add(&mut t[col::SPEND + col::BROAD][s], spend_broad);
        add(&mut t[col::CLICKS][s], own_click);
        add(&mut t[col::CLICKS + col::BROAD][s], own_click_broad);
        add(&mut t[col::CLICKS_BY_INTEREST][s], interest);
        add(
            &mut t[col::CLICKS_BY_INTEREST + col::BROAD][s],
            interest_broad,
        );
        if CHATS {
            x.click_chat[offer.app][s] = *click_chat;
            add(&mut t[col::IMPRESSIONS + col::CHAT][s], shown_chat);
            add(&mut t[col::SPEND + col::CHAT][s], spend_chat);
            add(&mut t[col::CLICKS + col::CHAT][s], own_click_chat);
            add(
                &mut t[col::CLICKS_BY_INTEREST + col::CHAT][s],
                interest_chat,
            );
        }
    }

    let mut columns = [[Z; 3]; 3];
    let mut spread = [[Z; 3]; 3];
    let mut predicted = Z;
    for l in 0..LEAF {
        let all = slots_offered[l] * race.fill[l];
        let optimised = scale[l] * race.optimised_all[l];
        let broad = scale[l] * (race.optimised_all[l] - race.informed[l]);
        let ad_clicks = optimised * click_match[l];
        let ad_clicks_broad = ad_clicks * broad_share[l];
        columns[0][0][l] = all;
        columns[0][2][l] = broad;
        columns[1][0][l] = all * price[l];
        columns[1][2][l] = broad * price[l];
        columns[2][0][l] = clicks[l] + ad_clicks;
        columns[2][2][l] = ad_clicks_broad;
        let blind = optimised * race.spread[l];
        let blind_clicks = ad_clicks * race.spread[l];
        spread[0][0][l] = blind;
        spread[0][2][l] = blind * broad_share[l];
        spread[1][0][l] = blind_clicks;
        spread[1][2][l] = blind_clicks * broad_share[l];
        spread[2][0][l] = blind * price[l];
        spread[2][2][l] = blind * price[l] * broad_share[l];
        predicted[l] = p.click_rate * scale[l] * race.predicted[l] + ad_clicks;
        if CHATS {
            let chat = scale[l] * race.chat[l];
            columns[0][1][l] = chat;
            columns[1][1][l] = chat * price[l];
            columns[2][1][l] = clicks_chat[l] + ad_clicks * chat_share[l];
            spread[0][1][l] = blind * chat_share[l];
            spread[1][1][l] = blind_clicks * chat_share[l];
            spread[2][1][l] = blind * price[l] * chat_share[l];
        }
    }
    state.exposure.chat_today[offer.app] = columns[0][1];
    for k in if CHATS { [0, 1, 2].as_slice() } else { &[0, 2] } {
        let k = *k;
        flows.impressions[k] = leaf_sum(&columns[0][k]);
        flows.spend[k] = leaf_sum(&columns[1][k]);
        flows.clicks[k] = leaf_sum(&columns[2][k]);
        flows.interested[k] = leaf_sum(&by_interest[k]);
        for (row, lanes) in flows.spread.iter_mut().zip(&spread) {
            row[k] = leaf_sum(&lanes[k]);
        }
    }
    flows.predicted = leaf_sum(&predicted);
    flows.slots = leaf_sum(slots_offered);
    if CHATS {
        earn(offer, race, scale, discount, who, state);
    }
    if offer.split {
        flows.treated = treated(
            state.treated,
            [
                slots_offered,
                &columns[0][0],
                &columns[1][0],
                &columns[2][0],
                &by_interest[0],
            ],
        );
    }
}

/// Adds a column to another.
#[inline(always)]
fn add(column: &mut Lane, value: &Lane) {
    for l in 0..LEAF {
        column[l] += value[l];
    }
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
    let Columns([discounted, today]) = &mut Columns::<2>::default();
    for s in 0..SLOTS {
        let informs = if s < TRUE_SLOTS { 1.0 } else { 0.0 };
        let mass = &state.chat_ads[offer.app][s];
        for l in 0..LEAF {
            let gate = who.personalised[l] * state.shown[s][l] * informs;
            let unit = scale[l] * (race.manual_per_mass[s][l] + race.informed_per_mass[l] * gate);
            discounted[l] = unit * discount[l];
            today[l] = unit * mass[l];
        }
        add(&mut x.earned_ads[offer.app][s], discounted);
        add(&mut x.chat_slot_today[s], today);
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
                let optimised = race.optimised[s][l] * race.scale[l];
                [race.manual[s][l], race.custom[s][l], optimised]
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
    let Columns([total, rest, base_rest]) = &mut Columns::<3>::default();
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
            let optimised = own.race.optimised[s][l] * own.race.scale[l];
            let base_optimised = base.race.optimised[s][l] * base.race.scale[l];
            total[l] += (k * optimised - kb * base_optimised).abs();
            rest[l] -= optimised;
            base_rest[l] -= base_optimised;
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

/// Organic items race without prices. `per_mass` is scratch.
#[expect(
    clippy::too_many_arguments,
    reason = "one arm of one leaf, and what the day brings it"
)]
#[inline(always)]
fn organic(
    p: &Params,
    offer: Offer,
    who: &overheard_model::block::Who,
    today: &overheard_model::block::Today,
    state: &mut ArmState,
    discount: &Lane,
    per_mass: &mut SlotLanes,
    flows: &mut Flows,
) {
    if offer.chats {
        items::<true>(p, offer, who, today, state, discount, per_mass, flows);
    } else {
        items::<false>(p, offer, who, today, state, discount, per_mass, flows);
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "one arm of one leaf, and what the day brings it"
)]
#[inline(always)]
fn items<const CHATS: bool>(
    p: &Params,
    offer: Offer,
    who: &overheard_model::block::Who,
    today: &overheard_model::block::Today,
    state: &mut ArmState,
    discount: &Lane,
    per_mass: &mut SlotLanes,
    flows: &mut Flows,
) {
    let content = &p.content[offer.app];
    let slots = if CHATS { SLOTS } else { TRUE_SLOTS };
    let behaviour = &state.behaviour[offer.app];
    let chat = &state.chat_content[offer.app];
    let Columns([strength, chat_strength, xb, units]) = &mut Columns::<4>::default();
    for s in 0..slots {
        *xb = if s < TRUE_SLOTS { behaviour[s] } else { Z };
        for l in 0..LEAF {
            let xc = if CHATS { chat[s][l] } else { 0.0 };
            let unit = 1.0 / (xb[l] + xc + p.kappa);
            units[l] = unit;
            strength[l] += (xb[l] + xc) * unit;
            if CHATS {
                chat_strength[l] += xc * unit;
            }
        }
        per_mass[s] = *units;
    }
    let Columns(
        [
            active,
            sessions,
            items,
            per_share,
            by_signal,
            by_chat,
            per_unit,
        ],
    ) = &mut Columns::<7>::default();
    for l in 0..LEAF {
        active[l] = f32::from(today.opened[l] >> offer.app & 1);
        sessions[l] = active[l] * p.sessions[offer.app] * who.activity[l];
        items[l] = sessions[l] * p.items_per_session[offer.app];
        per_share[l] = items[l] / (content.share_sum + content.gain_sum * strength[l]);
        by_signal[l] = per_share[l] * strength[l];
        by_chat[l] = per_share[l] * chat_strength[l];
        per_unit[l] = per_share[l] * content.gain_sum;
    }
    let x = &mut state.exposure;
    let Columns([shown, shown_chat, discounted]) = &mut Columns::<3>::default();
    for s in 0..slots {
        *xb = if s < TRUE_SLOTS { behaviour[s] } else { Z };
        for l in 0..LEAF {
            let xc = if CHATS { chat[s][l] } else { 0.0 };
            let unit = per_unit[l] * per_mass[s][l];
            shown[l] = unit * (xb[l] + xc);
            if CHATS {
                shown_chat[l] = unit * xc;
                discounted[l] = unit * discount[l];
            }
        }
        add(&mut x.by_slot[col::ITEMS][s], shown);
        if CHATS {
            add(&mut x.by_slot[col::ITEMS_CHAT][s], shown_chat);
            add(&mut x.earned_content[offer.app][s], discounted);
        }
    }
    flows.active = leaf_sum(active);
    flows.sessions = leaf_sum(sessions);
    flows.items = leaf_sum(items);
    flows.items_per_share = leaf_sum(per_share);
    flows.items_signal = leaf_sum(by_signal);
    if CHATS {
        flows.items_chat = leaf_sum(by_chat);
    }
}
