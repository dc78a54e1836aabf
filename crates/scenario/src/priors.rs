//! `data/priors.csv`: how far the knobs that nobody can measure may lie from their defaults, for sensitivity sweeps.

use std::sync::LazyLock;

use overheard_formats::{DataError, DataRow, DataTable};
use serde::Deserialize;

use crate::knob::Knob;
use crate::registry::Registry;
use crate::value::Scalar;

const FILE: &str = "data/priors.csv";

static PRIORS: LazyLock<Vec<Prior>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in, and a test parses it: this build would not have passed"
    )]
    parse(include_str!("../../../data/priors.csv")).expect("the built-in priors.csv is sound")
});

/// A triangular prior of one unknown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Prior {
    /// Name of the unknown; knobs refer to it by the source `prior:NAME`.
    #[serde(rename = "knob")]
    pub name: String,
    /// Smallest plausible value, in [`Prior::unit`].
    pub min: f64,
    /// Most plausible value.
    pub mode: f64,
    /// Largest plausible value.
    pub max: f64,
    /// Unit of the three; may be empty.
    pub unit: String,
    /// Why this range.
    pub reason: String,
}

/// Priors that are about some members of a table, as no `source` cell can say.
const OF_MEMBERS: &[(&str, &str, &[&str])] = &[
    (
        "share_whatsapp_surface",
        "assistant.surface_share",
        &["whatsapp"],
    ),
    ("share_health", "assistant.share_class", &["health"]),
    ("share_politics", "assistant.share_class", &["politics"]),
    ("share_religion", "assistant.share_class", &["religion"]),
    (
        "share_orientation",
        "assistant.share_class",
        &["orientation"],
    ),
    ("share_ethnicity", "assistant.share_class", &["ethnicity"]),
    ("share_philosophy", "assistant.share_class", &["philosophy"]),
    ("share_union", "assistant.share_class", &["union"]),
    (
        "detector_recall_health",
        "sensitive.detector_recall",
        &["health"],
    ),
    (
        "detector_recall_orientation_religion_politics",
        "sensitive.detector_recall",
        &["orientation", "religion", "politics"],
    ),
    (
        "detector_recall_other",
        "sensitive.detector_recall",
        &[
            "ethnicity",
            "philosophy",
            "union",
            "sex-life",
            "debt",
            "pregnancy",
            "immigration",
            "addiction",
            "violence",
            "gender-identity",
        ],
    ),
];

/// The built-in priors, in file order.
pub fn priors() -> &'static [Prior] {
    &PRIORS
}

impl Prior {
    /// The `--set` arguments that give this unknown the value `x`. Empty if it is no knob but follows from several.
    pub fn settings(&self, x: f64) -> Vec<String> {
        let value = Scalar::Number(x).to_toml();
        self.targets()
            .into_iter()
            .map(|key| format!("{key}={value}"))
            .collect()
    }

    /// Keys, down to the member where it is about some members only.
    pub fn targets(&self) -> Vec<String> {
        if let Some((_, key, members)) = OF_MEMBERS.iter().find(|(name, ..)| *name == self.name) {
            return members
                .iter()
                .map(|member| format!("{key}.{member}"))
                .collect();
        }
        let source = format!("prior:{}", self.name);
        // A knob can cite a prior and lie outside it (glasses are nearly all voice): it is not what the prior is about.
        let about = |k: &&Knob| {
            let default = k.default.uniform();
            let inside =
                matches!(default, Some(Scalar::Number(x)) if (self.min..=self.max).contains(x));
            k.source == source && k.per.is_none() && inside
        };
        Registry::get()
            .knobs()
            .iter()
            .filter(about)
            .map(|k| k.key.clone())
            .collect()
    }
}

