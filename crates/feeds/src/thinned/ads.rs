//! A row's day over its slots: races integrated over what was offered, rankings over what was read.

use overheard_model::block::{ROW, SLOTS, TRUE_SLOTS, chat_column, topic_column as col};
use overheard_model::ids::App;
use overheard_model::vector::Vector;
use pulp::Simd;

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
struct Acts<S: Simd> {
    impressions: Vector<S>,
    clicks: Vector<S>,
    bought: Vector<S>,
    caused: Vector<S>,
}

/// Writes one app's flows of ads; what stays with each person by slot follows from the factors.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "an app's day, and where it goes")]
pub fn flows<const CHATS: bool, S: Simd>(
    simd: S,
    p: &Params,
    offer: Offer,
    race: &Race,
    who: &People,
    app: usize,
    x: &mut Factors,
    out: &mut Shown,
) {
    for h in 0..ROW / Vector::<S>::LANES {
        let to = Place { simd, h };
        flows_part::<CHATS, S>(to, p, offer, race, who, app, x, out);
    }
    if CHATS {
        out.chat_today[app] = out.flows[app][flow::IMPRESSIONS + flow::CHAT];
    }
}

/// A vector's place in a row.
#[derive(Clone, Copy)]
struct Place<S> {
    simd: S,
    h: usize,
}

impl<S: Simd> Place<S> {
    #[inline(always)]
    fn get(self, row: &Row) -> Vector<S> {
        Vector::load(self.simd, &row.0, self.h)
    }

    #[inline(always)]
    fn put(self, row: &mut Row, value: Vector<S>) {
        value.store(&mut row.0, self.h);
    }

    #[inline(always)]
    fn add(self, row: &mut Row, value: Vector<S>) {
        self.put(row, self.get(row) + value);
    }

    #[inline(always)]
    fn of(self, value: f32) -> Vector<S> {
        Vector::splat(self.simd, value)
    }
}

