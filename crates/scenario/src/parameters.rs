//! The two sets of parameters: Meta's, which are the defaults, and those of open display advertising.

use std::sync::LazyLock;

use crate::evidence::Set;
use crate::file::ScenarioFile;
use crate::registry::Registry;
use crate::scenario::Scenario;
use crate::value::Value;

/// What `display` differs in is what its scenario sets at the top: knobs of the market, levels included.
const DISPLAY: &str = include_str!("../../../scenarios/display.toml");

/// Places in the registry, with their values.
type Parameters = Vec<(usize, Value)>;

static DISPLAY_PARAMETERS: LazyLock<Parameters> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in, and a test reads it: this build would not have passed"
    )]
    let file =
        ScenarioFile::parse("display.toml", DISPLAY.as_bytes()).expect("display.toml is sound");
    #[expect(clippy::expect_used, reason = "as above")]
    let scenario = file.scenario::<&str>(&[]).expect("display.toml is sound");
    let world = scenario.world.list.into_iter().enumerate();
    world
        .filter(|(place, value)| *value != Registry::get().knobs()[*place].default)
        .collect()
});

/// The values of a set, for every knob in which any set differs.
fn parameters(set: Set) -> Parameters {
    match set.simulated_under() {
        Set::Display => DISPLAY_PARAMETERS.clone(),
        _ => DISPLAY_PARAMETERS
            .iter()
            .map(|(place, _)| (*place, Registry::get().knobs()[*place].default.clone()))
            .collect(),
    }
}

/// The values of a set as `--set` takes them.
pub fn parameter_settings(set: Set) -> Vec<String> {
    let settings = |(place, value): (usize, Value)| {
        let knob = &Registry::get().knobs()[place];
        crate::write::settings(knob, &value)
    };
    parameters(set).into_iter().flat_map(settings).collect()
}

impl Scenario {
    /// The set whose parameters the scenario has, if it has just those.
    pub fn set(&self) -> Option<Set> {
        let has = |set: &Set| {
            let mut values = parameters(*set).into_iter();
            values.all(|(place, value)| self.world.list[place] == value)
        };
        [Set::Meta, Set::Display].into_iter().find(has)
    }

    /// The same scenario under the parameters of a set.
    pub fn under(&self, set: Set) -> Scenario {
        let mut scenario = self.clone();
        let arms = scenario.arms.iter_mut().map(|arm| &mut arm.values);
        for values in arms.chain(std::iter::once(&mut scenario.world)) {
            for (place, value) in parameters(set) {
                values.list[place] = value;
            }
        }
        scenario
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_knows_its_set_and_can_change_it() {
        let meta = Scenario::defaults();
        assert_eq!(meta.set(), Some(Set::Meta));
        let display = meta.under(Set::Display);
        assert_eq!(display.set(), Some(Set::Display));
        assert_ne!(display.world, meta.world);
        assert_eq!(display.under(Set::Meta), meta);
        assert_eq!(meta.under(Set::Other), meta);
    }

    #[test]
    fn a_set_of_parameters_is_about_the_market_alone() {
        let knobs = Registry::get().knobs();
        for (place, _) in parameters(Set::Display) {
            let key = &knobs[place].key;
            let of_market = ["ads.", "signals.", "conversions.", "content."];
            assert!(of_market.iter().any(|part| key.starts_with(part)), "{key}");
        }
    }
}
