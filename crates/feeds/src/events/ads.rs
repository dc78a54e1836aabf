//! What happens when a slot is sold: the ad's topic and source, the signal behind it, the click, the purchase.

use overheard_model::block::{ArmState, Mark};
use overheard_model::calendar::Day;
use overheard_model::columns::{SLOTS, TRUE_SLOTS};
use overheard_model::ids::{Source, Vulnerability};
use overheard_model::tally::{Count, TableId, split_kind};
use overheard_model::topics::TopicId;
use overheard_model::world::World;

use super::auction::{Auction, Kind, Sale, Winner, predicted_gain};
use super::counts::Counts;
use super::draws::SlotDraws;
use super::person::{Interest, Person};
use crate::params::{Params, Purchase};
use crate::settle;

/// Whose day it is.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    pub p: &'a Params,
    pub world: &'a World,
    pub person: &'a Person,
    pub day: Day,
    pub app: usize,
    pub lane: usize,
}

/// One ad on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Impression {
    topic: TopicId,
    /// The profile slot that holds the topic.
    slot: Option<usize>,
    source: Source,
    /// Whether the ad goes back to the signals on its own topic, and not to all that inform.
    own: bool,
    /// Chance of a click, and what the platform takes it for.
    click: f64,
    predicted: f64,
    purchase: Purchase,
}

