//! The knobs of the feeds, resolved once.

use std::sync::Arc;

use overheard_model::calendar::Day;
use overheard_model::columns::TRUE_SLOTS;
use overheard_model::habit::Fifths;
use overheard_model::ids::{AdKind, Age, App, ItemType, Market};
use overheard_model::math::{Poly, Powers};
use overheard_model::race::{RaceLaw, RaceTable};
use overheard_model::world::World;
use overheard_scenario::{Scenario, Values};

use crate::estimate::InterestEstimate;
use crate::prices::{DayDemand, Pacing};

/// The advertiser's side, the organic side, and what people do about ads.
#[derive(Clone, Debug)]
pub struct Params {
    pub law: RaceLaw,
    pub race: Arc<RaceTable>,
    /// `(1 + y)^α` for lifts y from 0 to the largest that occurs.
    pub lift: Poly<9>,
    /// Whether α is 2, so that a lift is a plain square.
    pub square: bool,
    pub kappa: f32,
    pub mu: f32,
    pub mu_optimised: f32,
    pub sigma2: f32,
    pub information_half: f32,
    /// One over the signal mass on a topic that has told half of what it can [1/likes].
    pub per_topic_information: f32,
    /// What off-platform data tell of who buys: variance of the log match when all is known, and the mass that tells half.
    pub tau2: f32,
    pub value_half: f32,
    /// Log-variance of what slots are worth to all bidders alike.
    pub quality: f64,
    pub custom_window: Day,
    /// The platform's estimate of true interest from signal strength, calibrated on the base arm.
    pub estimate: InterestEstimate,
    /// Value level per market and simulated day (USD per impression), before the factor of age.
    pub level: Vec<Vec<f64>>,
    pub level_by_age: [f64; Age::COUNT],
    /// Reserve as a share of the market's value level without demand or age.
    pub reserve: f64,
    pub base_level: [f64; Market::COUNT],
    lambda_per_weight: Vec<Vec<[f32; Age::COUNT]>>,
    pub click_rate: f32,
    pub purchase: Purchase,
    pub sessions: [f32; App::COUNT],
    pub items_per_session: [f32; App::COUNT],
    pub slots_per_session: [f32; App::COUNT],
    pub whatsapp_ads_from: [Day; Market::COUNT],
    pub content: [Content; App::COUNT],
    pub context: f32,
    pub arms: Vec<ArmParams>,
    /// Demand per arm, market, simulated day.
    pub demand: Vec<Vec<Vec<DayDemand>>>,
    /// Per arm and market: each category's share of the ads whose topic is drawn blindly, on average over the window's days.
    blind_share: Vec<Vec<Vec<f64>>>,
    /// Who chats how much, among the assistant's users.
    pub fifths: Fifths,
    pub manual_demand: f64,
    pub custom_demand: f64,
    /// Demand at pacing 1.
    pub unpaced: DayDemand,
    pub first_day: Day,
    /// Whether some arm treats a share of a market only.
    pub split: bool,
    /// Whether some arm draws interest lists by category.
    pub broad: bool,
}

/// Purchases of people who clicked.
///
/// A clicker buys anyway with chance `h = baseline + baseline_interest z`; the ad makes a buyer of one who would not
/// have bought with chance `lift`, which for optimised ads is multiplied by the winner's match of who buys. Attributed
/// conversions per click: `1 - (1 - h)(1 - lift)`; incremental: `(1 - h) lift`. Both are linear in `z`: here as `a + b z`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Purchase {
    baseline: f64,
    interest: f64,
    lift: f64,
    pub attributed: [f64; 2],
    pub incremental: [f64; 2],
}

impl Purchase {
    /// With a lift that nothing multiplies.
    pub fn new(baseline: f64, interest: f64, lift: f64) -> Self {
        let plain = Purchase {
            baseline,
            interest,
            lift,
            attributed: [0.0; 2],
            incremental: [0.0; 2],
        };
        plain.matched(1.0)
    }

    /// The same where the lift is `matched` times as large; never above 1.
    #[inline(always)]
    pub fn matched(self, matched: f64) -> Self {
        let lift = self.lift * matched;
        let lift = if lift < 1.0 { lift } else { 1.0 };
        Purchase {
            attributed: [
                lift + (1.0 - lift) * self.baseline,
                (1.0 - lift) * self.interest,
            ],
            incremental: [lift * (1.0 - self.baseline), -lift * self.interest],
            ..self
        }
    }
}

/// Organic ranking of one app: an item of type `t` wins with weight `S_t (1 + π_t Q)`, `Q` the mean of the signal
/// strengths over the eight true slots' worth of topics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Content {
    pub share: [f32; ItemType::COUNT],
    /// `π_t S_t`.
    pub gain: [f32; ItemType::COUNT],
    pub share_sum: f32,
    /// `Σ π_t S_t`, per slot.
    pub gain_sum: f32,
}

