//! Everything the stages read, resolved for a run under a path.

use std::sync::Arc;

use overheard_feeds::{InterestEstimate, Pacing};
use overheard_model::world::World;
use overheard_scenario::Scenario;
use overheard_signals::ClickFeedback;

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

/// Resolved parameters of a run under a path.
pub fn params(scenario: &Scenario, world: Arc<World>, start: &Start, pacing: &[Pacing]) -> Params {
    let curve = frame::demand_curve(scenario, world.window);
    Params {
        users: Arc::new(overheard_users::Params::new(scenario, &world)),
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
        )),
        world,
    }
}
