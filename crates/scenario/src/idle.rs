//! Settings that change nothing: what they are a part of is switched off.
//!
//! A value that is not the default and cannot matter is a mistake, or somebody's question goes unanswered. It is one only
//! if it matters in no arm: the first arm of most scenarios is without the rule that the file describes. What is judged are
//! the values of the arms and not where they were typed, so a scenario that was written back is judged alike.

use overheard_model::ids::Market;

use crate::consistency::Conflict;
use crate::registry::Registry;
use crate::value::{NEVER, Scalar};
use crate::values::Values;

/// Why a value cannot matter, and what would make it.
type Idle = (String, String);
type Judge = fn(&Values, usize) -> Option<Idle>;

/// The knobs that a switch makes idle, and when: by knob, values of an arm, and member. `market.elasticity` is none of
/// them: it has a prior (`data/priors.csv`), and who sweeps priors sweeps it under every response alike.
const IDLE: [(&str, Judge); 13] = [
    ("policy.market_start", roll_out),
    ("policy.start", without_policy),
    ("policy.excluded_markets", without_policy),
    ("policy.use_for_ads", without_policy),
    ("policy.use_for_content", without_policy),
    ("policy.minors_content", without_content),
    ("sensitive.exclude_promised_ads", without_ads),
    ("sensitive.exclude_unpromised_ads", without_ads),
    ("sensitive.exclude_promised_content", without_content),
    ("sensitive.exclude_unpromised_content", without_content),
    ("controls.opt_out_share", |v, _| {
        switched_off(v, "controls.opt_out_available")
    }),
    ("controls.opt_in_share", |v, _| {
        switched_off(v, "controls.opt_in_required")
    }),
    ("controls.incognito_share", |v, _| {
        switched_off(v, "controls.incognito_available")
    }),
];

/// Every value that is not the default and matters in no arm that has it: the arm, and what to say.
pub(crate) fn idle_settings(arms: &[&Values]) -> Vec<(usize, Conflict)> {
    let mut found = Vec::new();
    for (key, idle) in IDLE {
        let default = Registry::get().find(key).map(|knob| knob.default.scalars());
        for (member, default) in default.into_iter().flatten().enumerate() {
            let value = |arm: &Values| arm.value(key).scalars()[member].clone();
            let matters = |value: &Scalar| {
                let having = |arm: &&&Values| arm.value(key).scalars()[member] == *value;
                arms.iter()
                    .filter(having)
                    .any(|arm| idle(arm, member).is_none())
            };
            for (arm, values) in arms.iter().enumerate() {
                let value = value(values);
                if value == *default || matters(&value) {
                    continue;
                }
                if let Some((why, hint)) = idle(values, member) {
                    let message = format!("`{key}` has no effect: {why}");
                    found.push((arm, Conflict::new(&[key], message, hint).of(member)));
                }
            }
        }
    }
    found
}

fn roll_out(values: &Values, member: usize) -> Option<Idle> {
    let market = Market::ALL[member];
    let mut excluded = values.markets("policy.excluded_markets").to_vec();
    if excluded.contains(&market) {
        return without_policy(values, member);
    }
    excluded.push(market);
    let names: Vec<&str> = excluded.iter().map(|m| m.name()).collect();
    let why = match values.date("policy.start") {
        NEVER => format!("{market} is not excluded from the policy"),
        start => format!("{market} is not excluded, so the policy starts there on {start}"),
    };
    let hint = format!(
        "exclude {market} first: policy.excluded_markets = [\"{}\"]",
        names.join("\", \"")
    );
    Some((why, hint))
}

fn without_policy(values: &Values, _: usize) -> Option<Idle> {
    switched_off(values, "policy.enabled")
}

fn without_ads(values: &Values, member: usize) -> Option<Idle> {
    without_policy(values, member).or_else(|| switched_off(values, "policy.use_for_ads"))
}

fn without_content(values: &Values, member: usize) -> Option<Idle> {
    without_policy(values, member).or_else(|| switched_off(values, "policy.use_for_content"))
}

fn switched_off(values: &Values, switch: &str) -> Option<Idle> {
    (!values.flag(switch)).then(|| {
        (
            format!("`{switch}` is false"),
            format!("set {switch} = true, or leave it out"),
        )
    })
}
