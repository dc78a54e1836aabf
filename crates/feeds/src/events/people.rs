//! People made by hand: every gate, origin, route and control occurs among the 64 of a leaf, in both arms differently.

use std::sync::Arc;

use overheard_model::block::{ArmState, Block, Earnings, Leaf, Signal};
use overheard_model::calendar::{Day, NEVER, Window};
use overheard_model::columns::{LEAF, SLOTS, TRUE_SLOTS};
use overheard_model::ids::{AdKind, Age, App, Class, Market, Route, Surface};
use overheard_model::strata::Stratum;
use overheard_model::streams::Draws;
use overheard_model::tally::{Layout, Tally};
use overheard_model::world::World;
use overheard_scenario::{ScenarioFile, taxonomy};

use crate::estimate::InterestEstimate;
use crate::params::Params;
use crate::prices::Pacing;

/// Where all of them live.
pub const MARKET: Market = Market::UsCanada;
/// The day that is run: the last of the window.
pub const DAY: Day = 2;

/// A scenario of two arms, its world and its people.
pub struct Setup {
    pub params: Arc<Params>,
    pub world: Arc<World>,
    /// The second arm is given the first one's profiles and knobs.
    pub equal_arms: bool,
}

const TEXT: &str = r#"
ads.tau2 = 0.4
ads.value_half = 30
ads.slot_quality = 0.5
signals.topic_information = 8
[[arm]]
name = "base"
[[arm]]
name = "rule"
policy.treated_share = 0.8
signals.interest_resolution = 0.9
signals.list_breadth = 1.6
reactions.recognised = 0.2
"#;

const EQUAL: &str = r#"
[[arm]]
name = "base"
[[arm]]
name = "rule"
"#;

impl Setup {
    /// Two arms that differ.
    pub fn new(overrides: &[&str]) -> Self {
        Setup::from(TEXT, overrides, 0.93)
    }

    /// Two arms that do not.
    pub fn equal() -> Self {
        let mut setup = Setup::from(EQUAL, &[], 1.0);
        setup.equal_arms = true;
        setup
    }

    fn from(text: &str, overrides: &[&str], paced: f32) -> Self {
        let file = ScenarioFile::parse("test.toml", text.as_bytes()).unwrap();
        let scenario = file.scenario(overrides).unwrap();
        let taxonomy = taxonomy().clone();
        let days = DAY + 1;
        let layout = Layout::new(days as usize, taxonomy.categories.len());
        let categories = taxonomy.categories.len();
        let world = World {
            draws: Draws::new(7),
            window: Window { warm_up: 0, days },
            layout,
            strata: vec![Stratum {
                market: MARKET,
                age: Age::A25,
                assistant: true,
                people: 1 << 20,
                represented: 1e6,
                whole: false,
            }],
            minors: vec![0.0],
            taxonomy,
            arms: 2,
            diverges: vec![vec![NEVER, 0]],
        };
        let mut pacing = vec![Pacing::new(world.window, categories, 1.0); 2];
        // The arms pay different prices. All optimised ads do alike: where they do not, shares of topics outside the
        // profiles shift too, which neither engine counts as displaced.
        pacing[1].of_mut(MARKET.index(), DAY, AdKind::Manual)[3..].fill(paced);
        pacing[1]
            .of_mut(MARKET.index(), DAY, AdKind::Optimised)
            .fill(paced);
        let curve = vec![1.2; days as usize];
        let params = Params::new(
            &scenario,
            &world,
            &curve,
            &pacing,
            InterestEstimate([1.3, -0.4, 0.1, 0.0, 0.0, 0.0]),
            Arc::new(crate::race_of(&scenario.world)),
        );
        Setup {
            params: Arc::new(params),
            world: Arc::new(world),
            equal_arms: false,
        }
    }

    /// A block on the last day, with leaves of so many people from an index on.
    pub fn block(&self, leaves: &[(u32, usize)]) -> Block {
        let mut block = Block {
            day: DAY,
            people: leaves.iter().map(|(_, n)| *n as u32).sum(),
            diverges: vec![NEVER, 0],
            tallies: vec![Tally::new(&self.world.layout); 2],
            ..Block::default()
        };
        for (first, n) in leaves {
            block.leaves.push(Box::new(self.leaf(*first, *n)));
        }
        // Leaves may be partly filled here, so that people can be dealt otherwise.
        block.people = (leaves.len() * LEAF) as u32;
        block
    }

    fn leaf(&self, first: u32, n: usize) -> Leaf {
        let mut leaf = Leaf::default();
        let people: Vec<u32> = (first..).take(n).collect();
        leaf.renew(&people, 2);
        for lane in 0..n {
            let kind = (first as usize + lane) % LEAF;
            self.person(&mut leaf, lane, kind);
        }
        leaf
    }

