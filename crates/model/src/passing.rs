//! Passing intents: a trip or a broken fridge that arrives, lasts and goes.
//!
//! A person has two slots for them. Left alone, a slot is an alternating renewal process in days: an intent lasts a
//! geometric time, then the slot is idle for a geometric time. A chat can begin an intent too ([`Novelty`]): it takes either
//! slot with the same chance, whatever is in it, and lasts and shows in what else the person does from the next day on.
//!
//! **The state on any morning.** Let an intent end with chance `e` and a gap with chance `g` on a day, and let a chat take
//! the slot with chance `q`. From one morning to the next an idle slot comes alive with chance `b = q + (1-q) g`, an alive
//! one goes with chance `(1-q) e`. So it is alive with chance `b / (b + (1-q) e)`. An intent is as old as days have gone by
//! without its end and without a chat that took its slot, and so is a gap: geometric, with the chance of either. What
//! remains, of an intent or of a gap, is as fresh as on its first day.

use crate::block::{Leaf, NO_VISIT, Who};
use crate::calendar::Day;
use crate::columns::{PASSING, STANDING, TRUE_SLOTS};
use crate::habit;
use crate::samplers::{Deck, Wait};
use crate::topics::TopicId;

/// How intents come and go.
#[derive(Clone, Debug)]
pub struct Intents {
    topics: Deck,
    pub spell: Wait,
    pub gap: Wait,
}

/// The law of a slot on any morning, of a person whose chats take it with some chance a day.
#[derive(Clone, Copy, Debug)]
pub struct Morning {
    /// Chance that an intent is alive.
    pub alive: f64,
    /// For how long it has been, or had been, and for how long a slot has been idle.
    pub spell: Wait,
    pub gap: Wait,
}

impl Intents {
    /// Topics by their weights, mean days that an intent lasts and that a slot is idle.
    pub fn new(weights: &[f64], days: f64, gap: f64) -> Self {
        Intents {
            topics: Deck::new(weights),
            spell: Wait::of_mean(days),
            gap: Wait::of_mean(gap),
        }
    }

    /// The law of a slot that chats take with chance `q` a day.
    pub fn morning(&self, q: f64) -> Morning {
        let (begins, goes) = (
            q + (1.0 - q) * self.gap.chance(),
            (1.0 - q) * self.spell.chance(),
        );
        Morning {
            alive: begins / (begins + goes),
            spell: self.spell.or(q),
            gap: self.gap.or(q),
        }
    }

    /// Begins an intent in a passing slot, which gives up what it held; it counts its days from `first` on. The uniforms
    /// give how long it lasts, for how long the slot is idle then, and the topic.
    pub fn begin(&self, leaf: &mut Leaf, lane: usize, slot: usize, first: Day, u: [f64; 3]) {
        let Leaf { who, today, .. } = leaf;
        let end = first + self.spell.at(u[0]);
        let state = &mut who.passing[slot];
        (state.begin[lane], state.end[lane]) = (first, end);
        state.next[lane] = end + self.gap.at(u[1]);
        let s = STANDING + slot;
        if today.renewed[lane] >> slot & 1 == 0 {
            // What was shown and earned under the old topic is settled under it.
            today.renewed_from[slot][lane] = who.topics[s][lane];
            today.renewed[lane] |= 1 << slot;
        }
        who.topics[s][lane] = self.topic(who, lane, slot, u[2]);
        who.z[s][lane] = 1.0;
        // Nobody has looked for it anywhere yet.
        who.last_visit[s][lane] = NO_VISIT;
    }

    /// A topic for a passing slot, one that no other slot of the person has: while it is taken the uniform moves on by the
    /// golden ratio, sixteen times at most; then a topic may stand twice.
    pub fn topic(&self, who: &Who, lane: usize, slot: usize, u: f64) -> TopicId {
        const GOLDEN: f64 = 0.618_033_988_749_895;
        let mut u = u;
        for _ in 0..16 {
            let topic = self.topics.draw(u);
            let taken =
                (0..TRUE_SLOTS).any(|s| s != STANDING + slot && who.topics[s][lane] == topic);
            if !taken {
                return topic;
            }
            u = (u + GOLDEN) % 1.0;
        }
        self.topics.draw(u)
    }
}

