//! A week before the policy, in which levels, chats, sessions and kinds of ads can be read.

use overheard_scenario::{Scenario, Set};

use super::fit::{CalibrateError, scenario};
use crate::draw::VALUES_ALONE;

const WEEK: &str = r#"
name = "week"
time.start = 2025-12-08
time.end = 2025-12-14
[[arm]]
name = "no-policy"
policy.enabled = false
"#;

/// The week under the parameters of a set and further settings: so many assistant users, and those of the pilot. Nobody needs its
/// sampling errors.
///
/// # Errors
/// The settings do not go together.
pub fn week(
    set: Set,
    own: &[String],
    [people, pilot]: [u64; 2],
) -> Result<Scenario, CalibrateError> {
    let first = [
        format!("run.people={people}"),
        format!("pilot.people={}", pilot.clamp(1000, 4000)),
    ];
    let values_alone = [VALUES_ALONE.to_owned()];
    scenario(WEEK, set, &first, &[own, &values_alone].concat())
}
