//! A row's day over its slots: races integrated over what was offered, rankings over what was read.

use overheard_model::block::{ROW, SLOTS, TRUE_SLOTS, chat_column, topic_column as col};
use overheard_model::ids::App;

use super::offered::Offer;
use super::people::{People, Row, Z};
use super::race::Race;
use super::ranking::Ranking;
use super::shown::{Shown, blind, flow, kind};
use crate::params::Params;

/// One app's ads of the day, per unit of race weight. All zero where the app shows none to anybody of the row.
#[derive(Clone, Copy, Debug)]
pub struct Factors {
    /// Impressions of lists; of optimised ads on a slot's topic; per unit of information of those that came there blindly.
    lists: Row,
    optimised: Row,
    informed: Row,
    /// USD per impression; clicks per optimised impression.
    price: Row,
    click_match: Row,
    /// Shares of optimised ads drawn blindly that nothing known, and that chats won.
    broad: Row,
    chat: Row,
    /// Clicks on optimised ads per unit of demand.
    floor_clicks: Row,
}

pub const NO_ADS: Factors = Factors {
    lists: Z,
    optimised: Z,
    informed: Z,
    price: Z,
    click_match: Z,
    broad: Z,
    chat: Z,
    floor_clicks: Z,
};

/// Flows that come in three, by their distance from the first.
#[derive(Clone, Copy)]
struct Acts {
    impressions: f32,
    clicks: f32,
    bought: f32,
    caused: f32,
}

/// Writes one app's flows of ads; what stays with each person by slot follows from the factors.
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
    let mut f = [Z; flow::COUNT];
    let mut b = out.blind;
    let mut kinds = out.kinds;
    let plain = Plain::new(p);
    for l in 0..ROW {
        let slots = who.slots[app][l];
        let scale = slots * race.per_weight[l];
        let price = race.price[l] * offer.reserve;
        let own_scale = scale * race.scale[l];
        let click_match = p.click_rate * race.winner[l];
        let broad_share = race.broad[l];
        let floor_clicks = own_scale * click_match;
        (x.lists[l], x.optimised[l]) = (scale, own_scale);
        (x.price[l], x.click_match[l], x.broad[l]) = (price, click_match, broad_share);
        x.floor_clicks[l] = floor_clicks;
        let all = slots * race.fill[l];
        let optimised = scale * race.optimised_all[l];
        let by_chance = optimised * race.spread[l];
        let list_scale = p.click_rate * scale;
        let mut of_lists = [0.0; 3];
        for list in 0..2 {
            let shown = scale * race.lists[list][l];
            let clicks = list_scale * race.clicked[list][l];
            let interested = list_scale * race.clicked_by_interest[list][l];
            let bought = plain.bought[0] * clicks + plain.bought[1] * interested;
            let first = list * kind::LIST_FLOWS;
            kinds[first][l] += shown;
            kinds[first + 1][l] += shown * price;
            kinds[first + 2][l] += clicks;
            kinds[first + 3][l] += bought;
            of_lists[0] += clicks;
            of_lists[1] += bought;
            of_lists[2] += plain.caused[0] * clicks + plain.caused[1] * interested;
        }
        let buy =
            |of: &[Row; 2], clicks: f32, interested: f32| of[0][l] * clicks + of[1][l] * interested;
        let ad_clicks = optimised * click_match;
        let clicks_by_chance = by_chance * click_match;
        let floor_interested = floor_clicks * who.floor_by_interest[l];
        let interested = floor_interested + floor_clicks * race.steered_by_interest[l];
        let total = Acts {
            impressions: all,
            clicks: of_lists[0] + ad_clicks,
            bought: of_lists[1] + buy(&who.bought, ad_clicks, interested),
            caused: of_lists[2] + buy(&who.caused, ad_clicks, interested),
        };
        let blindly = Acts {
            impressions: by_chance,
            clicks: clicks_by_chance,
            bought: who.bought[0][l] * clicks_by_chance,
            caused: who.caused[0][l] * clicks_by_chance,
        };
        let broad = Acts {
            impressions: by_chance * broad_share,
            clicks: clicks_by_chance * broad_share,
            bought: buy(&who.bought, clicks_by_chance, floor_interested) * broad_share,
            caused: buy(&who.caused, clicks_by_chance, floor_interested) * broad_share,
        };
        put(&mut f, l, 0, total, price);
        if p.split {
            kinds[kind::SLOTS][l] += slots;
            kinds[kind::WHOLE][l] += all;
            kinds[kind::WHOLE + 1][l] += all * price;
            kinds[kind::WHOLE + 2][l] += total.clicks;
            kinds[kind::WHOLE + 3][l] += total.bought;
            kinds[kind::CAUSED][l] += total.caused;
        }
        put(&mut f, l, flow::BROAD, broad, price);
        add_blind(&mut b, l, 0, blindly, 1.0, price);
        add_blind(&mut b, l, flow::BROAD, blindly, broad_share, price);
        f[flow::PREDICTED][l] = list_scale * race.predicted[l] + ad_clicks;
        if CHATS {
            let chat = &race.chat;
            x.informed[l] = by_chance * race.per_information[l];
            x.chat[l] = chat.share[l];
            let steered = own_scale * chat.steered_all[l];
            let own_shown = scale * chat.manual_all[l] + steered;
            let list_clicks = list_scale * chat.clicked[l];
            let list_interested = list_scale * chat.clicked_by_interest[l];
            let won = by_chance * chat.share[l];
            let clicks = (won + steered) * click_match;
            let interested =
                floor_interested * chat.share[l] + floor_clicks * chat.steered_by_interest[l];
            let of_chats = Acts {
                impressions: own_shown + won,
                clicks: list_clicks + clicks,
                bought: plain.bought[0] * list_clicks
                    + plain.bought[1] * list_interested
                    + buy(&who.bought, clicks, interested),
                caused: plain.caused[0] * list_clicks
                    + plain.caused[1] * list_interested
                    + buy(&who.caused, clicks, interested),
            };
            put(&mut f, l, flow::CHAT, of_chats, price);
            add_blind(&mut b, l, flow::CHAT, blindly, chat.share[l], price);
            // Blindly drawn ads on a chat's topic, won by that chat, are on its topic too.
            let met = own_scale * chat.by_chance[l];
            let own = own_shown + met;
            f[flow::OWN][l] = own;
            f[flow::OWN + 1][l] = own * price;
            f[flow::OWN + 2][l] = list_clicks + (steered + met) * click_match;
            let held = chat.held[l];
            for (k, acts) in [total, broad].into_iter().enumerate() {
                let first = flow::HELD + 3 * k;
                f[first][l] = held * acts.impressions;
                f[first + 1][l] = held * acts.impressions * price;
                f[first + 2][l] = held * acts.clicks;
            }
        }
    }
    out.flows[app][..flow::PER_SHARE].copy_from_slice(&f[..flow::PER_SHARE]);
    out.blind = b;
    out.kinds = kinds;
    if CHATS {
        out.flows[app][flow::OWN..].copy_from_slice(&f[flow::OWN..]);
        out.chat_today[app] = f[flow::IMPRESSIONS + flow::CHAT];
    }
    x
}

