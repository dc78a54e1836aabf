//! Standard errors mean what they say: intervals of 1.96 errors cover the long-run mean about 95 % of the time.
//!
//! An error from 32 groups covers 94.1 % where the groups' sums are normal (31 degrees of freedom), and less where a few people
//! make up a number: then a sample without them has a low value *and* a low error. Asked over 200 seeds of such a window (two
//! days of a small effect, the difference of spend), the squared error is right on the average at any size, and covers
//!
//! | assistant users | error of the difference | coverage | correlation of value and error |
//! |---|---|---|---|
//! | 5,000 | 25 % | 87 % | .87 |
//! | 20,000 | 11 % | 95 % | .69 |
//! | 50,000 | 7 % | 90.5 % | .56 |
//! | 100,000 | 5 % | 92.5 % | .41 |
//!
//! give or take 2 %. So the number is asked of a sample as large as the smallest that the README speaks of.

use overheard_engine::{EngineKind, simulate_on};
use overheard_outcomes::{Column, Estimate, Estimates, Key};
use overheard_scenario::Scenario;

use crate::support::{path_of, scenario, tune};

const SCENARIO: &str = r#"
name = "coverage"
time.start = 2025-12-17
time.end = 2025-12-18
time.in_force_from = 2025-12-01
time.warm_up_days = 2
pilot.people = 1000
market.response = "fixed-pacing"

[[arm]]
name = "no-policy"
policy.enabled = false
[[arm]]
name = "policy"
policy.start = 2025-12-01
"#;

fn asked(people: u64, seed: u64) -> Scenario {
    let set = [format!("run.people={people}"), format!("run.seed={seed}")];
    scenario(SCENARIO, &set)
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

/// The figures of many seeds.
struct Runs(Vec<[Estimate; 4]>);

impl Runs {
    fn of(people: u64, seeds: u64) -> Self {
        let path = path_of(&asked(people, 1));
        let one = |seed| {
            let scenario = asked(people, seed);
            let run = simulate_on(&scenario, path.clone(), EngineKind::Thinned, tune());
            figures(&run.unwrap().1)
        };
        Runs((1..=seeds).map(one).collect())
    }

    /// Share of the seeds whose interval holds the mean over all of them, were the errors `scale` times what they are.
    fn coverage(&self, scale: f64) -> [f64; 4] {
        let seeds = self.0.len() as f64;
        let covered = std::array::from_fn(|k| {
            let mean = self.0.iter().map(|r| r[k].value).sum::<f64>() / seeds;
            let covered = self.0.iter().filter(|r| {
                let se = scale * r[k].std_error().unwrap();
                assert!(se > 0.0);
                (r[k].value - mean).abs() <= 1.96 * se
            });
            covered.count() as f64 / seeds
        });
        println!(
            "coverage of total, ratio, reach, difference, errors times {scale:.2}: {covered:?}"
        );
        covered
    }
}

const TOO_SMALL: f64 = 2.0 / 3.0;

/// 30 seeds in the ordinary suite. A figure that is covered in 94 % of them is in 24 or more with chance .998; the four together
/// in 104 or more of 120, if they were independent, with .999. Errors a third too small cover 79 %: one figure then has 24
/// or more with chance .5, the four together 104 or more with .02.
#[test]
fn intervals_cover_in_most_of_thirty_seeds() {
    let runs = Runs::of(20_000, 30);
    let enough = |covered: [f64; 4]| {
        let all: f64 = covered.iter().sum();
        all * 30.0 >= 104.0 && covered.iter().all(|share| *share >= 0.8)
    };
    assert!(enough(runs.coverage(1.0)));
    assert!(
        !enough(runs.coverage(TOO_SMALL)),
        "a planted fault went unseen"
    );
}

/// The same of smaller samples, where a few people make up a difference: it is covered less often (the table above), and no
/// less with groups of whole leaves than it was with 32 groups of whatever size.
#[test]
#[ignore = "soak: minutes; cargo test --release --test main -- --ignored soak"]
fn soak_intervals_of_small_samples_cover_nearly_as_often() {
    for (people, least) in [(5_000, [0.89, 0.89, 0.85, 0.82]), (20_000, [0.89; 4])] {
        println!("{people} people");
        let runs = Runs::of(people, 200);
        let enough = |covered: [f64; 4]| {
            covered
                .iter()
                .zip(least)
                .all(|(share, least)| *share >= least)
        };
        assert!(enough(runs.coverage(1.0)), "{people}");
        assert!(
            !enough(runs.coverage(TOO_SMALL)),
            "a planted fault went unseen at {people}"
        );
    }
}

/// 200 seeds: a coverage of 94 % (32 groups) stays within 89 to 98.5 %, one of 79 % (errors a third too small) never gets
/// there. The total of clicks may be covered more often: what decides how many ads people see is spread evenly over them, which
/// the groups do not know. Reach has a little of that, too, so that of errors a third too small its coverage is only just below 89 %:
/// those of the ratio and the difference, at 75 and 80 %, give the fault away. Run by name, see the README.
#[test]
#[ignore = "soak: minutes; cargo test --release --test main -- --ignored soak"]
fn soak_intervals_cover_95_percent_of_200_seeds() {
    let runs = Runs::of(100_000, 200);
    let right = |share: f64| (0.89..=0.985).contains(&share);
    let [total, rest @ ..] = runs.coverage(1.0);
    assert!(total >= 0.89 && rest.into_iter().all(right));
    let [_, rest @ ..] = runs.coverage(TOO_SMALL);
    let seen = !rest.into_iter().all(right);
    assert!(seen, "a planted fault went unseen");
}

/// A run without sampling errors has the values of one with them, and no errors. Small strata are not cut into groups, so their
/// leaves begin elsewhere and round elsewhere to fixed point: no more than that may differ.
#[test]
fn values_do_not_depend_on_whether_errors_are_asked_for() {
    /// Of the value, and of what a person of these few thousand stands for.
    const ROUNDING: [f64; 2] = [1e-7, 0.1];
    let with = asked(3000, 5);
    let settings = ["run.people=3000", "run.seed=5", "run.sampling_errors=false"];
    let without = scenario(SCENARIO, &settings.map(str::to_owned));
    let [(_, with), (_, without)] =
        [with, without].map(|s| simulate_on(&s, path_of(&s), EngineKind::Thinned, tune()).unwrap());
    let keys: Vec<&Key> = with.keys().collect();
    assert_eq!(keys, without.keys().collect::<Vec<_>>());
    for arm in 0..2 {
        for key in &keys {
            let [a, b] = [&with, &without].map(|e| e.get(arm, key));
            assert_eq!(a.is_some(), b.is_some(), "{key:?}");
            if let (Some(a), Some(b)) = (a, b) {
                let [x, y] = [a.value, b.value];
                let same = x.is_nan() && y.is_nan();
                assert!(
                    same || (x - y).abs() <= ROUNDING[0] * x.abs() + ROUNDING[1],
                    "{key:?}: {x} {y}"
                );
                assert!(b.std_error().is_none(), "{key:?}");
            }
        }
    }
}
