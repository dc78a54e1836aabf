//! A row's day over its slots: races integrated over what was offered, rankings over what was read.

use overheard_model::block::{ROW, SLOTS, TRUE_SLOTS, chat_column, topic_column as col};
use overheard_model::ids::App;

use super::offered::Offer;
use super::people::{People, Row, Z};
use super::race::Race;
use super::ranking::Ranking;
use super::shown::{Shown, blind, flow};
use crate::params::Params;

/// One app's ads of the day, per unit of race weight. All zero where the app shows none to anybody of the row.
#[derive(Clone, Copy, Debug)]
pub struct Factors {
    /// Impressions of lists; of optimised ads on a slot's topic.
    lists: Row,
    optimised: Row,
    /// USD per impression; clicks per optimised impression.
    price: Row,
    click_match: Row,
    /// Shares of optimised ads that nothing known, and that chats won.
    broad: Row,
    chat: Row,
    /// Clicks on optimised ads per unit of demand.
    floor_clicks: Row,
}

pub const NO_ADS: Factors = Factors {
    lists: Z,
    optimised: Z,
    price: Z,
    click_match: Z,
    broad: Z,
    chat: Z,
    floor_clicks: Z,
};

/// Writes one app's flows of ads; what stays with each person by slot follows from the factors.
///
/// Shares of sources are the same for all optimised ads of a person.
#[inline(always)]
pub fn flows<const CHATS: bool>(
    p: &Params,
    offer: Offer,
    race: &Race,
    who: &People,
    app: usize,
    out: &mut Shown,
) -> Factors {
    let mut x = NO_ADS;
    let mut f = [Z; flow::PER_SHARE];
    let mut b = out.blind;
    for l in 0..ROW {
        let slots = who.slots[app][l];
        let scale = slots * race.per_weight[l];
        let price = race.price[l] * offer.reserve;
        let own_scale = scale * race.scale[l];
        let click_match = p.click_rate * race.winner[l];
        let informed_share = race.informed[l] / race.optimised_all[l];
        let broad_share = 1.0 - informed_share;
        (x.lists[l], x.optimised[l]) = (scale, own_scale);
        (x.price[l], x.click_match[l], x.broad[l]) = (price, click_match, broad_share);
        x.floor_clicks[l] = own_scale * click_match;
        let all = slots * race.fill[l];
        let optimised = scale * race.optimised_all[l];
        let broad = scale * (race.optimised_all[l] - race.informed[l]);
        let ad_clicks = optimised * click_match;
        let by_chance = optimised * race.spread[l];
        let clicks_by_chance = ad_clicks * race.spread[l];
        let known_clicks = x.floor_clicks[l] * race.optimised_by_interest[l];
        let list_scale = p.click_rate * scale;
        f[flow::IMPRESSIONS][l] = all;
        f[flow::IMPRESSIONS + flow::BROAD][l] = broad;
        f[flow::SPEND][l] = all * price;
        f[flow::SPEND + flow::BROAD][l] = broad * price;
        f[flow::CLICKS][l] = list_scale * race.clicked[l] + ad_clicks;
        f[flow::CLICKS + flow::BROAD][l] = ad_clicks * broad_share;
        f[flow::INTERESTED][l] = list_scale * race.clicked_by_interest[l] + known_clicks;
        f[flow::INTERESTED + flow::BROAD][l] = known_clicks * broad_share;
        b[blind::IMPRESSIONS][l] += by_chance;
        b[blind::IMPRESSIONS + flow::BROAD][l] += by_chance * broad_share;
        b[blind::CLICKS][l] += clicks_by_chance;
        b[blind::CLICKS + flow::BROAD][l] += clicks_by_chance * broad_share;
        b[blind::SPEND][l] += by_chance * price;
        b[blind::SPEND + flow::BROAD][l] += by_chance * price * broad_share;
        f[flow::PREDICTED][l] = list_scale * race.predicted[l] + ad_clicks;
        if CHATS {
            let chat_share = informed_share * race.chat.share[l];
            x.chat[l] = chat_share;
            let chat = scale * race.chat.all[l];
            f[flow::IMPRESSIONS + flow::CHAT][l] = chat;
            f[flow::SPEND + flow::CHAT][l] = chat * price;
            f[flow::CLICKS + flow::CHAT][l] =
                list_scale * race.chat.clicked[l] + ad_clicks * chat_share;
            f[flow::INTERESTED + flow::CHAT][l] =
                list_scale * race.chat.clicked_by_interest[l] + known_clicks * chat_share;
            b[blind::IMPRESSIONS + flow::CHAT][l] += by_chance * chat_share;
            b[blind::CLICKS + flow::CHAT][l] += clicks_by_chance * chat_share;
            b[blind::SPEND + flow::CHAT][l] += by_chance * price * chat_share;
        }
    }
    out.flows[app][..flow::PER_SHARE].copy_from_slice(&f);
    out.blind = b;
    if CHATS {
        out.chat_today[app] = f[flow::IMPRESSIONS + flow::CHAT];
    }
    x
}

/// Adds a row to another.
#[inline(always)]
pub fn add(row: &mut Row, value: &Row) {
    for l in 0..ROW {
        row[l] += value[l];
    }
}

