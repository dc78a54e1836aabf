//! The knobs that users live by, resolved once.

use std::sync::Arc;

use overheard_model::calendar::Day;
use overheard_model::columns::STANDING;
use overheard_model::ids::{Age, App, Control, Market, Surface};
use overheard_model::math::Powers;
use overheard_model::passing::{Intents, Novelty};
use overheard_model::rates::InterestRates;
use overheard_model::samplers::Deck;
use overheard_model::topics::Topic;
use overheard_model::world::World;
use overheard_scenario::{Scenario, Values};

use crate::spreads::Spreads;
use crate::tables::AppSets;

/// Everything that people are and do on their own, the same in every arm; and how each arm's people react.
#[derive(Debug)]
pub struct Params {
    /// Per market: which apps people use.
    pub app_sets: [AppSets; Market::COUNT],
    pub spreads: Arc<Spreads>,
    pub open_correlation: f64,
    pub ad_load_by_age: Vec<f64>,
    pub ad_free: [f64; Market::COUNT],
    pub less_personalised: [f64; Market::COUNT],
    /// Per age: the decks from which six standing interests are dealt.
    pub interests: Vec<Deck>,
    pub standing: [f64; STANDING],
    pub intents: Intents,
    /// Chats that begin an intent.
    pub novelty: Novelty,
    /// Factor per day on the strength of a passing intent after its end.
    pub fade: Powers,
    pub traits: Vec<f64>,
    pub rates: InterestRates,
    /// Chances to have a surface of `BESIDE`.
    pub has: [f64; BESIDE.len()],
    /// Chance to be logged in, by surface.
    pub logged_in: [f64; Surface::COUNT],
    /// `(1 - v) / v`, `v` the mean share of chats that are spoken: see `voice_share` in `birth.rs`.
    pub voice_exponent: f64,
    pub notices: NoticeParams,
    pub reactions: Vec<ReactionParams>,
}

/// The notice funnel.
#[derive(Debug)]
pub struct NoticeParams {
    pub start: Day,
    /// Whether anybody in a market uses the assistant: elsewhere there is nothing to be told of.
    pub sent: [bool; Market::COUNT],
    pub shown_per_open: f64,
    pub max_showings: u32,
    pub opened: f64,
    pub fatigue: f64,
    pub email_sent: f64,
    pub email_opened: f64,
    pub understood: Vec<f64>,
    /// Chances that who understood it quits the assistant, and cuts down, as running sums.
    pub acts: [f64; 2],
}

/// The surfaces beside the apps, and the knobs that say who has them; those who chat have a surface for each of their apps.
pub const BESIDE: [(Surface, &str); Surface::COUNT - App::COUNT] = [
    (Surface::MetaAiApp, "assistant.has_ai_app"),
    (Surface::AiGlasses, "assistant.has_glasses"),
];

/// What people may do about an ad that they recognise as born of a chat.
pub const REACTIONS: [Control; 4] = [
    Control::HideTopic,
    Control::CutDown,
    Control::Quit,
    Control::Unjoin,
];

/// Whom the keys of one arm are about, and what a recognised ad makes people do under them.
#[derive(Clone, Debug)]
pub struct ReactionParams {
    /// Share of the people to whom the arm's keys apply.
    pub treated_share: f32,
    /// Chances of [`REACTIONS`], as running sums.
    pub controls: [f64; REACTIONS.len()],
    /// Whether notices are sent at all, per market, and from which day their effects count.
    pub policy_from: [Day; Market::COUNT],
}

impl Params {
    /// Mean over a market's people of a declared age of opening rate × activity × ad load factor, by app: what the ad slots
    /// that they are offered are proportional to.
    pub fn offered(&self, market: usize, age: Age) -> [f64; App::COUNT] {
        let shown = (1.0 - self.ad_free[market]) * self.ad_load_by_age[age.index()];
        std::array::from_fn(|app| {
            self.app_sets[market].share(app)
                * self.spreads.open_rate[app].mean()
                * self.spreads.activity.mean()
                * shown
        })
    }

    /// Resolves the knobs of a scenario, whose spreads are known.
    pub fn new(scenario: &Scenario, world: &World, spreads: Arc<Spreads>) -> Self {
        let v = &scenario.world;
        let app_shares = v.app_shares();
        let logged_in = ["apps.logged_in_apps", "apps.logged_in_ai_app"].map(|key| v.number(key));
        let voice = v.number("assistant.voice_share");
        let topics = &world.taxonomy.topics;
        // Standing interests are ordinary topics; sensitive matters are traits.
        let ordinary = |t: &Topic| !t.class.is_sensitive();
        let prevalence = |age: usize| {
            topics
                .iter()
                .map(|t| if ordinary(t) { t.prevalence[age] } else { 0.0 })
                .collect::<Vec<_>>()
        };
        let standing = v.list("interests.standing_weights");
        Params {
            app_sets: std::array::from_fn(|m| AppSets::new(app_shares.map(|of| of[m]))),
            spreads,
            open_correlation: v.number("apps.open_correlation"),
            ad_load_by_age: v.per_age("apps.ad_load_by_age").to_vec(),
            ad_free: v.per_market("ads.ad_free_share"),
            less_personalised: v.per_market("ads.less_personalised_share"),
            interests: (0..Age::COUNT).map(|a| Deck::new(&prevalence(a))).collect(),
            standing,
            intents: v.intents(&world.taxonomy),
            novelty: v.novelty(),
            fade: Powers::new(f64::from(
                libm::exp2(-1.0 / v.number("interests.passing_fade_days")) as f32,
            )),
            traits: v.per_class("assistant.trait_share").to_vec(),
            rates: v.interest_rates(),
            has: BESIDE.map(|(_, key)| v.number(key)),
            logged_in: std::array::from_fn(|surface| logged_in[usize::from(surface >= App::COUNT)]),
            voice_exponent: (1.0 - voice) / voice,
            notices: NoticeParams {
                start: v.day("notices.start"),
                sent: v
                    .per_market("population.assistant_users")
                    .map(|users| users > 0.0),
                shown_per_open: v.number("notices.shown_per_open"),
                max_showings: v.integer("notices.max_showings") as u32,
                opened: v.number("notices.opened"),
                fatigue: v.number("notices.fatigue"),
                email_sent: v.number("notices.email_sent"),
                email_opened: v.number("notices.email_opened"),
                understood: v.per_age("notices.understood").to_vec(),
                acts: running(["notices.acts", "notices.cuts_down"].map(|key| v.number(key))),
            },
            reactions: scenario
                .arms
                .iter()
                .map(|arm| reaction(&arm.values))
                .collect(),
        }
    }
}

/// Running sums, from which one uniform picks: [`pick::by_sums`](overheard_model::samplers::pick::by_sums).
fn running<const N: usize>(chances: [f64; N]) -> [f64; N] {
    let mut sum = 0.0;
    chances.map(|chance| {
        sum += chance;
        sum
    })
}

fn reaction(v: &Values) -> ReactionParams {
    ReactionParams {
        treated_share: v.number("policy.treated_share") as f32,
        // In the order of `REACTIONS`.
        controls: running(
            [
                "reactions.hide",
                "reactions.cut_down",
                "reactions.quit",
                "reactions.unjoin",
            ]
            .map(|key| v.number(key)),
        ),
        policy_from: v.policy_days(),
    }
}
