//! One person as one app sees them under one arm, in double precision.

use overheard_model::block::{Leaf, SLOTS, Signal, TRUE_SLOTS};
use overheard_model::calendar::Day;
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
    /// Signal mass that may choose content [likes].
    pub content_behaviour: f64,
    pub content_chat: f64,
    /// A custom audience holds a visit on the topic.
    pub visited: bool,
}

impl Interest {
    /// Chance that one interest list on the topic includes the person.
    pub fn strength(&self, kappa: f64) -> f64 {
        let mass = self.behaviour + self.chat;
        mass / (mass + kappa)
    }
}

/// A live signal of the person.
#[derive(Clone, Copy, Debug)]
struct Heard {
    /// Place among the leaf's signals.
    index: usize,
    signal: Signal,
    /// Mass left today [likes].
    mass: f64,
}

/// The profile, by slot, and what it was heard from.
#[derive(Clone, Debug)]
pub struct Person {
    pub interests: [Interest; SLOTS],
    /// Information in context [likes].
    pub context: f64,
    /// How far action rates resolve topics.
    pub resolution: f64,
    /// Chance to recognise an ad as born of a chat.
    pub recognised: f64,
    pub treated: bool,
    signals: Vec<Heard>,
}

impl Person {
    pub fn new(p: &Params, leaf: &Leaf, arm: usize, lane: usize, app: usize, day: Day) -> Self {
        let (who, state) = (&leaf.who, &leaf.arms[arm]);
        let treated = state.treated >> lane & 1 == 1;
        let rules: &ArmParams = &p.arms[if treated { arm } else { 0 }];
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
            let gate = f64::from(who.personalised[lane]) * f64::from(state.shown[slot][lane]);
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

    /// Information of all origins, and of chats alone: only true interests inform, and coarsely known ones less.
    pub fn information(&self) -> [f64; 2] {
        let mut sum = [self.context, 0.0];
        for (_, interest) in self.held().filter(|(slot, _)| *slot < TRUE_SLOTS) {
            sum[0] += self.resolution * (interest.behaviour + interest.chat);
            sum[1] += self.resolution * interest.chat;
        }
        sum
    }

    /// One of the signals that `among` admits, as an index into the leaf's, in proportion to what is left of them.
    pub fn pick(&self, u: f64, among: impl Fn(&Signal) -> bool) -> Option<usize> {
        let admitted = || self.signals.iter().filter(|heard| among(&heard.signal));
        let total: f64 = admitted().map(|heard| heard.mass).sum();
        let mut left = u * total;
        let mut last = None;
        for heard in admitted() {
            last = Some(heard.index);
            left -= heard.mass;
            if left < 0.0 {
                break;
            }
        }
        last
    }
}
