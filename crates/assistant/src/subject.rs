//! What a chat is about: a passing intent, a standing interest, a purchase that comes up in it, a sensitive matter, or
//! (mostly) nothing that sells.

use overheard_model::block::{Subject, Who};
use overheard_model::columns::{STANDING, TRUE_SLOTS, set_bits};
use overheard_model::ids::Class;
use overheard_model::samplers::pick;
use overheard_model::topics::{NO_TOPIC, TopicId};

use crate::params::Params;

/// Subject, topic and class of one chat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct About {
    pub subject: Subject,
    pub topic: TopicId,
    pub class: Class,
}

impl About {
    const NOTHING: About = About {
        subject: Subject::Nothing,
        topic: NO_TOPIC,
        class: Class::Ordinary,
    };
}

/// The kind of subject that a uniform gives a chat of a person with so many intents, by cumulative chances: 0 is an intent,
/// 1 a standing interest, 2 an intent that comes up, 3 something sensitive or nothing; and what is left of the uniform beyond
/// these chances. Straight-line code for loops over lanes.
#[inline(always)]
pub fn kind(p: &Params, intents: f64, u: f64) -> (u32, f64) {
    pick::among(u, &[p.passing_per_intent * intents, p.standing, p.novelty])
}

/// Subject, topic and class of a chat of a [`kind`]: one uniform picks within it. An intent that first shows in this chat has
/// no slot and no topic before the day's chats are all drawn: see [`Subject::New`].
pub fn choose(
    p: &Params,
    who: &Who,
    lane: usize,
    (kind, left): (u8, f64),
    u_pick: f64,
    u_topic: f64,
) -> About {
    match kind {
        0 => {
            let alive = |slot: &usize| who.z[*slot][lane] >= 1.0;
            let intents = (STANDING..TRUE_SLOTS).filter(alive).count();
            let nth = ((u_pick * intents as f64) as usize).min(intents - 1);
            let slot = (STANDING..TRUE_SLOTS).filter(alive).nth(nth);
            slot.map_or(About::NOTHING, |slot| interest(who, lane, slot))
        }
        1 => {
            let strengths = who.z[..STANDING].iter().map(|z| z[lane]);
            let slot = pick::by_weights(u_pick as f32, strengths);
            interest(who, lane, slot.unwrap_or(STANDING - 1))
        }
        2 => About {
            subject: Subject::New(0),
            ..About::NOTHING
        },
        _ => {
            let chance = |class: Class| p.class_given_trait[class.index()];
            let nth = pick::at(left, concerning(who.traits[lane]).map(chance));
            let class = nth.and_then(|nth| concerning(who.traits[lane]).nth(nth));
            class.map_or(About::NOTHING, |class| About {
                subject: Subject::Sensitive,
                topic: p.class_topics[class.index()]
                    .pick(u_topic)
                    .unwrap_or(NO_TOPIC),
                class,
            })
        }
    }
}

/// The sensitive classes that concern a person, in their order: few, if any.
fn concerning(traits: u16) -> impl Iterator<Item = Class> {
    set_bits(traits.into()).map(|class| Class::ALL[class])
}

fn interest(who: &Who, lane: usize, slot: usize) -> About {
    About {
        subject: Subject::Interest(slot as u8),
        topic: who.topics[slot][lane],
        class: Class::Ordinary,
    }
}