fn parse(text: &str) -> Result<Vec<Prior>, DataError> {
    let table = DataTable::parse(FILE, text)?;
    let prior = |row: Result<DataRow<'_>, DataError>| {
        let row = row?;
        let prior: Prior = row.read()?;
        if !(prior.min <= prior.mode && prior.mode <= prior.max) {
            let message = format!("`{}`: the mode is not within the range", prior.name);
            return Err(row.fault(message));
        }
        Ok(prior)
    };
    table.rows().map(prior).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScenarioFile;

    /// Not a knob: the share of optimised spend is what `ads.manual_demand` and `ads.custom_demand` leave.
    const DERIVED: [&str; 1] = ["optimised_spend_share"];

    #[test]
    fn every_prior_can_be_swept_over_its_whole_range() {
        let file = ScenarioFile::parse("p.toml", b"name = \"p\"").unwrap();
        for prior in priors() {
            assert_eq!(
                prior.targets().is_empty(),
                DERIVED.contains(&prior.name.as_str()),
                "{} moves no knob",
                prior.name
            );
            for x in [prior.min, prior.mode, prior.max] {
                let settings = prior.settings(x);
                file.scenario(&settings)
                    .unwrap_or_else(|e| panic!("{settings:?}\n{e}"));
            }
        }
    }

    #[test]
    fn a_prior_of_members_moves_those_and_no_other() {
        let file = ScenarioFile::parse("p.toml", b"name = \"p\"").unwrap();
        let prior = priors().iter().find(|p| p.name == "share_health").unwrap();
        let before = file
            .scenario::<&str>(&[])
            .unwrap()
            .world
            .per_class("assistant.share_class");
        let after = file.scenario(&prior.settings(0.09)).unwrap();
        let after = after.world.per_class("assistant.share_class");
        let moved: Vec<usize> = (0..after.len())
            .filter(|i| before[*i] != after[*i])
            .collect();
        assert_eq!(moved, [overheard_model::ids::Class::Health.index()]);
    }

    /// Knobs that cite a prior which is about another one, and why they may lie outside it.
    const BESIDE: [(&str, &str); 1] = [(
        "assistant.voice_share_glasses",
        "nearly all chats on glasses are spoken",
    )];

    /// The defaults that a prior is about: of a knob, or of some members of a table.
    fn defaults(prior: &Prior) -> Vec<(String, f64)> {
        let registry = Registry::get();
        let number = |scalar: &Scalar| match scalar {
            Scalar::Number(x) => *x,
            other => panic!("{other} is no number"),
        };
        if let Some((_, key, members)) = OF_MEMBERS.iter().find(|(name, ..)| *name == prior.name) {
            let knob = registry.knobs().iter().find(|k| k.key == *key).unwrap();
            let names = knob.per.unwrap().members();
            let of = |member: &&str| {
                let place = names.iter().position(|name| name == member).unwrap();
                (
                    format!("{key}.{member}"),
                    number(&knob.default.scalars()[place]),
                )
            };
            return members.iter().map(of).collect();
        }
        let source = format!("prior:{}", prior.name);
        let about = |k: &&Knob| k.source == source && BESIDE.iter().all(|(key, _)| *key != k.key);
        let knobs = registry.knobs().iter().filter(about);
        knobs
            .map(|k| (k.key.clone(), number(k.default.uniform().unwrap())))
            .collect()
    }

    /// A default outside its prior, or far from what the prior calls most plausible, belongs to a sweep round another point
    /// than the one that is run. A factor of 1.5 is left for fits that move a default a little.
    #[test]
    fn defaults_lie_in_their_priors_near_the_mode() {
        let mut wrong = Vec::new();
        let mut seen = 0;
        for prior in priors() {
            for (key, default) in defaults(prior) {
                seen += 1;
                let inside = (prior.min..=prior.max).contains(&default);
                let apart = (default - prior.mode).abs() > 0.5 * prior.mode.min(default);
                if !inside || apart {
                    let Prior { min, mode, max, .. } = prior;
                    wrong.push(format!("{key} = {default}: {min}, {mode}, {max}"));
                }
            }
        }
        assert!(wrong.is_empty() && seen > 40, "{seen}: {wrong:#?}");
    }
}
