//! From a checked scenario to the frame of a run: window, strata, where each arm may part from the base.

use jiff::civil::Date;
use overheard_model::calendar::{Day, NEVER, Window};
use overheard_model::columns::LEAF;
use overheard_model::ids::Age;
use overheard_model::strata::{
    OTHERS, Population, STRATA, Share, Stratum, declare, represented, strata_of,
};
use overheard_model::streams::Draws;
use overheard_model::tally::Layout;
use overheard_model::world::World;
use overheard_scenario::{Scenario, Scope, Values, demand_on, taxonomy};

/// The frame of a run with `people` simulated assistant users under `seed`.
pub fn world(scenario: &Scenario, people: u64, seed: u64) -> World {
    let users = (people, Share::Represented);
    frame(scenario, users, (people / OTHERS, Share::Markets), seed)
}

/// The frame of the run that a scenario asks for.
pub fn run_world(scenario: &Scenario) -> World {
    let v = &scenario.world;
    let [people, seed] = ["run.people", "run.seed"].map(|key| v.integer(key) as u64);
    let mut world = world(scenario, people, seed);
    let whole = !v.flag("run.sampling_errors");
    for stratum in &mut world.strata {
        stratum.whole = whole;
    }
    world
}

/// Simulated assistant users of the run that a scenario asks for.
pub fn simulated_users(scenario: &Scenario) -> u64 {
    users_of(scenario, asked(scenario))
}

fn asked(scenario: &Scenario) -> u64 {
    scenario.world.integer("run.people") as u64
}

/// Simulated assistant users of a run that asks for so many: every stratum has a few at least.
pub fn users_of(scenario: &Scenario, asked: u64) -> u64 {
    let world = world(scenario, asked, 0);
    let users = world.strata.iter().filter(|s| s.assistant);
    users.map(|s| s.people).sum()
}

/// Why more assistant users are simulated than were asked for, where there are more.
pub fn more_than_asked(scenario: &Scenario) -> Option<String> {
    let [asked, simulated] = [asked(scenario), simulated_users(scenario)];
    (simulated > asked).then(|| {
        format!(
            "{simulated} assistant users were simulated, not {asked}: every stratum has 32 at least"
        )
    })
}

/// The frame of the pilot. It has an other to an assistant user, not one to sixteen: three quarters of the ad market are people
/// who do not use the assistant, and its path is only as good as their sample; how prices answer a policy is only as well
/// known as the users' chats. Every market has as many people, but for strata being made of whole leaves: part of one takes
/// as long to simulate.
pub fn pilot_world(scenario: &Scenario) -> World {
    let v = &scenario.world;
    let people = v.integer("pilot.people") as u64;
    let each = (people, Share::Markets);
    let mut world = frame(scenario, each, each, v.integer("pilot.seed") as u64);
    let leaf = LEAF as u64;
    for stratum in world.strata.iter_mut().filter(|s| s.people > 0) {
        stratum.people = leaf * ((stratum.people + leaf / 2) / leaf).max(1);
    }
    world
}

fn frame(scenario: &Scenario, people: (u64, Share), others: (u64, Share), seed: u64) -> World {
    let window = window(scenario);
    let taxonomy = taxonomy().clone();
    let mut all: [f64; STRATA] = represented(&population(&scenario.world));
    let minors = declare(
        &mut all,
        scenario.world.number("population.minors_declaring_adult"),
    );
    let strata = strata_of(&all, people, others);
    let diverges = strata
        .iter()
        .map(|s| diverges(scenario, window, s))
        .collect();
    World {
        draws: Draws::new(seed),
        window,
        layout: Layout::new(window.days as usize, taxonomy.categories.len()),
        strata,
        minors,
        taxonomy,
        arms: scenario.arms.len(),
        diverges,
    }
}