    /// Person number `k` of 64 different ones.
    fn person(&self, leaf: &mut Leaf, l: usize, k: usize) {
        let who = &mut leaf.who;
        who.personalised[l] = if k % 9 == 4 { 0.0 } else { 1.0 };
        who.ad_load[l] = if k % 13 == 6 { 0.0 } else { 1.0 };
        who.activity[l] = 0.4 + 0.03 * k as f32;
        who.minors |= u64::from(k % 8 == 3) << l;
        who.chat_rate[l] = 0.3 / (1 + k % 23) as f32;
        leaf.today.opened[l] = if k % 10 == 9 { 0b0100 } else { 0b1111 };
        for s in 0..TRUE_SLOTS {
            who.topics[s][l] = ((k * 5 + s * 14) % 120) as u8;
            who.z[s][l] = ((k + 3 * s) % 7) as f32 * 0.2;
            who.last_visit[s][l] = if (k + s).is_multiple_of(3) { -5 } else { -40 };
        }
        for arm in 0..2 {
            self.profile(leaf, arm, l, k);
        }
    }

    fn profile(&self, leaf: &mut Leaf, arm: usize, l: usize, k: usize) {
        let arm_like = if self.equal_arms { 0 } else { arm };
        let topics: Vec<u8> = leaf.who.topics.iter().map(|row| row[l]).collect();
        let state = &mut leaf.arms[arm];
        state.off_platform[l] = (k % 11) as f32 * 6.0;
        if k % 5 == 2 && arm_like == 1 {
            state.treated &= !(1 << l);
        }
        for app in 0..App::COUNT {
            for s in 0..TRUE_SLOTS {
                state.behaviour[app][s][l] = ((k + 2 * s + app) % 6) as f32 * 0.8;
            }
        }
        if k % 11 == 5 {
            state.hidden[l] |= 1 << 1;
        }
        if k % 6 == 1 {
            state.quit[l] = DAY - (k % 20) as Day;
        }
        // Nothing heard about a quarter of people; in the base arm little about the others.
        if k.is_multiple_of(4) {
            return;
        }
        self.hear(state, [l, k], 1, Class::Ordinary, 0);
        if arm_like == 1 {
            self.hear(state, [l, k], 1, Class::Ordinary, DAY);
            self.hear(state, [l, k], 4, Class::Ordinary, 1);
            if k.is_multiple_of(3) {
                self.hear(state, [l, k], 6, Class::Health, DAY - 1);
            }
        }
        // Spilled topics: one in both arms but in different slots, one in the same slot, one in each arm only.
        let spill = |wish: usize| {
            let free = |t: &usize| !topics.contains(&(*t as u8));
            (wish..120).chain(0..wish).find(free).unwrap() as u8
        };
        let (both, same, alone) = (spill(k), spill(k + 20), spill(k + 40 + 10 * arm_like));
        let slots: [(usize, u8); 3] = [(arm_like, both), (2, same), (3, alone)];
        for (spill, topic) in slots {
            if (k + spill).is_multiple_of(3) || topic == both && spill == 2 {
                continue;
            }
            state.spill_topic[spill][l] = topic;
            state.spill_z[spill][l] = if k.is_multiple_of(2) { 1.0 } else { 0.0 };
            self.hear(state, [l, k], TRUE_SLOTS + spill, Class::Debt, 1);
        }
    }

    /// A chat heard on a day became a signal in a slot.
    fn hear(&self, state: &mut ArmState, [l, k]: [usize; 2], slot: usize, class: Class, day: Day) {
        assert!(slot < SLOTS);
        let arm = usize::from(state.treated >> l & 1 == 1);
        let keep = &self.params.arms[arm].keep_chat;
        let surface = Surface::ALL[(k + slot) % Surface::COUNT];
        let ads = if k % 7 == 6 { 0b0011 } else { 0b1111 };
        let signal = Signal {
            lane: l as u8,
            slot: slot as u8,
            surface,
            class,
            route_ads: Route::ALL[k % 2],
            ads,
            day,
            weight: 3.0,
            ..Setup::signal()
        };
        state.open(signal);
        // What it took in that day has decayed since.
        let gone = (f64::from(signal.weight) * (1.0 - keep.at(DAY - day))) as f32;
        let (row, seat) = state.seats.give(l);
        for app in 0..App::COUNT {
            if signal.ads >> app & 1 == 1 {
                row.ads[app][slot][seat] -= gone;
            }
            row.content[app][slot][seat] -= gone;
        }
    }

    /// A signal of the first person's first slot, as born today.
    pub const fn signal() -> Signal {
        Signal {
            lane: 0,
            slot: 0,
            surface: Surface::Facebook,
            class: Class::Ordinary,
            route_ads: Route::Missed,
            route_content: Route::Unprotected,
            ads: 0b1111,
            content: 0b1111,
            day: DAY,
            weight: 1.0,
            earnings: Earnings {
                base_ads: [0.0; App::COUNT],
                base_content: [0.0; App::COUNT],
                counted_ads: [0; App::COUNT],
                counted_content: [0; App::COUNT],
                first_ad_done: 0.0,
            },
        }
    }
}
