//! The day's auctions as the market sees them: the race weights of every person and app before pacing.

use overheard_model::auction::{Auction, Auctions, Part, place};
use overheard_model::block::{Block, LEAF, Lane, SLOTS, SlotLanes, TRUE_SLOTS};
use overheard_model::ids::{AdKind, App};
use overheard_model::topics::NO_TOPIC;
use overheard_model::world::World;

use super::race::{self, Profile, Race, Setting};
use crate::params::Params;
use crate::prices::DayDemand;
use crate::thinned::expose::{Offer, slots_offered};

/// Collects auctions; keeps its scratch between calls.
#[derive(Default)]
pub struct Gatherer {
    race: Box<Race>,
}

impl Gatherer {
    /// Appends the auctions of a block on its current day under one arm. `weight`: people represented by one.
    pub fn gather(
        &mut self,
        p: &Params,
        world: &World,
        block: &mut Block,
        arm: usize,
        weight: f64,
        out: &mut Auctions,
    ) {
        let (day, market) = (block.day, world.market(block.stratum).index());
        let level = p.level_of(market, day, world.age(block.stratum).index());
        let used = block.used();
        for leaf in &mut block.leaves[..used] {
            let topics: [[u8; LEAF]; SLOTS] = std::array::from_fn(|s| {
                if s < TRUE_SLOTS {
                    leaf.who.topics[s]
                } else {
                    leaf.arms[arm].spill_topic[s - TRUE_SLOTS]
                }
            });
            let mut demand = unpaced(&p.unpaced, &topics);
            let treated = leaf.arms[arm].treated;
            let rules = |l: usize| p.rules_of(arm, treated, l);
            for column in &mut demand[1] {
                for (l, custom) in column.iter_mut().enumerate() {
                    *custom *= rules(l).use_off_platform;
                }
            }
            let resolution: Lane = std::array::from_fn(|l| rules(l).resolution);
            let context: Lane = std::array::from_fn(|l| rules(l).use_context * p.context);
            let chats = !leaf.arms[arm].signals.is_empty();
            for app in 0..App::COUNT {
                let offer = offer(p, app, day, market, chats);
                let slots = slots_offered(p, offer, leaf);
                let lambda_per_weight = libm::pow(level / f64::from(offer.reserve), p.law.alpha());
                let setting = Setting {
                    day,
                    optimised: p.unpaced.optimised,
                    lambda_per_weight: lambda_per_weight as f32,
                    demand: &demand,
                    resolution: &resolution,
                    context: &context,
                    chats,
                };
                let state = &leaf.arms[arm];
                let profile = Profile {
                    behaviour: &state.behaviour[app],
                    chat: &state.chat_ads[app],
                    shown: &state.shown,
                };
                race::run(p, setting, &leaf.who, profile, &mut self.race);
                for l in (0..leaf.n).filter(|l| slots[*l] > 0.0) {
                    self.append(
                        p,
                        world,
                        &topics,
                        if chats { SLOTS } else { TRUE_SLOTS },
                        &demand[2],
                        l,
                        f64::from(slots[l]) * weight,
                        lambda_per_weight,
                        offer.reserve,
                        out,
                    );
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one auction's own figures")]
    fn append(
        &self,
        p: &Params,
        world: &World,
        topics: &[[u8; LEAF]; SLOTS],
        raced: usize,
        optimised: &SlotLanes,
        l: usize,
        slots: f64,
        lambda_per_weight: f64,
        reserve: f32,
        out: &mut Auctions,
    ) {
        let race = &self.race;
        let categories = world.taxonomy.categories.len();
        for (s, row) in topics
            .iter()
            .enumerate()
            .take(raced)
            .filter(|(_, row)| row[l] != NO_TOPIC)
        {
            let category = world.taxonomy.category_of(row[l]);
            let extra = (race.optimised[s][l] - optimised[s][l]) / p.unpaced.optimised;
            for (kind, weight) in [
                (AdKind::Manual, race.manual[s][l]),
                (AdKind::Custom, race.custom[s][l]),
                (AdKind::Optimised, extra),
            ] {
                if weight > 0.0 {
                    out.parts.push(Part {
                        place: place(kind, category, categories) as u16,
                        weight,
                    });
                }
            }
        }
        out.list.push(Auction {
            slots,
            lambda_per_weight,
            reserve: f64::from(reserve),
            matched: f64::from(race.optimised_all[l]),
            end: out.parts.len() as u32,
        });
    }
}

/// What an app offers on a day in a market.
pub fn offer(
    p: &Params,
    app: usize,
    day: overheard_model::calendar::Day,
    market: usize,
    chats: bool,
) -> Offer {
    let shows = app != App::Whatsapp.index() || day >= p.whatsapp_ads_from[market];
    Offer {
        app,
        slots_per_session: if shows { p.slots_per_session[app] } else { 0.0 },
        reserve: (p.reserve * p.base_level[market]) as f32,
        chats,
        split: p.split,
    }
}

fn unpaced(demand: &DayDemand, topics: &[[u8; LEAF]; SLOTS]) -> [[Lane; SLOTS]; 3] {
    std::array::from_fn(|kind| {
        std::array::from_fn(|s| {
            std::array::from_fn(|l| {
                let topic = topics[s][l];
                if topic == NO_TOPIC {
                    0.0
                } else {
                    demand.by_topic[topic as usize][kind]
                }
            })
        })
    })
}