impl Viewer<'_> {
    fn impression(&self, auction: &Auction, kind: Kind, drawn: &SlotDraws) -> Impression {
        let (p, person) = (self.p, self.person);
        let rate = f64::from(p.click_rate);
        match kind {
            Kind::Manual(slot) | Kind::Custom(slot) => {
                let interest = &person.interests[slot];
                let chat = match kind {
                    Kind::Manual(_) => interest.chat_share(),
                    _ => 0.0,
                };
                Impression {
                    topic: interest.topic,
                    slot: Some(slot),
                    source: if drawn.source < chat {
                        Source::Chat
                    } else {
                        Source::Behaviour
                    },
                    own: true,
                    purchase: p.purchase,
                    click: rate * (1.0 + f64::from(p.mu) * person.resolution * interest.z),
                    predicted: rate * predicted_gain(p, person, interest),
                }
            }
            Kind::Optimised => {
                let topic = auction.topic(drawn.topic);
                let slot = person.slot_of(topic);
                let steered = slot.map_or(0.0, |slot| auction.steered[slot]);
                let own = drawn.source < steered;
                let source = if own {
                    let chat = slot.map_or(0.0, |slot| person.interests[slot].chat_share());
                    if drawn.source < steered * chat {
                        Source::Chat
                    } else {
                        Source::Behaviour
                    }
                } else {
                    let [broad, chat] = blind_sources(person, auction);
                    let u = (drawn.source - steered) / (1.0 - steered);
                    if u < broad {
                        Source::Broad
                    } else if u < broad + chat {
                        Source::Chat
                    } else {
                        Source::Behaviour
                    }
                };
                Impression {
                    topic,
                    slot,
                    source,
                    own,
                    purchase: p.purchase.matched(auction.winner_value),
                    click: rate * auction.winner_match,
                    predicted: rate * auction.winner_match,
                }
            }
        }
    }

    /// Shows the ad that won, and lets the person act on it.
    pub fn show(
        &self,
        auction: &Auction,
        sale: Sale,
        drawn: &SlotDraws,
        state: &mut ArmState,
        counts: &mut Option<Counts<'_>>,
    ) {
        let ad = self.impression(auction, sale.kind, drawn);
        let signal = (ad.source == Source::Chat).then(|| self.signal(&ad, drawn));
        let clicked = drawn.click < ad.click;
        // Who comes blindly to a matter that sits in a spill slot is no keener on it than where nobody heard of it.
        let of_interest = ad.slot.filter(|slot| ad.own || *slot < TRUE_SLOTS);
        let z = of_interest.map_or(0.0, |slot| self.person.interests[slot].z);
        let buys = |[a, b]: [f64; 2]| clicked && drawn.purchase < a + b * z;
        let bought = buys(ad.purchase.attributed);
        let caused = buys(ad.purchase.incremental);
        if let Some(counts) = counts {
            self.count(&ad, sale, [clicked, bought, caused], counts);
            if let Some(signal) = signal {
                let about = signal.map(|k| state.signals.live()[k].slot as usize);
                self.count_from_chat(about == ad.slot && about.is_some(), sale, clicked, counts);
            }
        }
        if let Some(signal) = signal {
            self.remember(signal, state, counts);
        }
        self.mark(&ad, signal, clicked, drawn, state);
    }

    /// The signal behind a chat-derived ad: what a list won, and what was steered to a topic, goes back to the chats on it;
    /// what information won to the chats about any true interest, by what they told.
    fn signal(&self, ad: &Impression, drawn: &SlotDraws) -> Option<usize> {
        self.person.pick(drawn.signal, |heard| {
            let slot = heard.slot as usize;
            let reaches = heard.ads >> self.app & 1 == 1 && self.person.interests[slot].chat > 0.0;
            match (reaches, ad.own) {
                (false, _) => 0.0,
                (true, true) => f64::from(u8::from(Some(slot) == ad.slot)),
                (true, false) => self.person.told(slot),
            }
        })
    }

    /// A chat-derived ad, by whether it is on the topic of its chat.
    fn count_from_chat(&self, own: bool, sale: Sale, clicked: bool, counts: &mut Counts<'_>) {
        let at = [self.day as usize, self.app, usize::from(!own)];
        let cell = |table| self.world.layout.cell(table, at);
        counts.add(cell(TableId::ImpressionsFromChats), 1.0);
        counts.add(cell(TableId::SpendFromChats), sale.payment);
        if clicked {
            counts.add(cell(TableId::ClicksFromChats), 1.0);
        }
    }

    fn count(&self, ad: &Impression, sale: Sale, acts: [bool; 3], counts: &mut Counts<'_>) {
        let (taxonomy, layout) = (&self.world.taxonomy, &self.world.layout);
        let (day, source) = (self.day as usize, ad.source.index());
        let category = taxonomy.category_of(ad.topic);
        let (side, kind) = (usize::from(!self.person.treated), sale.kind.advertiser());
        let today = |table| layout.cell(table, [day, self.app, source]);
        let topic = |table| layout.cell(table, [category, source]);
        let held = |table| layout.cell(table, [day, self.app, source, 0]);
        let of_kind = |table| layout.cell(table, [kind.index()]);
        let of_side = |table| layout.cell(table, [side]);
        let of_both = |table| layout.cell(table, [split_kind(side, kind)]);
        let is_held = self.person.is_heard();
        counts.add(today(TableId::Impressions), 1.0);
        counts.add(topic(TableId::ImpressionsTopic), 1.0);
        counts.add(today(TableId::Spend), sale.payment);
        counts.add(topic(TableId::SpendTopic), sale.payment);
        counts.add(counts.today(TableId::Predicted), ad.predicted);
        if taxonomy.topic(ad.topic).vulnerability != Vulnerability::None {
            counts.add(topic(TableId::Vulnerable), 1.0);
        }
        counts.add(of_kind(TableId::ImpressionsKind), 1.0);
        counts.add(of_kind(TableId::SpendKind), sale.payment);
        if is_held {
            counts.add(held(TableId::HeldImpressions), 1.0);
            counts.add(held(TableId::HeldSpend), sale.payment);
        }
        if self.p.split {
            counts.add(of_side(TableId::SplitImpressions), 1.0);
            counts.add(of_side(TableId::SplitSpend), sale.payment);
            counts.add(of_both(TableId::SplitImpressionsKind), 1.0);
            counts.add(of_both(TableId::SplitSpendKind), sale.payment);
        }
        let [clicked, bought, caused] = acts;
        if clicked {
            counts.add(of_kind(TableId::ClicksKind), 1.0);
            if is_held {
                counts.add(held(TableId::HeldClicks), 1.0);
            }
            if self.p.split {
                counts.add(of_both(TableId::SplitClicksKind), 1.0);
            }
        }
        if bought {
            counts.add(of_kind(TableId::ConversionsKind), 1.0);
            if self.p.split {
                counts.add(of_both(TableId::SplitConversionsKind), 1.0);
            }
        }
        for (happened, day_table, topic_table, split_table) in [
            (
                clicked,
                TableId::Clicks,
                TableId::ClicksTopic,
                TableId::SplitClicks,
            ),
            (
                bought,
                TableId::Conversions,
                TableId::ConversionsTopic,
                TableId::SplitConversions,
            ),
            (
                caused,
                TableId::Incremental,
                TableId::IncrementalTopic,
                TableId::SplitIncremental,
            ),
        ] {
            if happened {
                counts.add(today(day_table), 1.0);
                counts.add(topic(topic_table), 1.0);
                if self.p.split {
                    counts.add(of_side(split_table), 1.0);
                }
            }
        }
    }

    /// A chat-derived ad: reach, and the origin it goes back to.
    fn remember(
        &self,
        signal: Option<usize>,
        state: &mut ArmState,
        counts: &mut Option<Counts<'_>>,
    ) {
        let x = &mut state.exposure;
        let shown = &mut x.marked[self.app][self.lane];
        *shown = shown.saturating_add(1);
        x.chat_today[self.app][self.lane] += 1.0;
        // Mass without a signal is what rounding leaves of an expired one.
        let Some(signal) = signal.and_then(|k| state.signals.live_mut().get_mut(k)) else {
            return;
        };
        signal.earnings.counted_ads[self.app] += 1;
        if signal.earnings.first_ad_done == 0.0 && self.world.window.reported(signal.day) {
            signal.earnings.first_ad_done = 1.0;
            if let Some(counts) = counts {
                let bucket = settle::first_ad_bucket(self.day - signal.day);
                let cell = self.world.layout.cell(TableId::FirstAd, [bucket]);
                counts.add(cell, 1.0);
            }
        }
    }

    /// What tomorrow knows of the ad. A click on a topic that the profile does not hold leaves nothing behind.
    fn mark(
        &self,
        ad: &Impression,
        signal: Option<Option<usize>>,
        clicked: bool,
        drawn: &SlotDraws,
        state: &mut ArmState,
    ) {
        let chat = ad.source == Source::Chat;
        let clicked_on = ad.slot.filter(|_| clicked);
        let recognised = clicked_on.is_none() && chat && drawn.recognised < self.person.recognised;
        if clicked_on.is_none() && !recognised {
            return;
        }
        // What is recognised is the chat, so it is the chat's topic that may be hidden.
        let of_chat = signal
            .flatten()
            .map(|k| state.signals.live()[k].slot as usize);
        let slot = clicked_on.or(of_chat).unwrap_or(SLOTS);
        if chat {
            state.exposure.expected[self.lane] += 1.0;
        }
        state.marks.push(Mark {
            lane: self.lane as u8,
            app: self.app as u8,
            slot: slot as u8,
            click: clicked_on.is_some(),
            chat,
        });
    }

    /// Mean ads per slot offered, by category.
    pub fn by_category(&self, auction: &Auction) -> Vec<f64> {
        let taxonomy = &self.world.taxonomy;
        let mut means = vec![0.0; taxonomy.categories.len()];
        for (slot, interest) in self.person.held() {
            let of_slot = |k| k == Kind::Manual(slot) || k == Kind::Custom(slot);
            means[taxonomy.category_of(interest.topic)] += auction.chance_of(of_slot);
        }
        let optimised = auction.chance_of(|k| k == Kind::Optimised);
        for topic in 0..taxonomy.topics.len() as TopicId {
            means[taxonomy.category_of(topic)] += optimised * auction.topic_share(topic);
        }
        means
    }

    /// Mean chat-derived ads per slot offered that are neither clicked on a topic of the profile nor recognised.
    pub fn unmarked(&self, auction: &Auction) -> f64 {
        let (p, person) = (self.p, self.person);
        let mut mean = 0.0;
        let mut unclicked = |chance: f64, click: f64| mean += chance * (1.0 - click);
        let rate = f64::from(p.click_rate);
        let optimised = auction.chance_of(|k| k == Kind::Optimised);
        let match_click = rate * auction.winner_match;
        for (slot, interest) in person.held().filter(|(_, i)| i.chat > 0.0) {
            let share = interest.chat_share();
            let click = rate * (1.0 + f64::from(p.mu) * person.resolution * interest.z);
            unclicked(
                auction.chance_of(|k| k == Kind::Manual(slot)) * share,
                click,
            );
            let steered = auction.topic_share(interest.topic) * auction.steered[slot];
            unclicked(optimised * steered * share, match_click);
        }
        // Of the ads that came to their topic blindly, those on a topic that the profile holds may be clicked.
        let [_, chat] = blind_sources(person, auction);
        let on_held = |(slot, interest): (usize, &Interest)| {
            auction.topic_share(interest.topic) * (1.0 - auction.steered[slot])
        };
        let held: f64 = person.held().map(on_held).sum();
        unclicked(
            optimised * auction.blind * chat,
            match_click * held / auction.blind,
        );
        mean * (1.0 - person.recognised)
    }
}

