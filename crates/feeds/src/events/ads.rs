//! What happens when a slot is sold: the ad's topic and source, the signal behind it, the click, the purchase.

use overheard_model::block::{ArmState, Mark, SLOTS, TRUE_SLOTS};
use overheard_model::calendar::Day;
use overheard_model::ids::{Source, Vulnerability};
use overheard_model::tally::TableId;
use overheard_model::topics::TopicId;
use overheard_model::world::World;

use super::auction::{Auction, Kind, Prize, Sale, predicted_gain};
use super::book::{Book, about};
use super::person::Person;
use super::whims::Fate;
use crate::kept::Kept;
use crate::params::Params;
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
    /// Chance of a click, and what the platform takes it for.
    click: f64,
    predicted: f64,
}

impl Viewer<'_> {
    fn impression(&self, auction: &Auction, kind: Kind, fate: &Fate) -> Impression {
        let (p, person) = (self.p, self.person);
        let rate = f64::from(p.click_rate);
        match kind {
            Kind::Manual(slot) | Kind::Custom(slot) => {
                let interest = &person.interests[slot];
                let chat = match kind {
                    Kind::Manual(_) => interest.chat / (interest.behaviour + interest.chat),
                    _ => 0.0,
                };
                Impression {
                    topic: interest.topic,
                    slot: Some(slot),
                    source: if fate.source < chat {
                        Source::Chat
                    } else {
                        Source::Behaviour
                    },
                    click: rate * (1.0 + f64::from(p.mu) * person.resolution * interest.z),
                    predicted: rate * predicted_gain(p, person, interest),
                }
            }
            Kind::Optimised => {
                let topic = auction.topic(fate.topic);
                let [broad, chat] = optimised_sources(person, auction);
                Impression {
                    topic,
                    slot: person.slot_of(topic),
                    source: if fate.source < broad {
                        Source::Broad
                    } else if fate.source < broad + chat {
                        Source::Chat
                    } else {
                        Source::Behaviour
                    },
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
        fate: &Fate,
        state: &mut ArmState,
        book: &mut Option<Book<'_>>,
    ) {
        let ad = self.impression(auction, sale.kind, fate);
        let signal = (ad.source == Source::Chat).then(|| self.signal(sale.kind, fate));
        let clicked = fate.click < ad.click;
        let z = ad.slot.map_or(0.0, |slot| self.person.interests[slot].z);
        let buys = |[a, b]: [f64; 2]| clicked && fate.purchase < a + b * z;
        let bought = buys(self.p.purchase.attributed);
        let caused = buys(self.p.purchase.incremental);
        if let Some(book) = book {
            self.count(&ad, sale, [clicked, bought, caused], book);
        }
        if let Some(signal) = signal {
            self.remember(signal, state, book);
        }
        self.mark(&ad, signal, clicked, fate, state);
    }

    /// The signal behind a chat-derived ad: what a list won goes back to the slot's chats, what information won to the
    /// chats about any true interest.
    fn signal(&self, kind: Kind, fate: &Fate) -> Option<usize> {
        let about = |slot: usize| match kind {
            Kind::Manual(own) => slot == own,
            _ => slot < TRUE_SLOTS && self.person.interests[slot].chat > 0.0,
        };
        self.person.pick(fate.signal, |heard| {
            heard.ads >> self.app & 1 == 1 && about(heard.slot as usize)
        })
    }

    fn count(&self, ad: &Impression, sale: Sale, acts: [bool; 3], book: &mut Book<'_>) {
        let taxonomy = &self.world.taxonomy;
        let today = book.from(ad.source);
        let topic = about(taxonomy.category_of(ad.topic), ad.source);
        let side = usize::from(!self.person.treated);
        book.one(TableId::Impressions, today);
        book.one(TableId::ImpressionsTopic, topic);
        book.add(TableId::Spend, today, sale.payment);
        book.add(TableId::SpendTopic, topic, sale.payment);
        book.add(TableId::Predicted, book.today(), ad.predicted);
        if taxonomy.topic(ad.topic).vulnerability != Vulnerability::None {
            book.one(TableId::Vulnerable, topic);
        }
        if self.p.split {
            book.one(TableId::SplitImpressions, side);
            book.add(TableId::SplitSpend, side, sale.payment);
        }
        let [clicked, bought, caused] = acts;
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
                book.one(day_table, today);
                book.one(topic_table, topic);
                if self.p.split {
                    book.one(split_table, side);
                }
            }
        }
    }

    /// A chat-derived ad: reach, and the origin it goes back to.
    fn remember(&self, signal: Option<usize>, state: &mut ArmState, book: &mut Option<Book<'_>>) {
        let x = &mut state.exposure;
        let shown = &mut x.marked[self.app][self.lane];
        *shown = shown.saturating_add(1);
        x.chat_today[self.app][self.lane] += 1.0;
        // Mass without a signal is what rounding leaves of an expired one.
        let Some(signal) = signal.and_then(|k| state.signals.get_mut(k)) else {
            return;
        };
        signal.base_ads[self.app] += 1.0;
        if signal.first_ad_done == 0.0 && self.world.window.reported(signal.day) {
            signal.first_ad_done = 1.0;
            if let Some(book) = book {
                book.one(
                    TableId::FirstAd,
                    settle::first_ad_bucket(self.day - signal.day),
                );
            }
        }
    }

    /// What tomorrow knows of the ad. A click on a topic that the profile does not hold leaves nothing behind.
    fn mark(
        &self,
        ad: &Impression,
        signal: Option<Option<usize>>,
        clicked: bool,
        fate: &Fate,
        state: &mut ArmState,
    ) {
        let chat = ad.source == Source::Chat;
        let clicked_on = ad.slot.filter(|_| clicked);
        let recognised = clicked_on.is_none() && chat && fate.recognised < self.person.recognised;
        if clicked_on.is_none() && !recognised {
            return;
        }
        // What is recognised is the chat, so it is the chat's topic that may be hidden.
        let of_chat = signal.flatten().map(|k| state.signals[k].slot as usize);
        let slot = clicked_on.or(of_chat).unwrap_or(SLOTS);
        if chat {
            Kept::expect(&mut state.exposure, self.lane, 1.0);
        }
        state.marks.push(Mark {
            lane: self.lane as u8,
            app: self.app as u8,
            slot: slot as u8,
            click: clicked_on.is_some(),
            chat,
        });
    }

    /// Mean chat-derived ads per slot offered that are neither clicked on a topic of the profile nor recognised.
    pub fn unmarked(&self, auction: &Auction) -> f64 {
        let (p, person) = (self.p, self.person);
        let mut mean = 0.0;
        let mut unclicked = |chance: f64, click: f64| mean += chance * (1.0 - click);
        let rate = f64::from(p.click_rate);
        for (slot, interest) in person.held().filter(|(_, i)| i.chat > 0.0) {
            let share = interest.chat / (interest.behaviour + interest.chat);
            let click = rate * (1.0 + f64::from(p.mu) * person.resolution * interest.z);
            unclicked(
                auction.chance_of(|k| k == Kind::Manual(slot)) * share,
                click,
            );
        }
        let [_, chat] = optimised_sources(person, auction);
        let held: f64 = topics(person).iter().map(|g| auction.topic_share(*g)).sum();
        let click = rate * auction.winner_match * held;
        unclicked(auction.chance_of(|k| k == Kind::Optimised) * chat, click);
        mean * (1.0 - person.recognised)
    }
}

