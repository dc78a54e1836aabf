//! A row's day over its slots: races integrated over what was offered, rankings over what was read.

use overheard_model::block::{Exposure, chat_column, topic_column as col};
use overheard_model::columns::{ROW, SLOTS, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::vector::{Place, Vector};
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

/// Of an app that shows no ads.
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

/// One app's auctions of a row's day.
#[derive(Clone, Copy)]
pub struct Raced<'a> {
    /// The knobs of the feeds.
    pub p: &'a Params,
    /// What was offered.
    pub offer: Offer,
    /// How it was raced for.
    pub race: &'a Race,
    /// By what is known of whom.
    pub who: &'a People,
    /// In which app.
    pub app: usize,
}

/// Writes one app's flows of ads; what stays with each person by slot follows from the factors.
#[inline(always)]
pub fn flows<const CHATS: bool, S: Simd>(simd: S, of: Raced<'_>, x: &mut Factors, out: &mut Shown) {
    for at in Place::all(simd, ROW) {
        flows_part::<CHATS, S>(at, of, x, out);
    }
    if CHATS {
        out.chat_today[of.app] = out.flows[of.app][flow::IMPRESSIONS + flow::CHAT];
    }
}

#[inline(always)]
fn flows_part<const CHATS: bool, S: Simd>(
    at: Place<S>,
    of: Raced<'_>,
    x: &mut Factors,
    out: &mut Shown,
) {
    let Raced {
        p,
        offer,
        race,
        who,
        app,
    } = of;
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

/// What all apps showed about each slot's topic. On it, lists win `lists` impressions, and optimised ads `own` beyond those
/// that any topic of that demand has (`floor`). Clicks follow the true interest for lists, the winner's match for
/// optimised ads. Ads that came to the topic blindly are counted elsewhere, but for their clicks, which are behaviour, and
/// for what the person's interest adds to their purchases.
///
/// Neighbours' is written where it belongs, that of people with chats to `out`.
#[inline(always)]
pub fn by_slot<const CHATS: bool, S: Simd>(
    simd: S,
    p: &Params,
    day: &Day<'_>,
    to: &mut Neighbours<'_>,
    out: &mut Shown,
) {
    for at in Place::all(simd, ROW) {
        by_slot_part::<CHATS, S>(at, p, day, to, out);
    }
}

/// Where the day of neighbours belongs: a leaf's columns by slot, and which of its rows.
pub struct Neighbours<'a> {
    pub row: usize,
    pub exposure: &'a mut Exposure,
}

impl Neighbours<'_> {
    /// Adds to the window's totals.
    #[inline(always)]
    fn add<S: Simd>(&mut self, at: Place<S>, column: usize, slot: usize, value: Vector<S>) {
        let column = &mut self.exposure.by_slot[column][slot];
        at.add(&mut column.as_chunks_mut::<ROW>().0[self.row], value);
    }

    /// Writes the day's clicks.
    #[inline(always)]
    fn click<S: Simd>(&mut self, at: Place<S>, app: usize, slot: usize, value: Vector<S>) {
        let column = &mut self.exposure.click[app][slot];
        at.put(&mut column.as_chunks_mut::<ROW>().0[self.row], value);
    }
}

/// What a row's day made known: who they are, and of each app its ads, races, items.
#[derive(Clone, Copy, Debug)]
pub struct Day<'a> {
    pub who: &'a People,
    pub apps: &'a [Factors; App::COUNT],
    pub races: [&'a Race; App::COUNT],
    /// Items per unit of strength, and of what strength the slots are.
    pub rankings: [(&'a Row, &'a Ranking); App::COUNT],
}

