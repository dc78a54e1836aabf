//! What several stages derive from the knobs in the same way.

use overheard_model::calendar::{Day, NEVER};
use overheard_model::habit::Habit;
use overheard_model::ids::Market;
use overheard_model::passing::{Intents, Novelty};
use overheard_model::rates::InterestRates;
use overheard_model::topics::Taxonomy;

use crate::Values;

impl Values {
    /// First day on which chats held in `market` may be used; [`NEVER`] where they are not.
    pub fn policy_from(&self, market: Market) -> Day {
        if !self.flag("policy.enabled") {
            return NEVER;
        }
        let start = self.day("policy.start");
        if self.markets("policy.excluded_markets").contains(&market) {
            let joins = self.days::<Market>("policy.market_start")[market.index()];
            if joins >= NEVER {
                NEVER
            } else {
                joins.max(start)
            }
        } else {
            start
        }
    }

    /// The same of every market.
    pub fn policy_days(&self) -> [Day; Market::COUNT] {
        std::array::from_fn(|m| self.policy_from(Market::ALL[m]))
    }

    /// Share of people who use a control, by its name among `controls`: nobody where it is not offered.
    pub fn share_using(&self, control: &str) -> f32 {
        match self.flag(&format!("controls.{control}_available")) {
            true => self.number(&format!("controls.{control}_share")) as f32,
            false => 0.0,
        }
    }

    /// What is left of signal mass after a day, from the key of its half-life.
    pub fn kept_daily(&self, half_life: &str) -> f32 {
        libm::exp2(-1.0 / self.number(half_life)) as f32
    }

    /// The rates at which interests show without any chat.
    pub fn interest_rates(&self) -> InterestRates {
        InterestRates::new(
            self.number("signals.behaviour_rate"),
            self.number("signals.off_platform_rate"),
            self.number("signals.redundancy"),
            self.number("signals.off_platform_share_passing"),
            self.number("signals.off_platform_weight"),
            &self.per_app("signals.behaviour_by_app"),
            &self.per_app("apps.open_rate"),
        )
    }

    /// How often people chat.
    pub fn habit(&self) -> Habit {
        Habit::new(
            self.number("assistant.habit_shape"),
            self.number("assistant.habit_scale"),
        )
    }

    /// How passing intents come and go: ordinary topics, since sensitive matters are traits.
    pub fn intents(&self, taxonomy: &Taxonomy) -> Intents {
        let ordinary = taxonomy
            .topics
            .iter()
            .map(|t| match t.class.is_sensitive() {
                true => 0.0,
                false => t.intent,
            });
        Intents::new(
            &ordinary.collect::<Vec<f64>>(),
            self.number("interests.passing_days"),
            self.number("interests.passing_gap_days"),
        )
    }

    /// Chats in which an intent first shows.
    pub fn novelty(&self) -> Novelty {
        Novelty::new(
            self.number("assistant.novelty") * self.number("assistant.share_commercial"),
            self.number("assistant.chats_per_active_day"),
        )
    }

    /// Members of a list of numbers typed as text; missing ones repeat the last.
    pub fn list<const N: usize>(&self, key: &str) -> [f64; N] {
        let typed = self.numbers(key);
        std::array::from_fn(|k| typed.get(k).or(typed.last()).copied().unwrap_or(1.0))
    }
}
