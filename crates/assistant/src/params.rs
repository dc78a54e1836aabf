//! The knobs of the assistant, resolved once.

use overheard_model::columns::PASSING;
use overheard_model::ids::{Class, Surface};
use overheard_model::passing::Intents;
use overheard_model::samplers::{PoissonTable, pick};
use overheard_model::topics::TopicId;
use overheard_model::world::World;
use overheard_scenario::Scenario;

/// At most so many chats of one person on one day; at a mean of five the chance of more is below 1e-17.
const MOST_CHATS: u32 = 30;

/// How often people chat, where, and about what.
#[derive(Debug)]
pub struct Params {
    /// Chats of an active day beyond the first.
    pub more_chats: PoissonTable,
    pub surface_share: [f64; Surface::COUNT],
    pub voice_share_glasses: f64,
    /// Chance of a chat about a passing intent per intent that was alive in the morning.
    pub passing_per_intent: f64,
    pub standing: f64,
    /// Chance of a chat in which a passing intent first shows.
    pub novelty: f64,
    /// How that intent goes on.
    pub intents: Intents,
    /// Chance of a chat on a class for people whom it concerns.
    pub class_given_trait: [f64; Class::COUNT],
    /// Topics of each class.
    pub class_topics: Vec<Topics>,
}

impl Params {
    /// Resolves the knobs of a scenario.
    pub fn new(scenario: &Scenario, world: &World) -> Self {
        let v = &scenario.world;
        let share = v.per_class("assistant.share_class");
        let concerned = v.per_class("assistant.trait_share");
        let (intents, novelty) = (v.intents(&world.taxonomy), v.novelty());
        // Whoever chats more has more intents that came up in chats: what counts is how many those have who chat.
        let of_a_slot = |rate: f64| intents.morning(novelty.in_a_slot(rate)).alive;
        let alive = PASSING as f64 * v.habit().mean_over_chats(of_a_slot);
        let known = v.number("assistant.share_commercial") - novelty.of_a_chat;
        let passing = v.number("assistant.share_passing").min(known);
        let class_topics = Class::ALL
            .iter()
            .map(|class| Topics::new(world, *class))
            .collect();
        Params {
            more_chats: PoissonTable::new(
                v.number("assistant.chats_per_active_day") - 1.0,
                MOST_CHATS - 1,
            ),
            surface_share: v.per_surface("assistant.surface_share"),
            voice_share_glasses: v.number("assistant.voice_share_glasses"),
            passing_per_intent: passing / alive,
            standing: known - passing,
            novelty: novelty.of_a_chat,
            intents,
            class_given_trait: std::array::from_fn(|c| {
                if concerned[c] > 0.0 {
                    (share[c] / concerned[c]).min(1.0)
                } else {
                    0.0
                }
            }),
            class_topics,
        }
    }

    /// The number of a surface among those that the person has (bits), by the shares renormalised over them. Straight-line
    /// code for loops over lanes.
    #[inline(always)]
    pub fn surface(&self, has: u32, u: f64) -> u32 {
        let (mut shares, mut total) = ([0.0; Surface::COUNT], 0.0);
        let mut last = Surface::Whatsapp.index() as u32;
        for s in 0..Surface::COUNT {
            let share = self.surface_share[s];
            shares[s] = if has >> s & 1 == 1 { share } else { 0.0 };
            total += shares[s];
            last = if shares[s] > 0.0 { s as u32 } else { last };
        }
        let (at, _) = pick::among(u * total, &shares);
        // None where the point was rounded up to the total, or nothing has a share.
        if at < Surface::COUNT as u32 { at } else { last }
    }
}

/// The topics of a class, weighted by their prevalence over all ages.
#[derive(Debug)]
pub struct Topics {
    topics: Vec<TopicId>,
    /// Running sums of their weights, up to 1.
    sums: Vec<f64>,
}

impl Topics {
    fn new(world: &World, class: Class) -> Self {
        let topics = world.taxonomy.of_class(class);
        let mut sum = 0.0;
        let mut sums: Vec<f64> = topics
            .iter()
            .map(|id| {
                sum += world.taxonomy.topic(*id).prevalence.iter().sum::<f64>();
                sum
            })
            .collect();
        for part in &mut sums {
            *part /= sum;
        }
        Topics { topics, sums }
    }

    /// One of them, if there is any.
    pub fn pick(&self, u: f64) -> Option<TopicId> {
        let at = pick::by_sums(u, &self.sums);
        at.map_or(self.topics.last(), |at| self.topics.get(at))
            .copied()
    }
}
