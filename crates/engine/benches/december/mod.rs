//! What is timed: December without the rule and with it.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use overheard_engine::{EngineKind, Prepared, Tune, Wiring, solve_path};
use overheard_scenario::ScenarioFile;

const SCENARIO: &str = r#"
name = "bench"
description = "December with and without the rule"
time.start = 2025-12-01
time.end = 2025-12-31
pilot.people = 1000
[[arm]]
name = "no-policy"
description = "Chats are never used"
policy.enabled = false
"#;

const RULE: &str = r#"
[[arm]]
name = "policy"
description = "Chats from 16 December on are used"
"#;

/// One core, without actors.
pub fn tune() -> Tune {
    Tune {
        wiring: Wiring::Inline,
        ..Tune::new(NonZeroUsize::MIN)
    }
}

/// So many people, under the first arm alone or under both.
pub fn prepared(people: u64, arms: usize, engine: EngineKind) -> Prepared {
    let text = match arms {
        1 => SCENARIO.to_owned(),
        _ => format!("{SCENARIO}{RULE}"),
    };
    let file = ScenarioFile::parse("bench", text.as_bytes()).unwrap();
    let scenario = file.scenario(&[format!("run.people={people}")]).unwrap();
    let (tune, cancel) = (tune(), AtomicBool::new(false));
    let path = solve_path(&scenario, tune.isa, tune.threads, &cancel, |_, _| ());
    Prepared::new(scenario, path.unwrap().unwrap(), engine)
}
