//! Split arms beside the published experiments that they imitate.

use overheard_engine::EngineKind;
use overheard_outcomes::EffectRow;
use overheard_scenario::{Scenario, ScenarioFile, published_effects};

use crate::support::{Place, tune};

const EXPERIMENTS: &str = include_str!("../scenarios/experiments.toml");

/// The shipped experiments on one day with few people.
const SMALL: [&str; 4] = [
    "time.start=2025-12-10",
    "time.end=2025-12-10",
    "run.people=20000",
    "pilot.people=1000",
];

fn experiments(more: &[&str]) -> Scenario {
    let file = ScenarioFile::parse("experiments.toml", EXPERIMENTS.as_bytes()).unwrap();
    file.scenario(&[&SMALL[..], more].concat()).unwrap()
}

fn effects(scenario: &Scenario) -> Vec<EffectRow<'static>> {
    let (_, estimates) = overheard_engine::simulate(scenario, EngineKind::Thinned, tune()).unwrap();
    overheard_engine::effects(scenario, &estimates).unwrap()
}

/// Published effects, and how far the defaults may miss them [percentage points]: wide where the fit is known to miss,
/// narrow enough to notice when the mechanism changes.
#[test]
fn every_published_effect_is_imitated_and_nearly_met() {
    let rows = effects(&experiments(&[]));
    let mut told: Vec<_> = rows.iter().map(|r| r.imitation.target).collect();
    told.sort_unstable();
    let mut known: Vec<_> = published_effects().iter().map(|e| &e.target).collect();
    known.sort_unstable();
    assert_eq!(told, known);
    for row in &rows {
        let (what, published) = (row.imitation.what, row.imitation.published);
        let (simulated, error) = (row.simulated.value, row.simulated.std_error().unwrap());
        println!("{published:>8.2} {simulated:>8.2} ± {error:.2}  {what}");
        assert!(error < 2.0, "{what}: ± {error}");
        assert_eq!(simulated < 0.0, published < 0.0, "{what}: {simulated}");
        assert!((simulated - published).abs() < 15.0, "{what}: {simulated}");
    }
}

/// What sets treated people and the others apart by chance is divided out, to the last bit.
#[test]
fn an_arm_that_does_nothing_to_its_treated_people_has_no_effect() {
    let nothing = [
        "nothing-personal:signals.use_behaviour=true",
        "nothing-personal:signals.use_off_platform=true",
    ];
    let rows = effects(&experiments(&nothing));
    let same: Vec<_> = rows.iter().filter(|r| r.imitation.arm == 1).collect();
    assert_eq!(same.len(), 2);
    for row in same {
        assert_eq!(row.simulated.value, 0.0);
        assert_eq!(row.simulated.std_error(), Some(0.0));
    }
}

#[test]
fn a_run_writes_effects_only_where_an_arm_imitates_one() {
    let place = Place::new();
    place.write("experiments.toml", EXPERIMENTS);
    let mut run = vec!["run", "experiments.toml", "--out", "run"];
    for setting in [
        "time.start=2025-12-10",
        "time.end=2025-12-10",
        "run.people=2500",
        "pilot.people=1000",
    ] {
        run.extend(["--set", setting]);
    }
    let answer = place.overheard(&run).expect(0);
    assert!(!answer.talk.contains("implausible"), "{}", answer.talk);
    let table = String::from_utf8(place.read("run/effects.csv")).unwrap();
    let mut lines = table.lines();
    assert_eq!(
        lines.next().unwrap(),
        "target,what,arm,published,published_low,published_high,simulated,std_error,inside,fitted,source"
    );
    assert_eq!(lines.count(), published_effects().len());
    let page = String::from_utf8(place.read("run/report.html")).unwrap();
    assert!(page.contains("Published experiments"));
    assert!(page.contains("effect.google2019.revenue_mean"));
    let finished = crate::support::UNDISTURBED.names("finished");
    assert!(!finished.iter().any(|name| name == "effects.csv"));
}
