//! `data/evidence.csv`: published field experiments that an arm can imitate, and how their effect is read off an arm.
//!
//! What was published, and by whom, stands in `data/targets.csv`; a test holds the two together.

use std::sync::LazyLock;

use overheard_formats::{DataError, DataTable};
use overheard_model::ids::AdKind;
use serde::Deserialize;

const FILE: &str = "data/evidence.csv";
const EVIDENCE_CSV: &str = include_str!("../../../data/evidence.csv");
const TARGETS_CSV: &str = include_str!("../../../data/targets.csv");

static EFFECTS: LazyLock<Vec<PublishedEffect>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "both files are compiled in, and a test parses them: this build would not have passed"
    )]
    parse(EVIDENCE_CSV, TARGETS_CSV).expect("the built-in evidence.csv is sound")
});

/// A published effect: by how much a ratio of two flows changed among treated people.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedEffect {
    /// Its key in `data/targets.csv`, by which an arm says that it imitates it.
    pub target: String,
    /// The kind of platform it was measured on, whose parameters it is held against.
    pub set: Set,
    /// Whose ads were counted, in the words of the publication.
    pub kind: String,
    /// The kinds of ads that stand for these; none: all ads.
    pub mix: Vec<Mix>,
    /// The treatment and the ratio, for readers.
    pub what: String,
    /// The two flows, as measures of `outcomes.csv`: the effect is the change of `over / under`.
    pub over: String,
    pub under: String,
    /// Change of the ratio (%).
    pub published: f64,
    /// Its 95 % interval (%), where one was published.
    pub interval: Option<[f64; 2]>,
    /// Whether `overheard calibrate` fits to it, or it is reported only.
    pub fitted: bool,
    /// Title and address of the publication.
    pub source: String,
}

/// A kind of platform with parameters of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Set {
    /// Meta itself: the defaults.
    Meta,
    /// Open display advertising, as in Google's tests and on ad exchanges.
    Display,
    /// Another kind of site: reported under the defaults, fitted to nowhere.
    Other,
}

impl Set {
    /// Its name in `data/evidence.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Set::Meta => "meta",
            Set::Display => "display",
            Set::Other => "other",
        }
    }

    /// The set whose parameters it is simulated under.
    pub const fn simulated_under(self) -> Set {
        match self {
            Set::Other => Set::Meta,
            own => own,
        }
    }
}

/// Some kinds of ads, as they come; or so many that they take this share of what is spent in the base arm.
pub type Mix = (Vec<AdKind>, Option<f64>);

/// From `manual+custom=0.511 optimised=0.489` or `manual+custom`.
fn read_mix(text: &str) -> Option<Vec<Mix>> {
    let kind = |name: &str| AdKind::ALL.iter().find(|k| k.name() == name).copied();
    let one = |part: &str| {
        let (kinds, share) = match part.split_once('=') {
            Some((kinds, share)) => (kinds, Some(share.parse().ok()?)),
            None => (part, None),
        };
        Some((kinds.split('+').map(kind).collect::<Option<_>>()?, share))
    };
    text.split_whitespace().map(one).collect()
}

#[derive(Deserialize)]
struct Row {
    target: String,
    set: Set,
    kind: String,
    mix: String,
    what: String,
    over: String,
    under: String,
    published: f64,
    low: Option<f64>,
    high: Option<f64>,
    fitted: String,
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
    let known = DataTable::parse("data/targets.csv", targets)?;
    let known: Vec<Target> = known
        .rows()
        .map(|row| row?.read())
        .collect::<Result<_, _>>()?;
    let table = DataTable::parse(FILE, effects)?;
    let mut list: Vec<PublishedEffect> = Vec::new();
    for cells in table.rows() {
        let cells = cells?;
        let row: Row = cells.read()?;
        let Some(target) = known.iter().find(|t| t.key == row.target) else {
            return Err(cells.fault(format!("no target is called `{}`", row.target)));
        };
        if list.iter().any(|e| e.target == row.target) {
            return Err(cells.fault(format!("`{}` stands there twice", row.target)));
        }
        let Some(mix) = read_mix(&row.mix) else {
            return Err(cells.fault(format!("`{}` is no mix of kinds", row.mix)));
        };
        list.push(PublishedEffect {
            set: row.set,
            kind: row.kind,
            mix,
            source: format!("{}, {}", target.source_title, target.source_url),
            target: row.target,
            what: row.what,
            over: row.over,
            under: row.under,
            published: row.published,
            interval: row.low.zip(row.high).map(|(low, high)| [low, high]),
            fitted: row.fitted == "yes",
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
        for effect in parse(EVIDENCE_CSV, TARGETS_CSV).unwrap() {
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
        let head = "target,set,kind,mix,what,over,under,published,low,high,fitted\n";
        let row = "effect.alibaba.ctr,other,all,,w,ad_clicks,ad_impressions,-75.3,,,no\n";
        let check = |rows: String, expected: &str| {
            let error = parse(&format!("{head}{rows}"), TARGETS_CSV).unwrap_err();
            assert_eq!(error.to_string(), format!("data/evidence.csv:{expected}"));
        };
        check(
            row.replace("ctr", "ctl"),
            "2: no target is called `effect.alibaba.ctl`",
        );
        check(row.repeat(2), "3: `effect.alibaba.ctr` stands there twice");
        check(
            row.replace(",,w", ",manuel,w"),
            "2: `manuel` is no mix of kinds",
        );
    }
}
