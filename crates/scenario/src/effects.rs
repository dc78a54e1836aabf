//! `data/effects.csv`: published field experiments that an arm can imitate, and how their effect is read off an arm.
//!
//! What was published, and by whom, stands in `data/targets.csv`; a test holds the two together.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::registry::DataError;

const FILE: &str = "data/effects.csv";
const EFFECTS_CSV: &str = include_str!("../../../data/effects.csv");
const TARGETS_CSV: &str = include_str!("../../../data/targets.csv");

static EFFECTS: LazyLock<Vec<PublishedEffect>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "both files are compiled in, and a test parses them: this build would not have passed"
    )]
    parse(EFFECTS_CSV, TARGETS_CSV).expect("the built-in effects.csv is sound")
});

/// A published effect: by how much a ratio of two flows changed among treated people.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedEffect {
    /// Its key in `data/targets.csv`, by which an arm says that it imitates it.
    pub target: String,
    /// The treatment and the ratio, for readers.
    pub what: String,
    /// The two flows, as measures of `outcomes.csv`: the effect is the change of `over / under`.
    pub over: String,
    pub under: String,
    /// Change of the ratio [%].
    pub published: f64,
    /// Its 95 % interval [%], where one was published.
    pub interval: Option<[f64; 2]>,
    /// Weight in the joint fit of `overheard calibrate`; with 0 it is reported only.
    pub weight: f64,
    /// Title and address of the publication.
    pub source: String,
}

#[derive(Deserialize)]
struct Row {
    target: String,
    what: String,
    over: String,
    under: String,
    published: f64,
    low: Option<f64>,
    high: Option<f64>,
    weight: f64,
}

#[derive(Deserialize)]
struct Target {
    key: String,
    source_title: String,
    source_url: String,
}

/// The published effects that arms can imitate, in file order.
pub fn published_effects() -> &'static [PublishedEffect] {
    &EFFECTS
}

fn parse(effects: &str, targets: &str) -> Result<Vec<PublishedEffect>, DataError> {
    let fault = |line, message| DataError {
        file: FILE,
        line,
        message,
    };
    let mut known = csv::Reader::from_reader(targets.as_bytes());
    let known: Vec<Target> = known
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|e| fault(0, e.to_string()))?;
    let mut reader = csv::Reader::from_reader(effects.as_bytes());
    let mut list: Vec<PublishedEffect> = Vec::new();
    for (row, line) in reader.deserialize().zip(2..) {
        let row: Row = row.map_err(|e| fault(line, e.to_string()))?;
        let Some(target) = known.iter().find(|t| t.key == row.target) else {
            return Err(fault(line, format!("no target is called `{}`", row.target)));
        };
        if list.iter().any(|e| e.target == row.target) {
            return Err(fault(line, format!("`{}` stands there twice", row.target)));
        }
        list.push(PublishedEffect {
            source: format!("{}, {}", target.source_title, target.source_url),
            target: row.target,
            what: row.what,
            over: row.over,
            under: row.under,
            published: row.published,
            interval: row.low.zip(row.high).map(|(low, high)| [low, high]),
            weight: row.weight,
        });
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_say_what_their_targets_say() {
        #[derive(Deserialize)]
        struct Published {
            key: String,
            value: String,
            unit: String,
        }
        let mut targets = csv::Reader::from_reader(TARGETS_CSV.as_bytes());
        let targets: Vec<Published> = targets.deserialize().map(Result::unwrap).collect();
        for effect in parse(EFFECTS_CSV, TARGETS_CSV).unwrap() {
            let target = targets.iter().find(|t| t.key == effect.target).unwrap();
            assert!(target.unit.starts_with("percent"), "{}", effect.target);
            // As in `-1.906 [-2.593,-1.213]`.
            let numbers: Vec<f64> = target
                .value
                .split([' ', '[', ',', ']'])
                .filter(|word| !word.is_empty())
                .map(|word| word.parse().unwrap())
                .collect();
            let published = effect.published;
            match (effect.interval, &numbers[..]) {
                (Some([low, high]), [value, from, to]) => {
                    assert_eq!([published, low, high], [*value, *from, *to]);
                }
                // An interval in words.
                (Some([low, high]), [value]) => {
                    assert!(target.unit.contains("CI under +/-1"), "{}", effect.target);
                    assert_eq!([published, low, high], [*value, value - 1.0, value + 1.0]);
                }
                (None, [value]) => assert_eq!(published, *value),
                other => panic!("{}: {other:?}", effect.target),
            }
        }
    }

    #[test]
    fn faults_name_the_line() {
        let head = "target,what,over,under,published,low,high,weight\n";
        let row = "effect.alibaba.ctr,w,ad_clicks,ad_impressions,-75.3,,,0\n";
        let check = |rows: String, expected: &str| {
            let error = parse(&format!("{head}{rows}"), TARGETS_CSV).unwrap_err();
            assert_eq!(error.to_string(), format!("data/effects.csv:{expected}"));
        };
        check(
            row.replace("ctr", "ctl"),
            "2: no target is called `effect.alibaba.ctl`",
        );
        check(row.repeat(2), "3: `effect.alibaba.ctr` stands there twice");
    }
}