#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "an app's day, and where it goes")]
fn flows_part<const CHATS: bool, S: Simd>(
    at: Place<S>,
    p: &Params,
    offer: Offer,
    race: &Race,
    who: &People,
    app: usize,
    x: &mut Factors,
    out: &mut Shown,
) {
    let (f, b, kinds) = (&mut out.flows[app], &mut out.blind, &mut out.kinds);
    let Plain { bought, caused } = Plain::new(p);
    let (list_bought, list_caused) = (bought.map(|x| at.of(x)), caused.map(|x| at.of(x)));
    let click_rate = at.of(p.click_rate);
    let slots = at.get(&who.slots[app]);
    let scale = slots * at.get(&race.per_weight);
    let price = at.get(&race.price) * at.of(offer.reserve);
    let own_scale = scale * at.get(&race.scale);
    let click_match = click_rate * at.get(&race.winner);
    let broad_share = at.get(&race.broad);
    let floor_clicks = own_scale * click_match;
    at.put(&mut x.lists, scale);
    at.put(&mut x.optimised, own_scale);
    at.put(&mut x.price, price);
    at.put(&mut x.click_match, click_match);
    at.put(&mut x.broad, broad_share);
    at.put(&mut x.floor_clicks, floor_clicks);
    let all = slots * at.get(&race.fill);
    let optimised = scale * at.get(&race.optimised_all);
    let by_chance = optimised * at.get(&race.spread);
    let list_scale = click_rate * scale;
    let mut of_lists = [at.of(0.0); 3];
    for list in 0..2 {
        let shown = scale * at.get(&race.lists[list]);
        let clicks = list_scale * at.get(&race.clicked[list]);
        let interested = list_scale * at.get(&race.clicked_by_interest[list]);
        let bought = list_bought[0] * clicks + list_bought[1] * interested;
        let first = list * kind::LIST_FLOWS;
        at.add(&mut kinds[first], shown);
        at.add(&mut kinds[first + 1], shown * price);
        at.add(&mut kinds[first + 2], clicks);
        at.add(&mut kinds[first + 3], bought);
        of_lists[0] += clicks;
        of_lists[1] += bought;
        of_lists[2] += list_caused[0] * clicks + list_caused[1] * interested;
    }
    let who_bought = [at.get(&who.bought[0]), at.get(&who.bought[1])];
    let who_caused = [at.get(&who.caused[0]), at.get(&who.caused[1])];
    let buy = |of: [Vector<S>; 2], clicks, interested| of[0] * clicks + of[1] * interested;
    let ad_clicks = optimised * click_match;
    let clicks_by_chance = by_chance * click_match;
    let floor_interested = floor_clicks * at.get(&who.floor_by_interest);
    let interested = floor_interested + floor_clicks * at.get(&race.steered_by_interest);
    let total = Acts {
        impressions: all,
        clicks: of_lists[0] + ad_clicks,
        bought: of_lists[1] + buy(who_bought, ad_clicks, interested),
        caused: of_lists[2] + buy(who_caused, ad_clicks, interested),
    };
    let blindly = Acts {
        impressions: by_chance,
        clicks: clicks_by_chance,
        bought: who_bought[0] * clicks_by_chance,
        caused: who_caused[0] * clicks_by_chance,
    };
    let broad = Acts {
        impressions: by_chance * broad_share,
        clicks: clicks_by_chance * broad_share,
        bought: buy(who_bought, clicks_by_chance, floor_interested) * broad_share,
        caused: buy(who_caused, clicks_by_chance, floor_interested) * broad_share,
    };
    put(at, f, 0, total, price);
    if p.split {
        at.add(&mut kinds[kind::SLOTS], slots);
        at.add(&mut kinds[kind::WHOLE], all);
        at.add(&mut kinds[kind::WHOLE + 1], all * price);
        at.add(&mut kinds[kind::WHOLE + 2], total.clicks);
        at.add(&mut kinds[kind::WHOLE + 3], total.bought);
        at.add(&mut kinds[kind::CAUSED], total.caused);
    }
    put(at, f, flow::BROAD, broad, price);
    add_blind(at, b, 0, blindly, at.of(1.0), price);
    add_blind(at, b, flow::BROAD, blindly, broad_share, price);
    let predicted = list_scale * at.get(&race.predicted) + ad_clicks;
    at.put(&mut f[flow::PREDICTED], predicted);
    if CHATS {
        let chat = &race.chat;
        let share = at.get(&chat.share);
        at.put(&mut x.informed, by_chance * at.get(&race.per_information));
        at.put(&mut x.chat, share);
        let steered = own_scale * at.get(&chat.steered_all);
        let own_shown = scale * at.get(&chat.manual_all) + steered;
        let list_clicks = list_scale * at.get(&chat.clicked);
        let list_interested = list_scale * at.get(&chat.clicked_by_interest);
        let won = by_chance * share;
        let clicks = (won + steered) * click_match;
        let interested =
            floor_interested * share + floor_clicks * at.get(&chat.steered_by_interest);
        let of_chats = Acts {
            impressions: own_shown + won,
            clicks: list_clicks + clicks,
            bought: list_bought[0] * list_clicks
                + list_bought[1] * list_interested
                + buy(who_bought, clicks, interested),
            caused: list_caused[0] * list_clicks
                + list_caused[1] * list_interested
                + buy(who_caused, clicks, interested),
        };
        put(at, f, flow::CHAT, of_chats, price);
        add_blind(at, b, flow::CHAT, blindly, share, price);
        // Blindly drawn ads on a chat's topic, won by that chat, are on its topic too.
        let met = own_scale * at.get(&chat.by_chance);
        let own = own_shown + met;
        at.put(&mut f[flow::OWN], own);
        at.put(&mut f[flow::OWN + 1], own * price);
        at.put(
            &mut f[flow::OWN + 2],
            list_clicks + (steered + met) * click_match,
        );
        let held = at.get(&chat.held);
        for (k, acts) in [total, broad].into_iter().enumerate() {
            let first = flow::HELD + 3 * k;
            at.put(&mut f[first], held * acts.impressions);
            at.put(&mut f[first + 1], held * acts.impressions * price);
            at.put(&mut f[first + 2], held * acts.clicks);
        }
    }
}

/// Writes the flows of one source.
#[inline(always)]
fn put<S: Simd>(
    at: Place<S>,
    f: &mut [Row; flow::COUNT],
    source: usize,
    acts: Acts<S>,
    price: Vector<S>,
) {
    at.put(&mut f[flow::IMPRESSIONS + source], acts.impressions);
    at.put(&mut f[flow::SPEND + source], acts.impressions * price);
    at.put(&mut f[flow::CLICKS + source], acts.clicks);
    at.put(&mut f[flow::BOUGHT + source], acts.bought);
    at.put(&mut f[flow::CAUSED + source], acts.caused);
}

#[inline(always)]
fn add_blind<S: Simd>(
    at: Place<S>,
    b: &mut [Row; blind::COUNT],
    source: usize,
    acts: Acts<S>,
    share: Vector<S>,
    price: Vector<S>,
) {
    at.add(
        &mut b[blind::IMPRESSIONS + source],
        acts.impressions * share,
    );
    at.add(&mut b[blind::CLICKS + source], acts.clicks * share);
    at.add(&mut b[blind::BOUGHT + source], acts.bought * share);
    at.add(&mut b[blind::CAUSED + source], acts.caused * share);
    at.add(
        &mut b[blind::SPEND + source],
        acts.impressions * share * price,
    );
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