/// Chances that an optimised ad which nothing steered counts as broad, and as chat-derived: had nothing been known it would
/// have won by a share of one over its match weight. The rest is shared by exponents between information and off-platform
/// data, and information's part by who told it.
fn blind_sources(person: &Person, auction: &Auction) -> [f64; 2] {
    let (all, chats) = person.information();
    let broad = 1.0 / auction.match_weight;
    let chat: f64 = chats.iter().sum();
    let share = if chat > 0.0 { chat / all } else { 0.0 };
    [broad, (1.0 - broad) * auction.information_share * share]
}

/// The topics that a person's profile holds, each once.
pub fn topics(person: &Person) -> Vec<TopicId> {
    let mut topics: Vec<TopicId> = person.held().map(|(_, i)| i.topic).collect();
    topics.sort_unstable();
    topics.dedup();
    topics
}

/// One person's auctions under the base arm and under another, side by side.
#[derive(Debug)]
pub struct Pair<'a> {
    pub base: (&'a Person, &'a Auction),
    pub own: (&'a Person, &'a Auction),
    /// Topics by which optimised ads are told apart: those that either profile holds.
    named: Vec<TopicId>,
    /// Chance that an optimised ad is on none of these, in the base arm and in the other.
    elsewhere: [f64; 2],
}

