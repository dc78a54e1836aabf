//! Two engines, one law: `thinned` integrates what `events` draws one by one.
//!
//! The same scenario under different seeds: every difference is noise or a fault. Rows are compared one by one against their
//! own jackknife errors; besides sums, ratios are compared, whose errors are so small that a bias of 2 % shows.

use overheard_engine::{EngineKind, Path, simulate_on};
use overheard_outcomes::{Column, Estimate, Estimates, Key};
use overheard_scenario::{Scenario, ScenarioFile};

use crate::support::{path_of, tune};

const SCENARIO: &str = r#"
name = "agreement"
time.start = 2025-12-13
time.end = 2025-12-22
pilot.people = 3000
market.response = "fixed-pacing"

[[arm]]
name = "no-policy"
policy.enabled = false
[[arm]]
name = "policy"
"#;

fn scenario(people: u64, seed: u64, more: &[&str]) -> Scenario {
    let mut set = vec![format!("run.people={people}"), format!("run.seed={seed}")];
    set.extend(more.iter().map(|s| (*s).to_owned()));
    ScenarioFile::parse("agreement.toml", SCENARIO.as_bytes()).unwrap().scenario(&set).unwrap()
}

fn run(path: &Path, engine: EngineKind, seed: u64, people: u64, more: &[&str]) -> Estimates {
    simulate_on(&scenario(people, seed, more), path.clone(), engine, tune()).unwrap().1
}

/// Ratios of measures: numerator, denominator.
const RATIOS: [(&str, &str); 6] = [
    ("ad_clicks", "ad_impressions"),
    ("ad_spend_usd", "ad_impressions"),
    ("ad_impressions", "ad_slots"),
    ("ad_conversions", "ad_clicks"),
    ("incremental_conversions", "ad_clicks"),
    ("predicted_clicks", "ad_clicks"),
];

/// Standardised differences between two runs, of all cells that both have an error for.
fn standardised(a: &Estimates, b: &Estimates) -> Vec<(String, f64)> {
    let mut list = Vec::new();
    let mut compare = |name: String, x: &Estimate, y: &Estimate| {
        if let (Some(s), Some(t)) = (x.std_error(), y.std_error()) {
            let se = (s * s + t * t).sqrt();
            // Cells that a handful of people make up are far from normal.
            if s > 0.0 && t > 0.0 && se < 0.25 * x.value.abs().max(y.value.abs()) {
                list.push((name, (x.value - y.value) / se));
            }
        }
    };
    for arm in 0..2 {
        for key in a.keys() {
            if let (Some(x), Some(y)) = (a.get(arm, key), b.get(arm, key)) {
                compare(format!("{arm} {key:?}"), x, y);
            }
        }
        for (over, under) in RATIOS {
            let mut cuts = vec![(Column::Market, "")];
            cuts.extend(["facebook", "instagram", "whatsapp", "messenger"].map(|app| (Column::App, app)));
            cuts.extend(["us-canada", "eu", "india", "brazil"].map(|market| (Column::Market, market)));
            for (column, member) in cuts {
                let key = |measure: &'static str| Key::of(measure).with(column, member);
                let get = |e: &Estimates, m: &'static str| e.get(arm, &key(m)).cloned();
                if let (Some(xo), Some(xu), Some(yo), Some(yu)) =
                    (get(a, over), get(a, under), get(b, over), get(b, under))
                {
                    compare(format!("{arm} {over}/{under} {member}"), &xo.over(&xu), &yo.over(&yu));
                }
            }
        }
    }
    list
}

fn largest(list: &[(String, f64)]) -> (String, f64) {
    list.iter().fold((String::new(), 0.0), |worst, (name, z)| {
        if z.abs() > worst.1 { (name.clone(), z.abs()) } else { worst }
    })
}

#[test]
fn thinned_and_events_agree_within_sampling_error_and_a_bias_of_two_percent_shows() {
    let people = 8_000;
    let path = path_of(&scenario(people, 11, &[]));
    let thinned = run(&path, EngineKind::Thinned, 11, people, &[]);
    let events = run(&path, EngineKind::Events, 12, people, &[]);
    let z = standardised(&thinned, &events);
    let beyond = z.iter().filter(|(_, z)| z.abs() > 2.0).count() as f64 / z.len() as f64;
    let (name, worst) = largest(&z);
    if std::env::var_os("SHOW").is_some() {
        for (n, v) in &z {
            println!("Z\t{v:.3}\t{n}");
        }
    }
    println!("{} cells, {:.2} % beyond 2, largest {worst:.2} at {name}", z.len(), 100.0 * beyond);
    assert!(z.len() >= 200, "only {} cells", z.len());
    // With 31 degrees of freedom a side, 5 % lie beyond 2; cells that share people move together, hence the room.
    assert!(beyond < 0.10, "{:.1} % of {} cells beyond 2", 100.0 * beyond, z.len());
    assert!(worst < 6.0, "{name}: {worst}");

    // Power: 2 % more clicks in either engine stand out in the click rates.
    let rate = scenario(people, 11, &[]).world.number("ads.click_rate") * 1.02;
    let biased = [format!("ads.click_rate={rate}")];
    let biased: Vec<&str> = biased.iter().map(String::as_str).collect();
    let wrong_thinned = run(&path, EngineKind::Thinned, 11, people, &biased);
    let wrong_events = run(&path, EngineKind::Events, 12, people, &biased);
    for (a, b) in [(&wrong_thinned, &events), (&thinned, &wrong_events)] {
        let clicks: Vec<(String, f64)> =
            standardised(a, b).into_iter().filter(|(n, _)| n.contains("ad_clicks/ad_impressions")).collect();
        let (name, worst) = largest(&clicks);
        println!("planted bias: {worst:.2} at {name}");
        assert!(worst > 4.0, "a planted 2 % bias went unseen: {worst} at {name}");
    }
}
