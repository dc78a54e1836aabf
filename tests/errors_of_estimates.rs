//! Standard errors mean what they say: intervals of 1.96 errors cover the long-run mean about 95 % of the time.

use overheard_engine::{EngineKind, Path, simulate_on};
use overheard_outcomes::{Column, Estimate, Estimates, Key};
use overheard_scenario::{Scenario, ScenarioFile};

use crate::support::{path_of, tune};

const SCENARIO: &str = r#"
name = "coverage"
time.start = 2025-12-17
time.end = 2025-12-18
pilot.people = 1000
run.people = 5000
market.response = "fixed-pacing"

[[arm]]
name = "no-policy"
policy.enabled = false
[[arm]]
name = "policy"
policy.start = 2025-12-01
"#;

fn scenario(seed: u64) -> Scenario {
    let set = [format!("run.seed={seed}"), "time.warm_up_days=2".to_owned()];
    ScenarioFile::parse("coverage.toml", SCENARIO.as_bytes())
        .unwrap()
        .scenario(&set)
        .unwrap()
}

/// A total, a ratio, a reach and a difference.
fn figures(e: &Estimates) -> [Estimate; 4] {
    let get = |arm, measure: &'static str| *e.get(arm, &Key::of(measure)).unwrap();
    let clicks = get(0, "ad_clicks");
    let rate = clicks.over(&get(0, "ad_impressions"));
    let reach = *e
        .get(
            1,
            &Key::of("people_reached_by_chat_ads").with(Column::Market, ""),
        )
        .unwrap();
    let difference = get(1, "ad_spend_usd").minus(&get(0, "ad_spend_usd"));
    [clicks, rate, reach, difference]
}

fn coverage(seeds: u64) -> [f64; 4] {
    let path: Path = path_of(&scenario(1));
    let runs: Vec<[Estimate; 4]> = (1..=seeds)
        .map(|seed| {
            figures(
                &simulate_on(&scenario(seed), path.clone(), EngineKind::Thinned, tune())
                    .unwrap()
                    .1,
            )
        })
        .collect();
    std::array::from_fn(|k| {
        let mean = runs.iter().map(|r| r[k].value).sum::<f64>() / seeds as f64;
        let covered = runs.iter().filter(|r| {
            let se = r[k].std_error().unwrap();
            assert!(se > 0.0);
            (r[k].value - mean).abs() <= 1.96 * se
        });
        covered.count() as f64 / seeds as f64
    })
}

/// 30 seeds in the ordinary suite: coverage of 95 % gives 24 or more of 30 with chance .996; errors that are a third too
/// small (coverage 81 %) pass with chance .5 each, all four with .06.
#[test]
fn intervals_cover_in_most_of_thirty_seeds() {
    let covered = coverage(30);
    println!("coverage of total, ratio, reach, difference: {covered:?}");
    for share in covered {
        assert!(share >= 0.8, "{covered:?}");
    }
}

/// 200 seeds: a coverage of 94 % (32 groups) stays within 89 to 98.5 %; run by name, see the README.
#[test]
#[ignore = "soak: minutes; cargo test --release --test main -- --ignored soak"]
fn soak_intervals_cover_95_percent_of_200_seeds() {
    let covered = coverage(200);
    println!("coverage of total, ratio, reach, difference: {covered:?}");
    for share in covered {
        assert!((0.89..=0.985).contains(&share), "{covered:?}");
    }
}
