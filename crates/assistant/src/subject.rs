//! What a chat is about: a passing intent, a standing interest, a purchase that comes up in it, a sensitive matter, or
//! (mostly) nothing that sells.

use overheard_model::block::{STANDING, Subject, TRUE_SLOTS, Who};
use overheard_model::ids::Class;
use overheard_model::topics::{NO_TOPIC, TopicId};

use crate::params::Params;

/// Subject, topic and class of one chat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct About {
    pub subject: Subject,
    pub topic: TopicId,
    pub class: u8,
}

/// One uniform decides the kind of subject by cumulative chances, one picks within it. An intent that first shows in this
/// chat has no slot and no topic before the day's chats are all drawn: see [`Subject::New`].
pub fn choose(
    p: &Params,
    who: &Who,
    lane: usize,
    u_subject: f64,
    u_pick: f64,
    u_topic: f64,
) -> About {
    let mut left = u_subject;
    let alive = |slot: &usize| who.z[*slot][lane] >= 1.0;
    let intents = (STANDING..TRUE_SLOTS).filter(alive).count();
    let passing = p.passing_per_intent * intents as f64;
    if left < passing {
        let nth = ((u_pick * intents as f64) as usize).min(intents - 1);
        if let Some(slot) = (STANDING..TRUE_SLOTS).filter(alive).nth(nth) {
            return interest(who, lane, slot);
        }
    }
    left -= passing;
    if left >= 0.0 && left < p.standing {
        let total: f32 = (0..STANDING).map(|s| who.z[s][lane]).sum();
        let mut rest = (u_pick as f32) * total;
        for slot in 0..STANDING {
            rest -= who.z[slot][lane];
            if rest < 0.0 || slot + 1 == STANDING {
                return interest(who, lane, slot);
            }
        }
    }
    left -= p.standing;
    if left >= 0.0 && left < p.novelty {
        return About {
            subject: Subject::New(0),
            topic: NO_TOPIC,
            class: 0,
        };
    }
    left -= p.novelty;
    for class in (1..Class::COUNT).filter(|class| who.traits[lane] >> class & 1 == 1) {
        let chance = p.class_given_trait[class];
        if left >= 0.0 && left < chance {
            let topics = &p.class_topics[class];
            let topic = topics
                .iter()
                .find(|(_, c)| u_topic < *c)
                .or(topics.last())
                .map_or(NO_TOPIC, |t| t.0);
            return About {
                subject: Subject::Sensitive,
                topic,
                class: class as u8,
            };
        }
        left -= chance;
    }
    About {
        subject: Subject::Nothing,
        topic: NO_TOPIC,
        class: 0,
    }
}

fn interest(who: &Who, lane: usize, slot: usize) -> About {
    About {
        subject: Subject::Interest(slot as u8),
        topic: who.topics[slot][lane],
        class: 0,
    }
}