/// Chats in which an intent first shows: it begins that day.
#[derive(Clone, Copy, Debug)]
pub struct Novelty {
    /// Chance of a chat; all such chats of a person and day are about one intent.
    pub of_a_chat: f64,
    /// Chance of a day with chats.
    of_a_day: f64,
}

impl Novelty {
    /// `1 + Poisson` chats a day with any: none is novel with chance `(1 - c) e^(-c more)`.
    pub fn new(of_a_chat: f64, chats_per_active_day: f64) -> Self {
        let more = chats_per_active_day - 1.0;
        Novelty {
            of_a_chat,
            of_a_day: 1.0 - (1.0 - of_a_chat) * libm::exp(-of_a_chat * more),
        }
    }

    /// Chance that the chats of a day take one of the slots, of a person with chats at a daily rate.
    ///
    /// Days with chats are taken to come independently, by their mean frequency. They do, but for those that come because a
    /// month is over.
    pub fn in_a_slot(&self, rate: f64) -> f64 {
        self.of_a_day * habit::on_a_day(rate) / PASSING as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The law of a morning is the next morning's: by turning over all states of one slot, with ages up to 2,000 days.
    #[test]
    fn the_law_of_a_morning_is_that_of_the_next() {
        const N: usize = 2000;
        for (days, gap, q) in [
            (14.0, 35.0, 0.0),
            (14.0, 35.0, 0.05),
            (3.0, 10.0, 0.4),
            (1.0, 2.0, 0.2),
        ] {
            let intents = Intents::new(&[1.0, 1.0], days, gap);
            let law = intents.morning(q);
            let (e, g) = (intents.spell.chance(), intents.gap.chance());
            let ages = |share: f64, wait: Wait| -> Vec<f64> {
                let age = |n| wait.chance() * libm::pow(1.0 - wait.chance(), n as f64);
                (0..N).map(|n| share * age(n)).collect()
            };
            let alive = ages(law.alive, law.spell);
            let idle = ages(1.0 - law.alive, law.gap);
            // During the day a chat takes the slot, or not; in the morning something ends, or begins, or not.
            let (mut then_alive, mut then_idle) = (vec![0.0; N], vec![0.0; N]);
            // By days that an intent lasted.
            let mut ended = vec![0.0; N];
            then_alive[0] = q;
            for n in 0..N - 1 {
                let (stays, gone) = ((1.0 - q) * alive[n], (1.0 - q) * idle[n]);
                then_alive[n + 1] += stays * (1.0 - e);
                then_idle[0] += stays * e;
                ended[n] = stays * e;
                then_idle[n + 1] += gone * (1.0 - g);
                then_alive[0] += gone * g;
            }
            let all: f64 = ended.iter().sum();
            let ended: Vec<f64> = ended.iter().map(|share| share / all).collect();
            for (before, after) in [
                (alive, then_alive),
                (idle, then_idle),
                (ages(1.0, law.spell), ended),
            ] {
                for (before, after) in before.iter().zip(after) {
                    let off = (before - after).abs();
                    assert!(off < 1e-9, "{days} {gap} {q}: {before} {after}");
                }
            }
        }
    }

    /// A slot that no chat takes is alive for as long as intents last on average, out of a whole turn.
    #[test]
    fn without_novelty_only_lengths_count() {
        let intents = Intents::new(&[1.0, 1.0], 14.0, 35.0);
        let novelty = Novelty::new(0.0, 2.0);
        let law = intents.morning(novelty.in_a_slot(0.3));
        assert!((law.alive - 14.0 / 49.0).abs() < 1e-12);
        assert_eq!(law.spell.chance(), intents.spell.chance());
        assert_eq!(law.gap.chance(), intents.gap.chance());
    }
}