/// What all apps showed about each slot's topic. On it, lists win `lists` impressions, and optimised ads `own` beyond those
/// that any topic of that demand has (`floor`). Clicks follow the true interest for lists, the winner's match for
/// optimised ads.
#[inline(always)]
pub fn by_slot<const CHATS: bool>(
    p: &Params,
    who: &People,
    apps: &[Factors; App::COUNT],
    races: &[Race; App::COUNT],
    rankings: &[Ranking; App::COUNT],
    out: &mut Shown,
) {
    let (mut floor_all, mut floor_broad, mut floor_chat) = (Z, Z, Z);
    for x in apps {
        for l in 0..ROW {
            floor_all[l] += x.floor_clicks[l];
            floor_broad[l] += x.floor_clicks[l] * x.broad[l];
            if CHATS {
                floor_chat[l] += x.floor_clicks[l] * x.chat[l];
            }
        }
    }
    for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
        let (mut shown, mut shown_broad, mut shown_chat) = (Z, Z, Z);
        let (mut spend, mut spend_broad, mut spend_chat) = (Z, Z, Z);
        let (mut clicks, mut clicks_broad, mut clicks_chat) = (Z, Z, Z);
        let (mut items, mut items_chat) = (Z, Z);
        for app in 0..App::COUNT {
            let (x, race, ranking) = (&apps[app], &races[app], &rankings[app]);
            let (mut click, mut click_chat) = (Z, Z);
            for l in 0..ROW {
                let floor = who.demand[2][s][l];
                let gain = p.click_rate * who.true_gain[s][l];
                let lists = x.lists[l] * (race.manual[s][l] + race.custom[s][l]);
                let own = x.optimised[l] * (race.optimised[s][l] - floor);
                let list_clicks = lists * gain;
                let own_clicks = own * x.click_match[l];
                let impressions = lists + own;
                let broad = own * x.broad[l];
                let floor_clicks = floor * x.floor_clicks[l];
                shown[l] += impressions;
                shown_broad[l] += broad;
                spend[l] += impressions * x.price[l];
                spend_broad[l] += broad * x.price[l];
                clicks[l] += list_clicks + own_clicks;
                clicks_broad[l] += own_clicks * x.broad[l];
                click[l] = list_clicks + (own_clicks + floor_clicks);
                items[l] += ranking.items[l] * ranking.strength[s][l];
                if CHATS {
                    let lists_chat = x.lists[l] * race.chat.manual[s][l];
                    let chat = lists_chat + own * x.chat[l];
                    shown_chat[l] += chat;
                    spend_chat[l] += chat * x.price[l];
                    let list_clicks_chat = lists_chat * gain;
                    clicks_chat[l] += list_clicks_chat + own_clicks * x.chat[l];
                    click_chat[l] = list_clicks_chat + (own_clicks + floor_clicks) * x.chat[l];
                    items_chat[l] += ranking.items[l] * ranking.chat[s][l];
                }
            }
            out.click[app][s] = click;
            if CHATS {
                out.click_chat[app][s] = click_chat.0;
            }
        }
        let (mut interest, mut interest_broad, mut interest_chat) = (Z, Z, Z);
        for l in 0..ROW {
            let (z, floor) = (who.z[s][l], who.demand[2][s][l]);
            interest[l] = z * (clicks[l] + floor * floor_all[l]);
            interest_broad[l] = z * (clicks_broad[l] + floor * floor_broad[l]);
            if CHATS {
                interest_chat[l] = z * (clicks_chat[l] + floor * floor_chat[l]);
            }
        }
        let t = &mut out.by_slot;
        t[col::IMPRESSIONS][s] = shown;
        t[col::IMPRESSIONS + col::BROAD][s] = shown_broad;
        t[col::SPEND][s] = spend;
        t[col::SPEND + col::BROAD][s] = spend_broad;
        t[col::CLICKS][s] = clicks;
        t[col::CLICKS + col::BROAD][s] = clicks_broad;
        t[col::CLICKS_BY_INTEREST][s] = interest;
        t[col::CLICKS_BY_INTEREST + col::BROAD][s] = interest_broad;
        t[col::ITEMS][s] = items;
        if CHATS {
            let t = &mut out.by_slot_chat;
            t[chat_column::IMPRESSIONS][s] = shown_chat.0;
            t[chat_column::SPEND][s] = spend_chat.0;
            t[chat_column::CLICKS][s] = clicks_chat.0;
            t[chat_column::CLICKS_BY_INTEREST][s] = interest_chat.0;
            t[chat_column::ITEMS][s] = items_chat.0;
        }
    }
}

/// What a unit of chat mass earned today. Chat-derived impressions go back to chat mass, all of it alike: the part won by
/// lists by the slot's mass, the part won by information by all mass that informs.
#[inline(always)]
pub fn earn(
    who: &People,
    apps: &[Factors; App::COUNT],
    races: &[Race; App::COUNT],
    rankings: &[Ranking; App::COUNT],
    out: &mut Shown,
) {
    for s in 0..SLOTS {
        let informs = if s < TRUE_SLOTS { 1.0 } else { 0.0 };
        let mut today = Z;
        for app in 0..App::COUNT {
            let (x, race, ranking) = (&apps[app], &races[app].chat, &rankings[app]);
            let (mut ads, mut content) = (Z, Z);
            for l in 0..ROW {
                let gate = who.gate[s][l] * informs;
                let per_mass = race.manual_per_mass[s][l] + race.informed_per_mass[l] * gate;
                let unit = x.lists[l] * per_mass;
                ads[l] = unit * who.discount[l];
                today[l] += unit * who.chat_ads[app][s][l];
                content[l] = ranking.items[l] * ranking.per_mass[s][l] * who.discount[l];
            }
            out.earned_ads[app][s] = ads.0;
            out.earned_content[app][s] = content.0;
        }
        out.chat_slot_today[s] = today.0;
    }
}
