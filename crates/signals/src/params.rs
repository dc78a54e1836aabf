//! The knobs of the extractor and the profile, resolved once per arm.

use overheard_model::calendar::Day;
use overheard_model::ids::{App, Class, Market};
use overheard_model::math::Powers;
use overheard_model::rates::InterestRates;
use overheard_model::world::World;
use overheard_scenario::{Scenario, Values};

use crate::gamma_table::GammaTable;

/// What every arm shares, and each arm's own.
#[derive(Clone, Debug)]
pub struct Params {
    pub rates: InterestRates,
    /// Mean clicks that come back as behaviour, as a share of the behaviours of that app, market and kind of slot
    /// (standing, passing): part of the stationary start state, measured by the pilot.
    pub click_feedback: ClickFeedback,
    pub fade: Powers,
    pub gamma: &'static GammaTable,
    pub neighbours: Vec<Vec<(u8, f64)>>,
    pub arms: Vec<ArmParams>,
}

/// Per market, app and kind of slot.
pub type ClickFeedback = [[[f32; 2]; App::COUNT]; Market::COUNT];

/// The apps that can join the account group of Facebook, and the knobs that say how likely they have.
pub const JOINS: [(App, &str); App::COUNT - 1] = [
    (App::Messenger, "apps.joined_facebook_messenger"),
    (App::Instagram, "apps.joined_facebook_instagram"),
    (App::Whatsapp, "apps.joined_whatsapp"),
];

/// One arm's rules.
#[derive(Clone, Debug)]
pub struct ArmParams {
    /// Chances of `JOINS`.
    pub joined: [f32; JOINS.len()],
    pub unlink: bool,
    /// Likes that a behaviour counts for, and a visit per like of its weight: 0 where they may not be used.
    pub behaviour: f32,
    pub visit: f32,
    /// Daily factors on signal mass.
    pub keep_behaviour: f32,
    pub keep_powers: Powers,
    pub keep_squared_powers: Powers,
    pub keep_chat: f32,
    pub chat_weight: f32,
    pub retention: Day,
    pub from: [Day; Market::COUNT],
    pub ads: bool,
    pub content: bool,
    pub minors_content: bool,
    pub exclude_promised: [bool; 2],
    pub exclude_unpromised: [bool; 2],
    pub detector_recall: [f64; Class::COUNT],
    pub false_positive: f64,
    pub neighbour_leak: f64,
    pub recall: f64,
    pub confusion: f64,
    pub voice_quality: f64,
    pub opt_out: f32,
    pub opt_in: f32,
    pub incognito: f32,
    pub kept_after_cut: f32,
}

impl Params {
    /// From a scenario, and what the pilot measured.
    pub fn new(scenario: &Scenario, world: &World, click_feedback: ClickFeedback) -> Self {
        let v = &scenario.world;
        Params {
            rates: v.interest_rates(),
            click_feedback,
            fade: Powers::new(libm::exp2(-1.0 / v.number("interests.passing_fade_days"))),
            gamma: GammaTable::shared(),
            neighbours: world
                .taxonomy
                .topics
                .iter()
                .map(|t| t.neighbours.clone())
                .collect(),
            arms: scenario
                .arms
                .iter()
                .map(|arm| ArmParams::new(&arm.values))
                .collect(),
        }
    }
}

impl ArmParams {
    fn new(v: &Values) -> Self {
        let like = behaviour_weight(v);
        let if_used = |key: &str| if v.flag(key) { like } else { 0.0 };
        let kept = f64::from(v.kept_daily("signals.half_life_behaviour"));
        ArmParams {
            joined: JOINS.map(|(_, key)| v.number(key) as f32),
            unlink: v.flag("apps.unlink"),
            behaviour: if_used("signals.use_behaviour"),
            visit: if_used("signals.use_off_platform"),
            keep_behaviour: v.kept_daily("signals.half_life_behaviour"),
            keep_powers: Powers::new(kept),
            keep_squared_powers: Powers::new(kept * kept),
            keep_chat: v.kept_daily("signals.half_life_chat"),
            chat_weight: v.number("signals.chat_weight") as f32,
            retention: v.integer("signals.retention_days") as Day,
            from: v.policy_days(),
            ads: v.flag("policy.use_for_ads"),
            content: v.flag("policy.use_for_content"),
            minors_content: v.flag("policy.minors_content"),
            exclude_promised: [
                v.flag("sensitive.exclude_promised_ads"),
                v.flag("sensitive.exclude_promised_content"),
            ],
            exclude_unpromised: [
                v.flag("sensitive.exclude_unpromised_ads"),
                v.flag("sensitive.exclude_unpromised_content"),
            ],
            detector_recall: v.per_class("sensitive.detector_recall"),
            false_positive: v.number("sensitive.false_positive"),
            neighbour_leak: v.number("sensitive.neighbour_leak"),
            recall: v.number("extraction.recall"),
            confusion: v.number("extraction.confusion"),
            voice_quality: v.number("extraction.voice_quality"),
            opt_out: v.share_using("opt_out"),
            // Without a requirement to agree, everybody is in.
            opt_in: if v.flag("controls.opt_in_required") {
                v.number("controls.opt_in_share") as f32
            } else {
                1.0
            },
            incognito: v.share_using("incognito"),
            kept_after_cut: v.number("reactions.kept_after_cut") as f32,
        }
    }

    /// Whether the person's own control keeps all chats out. The opt-out and the opt-in read opposite ends of one
    /// uniform, so that a larger share adds people and exchanges none.
    pub fn opted_out(&self, u_control: f32) -> bool {
        u_control < self.opt_out || u_control >= self.opt_in
    }
}

/// Likes that a behaviour counts for.
///
/// What days add, `m` each, comes to a stationary mean of `m / (1 - r)`: a longer memory alone would also fill profiles, and
/// with them whatever is learned from them. With `(1 - r) / (1 - r₀)` likes to a behaviour the mean is that of `r₀`.
fn behaviour_weight(v: &Values) -> f32 {
    let goes = |half_life| 1.0 - f64::from(v.kept_daily(half_life));
    (goes("signals.half_life_behaviour") / goes("signals.behaviour_mass_days")) as f32
}