impl<'a> Pair<'a> {
    /// Of a person in the base arm and in another.
    pub fn new(base: (&'a Person, &'a Auction), own: (&'a Person, &'a Auction)) -> Self {
        let mut named = topics(base.0);
        named.extend(topics(own.0));
        named.sort_unstable();
        named.dedup();
        let elsewhere = [base.1, own.1].map(|auction| {
            let named: f64 = named.iter().map(|g| auction.topic_share(*g)).sum();
            1.0 - named
        });
        Pair {
            base,
            own,
            named,
            elsewhere,
        }
    }

    /// Whether what filled the base arm's slot is something that the other arm would not have shown there.
    ///
    /// Given the base's winner `k` it is displaced with chance `(1 - p'_k / p_k)⁺`, so over winners with
    /// `Σ (p_k - p'_k)⁺ = ½ Σ |p_k - p'_k|`: under the best coupling of the two arms no slot changes more often.
    pub fn displaced(&self, sale: Option<Sale>, drawn: &SlotDraws) -> bool {
        let (person, auction) = self.base;
        let winner = match sale.map(|s| s.kind) {
            None => Winner::Nobody,
            Some(Kind::Manual(slot)) => Winner::Manual(person.interests[slot].topic),
            Some(Kind::Custom(slot)) => Winner::Custom(person.interests[slot].topic),
            Some(Kind::Optimised) => {
                let topic = auction.topic(drawn.topic);
                if self.named.contains(&topic) {
                    Winner::Optimised(topic)
                } else {
                    Winner::OptimisedElsewhere
                }
            }
        };
        let here = auction.chance(winner, person, self.elsewhere[0]);
        let there = self.own.1.chance(winner, self.own.0, self.elsewhere[1]);
        drawn.displaced < 1.0 - there / here
    }
}