/// Writes the flows of one source.
#[inline(always)]
fn put(f: &mut [Row; flow::COUNT], l: usize, source: usize, acts: Acts, price: f32) {
    f[flow::IMPRESSIONS + source][l] = acts.impressions;
    f[flow::SPEND + source][l] = acts.impressions * price;
    f[flow::CLICKS + source][l] = acts.clicks;
    f[flow::BOUGHT + source][l] = acts.bought;
    f[flow::CAUSED + source][l] = acts.caused;
}

#[inline(always)]
fn add_blind(
    b: &mut [Row; blind::COUNT],
    l: usize,
    source: usize,
    acts: Acts,
    share: f32,
    price: f32,
) {
    b[blind::IMPRESSIONS + source][l] += acts.impressions * share;
    b[blind::CLICKS + source][l] += acts.clicks * share;
    b[blind::BOUGHT + source][l] += acts.bought * share;
    b[blind::CAUSED + source][l] += acts.caused * share;
    b[blind::SPEND + source][l] += acts.impressions * share * price;
}

/// Purchases after a click on a list's ad, `a + b z`.
#[derive(Clone, Copy)]
struct Plain {
    bought: [f32; 2],
    caused: [f32; 2],
}

impl Plain {
    #[inline(always)]
    fn new(p: &Params) -> Self {
        Plain {
            bought: p.purchase.attributed.map(|x| x as f32),
            caused: p.purchase.incremental.map(|x| x as f32),
        }
    }
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
/// optimised ads. Ads that came to the topic blindly are counted elsewhere, but for their clicks, which are behaviour, and
/// for what the person's interest adds to their purchases.
#[inline(always)]
pub fn by_slot<const CHATS: bool>(
    p: &Params,
    who: &People,
    apps: &[Factors; App::COUNT],
    races: &[Race; App::COUNT],
    rankings: &[Ranking; App::COUNT],
    out: &mut Shown,
) {
    let plain = Plain::new(p);
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
        let (mut shown, mut shown_chat) = (Z, Z);
        let (mut spend, mut spend_chat) = (Z, Z);
        // Clicks on lists' ads, on optimised ones.
        let (mut clicks, mut clicks_chat) = ([Z; 2], [Z; 2]);
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
                let floor_clicks = floor * x.floor_clicks[l];
                let impressions = lists + own;
                shown[l] += impressions;
                spend[l] += impressions * x.price[l];
                clicks[0][l] += list_clicks;
                clicks[1][l] += own_clicks;
                click[l] = list_clicks + (own_clicks + floor_clicks);
                items[l] += ranking.items[l] * ranking.strength[s][l];
                if CHATS {
                    let lists_chat = x.lists[l] * race.chat.manual[s][l];
                    let own_chat = x.optimised[l] * race.chat.steered[s][l];
                    let chat = lists_chat + own_chat;
                    shown_chat[l] += chat;
                    spend_chat[l] += chat * x.price[l];
                    let list_clicks_chat = lists_chat * gain;
                    let own_clicks_chat = own_chat * x.click_match[l];
                    clicks_chat[0][l] += list_clicks_chat;
                    clicks_chat[1][l] += own_clicks_chat;
                    click_chat[l] = list_clicks_chat + (own_clicks_chat + floor_clicks * x.chat[l]);
                    items_chat[l] += ranking.items[l] * ranking.chat[s][l];
                }
            }
            out.click[app][s] = click;
            if CHATS {
                out.click_chat[app][s] = click_chat.0;
            }
        }
        let mut all = [Z; 3];
        let (mut bought, mut caused) = ([Z; 3], [Z; 3]);
        for l in 0..ROW {
            let (z, floor) = (who.z[s][l], who.demand[2][s][l] * who.z[s][l]);
            all[0][l] = clicks[0][l] + clicks[1][l];
            let buy = |of: [f32; 2], optimised: &[Row; 2], clicks: &[Row; 2], floor: f32| {
                clicks[0][l] * (of[0] + of[1] * z)
                    + clicks[1][l] * (optimised[0][l] + optimised[1][l] * z)
                    + floor * optimised[1][l]
            };
            bought[0][l] = buy(plain.bought, &who.bought, &clicks, floor * floor_all[l]);
            caused[0][l] = buy(plain.caused, &who.caused, &clicks, floor * floor_all[l]);
            bought[1][l] = floor * floor_broad[l] * who.bought[1][l];
            caused[1][l] = floor * floor_broad[l] * who.caused[1][l];
            if CHATS {
                all[1][l] = clicks_chat[0][l] + clicks_chat[1][l];
                let floor = floor * floor_chat[l];
                bought[2][l] = buy(plain.bought, &who.bought, &clicks_chat, floor);
                caused[2][l] = buy(plain.caused, &who.caused, &clicks_chat, floor);
            }
        }
        let t = &mut out.by_slot;
        t[col::IMPRESSIONS][s] = shown;
        t[col::SPEND][s] = spend;
        t[col::CLICKS][s] = all[0];
        t[col::BOUGHT][s] = bought[0];
        t[col::BOUGHT + col::BROAD][s] = bought[1];
        t[col::CAUSED][s] = caused[0];
        t[col::CAUSED + col::BROAD][s] = caused[1];
        t[col::ITEMS][s] = items;
        if CHATS {
            let t = &mut out.by_slot_chat;
            t[chat_column::IMPRESSIONS][s] = shown_chat.0;
            t[chat_column::SPEND][s] = spend_chat.0;
            t[chat_column::CLICKS][s] = all[1].0;
            t[chat_column::BOUGHT][s] = bought[2].0;
            t[chat_column::CAUSED][s] = caused[2].0;
            t[chat_column::ITEMS][s] = items_chat.0;
        }
    }
}

/// What a unit of chat mass earned today. Chat-derived impressions go back to chat mass: those won by lists and those
/// steered to a topic by the mass on it, those won by information by all that informs.
#[inline(always)]
pub fn earn(
    who: &People,
    apps: &[Factors; App::COUNT],
    races: &[Race; App::COUNT],
    rankings: &[Ranking; App::COUNT],
    out: &mut Shown,
) {
    for s in 0..SLOTS {
        let mut today = Z;
        for app in 0..App::COUNT {
            let (x, race, ranking) = (&apps[app], &races[app].chat, &rankings[app]);
            let (mut ads, mut content) = (Z, Z);
            for l in 0..ROW {
                let unit = x.lists[l] * race.manual_per_mass[s][l]
                    + x.optimised[l] * race.steered_per_mass[s][l]
                    + x.informed[l] * race.information_per_mass[s][l];
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