/// Chances that an optimised ad counts as broad, and as chat-derived: at zero information it would have won as often as
/// its match weight is above 1, and the rest is information's, shared by mass.
fn optimised_sources(person: &Person, auction: &Auction) -> [f64; 2] {
    let [all, chat] = person.information();
    let broad = 1.0 / auction.match_weight;
    let share = if chat > 0.0 { chat / all } else { 0.0 };
    [broad, (1.0 - broad) * share]
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
    pub fn displaced(&self, sale: Option<Sale>, fate: &Fate) -> bool {
        let (person, auction) = self.base;
        let prize = match sale.map(|s| s.kind) {
            None => Prize::Nothing,
            Some(Kind::Manual(slot)) => Prize::Manual(person.interests[slot].topic),
            Some(Kind::Custom(slot)) => Prize::Custom(person.interests[slot].topic),
            Some(Kind::Optimised) => {
                let topic = auction.topic(fate.topic);
                if self.named.contains(&topic) {
                    Prize::Optimised(topic)
                } else {
                    Prize::OptimisedElsewhere
                }
            }
        };
        let here = auction.chance(prize, person, self.elsewhere[0]);
        let there = self.own.1.chance(prize, self.own.0, self.elsewhere[1]);
        fate.displaced < 1.0 - there / here
    }
}
