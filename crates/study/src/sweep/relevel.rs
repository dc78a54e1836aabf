//! Levels met again at a point: what the calibration corrects in proportion (values by market, the click rate, friends' posts) has to
//! be other under other values of the unknowns, or every draw would miss the published revenue.
//!
//! As of points of the posterior: a week before the policy under the values of the point, against the same week under the parameters
//! of the scenario's kind of platform, by the same people. What the scenario sets itself is its question, and what is varied is varied:
//! neither is touched.

use std::sync::atomic::AtomicBool;

use overheard_engine::{EngineKind, Tune};
use overheard_outcomes::Detail;
use overheard_scenario::{Scenario, Set, Target};

use crate::calibrate::{Levels, week};
use crate::plan::{Plan, set};
use crate::work::{Answer, ask};

/// What levels are met by.
pub struct Relevel {
    set: Set,
    /// Assistant users of the week, and of its pilot.
    people: [u64; 2],
    /// Outcomes of the week under the set's own parameters.
    wanted: Levels,
    /// The levels that may be met, by their place among all.
    open: Vec<usize>,
}

/// The levels of a scenario that a plan leaves open, by their place among all.
pub fn open_levels(central: &Scenario, plan: &Plan) -> Vec<usize> {
    let defaults = Scenario::defaults().under(set(central));
    let open = |name: &String| match Target::parse(name, &[]) {
        Ok(target) => {
            let varied = plan.unknowns.iter().any(|u| u.target.overlaps(&target));
            !varied && target.is_same(central, &defaults)
        }
        Err(_) => false,
    };
    let names = Levels::names().into_iter().enumerate();
    names
        .filter(|(_, name)| open(name))
        .map(|(i, _)| i)
        .collect()
}

/// Outcomes of the week under further settings.
fn outcomes(
    set: Set,
    own: &[String],
    people: [u64; 2],
    tune: Tune,
    cancel: &AtomicBool,
) -> Answer<Levels> {
    match week(set, own, people) {
        Ok(scenario) => ask(&scenario, EngineKind::Thinned, tune, Detail::Full, cancel).then(
            |(_, estimates)| match Levels::outcomes(&estimates) {
                Ok(levels) => Answer::Done(levels),
                Err(error) => Answer::Failed(error.to_string()),
            },
        ),
        Err(error) => Answer::Failed(error.to_string()),
    }
}

impl Relevel {
    /// Runs the week under the set's own parameters.
    pub fn new(central: &Scenario, plan: &Plan, tune: Tune, cancel: &AtomicBool) -> Answer<Self> {
        let people = ["run.people", "pilot.people"].map(|key| central.world.integer(key) as u64);
        let set = set(central);
        outcomes(set, &[], people, tune, cancel).then(|wanted| {
            Answer::Done(Relevel {
                set,
                people,
                wanted,
                open: open_levels(central, plan),
            })
        })
    }

    /// The levels of a point: knob and value.
    pub fn at(
        &self,
        own: &[String],
        tune: Tune,
        cancel: &AtomicBool,
    ) -> Answer<Vec<(String, f64)>> {
        outcomes(self.set, own, self.people, tune, cancel).then(|now| {
            let met = Levels::knobs(self.set).corrected(&now, &self.wanted);
            let fitted = met.fitted();
            let defined = |i: &usize| fitted[*i].value.is_finite();
            match self.open.iter().all(defined) {
                true => Answer::Done(
                    self.open
                        .iter()
                        .map(|i| (fitted[*i].key.clone(), fitted[*i].value))
                        .collect(),
                ),
                false => Answer::Failed("its levels cannot be met".to_owned()),
            }
        })
    }
}

/// As `--set` takes them.
pub fn as_settings(levels: &[(String, f64)]) -> Vec<String> {
    levels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect()
}
