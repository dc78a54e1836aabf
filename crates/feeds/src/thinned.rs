//! The default engine: ad slots and organic items are integrated, only what changes state is drawn.

mod auctions;
mod expose;
mod marks;
mod race;

use std::sync::Arc;

use overheard_model::block::{Block, LEAF, Lane, SLOTS, SlotLanes, TRUE_SLOTS};
use overheard_model::calendar::Day;
use overheard_model::ids::{App, ItemType, Source};
use overheard_model::isa::Isa;
use overheard_model::math::exp_f32;
use overheard_model::stage::{Stage, StageError};
use overheard_model::tally::{TableId, Tally, leaf_sum};
use overheard_model::world::World;

use crate::closing;
use crate::daily;
use crate::kept::Kept;
use crate::params::Params;
use crate::settle::{self, Sums};
use expose::Flows;

pub use auctions::Gatherer;
use race::{Profile, Race, Setting};

/// The feed of one app. The four run in the order of [`App::ALL`]: the first settles what the morning left, the last draws
/// the evening's marks and closes the window.
pub struct Feed {
    app: App,
    name: String,
    params: Arc<Params>,
    world: Arc<World>,
    isa: Isa,
    base: Box<Race>,
    own: Box<Race>,
    scratch: Box<SlotLanes>,
    uniforms: Box<marks::Uniforms>,
    sums: Sums,
}

impl Feed {
    pub fn new(app: App, params: Arc<Params>, world: Arc<World>, isa: Isa) -> Self {
        Feed {
            app,
            name: format!("feed:{app}"),
            params,
            world,
            isa,
            base: Box::default(),
            own: Box::default(),
            scratch: Box::new([[0.0; LEAF]; SLOTS]),
            uniforms: Box::default(),
            sums: Sums::default(),
        }
    }

    /// Settles the morning of one leaf and arm: retired signals, and the day's demand for the topics of each slot.
    fn morning(&mut self, block: &mut Block, k: usize, arm: usize) {
        let (day, market) = (block.day, self.world.market(block.stratum).index());
        let demand = self.params.demand_of(arm, market, day);
        let leaf = &mut block.leaves[k];
        let state = &mut leaf.arms[arm];
        settle::morning(
            &self.params,
            &self.world,
            Kept::Means,
            arm,
            state,
            day,
            &mut self.sums,
        );
        let off_platform: Lane = std::array::from_fn(|lane| {
            let rules = self.params.rules_of(arm, state.treated, lane);
            rules.use_off_platform
        });
        let slots = if state.signals.is_empty() {
            TRUE_SLOTS
        } else {
            SLOTS
        };
        for slot in 0..slots {
            let topics = if slot < TRUE_SLOTS {
                &leaf.who.topics[slot]
            } else {
                &state.spill_topic[slot - TRUE_SLOTS]
            };
            let [manual, custom, optimised] = &mut state.exposure.demand;
            let (manual, custom, optimised) =
                (&mut manual[slot], &mut custom[slot], &mut optimised[slot]);
            for lane in 0..LEAF {
                let [m, c, o, _] = demand.lanes[topics[lane] as usize];
                (manual[lane], custom[lane], optimised[lane]) = (m, c * off_platform[lane], o);
            }
        }
        state.exposure.chat_today = [[0.0; LEAF]; App::COUNT];
        state.exposure.displaced_today = [0.0; LEAF];
        if !state.signals.is_empty() {
            state.exposure.chat_slot_today = [[0.0; LEAF]; SLOTS];
            for app in 0..App::COUNT {
                for slot in TRUE_SLOTS..SLOTS {
                    state.exposure.click[app][slot] = [0.0; LEAF];
                    state.exposure.click_chat[app][slot] = [0.0; LEAF];
                }
            }
        }
    }