#[inline(always)]
fn by_slot_part<const CHATS: bool, S: Simd>(
    at: Place<S>,
    p: &Params,
    day: &Day<'_>,
    to: &mut Neighbours<'_>,
    out: &mut Shown,
) {
    let Day { who, apps, .. } = *day;
    let zero = at.of(0.0);
    let Plain { bought, caused } = Plain::new(p);
    let (list_bought, list_caused) = (bought.map(|x| at.of(x)), caused.map(|x| at.of(x)));
    let who_bought = [at.get(&who.bought[0]), at.get(&who.bought[1])];
    let who_caused = [at.get(&who.caused[0]), at.get(&who.caused[1])];
    let click_rate = at.of(p.click_rate);
    let [mut clicks, mut chat_clicks] = [[zero; App::COUNT]; 2];
    // Gathered first: asked slot by slot, they would be branches.
    let (mut open, mut n) = ([0; App::COUNT], 0);
    for app in (0..App::COUNT).filter(|app| who.opened[*app]) {
        open[n] = app;
        n += 1;
    }
    let (mut floor_all, mut floor_broad, mut floor_chat) = (zero, zero, zero);
    for app in open.into_iter().take(n) {
        let (x, clicks) = (&apps[app], at.get(&apps[app].floor_clicks));
        floor_all += clicks;
        floor_broad += clicks * at.get(&x.broad);
        if CHATS {
            floor_chat += clicks * at.get(&x.chat);
        }
    }
    for s in 0..if CHATS { SLOTS } else { TRUE_SLOTS } {
        let (z, floor) = (at.get(&who.z[s]), at.get(&who.demand[2][s]));
        let gain = click_rate * at.get(&who.true_gain[s]);
        let mut all = OfSlot::new(zero);
        let mut of_chats = OfSlot::new(zero);
        for app in open.into_iter().take(n) {
            let (x, race, (items, ranking)) = (&apps[app], day.races[app], day.rankings[app]);
            let (lists_scale, own_scale) = (at.get(&x.lists), at.get(&x.optimised));
            let (price, click_match) = (at.get(&x.price), at.get(&x.click_match));
            let floor_clicks = floor * at.get(&x.floor_clicks);
            let items = at.get(items);
            let listed = at.get(&race.manual[s]) + at.get(&race.custom[s]);
            let lists = lists_scale * listed;
            let own = own_scale * (at.get(&race.optimised[s]) - floor);
            let [by_list, by_own] = all.show(lists, own, price, [gain, click_match]);
            let click = by_list + (by_own + floor_clicks);
            if CHATS {
                at.put(&mut out.click[app][s], click);
            } else {
                to.click(at, app, s, click);
            }
            if s < TRUE_SLOTS {
                clicks[app] += click;
            }
            all.items += items * at.get(&ranking.strength[s]);
            if CHATS {
                let lists = lists_scale * at.get(&race.chat.manual[s]);
                let own = own_scale * at.get(&race.chat.steered[s]);
                let [by_list, by_own] = of_chats.show(lists, own, price, [gain, click_match]);
                let click = by_list + (by_own + floor_clicks * at.get(&x.chat));
                at.put(&mut out.click_chat[app][s], click);
                chat_clicks[app] += click;
                of_chats.items += items * at.get(&ranking.chat[s]);
            }
        }
        let buy = |of: &OfSlot<S>, lists: [Vector<S>; 2], optimised: [Vector<S>; 2], floor| {
            of.clicks[0] * (lists[0] + lists[1] * z)
                + of.clicks[1] * (optimised[0] + optimised[1] * z)
                + floor * optimised[1]
        };
        // Who comes blindly to a matter that sits in a spill slot is no keener on it than where nobody heard of it.
        let floor = if s < TRUE_SLOTS { floor * z } else { zero };
        let broad = floor * floor_broad;
        let shown = [
            (col::IMPRESSIONS, all.shown),
            (col::SPEND, all.spend),
            (col::CLICKS, all.clicks[0] + all.clicks[1]),
            (
                col::BOUGHT,
                buy(&all, list_bought, who_bought, floor * floor_all),
            ),
            (
                col::CAUSED,
                buy(&all, list_caused, who_caused, floor * floor_all),
            ),
            (col::BOUGHT + col::BROAD, broad * who_bought[1]),
            (col::CAUSED + col::BROAD, broad * who_caused[1]),
            (col::ITEMS, all.items),
        ];
        for (column, value) in shown {
            if CHATS {
                at.put(&mut out.by_slot[column][s], value);
            } else {
                to.add(at, column, s, value);
            }
        }
        if CHATS {
            let t = &mut out.by_slot_chat;
            let clicks = of_chats.clicks[0] + of_chats.clicks[1];
            let floor = floor * floor_chat;
            let bought = buy(&of_chats, list_bought, who_bought, floor);
            let caused = buy(&of_chats, list_caused, who_caused, floor);
            at.put(&mut t[chat_column::IMPRESSIONS][s], of_chats.shown);
            at.put(&mut t[chat_column::SPEND][s], of_chats.spend);
            at.put(&mut t[chat_column::CLICKS][s], clicks);
            at.put(&mut t[chat_column::BOUGHT][s], bought);
            at.put(&mut t[chat_column::CAUSED][s], caused);
            at.put(&mut t[chat_column::ITEMS][s], of_chats.items);
        }
    }
    for app in 0..App::COUNT {
        at.put(&mut out.clicks[app], clicks[app]);
        if CHATS {
            at.put(&mut out.chat_clicks[app], chat_clicks[app]);
        }
    }
    if CHATS {
        let mut spilled = zero;
        for app in open.into_iter().take(n) {
            for click in &out.click[app][TRUE_SLOTS..] {
                spilled += at.get(click);
            }
        }
        at.put(&mut out.spill_clicks, spilled);
    }
}

