//! The start of a month: two things that only the market knows, found on the pilot's first day under the status quo.
//!
//! Clicks are behaviour too, so the stationary profile holds them; and the platform's estimate of a true interest from its
//! signal strength must be calibrated. Both depend on the profile they shape, hence a short iteration.

use std::sync::Arc;

use overheard_feeds::{Feeds, InterestEstimate, Pacing};
use overheard_model::block::Block;
use overheard_model::columns::TRUE_SLOTS;
use overheard_model::ids::{App, Market};
use overheard_model::isa::Isa;
use overheard_model::rates::InterestRates;
use overheard_model::stage::{Stage, StageError};
use overheard_model::world::World;
use overheard_scenario::Scenario;
use overheard_signals::Signals;

use super::estimate::Moments;
use super::lent::Lent;
use super::places::{load, places};
use super::workers::Workers;
use crate::frame;
use crate::params::{Params, Start, Tables, params};
use crate::settings::EngineKind;
use crate::shard;

/// The start, and how the pilot's sample is off.
pub struct Found {
    pub start: Start,
    /// Ad slots that a market's people are offered over those that the pilot's are, by app. What decides how many a person is
    /// offered is known in closed form, so the sample need not be trusted for it (a ratio estimator: W. G. Cochran,
    /// *Sampling Techniques*, 1977, ch. 6).
    pub slots: [[f64; App::COUNT]; Market::COUNT],
}

const ROUNDS: usize = 3;

/// Iterates the first day under the status quo to its fixed point.
pub fn find(
    scenario: &Scenario,
    tables: &Tables,
    status_quo: usize,
    isa: Isa,
    workers: &Workers,
) -> Result<Found, StageError> {
    let mut base = scenario.clone();
    base.arms = vec![scenario.arms[status_quo].clone()];
    let v = &scenario.world;
    let world = Arc::new(frame::pilot_world(&base));
    let categories = world.taxonomy.categories.len();
    let pacing = [Pacing::new(
        world.window,
        categories,
        v.number("market.pacing_base") as f32,
    )];
    let mut start = Start {
        feedback: [[[0.0; 2]; App::COUNT]; Market::COUNT],
        estimate: InterestEstimate::STRENGTH,
    };
    let mut p = params(&base, tables, world.clone(), &start, &pacing);
    // Who the people are and what they do does not depend on what is looked for: it is drawn once.
    let born = workers.each(places(&world).into_iter(), || {
        let mut stages = shard::stages(&p, EngineKind::Thinned, isa);
        let mut tallies = Lent::new(&world);
        let world = &*world;
        move |place| {
            let mut block = Block::default();
            tallies.to(&mut block, |block| {
                load(world, block, place);
                stages.users.step(block)?;
                stages.assistant.step(block)
            })?;
            Ok(block)
        }
    })?;
    let mut total = Measured::default();
    for _ in 0..ROUNDS {
        Arc::make_mut(&mut p.signals).click_feedback = start.feedback;
        Arc::make_mut(&mut p.feeds).estimate_by(start.estimate);
        let sums = workers.each(born.iter(), || {
            let mut extractor = Signals::new(p.signals.clone(), world.clone(), isa);
            let feeds = Feeds::new(p.feeds.clone(), world.clone(), isa);
            let mut feeds = feeds.uncounted();
            let mut tallies = Lent::new(&world);
            let (p, world) = (&p, &*world);
            let mut block = Block::default();
            move |born: &Block| {
                block.become_like(born);
                tallies.to(&mut block, |block| {
                    extractor.step(block)?;
                    feeds.step(block)
                })?;
                Ok(measure(p, world, &block))
            }
        })?;
        total = Measured::default();
        sums.iter().for_each(|s| total.add(s));
        start = total.start();
    }
    let slots = total.slots(&p, &world);
    Ok(Found { start, slots })
}

/// Sums over a block.
#[derive(Clone, Copy, Default)]
struct Measured {
    clicks: [[[f64; 2]; App::COUNT]; Market::COUNT],
    behaviours: [[[f64; 2]; App::COUNT]; Market::COUNT],
    interests: Moments,
    /// Opening rate × activity × ad load factor of the represented.
    offered: [[f64; App::COUNT]; Market::COUNT],
}

fn measure(p: &Params, world: &World, block: &Block) -> Measured {
    let mut m = Measured::default();
    let market = world.market(block.stratum).index();
    let weight = world.strata[block.stratum as usize].weight();
    let (rates, kappa) = (&p.signals.rates, f64::from(p.feeds.kappa));
    for leaf in &block.leaves[..block.used()] {
        for lane in 0..leaf.n {
            let seen = f64::from(leaf.who.activity[lane]) * f64::from(leaf.who.ad_load[lane]);
            for app in 0..App::COUNT {
                let open = f64::from(leaf.who.open_rate[app][lane]);
                m.offered[market][app] += weight * open * seen;
            }
            for app in (0..App::COUNT).filter(|a| leaf.today.opened[lane] >> a & 1 == 1) {
                let activity = f64::from(leaf.who.activity[lane]);
                for slot in 0..TRUE_SLOTS {
                    let kind = InterestRates::kind(slot);
                    let z = f64::from(leaf.who.z[slot][lane]);
                    m.clicks[market][app][kind] +=
                        weight * f64::from(leaf.arms[0].exposure.click[app][slot][lane]);
                    m.behaviours[market][app][kind] +=
                        weight * f64::from(rates.on_platform[app][kind]) * z * activity;
                    let x = f64::from(
                        leaf.arms[0].behaviour[app][slot][lane] * leaf.who.personalised[lane],
                    );
                    let q = x / (x + kappa);
                    // Weighted like the list impressions that the estimate is used for.
                    let w = weight * activity * f64::from(p.feeds.sessions[app]) * q;
                    m.interests.see(q, z, w);
                }
            }
        }
    }
    m
}

impl Measured {
    fn add(&mut self, other: &Measured) {
        for market in 0..Market::COUNT {
            for app in 0..App::COUNT {
                self.offered[market][app] += other.offered[market][app];
                for kind in 0..2 {
                    self.clicks[market][app][kind] += other.clicks[market][app][kind];
                    self.behaviours[market][app][kind] += other.behaviours[market][app][kind];
                }
            }
        }
        self.interests.add(&other.interests);
    }

    fn slots(&self, p: &Params, world: &World) -> [[f64; App::COUNT]; Market::COUNT] {
        let mut offered = [[0.0; App::COUNT]; Market::COUNT];
        for stratum in world.strata.iter().filter(|s| s.people > 0) {
            let market = stratum.market.index();
            for (app, mean) in p.users.offered(market, stratum.age).iter().enumerate() {
                offered[market][app] += stratum.represented * mean;
            }
        }
        let ratio = |known: f64, sample: f64| if sample > 0.0 { known / sample } else { 1.0 };
        std::array::from_fn(|m| {
            std::array::from_fn(|app| ratio(offered[m][app], self.offered[m][app]))
        })
    }

    fn start(&self) -> Start {
        let ratio = |clicks: f64, behaviours: f64| {
            if behaviours > 0.0 {
                (clicks / behaviours) as f32
            } else {
                0.0
            }
        };
        Start {
            feedback: std::array::from_fn(|m| {
                std::array::from_fn(|a| {
                    std::array::from_fn(|k| ratio(self.clicks[m][a][k], self.behaviours[m][a][k]))
                })
            }),
            estimate: self.interests.solve(),
        }
    }
}