    /// One leaf under one arm: the race, and what it shows.
    fn expose(&mut self, block: &mut Block, k: usize, arm: usize) -> Flows {
        let (world, p) = (&*self.world, &*self.params);
        let (day, market) = (block.day, world.market(block.stratum).index());
        let leaf = &mut *block.leaves[k];
        let age = world.age(block.stratum).index();
        let chats = !leaf.arms[arm].signals.is_empty();
        let offer = auctions::offer(p, self.app.index(), day, market, chats);
        let lambda_per_weight = p.lambda_per_weight(market, day, age);
        let demand = p.demand_of(arm, market, day);
        let (treated, rules, others) = (leaf.arms[arm].treated, &p.arms[arm], &p.arms[0]);
        let pick = |get: fn(&crate::params::ArmParams) -> f32| -> Lane {
            std::array::from_fn(|l| get(if treated >> l & 1 == 1 { rules } else { others }))
        };
        let resolution = pick(|a| a.resolution);
        let mut context = pick(|a| a.use_context);
        context.iter_mut().for_each(|c| *c *= p.context);
        let since = (day - p.anchor(day)) as usize;
        let discounts = [rules.discount[since], others.discount[since]];
        let discount: Lane = std::array::from_fn(|l| discounts[usize::from(treated >> l & 1 == 0)]);
        let app = self.app.index();
        let out = if arm == 0 {
            &mut *self.base
        } else {
            &mut *self.own
        };
        if offer.slots_per_session > 0.0 {
            let state = &leaf.arms[arm];
            let setting = Setting {
                day,
                optimised: demand.optimised,
                lambda_per_weight,
                demand: &state.exposure.demand,
                resolution: &resolution,
                context: &context,
                chats,
            };
            let profile = Profile {
                behaviour: &state.behaviour[app],
                chat: &state.chat_ads[app],
                shown: &state.shown,
            };
            self.isa.run(
                #[inline(always)]
                || race::run(p, setting, &leaf.who, profile, out),
            );
        }
        let own = if arm == 0 { &*self.base } else { &*self.own };
        let base_side = (&*self.base, p.demand_of(0, market, day));
        let base = (arm > 0).then_some(base_side);
        let scratch = &mut *self.scratch;
        self.isa.run(
            #[inline(always)]
            || {
                expose::run(
                    p,
                    offer,
                    own,
                    demand,
                    base,
                    &resolution,
                    &discount,
                    leaf,
                    arm,
                    scratch,
                )
            },
        )
    }

    /// Adds a leaf's flows to the tallies of an arm.
    fn pour(&self, day: Day, f: &Flows, tally: &mut Tally) {
        let (layout, p) = (&self.world.layout, &self.params);
        let app = self.app.index();
        let da = day as usize * App::COUNT + app;
        let mut add = |table, cell, value| tally.add(layout, table, cell, value);
        add(TableId::ActiveDayApp, da, f.active);
        add(TableId::Sessions, da, f.sessions);
        add(TableId::Slots, da, f.slots);
        add(TableId::Displaced, da, f.displaced);
        add(TableId::Predicted, da, f.predicted);
        let by_source = |v: &[f64; 3]| [v[2], v[0] - v[1] - v[2], v[1]];
        let (clicks, interested) = (by_source(&f.clicks), by_source(&f.interested));
        let (impressions, spend) = (by_source(&f.impressions), by_source(&f.spend));
        let spread = f.spread.map(|row| by_source(&row));
        let [a, b] = p.purchase.attributed;
        let [i, j] = p.purchase.incremental;
        for s in 0..Source::COUNT {
            let cell = da * Source::COUNT + s;
            add(TableId::Impressions, cell, impressions[s]);
            add(TableId::Spend, cell, spend[s]);
            add(TableId::Clicks, cell, clicks[s]);
            add(
                TableId::Conversions,
                cell,
                a * clicks[s] + b * interested[s],
            );
            add(
                TableId::Incremental,
                cell,
                i * clicks[s] + j * interested[s],
            );
            let ds = day as usize * Source::COUNT + s;
            add(TableId::SpreadCounts, ds * 2, spread[0][s]);
            add(TableId::SpreadCounts, ds * 2 + 1, spread[1][s]);
            add(TableId::SpreadSpend, ds, spread[2][s]);
        }
        let content = &p.content[app];
        let gain_sum = f64::from(content.gain_sum);
        let signal = gain_sum * (f.items_signal - f.items_chat);
        let items = [
            f.items - gain_sum * f.items_signal,
            signal,
            gain_sum * f.items_chat,
        ];
        for (s, value) in items.into_iter().enumerate() {
            add(TableId::Organic, da * Source::COUNT + s, value);
        }
        for t in 0..ItemType::COUNT {
            let gain = f64::from(content.gain[t]) / TRUE_SLOTS as f64;
            let by_type = [
                f64::from(content.share[t]) * f.items_per_share,
                gain * (f.items_signal - f.items_chat),
                gain * f.items_chat,
            ];
            for (s, value) in by_type.into_iter().enumerate() {
                add(
                    TableId::ItemsByType,
                    (app * ItemType::COUNT + t) * Source::COUNT + s,
                    value,
                );
            }
        }
        if p.split {
            let all = [
                f.slots,
                f.impressions[0],
                f.spend[0],
                f.clicks[0],
                f.interested[0],
            ];
            for (side, part) in [
                (0, f.treated),
                (1, std::array::from_fn(|k| all[k] - f.treated[k])),
            ] {
                add(TableId::SplitSlots, side, part[0]);
                add(TableId::SplitImpressions, side, part[1]);
                add(TableId::SplitSpend, side, part[2]);
                add(TableId::SplitClicks, side, part[3]);
                add(TableId::SplitConversions, side, a * part[3] + b * part[4]);
                add(TableId::SplitIncremental, side, i * part[3] + j * part[4]);
            }
        }
    }