/// One arm's rules.
#[derive(Clone, Debug)]
pub struct ArmParams {
    pub use_context: f32,
    /// 1 where off-platform visits may choose ads: without them there are no custom audiences.
    pub use_off_platform: f32,
    pub resolution: f32,
    /// Signal mass on a topic's category, in units of that on the topic: what interest lists are drawn by.
    pub list_breadth: f32,
    pub recognised: f32,
    /// Daily factor on chat mass.
    pub keep_chat: Powers,
    /// What a day counts in sums that are discounted to the anchor, by days since the anchor.
    pub discount: Vec<f32>,
    pub treated_share: f64,
    pub opt_out: f32,
    pub incognito: bool,
    pub controls_work: bool,
    pub from: [Day; Market::COUNT],
}

/// The law of races for ad slots, tabulated: it takes long, and depends on the knobs of the world alone.
pub fn race_of(v: &Values) -> RaceTable {
    #[expect(
        clippy::expect_used,
        reason = "the registry keeps alpha within 1.3 to 3.5"
    )]
    let law = RaceLaw::new(v.number("ads.alpha"))
        .expect("alpha above 1")
        .with_quality(v.number("ads.slot_quality"));
    RaceTable::new(law)
}

/// `(1 + y)^α` up to the largest lift that there is at these action rates of lists and of optimised ads.
fn lift(law: RaceLaw, [mu, mu_optimised]: [f64; 2], estimate: &InterestEstimate) -> Poly<9> {
    let highest = mu * f64::from(estimate.highest());
    let highest = highest.max(mu_optimised).max(0.1);
    Poly::fit(0.0, highest, |y| libm::pow(1.0 + y, law.alpha()))
}

impl Params {
    /// `demand_curve` gives the factor on values of each simulated day; `pacing` one path per arm; `race` is that of
    /// [`race_of`].
    pub fn new(
        scenario: &Scenario,
        world: &World,
        demand_curve: &[f64],
        pacing: &[Pacing],
        estimate: InterestEstimate,
        race: Arc<RaceTable>,
    ) -> Self {
        let v = &scenario.world;
        let law = race.law();
        let alpha = law.alpha();
        let (mu, mu_optimised) = (v.number("ads.mu"), v.number("ads.mu_optimised"));
        let value = v.per_market("ads.value_per_mille").map(|v| v / 1000.0);
        let load = v.per_app("apps.ad_load");
        let items = v.per_app("apps.items_per_session");
        let (manual, custom) = (v.number("ads.manual_demand"), v.number("ads.custom_demand"));
        let arms: Vec<ArmParams> = scenario
            .arms
            .iter()
            .map(|a| ArmParams::new(&a.values, world.window.simulated() as usize))
            .collect();
        let window = world.window;
        let day_demand = |path: &Pacing, market: usize, day: Day| {
            let of = |kind| path.of(market, day, kind);
            let kinds = [
                of(AdKind::Manual),
                of(AdKind::Custom),
                of(AdKind::Optimised),
            ];
            DayDemand::new(&world.taxonomy, alpha, manual, custom, kinds)
        };
        let full = vec![1.0f32; world.taxonomy.categories.len()];
        let days = || window.first()..window.days;
        let (reserve, level_by_age) = (v.number("ads.reserve"), v.per_age("ads.value_by_age"));
        let level: Vec<Vec<f64>> = value
            .iter()
            .map(|x| demand_curve.iter().map(|d| x * d).collect())
            .collect();
        let lambda_per_weight = level
            .iter()
            .zip(&value)
            .map(|(days, base)| {
                let floor = f64::from((reserve * base) as f32);
                let of = |level: f64, age: f64| libm::pow(level * age / floor, alpha) as f32;
                days.iter()
                    .map(|level| level_by_age.map(|age| of(*level, age)))
                    .collect()
            })
            .collect();
        let demand: Vec<Vec<Vec<DayDemand>>> = pacing
            .iter()
            .map(|path| {
                let of = |m| days().map(|d| day_demand(path, m, d)).collect();
                (0..Market::COUNT).map(|m| steady(of(m))).collect()
            })
            .collect();
        let reported = (0 - window.first()) as usize;
        let mean = |days: &Vec<DayDemand>| mean_share(&days[reported..]);
        let blind_share = demand
            .iter()
            .map(|markets| markets.iter().map(mean).collect())
            .collect();
        Params {
            law,
            race,
            lift: lift(
                law,
                [mu, mu_optimised].map(|x| f64::from(x as f32)),
                &estimate,
            ),
            square: alpha == 2.0,
            kappa: v.number("ads.kappa") as f32,
            mu: mu as f32,
            mu_optimised: mu_optimised as f32,
            sigma2: v.number("ads.sigma2") as f32,
            information_half: v.number("ads.information_half") as f32,
            per_topic_information: (1.0 / v.number("signals.topic_information")) as f32,
            tau2: v.number("ads.tau2") as f32,
            value_half: v.number("ads.value_half") as f32,
            quality: v.number("ads.slot_quality"),
            custom_window: v.integer("ads.custom_window_days") as Day,
            estimate,
            level,
            level_by_age,
            reserve,
            lambda_per_weight,
            base_level: value,
            click_rate: v.number("ads.click_rate") as f32,
            purchase: Purchase::new(
                v.number("conversions.baseline"),
                v.number("conversions.baseline_interest"),
                v.number("conversions.lift"),
            ),
            sessions: v.per_app("apps.sessions").map(|s| s as f32),
            items_per_session: items.map(|i| i as f32),
            slots_per_session: std::array::from_fn(|a| {
                (items[a] * load[a] / (1.0 - load[a])) as f32
            }),
            whatsapp_ads_from: days_of(v),
            content: std::array::from_fn(|a| content(v, a)),
            context: v.number("signals.context_information") as f32,
            split: arms.iter().any(|a| a.treated_share < 1.0),
            broad: arms.iter().any(|a| a.list_breadth != 1.0),
            arms,
            demand,
            blind_share,
            fifths: v.habit().fifths(),
            manual_demand: manual,
            custom_demand: custom,
            unpaced: DayDemand::new(
                &world.taxonomy,
                alpha,
                manual,
                custom,
                [&full, &full, &full],
            ),
            first_day: window.first(),
        }
    }