/// Reported days, and the warm-up where a policy may be in force before them. It does not look at the arms: one more or less
/// must not change the days that the others are simulated for.
fn window(scenario: &Scenario) -> Window {
    let v = &scenario.world;
    let most = v.integer("time.warm_up_days") as Day;
    Window {
        warm_up: (-v.day("time.in_force_from").min(0)).min(most),
        days: v.day("time.end") + 1,
    }
}

fn population(v: &Values) -> Population {
    let by_age = |prefix: &str| {
        let columns = ["13", "18", "25", "35", "45", "55", "65"]
            .map(|a| v.per_market(&format!("{prefix}_{a}")));
        std::array::from_fn(|m| std::array::from_fn(|a: usize| columns[a][m]))
    };
    debug_assert_eq!(Age::COUNT, 7);
    Population {
        family_people: v.per_market("population.family_people"),
        assistant_users: v.adopted_users(),
        age_shares: by_age("population.age"),
        tilts: by_age("population.assistant_tilt"),
    }
}

/// Per arm, the first day on which it may differ from the base arm among the people of a stratum.
///
/// An arm differs from its policy date on: the earlier of its own and the base's in that market. Arms without any policy
/// that differ in something else (which origins may choose ads) differ from the first day. Arms with the same knobs never.
fn diverges(scenario: &Scenario, window: Window, stratum: &Stratum) -> Vec<Day> {
    let base = &scenario.base().values;
    let day = |values: &Values| {
        if !differ(base, values) {
            return NEVER;
        }
        let enabled = |v: &Values| v.flag("policy.enabled");
        if !enabled(base) && !enabled(values) {
            return window.first();
        }
        let from = base
            .policy_from(stratum.market)
            .min(values.policy_from(stratum.market));
        if from >= window.days {
            NEVER
        } else {
            from.max(window.first())
        }
    };
    let mut days: Vec<Day> = scenario.arms.iter().map(|arm| day(&arm.values)).collect();
    days[0] = NEVER;
    days
}

fn differ(a: &Values, b: &Values) -> bool {
    a.iter()
        .zip(b.iter())
        .any(|((knob, x), (_, y))| knob.scope == Scope::Arm && x != y)
}

/// The demand curve of every simulated day, mean 1 over the reported quarter.
pub fn demand_curve(scenario: &Scenario, window: Window) -> Vec<f64> {
    (window.first()..window.days)
        .map(|day| demand_on(date(scenario, day)))
        .collect()
}

/// The date of a simulated day.
pub fn date(scenario: &Scenario, day: Day) -> Date {
    let start = scenario.world.date("time.start");
    // Windows end long before the calendar does.
    start
        .checked_add(jiff::Span::new().days(i64::from(day)))
        .unwrap_or(start)
}

/// ISO dates of the reported days.
pub fn day_labels(scenario: &Scenario, window: Window) -> Vec<String> {
    (0..window.days)
        .map(|day| date(scenario, day).to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use overheard_scenario::ScenarioFile;

    fn users(start: &str, end: &str) -> f64 {
        let text = format!("[time]\nstart = {start}\nend = {end}\n");
        let file = ScenarioFile::parse("adoption.toml", text.as_bytes()).unwrap();
        let world = world(&file.scenario::<&str>(&[]).unwrap(), 5000, 1);
        let users = world.strata.iter().filter(|s| s.assistant);
        users.map(|s| s.represented).sum()
    }

    #[test]
    fn users_follow_the_adoption_curve() {
        assert_eq!(users("2025-12-01", "2025-12-03"), 1e9);
        assert_eq!(users("2026-02-01", "2026-02-03"), 1e9);
        // 13 million in April 2024 (data/README.md): what the curve says before the first published count.
        let early = users("2024-04-15", "2024-04-17") / 1e6;
        assert!((5.0..30.0).contains(&early), "{early}");
        let later = users("2024-12-06", "2024-12-08") / 1e6;
        assert!((later - 600.0 * 1000.0 / 1030.0).abs() < 2.0, "{later}");
    }
}
