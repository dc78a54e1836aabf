//! Everything the stages read, resolved for a run under a path.

use std::sync::Arc;
use std::thread::Builder;

use overheard_feeds::{InterestEstimate, Pacing, race_of};
use overheard_model::race::RaceTable;
use overheard_model::world::World;
use overheard_scenario::Scenario;
use overheard_signals::{ClickFeedback, GammaTable};
use overheard_users::Spreads;

use crate::frame;

/// Everything the stages read, resolved for one run.
#[derive(Clone)]
pub struct Params {
    pub world: Arc<World>,
    pub users: Arc<overheard_users::Params>,
    pub assistant: Arc<overheard_assistant::Params>,
    pub signals: Arc<overheard_signals::Params>,
    pub feeds: Arc<overheard_feeds::Params>,
}

/// What every run of a scenario starts with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    /// Clicks per behaviour.
    pub feedback: ClickFeedback,
    pub estimate: InterestEstimate,
}

/// What takes long to tabulate and depends on the knobs of a scenario's world alone: made once for its pilot and its run.
#[derive(Clone, Debug)]
pub struct Tables {
    spreads: Arc<Spreads>,
    race: Arc<RaceTable>,
}

impl Tables {
    /// Those of a scenario; and beside them the one that depends on none, which stages would make when they first ask for it.
    pub fn of(scenario: &Scenario) -> Self {
        std::thread::scope(|scope| {
            // Where there is no thread to be had, it is made when it is asked for.
            let _beside = Builder::new().spawn_scoped(scope, GammaTable::shared);
            Tables {
                spreads: Arc::new(Spreads::of(&scenario.world)),
                race: Arc::new(race_of(&scenario.world)),
            }
        })
    }
}

/// Resolved parameters of a run under a path.
pub fn params(
    scenario: &Scenario,
    tables: &Tables,
    world: Arc<World>,
    start: &Start,
    pacing: &[Pacing],
) -> Params {
    let curve = frame::demand_curve(scenario, world.window);
    Params {
        users: Arc::new(overheard_users::Params::new(
            scenario,
            &world,
            tables.spreads.clone(),
        )),
        assistant: Arc::new(overheard_assistant::Params::new(scenario, &world)),
        signals: Arc::new(overheard_signals::Params::new(
            scenario,
            &world,
            start.feedback,
        )),
        feeds: Arc::new(overheard_feeds::Params::new(
            scenario,
            &world,
            &curve,
            pacing,
            start.estimate,
            tables.race.clone(),
        )),
        world,
    }
}