    /// The same platform with another estimate of true interest.
    pub fn estimate_by(&mut self, estimate: InterestEstimate) {
        let rates = [self.mu, self.mu_optimised].map(f64::from);
        self.lift = lift(self.law, rates, &estimate);
        self.estimate = estimate;
    }

    /// Demand under an arm, in a market, on a day.
    pub fn demand_of(&self, arm: usize, market: usize, day: Day) -> &DayDemand {
        &self.demand[arm][market][(day - self.first_day) as usize]
    }

    /// Each category's share of the ads of a window whose topic is drawn blindly.
    pub fn blind_share(&self, arm: usize, market: usize) -> &[f64] {
        &self.blind_share[arm][market]
    }

    /// Value level of a market, day and declared age (USD per impression).
    pub fn level_of(&self, market: usize, day: Day, age: usize) -> f64 {
        self.level[market][(day - self.first_day) as usize] * self.level_by_age[age]
    }

    /// Λ per unit of race weight: `(level / reserve)^α`.
    pub fn lambda_per_weight(&self, market: usize, day: Day, age: usize) -> f32 {
        self.lambda_per_weight[market][(day - self.first_day) as usize][age]
    }
}

/// Marks the days whose demand is that of the day before.
fn steady(mut days: Vec<DayDemand>) -> Vec<DayDemand> {
    for day in 1..days.len() {
        days[day].as_before = days[day].lanes == days[day - 1].lanes;
    }
    days
}

/// The mean of the days' shares of categories in optimised demand.
fn mean_share(days: &[DayDemand]) -> Vec<f64> {
    let mut mean = vec![0.0; days.first().map_or(0, |day| day.category_share.len())];
    for day in days {
        for (sum, share) in mean.iter_mut().zip(&day.category_share) {
            *sum += share / days.len() as f64;
        }
    }
    mean
}

fn days_of(v: &Values) -> [Day; Market::COUNT] {
    let days = v.days::<Market>("apps.whatsapp_ads_from");
    std::array::from_fn(|m| days[m])
}

fn content(v: &Values, app: usize) -> Content {
    let share = [
        v.per_app("content.friends_share")[app],
        v.per_app("content.reels_share")[app],
        v.per_app("content.groups_share")[app],
        v.per_app("content.pages_share")[app],
    ];
    let pi = v.table::<ItemType>("content.gain");
    let gain: [f64; 4] = std::array::from_fn(|t| pi[t] * share[t]);
    Content {
        share: share.map(|s| s as f32),
        gain: gain.map(|g| g as f32),
        share_sum: share.iter().sum::<f64>() as f32,
        gain_sum: (gain.iter().sum::<f64>() / TRUE_SLOTS as f64) as f32,
    }
}

impl ArmParams {
    fn new(v: &Values, days: usize) -> Self {
        let keep_chat = Powers::new(f64::from(v.kept_daily("signals.half_life_chat")));
        ArmParams {
            use_off_platform: if v.flag("signals.use_off_platform") {
                1.0
            } else {
                0.0
            },
            use_context: if v.flag("signals.use_context") {
                1.0
            } else {
                0.0
            },
            resolution: v.number("signals.interest_resolution") as f32,
            list_breadth: v.number("signals.list_breadth") as f32,
            recognised: v.number("reactions.recognised") as f32,
            discount: (0..days as i32)
                .map(|since| keep_chat.at(since) as f32)
                .collect(),
            keep_chat,
            treated_share: v.number("policy.treated_share"),
            opt_out: v.share_using("opt_out"),
            incognito: v.share_using("incognito") > 0.0,
            controls_work: v.flag("controls.opt_out_available")
                || v.flag("controls.opt_in_required")
                || v.flag("controls.incognito_available"),
            from: v.policy_days(),
        }
    }
}