    /// After the last feed of the day: marks, reach of the day, displaced, signals' first ads; on the last day, the window.
    fn evening(&mut self, block: &mut Block, k: usize, arm: usize) {
        let (day, stratum) = (block.day, block.stratum);
        let (world, params) = (self.world.clone(), self.params.clone());
        let (world, p) = (&*world, &*params);
        let leaf = &mut *block.leaves[k];
        let chats = !leaf.arms[arm].signals.is_empty();
        let before = leaf.arms[arm].marks.len();
        marks::mark(
            p,
            &world.draws,
            stratum,
            day,
            leaf,
            arm,
            chats,
            self.isa,
            &self.uniforms,
        );
        let n = leaf.n;
        let state = &mut leaf.arms[arm];
        for l in 0..LEAF {
            state.exposure.displaced[l] += state.exposure.displaced_today[l];
        }
        if chats && world.window.reported(day) {
            let mut marked = 0u64;
            for mark in state.marks[before..].iter().filter(|m| m.chat) {
                marked |= 1 << mark.lane;
            }
            let x = &state.exposure;
            let mut reached: Lane = [0.0; LEAF];
            for l in 0..n {
                let mean: f32 = (0..App::COUNT).map(|a| x.chat_today[a][l]).sum();
                let clicked: f32 = (0..App::COUNT)
                    .flat_map(|a| (0..SLOTS).map(move |s| x.click_chat[a][s][l]))
                    .sum();
                let recognised = p.rules_of(arm, state.treated, l).recognised;
                let unmarked = (1.0 - recognised) * (mean - clicked).max(0.0);
                reached[l] = if marked >> l & 1 == 1 {
                    1.0
                } else {
                    1.0 - exp_f32(-unmarked)
                };
            }
            self.sums
                .add(TableId::ReachedDay, day as usize, leaf_sum(&reached));
            daily::after_leaving(day, leaf, arm, &mut self.sums);
            settle::first_ads(p, world, arm, &mut leaf.arms[arm], day, &mut self.sums);
        }
        if day == world.window.days - 1 {
            closing::close(p, world, Kept::Means, stratum, leaf, arm, &mut self.sums);
        }
    }
}

impl Stage for Feed {
    fn name(&self) -> &str {
        &self.name
    }

    fn step(&mut self, block: &mut Block) -> Result<(), StageError> {
        let day = block.day;
        let reported = self.world.window.reported(day);
        let (first, last) = (
            self.app == App::ALL[0],
            self.app == App::ALL[App::COUNT - 1],
        );
        if first && reported {
            daily::count_active(&self.world, block);
        }
        for k in 0..block.used() {
            if last {
                let chats =
                    (0..self.world.arms).any(|arm| !block.leaves[k].arms[arm].signals.is_empty());
                let leaf_first = block.leaves[k].first;
                let (draws, stratum, uniforms) =
                    (self.world.draws, block.stratum, &mut *self.uniforms);
                self.isa.run(
                    #[inline(always)]
                    || marks::draw(&draws, stratum, day, leaf_first, chats, uniforms),
                );
            }
            for arm in 0..self.world.arms {
                if !block.is_apart(arm) {
                    continue;
                }
                if first {
                    self.morning(block, k, arm);
                }
                let flows = self.expose(block, k, arm);
                if reported {
                    for to in block.counted_under(arm) {
                        self.pour(day, &flows, &mut block.tallies[to]);
                    }
                }
                if last {
                    self.evening(block, k, arm);
                }
                daily::empty_sums(&self.world, block, arm, &mut self.sums);
            }
        }
        Ok(())
    }
}
