//! One person as one app sees them under one arm, in double precision.

use overheard_model::block::{Leaf, Signal};
use overheard_model::calendar::Day;
use overheard_model::columns::{SLOTS, TRUE_SLOTS};
use overheard_model::topics::{NO_TOPIC, TopicId};

use crate::params::{ArmParams, Params};

/// One slot of the profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interest {
    /// [`NO_TOPIC`] where the slot is empty.
    pub topic: TopicId,
    /// True interest.
    pub z: f64,
    /// Signal mass that may choose ads [likes]: 0 where ads are not personalised or the topic is hidden.
    pub behaviour: f64,
    pub chat: f64,
    /// Signal mass that may choose content (likes).
    pub content_behaviour: f64,
    pub content_chat: f64,
    /// A custom audience holds a visit on the topic.
    pub visited: bool,
}

impl Interest {
    /// Signal mass that may choose ads (likes).
    pub fn mass(&self) -> f64 {
        self.behaviour + self.chat
    }

    /// How sure the signals are of the topic: the chance that one interest list on it includes the person.
    pub fn strength(&self, kappa: f64) -> f64 {
        self.mass() / (self.mass() + kappa)
    }

    /// The chance that a list includes the person, if lists are by category and hold `breadth` times the topic's mass.
    pub fn membership(&self, kappa: f64, breadth: f64) -> f64 {
        breadth * self.mass() / (breadth * self.mass() + kappa)
    }

    /// Part of the mass that is chats'.
    pub fn chat_share(&self) -> f64 {
        if self.chat > 0.0 {
            self.chat / self.mass()
        } else {
            0.0
        }
    }
}

/// A live signal of the person.
#[derive(Clone, Copy, Debug)]
struct Heard {
    /// Place among the leaf's signals.
    index: usize,
    signal: Signal,
    /// Mass left today (likes).
    mass: f64,
}

/// The profile, by slot, and what it was heard from.
#[derive(Clone, Debug)]
pub struct Person {
    pub interests: [Interest; SLOTS],
    /// Information in context (likes).
    pub context: f64,
    /// How far action rates resolve topics.
    pub resolution: f64,
    /// Mass on a category, in units of that on the topic: what lists are drawn by.
    pub breadth: f64,
    /// Mass from off-platform visits that may choose ads (likes).
    pub off_platform: f64,
    /// Signal mass on a topic that has told half of what it can.
    half_told: f64,
    /// Chance to recognise an ad as born of a chat.
    pub recognised: f64,
    pub treated: bool,
    signals: Vec<Heard>,
}

impl Person {
    /// One lane of a leaf under one arm, in one app on one day.
    pub fn new(p: &Params, leaf: &Leaf, arm: usize, lane: usize, app: usize, day: Day) -> Self {
        let (who, state) = (&leaf.who, &leaf.arms[arm]);
        let treated = state.treated >> lane & 1 == 1;
        let rules: &ArmParams = &p.arms[state.ruled_by(arm, lane)];
        let seat = state.seats.at(lane);
        let interest = |slot: usize| {
            let (chat_ads, chat_content) = seat.map_or((0.0, 0.0), |(row, l)| {
                (row.ads[app][slot][l], row.content[app][slot][l])
            });
            let truly = slot < TRUE_SLOTS;
            let (topic, z) = if truly {
                (who.topics[slot][lane], who.z[slot][lane])
            } else {
                let spill = slot - TRUE_SLOTS;
                (state.spill_topic[spill][lane], state.spill_z[spill][lane])
            };
            let hidden = state.hidden[lane] >> slot & 1 == 1;
            let gate = if hidden {
                0.0
            } else {
                f64::from(who.personalised[lane])
            };
            let behaviour = if truly {
                f64::from(state.behaviour[app][slot][lane])
            } else {
                0.0
            };
            let recent = truly && i32::from(who.last_visit[slot][lane]) > day - p.custom_window;
            Interest {
                topic,
                z: f64::from(z),
                behaviour: gate * behaviour,
                chat: gate * f64::from(chat_ads),
                content_behaviour: behaviour,
                content_chat: f64::from(chat_content),
                visited: recent && gate > 0.0 && rules.use_off_platform > 0.0,
            }
        };
        let own = |(_, s): &(usize, &Signal)| s.lane as usize == lane;
        let heard = state
            .signals
            .live()
            .iter()
            .enumerate()
            .filter(own)
            .map(|(index, s)| Heard {
                index,
                signal: *s,
                mass: f64::from(s.weight) * rules.keep_chat.at(day - s.day),
            });
        Person {
            interests: std::array::from_fn(interest),
            context: f64::from(p.context) * f64::from(rules.use_context),
            resolution: f64::from(rules.resolution),
            breadth: f64::from(rules.list_breadth),
            off_platform: f64::from(who.personalised[lane]) * f64::from(state.off_platform[lane]),
            half_told: 1.0 / f64::from(p.per_topic_information),
            recognised: f64::from(rules.recognised),
            treated,
            signals: heard.collect(),
        }
    }

    /// Slot and interest, of the topics held.
    pub fn held(&self) -> impl Iterator<Item = (usize, &Interest)> {
        self.interests
            .iter()
            .enumerate()
            .filter(|(_, interest)| interest.topic != NO_TOPIC)
    }

    /// The slot that holds a topic.
    pub fn slot_of(&self, topic: TopicId) -> Option<usize> {
        self.held()
            .find(|(_, interest)| interest.topic == topic)
            .map(|(slot, _)| slot)
    }

    /// Whether a chat is part of the profile that chooses ads here.
    pub fn is_heard(&self) -> bool {
        self.held().any(|(_, interest)| interest.chat > 0.0)
    }

    /// What a like on the slot's topic tells: only true interests inform, coarsely known ones less, and the more is known of
    /// a topic the less another signal on it adds.
    pub fn told(&self, slot: usize) -> f64 {
        if slot >= TRUE_SLOTS {
            return 0.0;
        }
        self.resolution * self.half_told / (self.half_told + self.interests[slot].mass())
    }

    /// Information of all origins, and of the chats about each slot.
    pub fn information(&self) -> (f64, [f64; SLOTS]) {
        let mut sum = self.context;
        let mut chats = [0.0; SLOTS];
        for (slot, interest) in self.held() {
            sum += self.told(slot) * interest.mass();
            chats[slot] = self.told(slot) * interest.chat;
        }
        (sum, chats)
    }

    /// One of the signals, as an index into the leaf's, in proportion to what is left of them times `weight`.
    pub fn pick(&self, u: f64, weight: impl Fn(&Signal) -> f64) -> Option<usize> {
        let weighed = || {
            let all = self.signals.iter();
            all.map(|heard| (heard.index, heard.mass * weight(&heard.signal)))
                .filter(|(_, weight)| *weight > 0.0)
        };
        let total: f64 = weighed().map(|(_, weight)| weight).sum();
        let mut left = u * total;
        let mut last = None;
        for (index, weight) in weighed() {
            last = Some(index);
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }
}
