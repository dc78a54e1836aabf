//! `data/posterior.csv`: points that agree with the evidence, and what each weighs.

use overheard_scenario::{Scenario, Set, Target};

use super::design::{Design, Plan};
use super::drawn::drawn;
use super::read::{PointsError, read_points};

const POSTERIOR: &str = include_str!("../../../../data/posterior.csv");

/// Fewer equal points than this tell no band.
const FEW: f64 = 30.0;

/// What has to be known of bands from this scenario's posterior; nothing if there is nothing.
pub fn caveat(scenario: &Scenario) -> Option<String> {
    let set = set(scenario);
    let mut table = csv::Reader::from_reader(POSTERIOR.as_bytes());
    let own = table.records().flatten().filter(|r| &r[0] == set.name());
    few(set, own.filter_map(|r| r[1].parse().ok()))
}

/// The same of points that weigh so much.
fn few(set: Set, weights: impl Iterator<Item = f64>) -> Option<String> {
    let squares: f64 = weights.map(|w| w * w).sum();
    let worth = 1.0 / squares;
    (worth < FEW).then(|| {
        format!(
            "the posterior of `{}` is worth {worth:.0} equal points only: bands are too narrow; `overheard sweep --from priors` has \
             them wider than the evidence allows",
            set.name()
        )
    })
}

/// The kind of platform whose parameters a scenario has.
pub fn set(scenario: &Scenario) -> Set {
    scenario.set().unwrap_or(Set::Meta).simulated_under()
}

/// Draws from the posterior of a scenario's kind of platform, in proportion to what points weigh. Of each point the values that the
/// scenario leaves open are taken: what it sets otherwise than its kind of platform has it, in any arm, is its question.
///
/// # Errors
/// The file is malformed, or the scenario leaves nothing open.
pub fn from_posterior(scenario: &Scenario, draws: u32) -> Result<Plan, PointsError> {
    let set = set(scenario);
    let defaults = Scenario::defaults().under(set);
    let mut table = csv::Reader::from_reader(POSTERIOR.as_bytes());
    let bad = |_| PointsError::Empty("data/posterior.csv is malformed");
    let head = table.headers().map_err(bad)?.clone();
    let open = |name: &&str| match Target::parse(name, &[]) {
        Ok(target) => target.is_same(scenario, &defaults),
        Err(_) => false,
    };
    let taken: Vec<usize> = (2..head.len()).filter(|i| open(&&head[*i])).collect();
    if taken.is_empty() {
        return Err(PointsError::Empty("the scenario sets every unknown itself"));
    }
    let rows = table
        .records()
        .collect::<Result<Vec<_>, _>>()
        .map_err(bad)?;
    let own: Vec<&csv::StringRecord> = rows.iter().filter(|r| &r[0] == set.name()).collect();
    let weights: Vec<f64> = own.iter().map(|r| r[1].parse().unwrap_or(0.0)).collect();
    let mut points = csv::Writer::from_writer(Vec::new());
    let fields = |record: &csv::StringRecord| -> Vec<String> {
        taken.iter().map(|i| record[*i].to_owned()).collect()
    };
    let write = |points: &mut csv::Writer<Vec<u8>>, record| {
        // Writing to memory does not fail.
        let _ = points.write_record(fields(record));
    };
    write(&mut points, &head);
    for (record, often) in own.iter().zip(drawn(&weights, draws as usize)) {
        (0..often).for_each(|_| write(&mut points, record));
    }
    let bytes = points.into_inner().unwrap_or_default();
    let mut plan = read_points(&bytes, &[])?;
    plan.design = Design::Posterior;
    let all = head.iter().skip(2);
    plan.fixed = all.filter(|name| !open(name)).map(str::to_owned).collect();
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use overheard_scenario::ScenarioFile;

    fn scenario(text: &str) -> Scenario {
        let file = ScenarioFile::parse("test.toml", text.as_bytes()).unwrap();
        file.scenario::<&str>(&[]).unwrap()
    }

    /// Weights of a set sum to one; every value is one that its knob takes; draws are as many as asked for.
    #[test]
    fn draws_are_points_of_the_posterior() {
        let scenario = scenario("name = \"test\"\n");
        for draws in [1, 7, 64, 1000] {
            let plan = from_posterior(&scenario, draws).unwrap();
            assert_eq!(plan.points.len(), 1 + draws as usize);
            assert!(plan.points[1].values.iter().all(Option::is_some));
        }
        let few = from_posterior(&scenario, 64).unwrap();
        let name = |u: &super::super::Unknown| u.target.to_string();
        assert!(
            few.unknowns
                .iter()
                .any(|u| name(u) == "ads.value_per_mille.eu")
        );
        assert!(
            few.unknowns
                .iter()
                .any(|u| name(u) == "signals.chat_weight")
        );
    }

    /// What a scenario sets stays what it sets, in whatever arm.
    #[test]
    fn what_a_scenario_asks_is_not_drawn() {
        let text = "name = \"test\"\n[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\nsignals.chat_weight = 5\n";
        let plan = from_posterior(&scenario(text), 8).unwrap();
        let names: Vec<String> = plan.unknowns.iter().map(|u| u.target.to_string()).collect();
        assert!(!names.contains(&"signals.chat_weight".to_owned()));
        assert!(names.contains(&"signals.half_life_chat".to_owned()));
        assert_eq!(plan.fixed, ["signals.chat_weight"]);
        let arms = ["a", "b"].map(str::to_owned);
        assert_eq!(Plan::decode(&plan.encode(), &arms), Some(plan));
    }

    /// Each set has as many points as a band takes, and says so where they weigh as few.
    #[test]
    fn weights_are_of_enough_points_or_it_is_said() {
        for set in [Set::Meta, Set::Display] {
            let own = POSTERIOR
                .lines()
                .filter(|line| line.starts_with(&format!("{},", set.name())));
            let weights: Vec<f64> = own
                .map(|line| line.split(',').nth(1).unwrap().parse().unwrap())
                .collect();
            assert!(weights.len() >= 256, "{set:?}: {}", weights.len());
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-3);
            assert_eq!(caveat(&Scenario::defaults().under(set)), None);
            let heavy = weights.iter().map(|_| 0.0).chain([0.5, 0.5]);
            assert!(few(set, heavy).unwrap().contains("is worth 2 equal"));
        }
    }
}