/// Sums over apps of what a slot's topic was shown.
struct OfSlot<S: Simd> {
    shown: Vector<S>,
    spend: Vector<S>,
    /// On lists' ads, on optimised ones.
    clicks: [Vector<S>; 2],
    items: Vector<S>,
}

impl<S: Simd> OfSlot<S> {
    #[inline(always)]
    fn new(zero: Vector<S>) -> Self {
        OfSlot {
            shown: zero,
            spend: zero,
            clicks: [zero; 2],
            items: zero,
        }
    }

    /// Adds an app's impressions of lists and of optimised ads; their clicks, by each kind's rate.
    #[inline(always)]
    fn show(
        &mut self,
        lists: Vector<S>,
        own: Vector<S>,
        price: Vector<S>,
        rates: [Vector<S>; 2],
    ) -> [Vector<S>; 2] {
        let clicks = [lists * rates[0], own * rates[1]];
        let impressions = lists + own;
        self.shown += impressions;
        self.spend += impressions * price;
        self.clicks[0] += clicks[0];
        self.clicks[1] += clicks[1];
        clicks
    }
}

/// What a unit of chat mass earned today. Chat-derived impressions go back to chat mass: those won by lists and those
/// steered to a topic by the mass on it, those won by information by all that informs.
#[inline(always)]
pub fn earn<S: Simd>(simd: S, day: &Day<'_>, out: &mut Shown) {
    let Day { who, apps, .. } = *day;
    for at in Place::all(simd, ROW) {
        let discount = at.get(&who.discount);
        for s in 0..SLOTS {
            let mut today = at.of(0.0);
            for app in (0..App::COUNT).filter(|app| who.opened[*app]) {
                let (x, (items, ranking)) = (&apps[app], day.rankings[app]);
                let race = &day.races[app].chat;
                let unit = at.get(&x.lists) * at.get(&race.manual_per_mass[s])
                    + at.get(&x.optimised) * at.get(&race.steered_per_mass[s])
                    + at.get(&x.informed) * at.get(&race.information_per_mass[s]);
                at.put(&mut out.earned_ads[app][s], unit * discount);
                today += unit * at.get(&who.chat_ads[app][s]);
                let content = at.get(items) * at.get(&ranking.per_mass[s]);
                at.put(&mut out.earned_content[app][s], content * discount);
            }
            at.put(&mut out.chat_slot_today[s], today);
        }
    }
}
