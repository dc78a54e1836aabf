//! What an unknown is about: a knob, or some members of its table that share one value.

use std::fmt;

use crate::error::visible;
use crate::knob::{Kind, Knob};
use crate::nearest::{nearest_of, suggestion};
use crate::registry::Registry;
use crate::scenario::Scenario;
use crate::value::{Scalar, toml_key};
use crate::values::Values;

/// A knob of numbers, or members of one, in all arms or in one. Written `KEY`, `KEY.MEMBER`, `KEY.MEMBER+MEMBER`, each also
/// behind `ARM:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    arm: Option<String>,
    /// Place in the registry.
    place: usize,
    /// Places in the knob's vocabulary; none for all of the knob.
    members: Vec<usize>,
}

/// Why a name is none, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoTarget {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

fn fault<T>(message: impl Into<String>, hint: impl Into<String>) -> Result<T, NoTarget> {
    Err(NoTarget {
        message: message.into(),
        hint: hint.into(),
    })
}

impl Target {
    /// Reads a name; `arms` are those that the scenario has.
    ///
    /// # Errors
    /// There is no such arm, knob or member, or the knob is no number.
    pub fn parse(name: &str, arms: &[String]) -> Result<Self, NoTarget> {
        let (arm, path) = match name.split_once(':') {
            Some((arm, path)) => (Some(arm.trim()), path.trim()),
            None => (None, name.trim()),
        };
        if let Some(arm) = arm
            && !arms.iter().any(|a| a == arm)
        {
            let near = nearest_of(arm, arms.iter().map(String::as_str));
            let hint = suggestion(&near, &format!("arms: {}", arms.join(", ")));
            return fault(format!("there is no arm `{}`", visible(arm)), hint);
        }
        let (key, members) = match Registry::get().find(path) {
            Some(_) => (path, ""),
            None => path.rsplit_once('.').unwrap_or((path, "")),
        };
        let Some(place) = Registry::get().place(key) else {
            let near = Registry::get().nearest(path);
            let hint = suggestion(&near, "`overheard knobs` lists all knobs and their priors");
            return fault(format!("there is no knob `{}`", visible(path)), hint);
        };
        let mut target = Target::of(key, place, members)?;
        target.arm = arm.map(str::to_owned);
        Ok(target)
    }

    /// Members are separated by `+` or spaces.
    pub(crate) fn of(key: &str, place: usize, members: &str) -> Result<Self, NoTarget> {
        let knob = &Registry::get().knobs()[place];
        if !matches!(knob.kind, Kind::Number | Kind::Integer) {
            let message = format!("`{key}` is {}, not a number", knob.kind.words());
            return fault(message, "only numbers can be varied");
        }
        let mut places = Vec::new();
        for member in members.split(['+', ' ']).filter(|m| !m.is_empty()) {
            let Some(vocabulary) = knob.per else {
                let message = format!("`{key}` is one number: it has no `{}`", visible(member));
                return fault(message, format!("vary {key} itself"));
            };
            let Some(place) = vocabulary.place_of(member) else {
                let names = vocabulary.members();
                let near = nearest_of(member, names.iter().copied());
                let hint = suggestion(&near, &format!("known: {}", names.join(", ")));
                let message = format!("`{key}` has no member `{}`", visible(member));
                return fault(message, hint);
            };
            places.push(place);
        }
        places.sort_unstable();
        places.dedup();
        Ok(Target {
            arm: None,
            place,
            members: places,
        })
    }

    /// The knob.
    pub fn knob(&self) -> &'static Knob {
        &Registry::get().knobs()[self.place]
    }

    /// The only arm that it is about, if not all are.
    pub fn arm(&self) -> Option<&str> {
        self.arm.as_deref()
    }

    /// The places of its members; none where the whole knob is meant.
    pub fn members(&self) -> &[usize] {
        &self.members
    }

    /// Whether the two share a value that a point would set twice.
    pub fn overlaps(&self, other: &Target) -> bool {
        let arms = self.arm.is_none() || other.arm.is_none() || self.arm == other.arm;
        let members = self.members.is_empty()
            || other.members.is_empty()
            || self.members.iter().any(|m| other.members.contains(m));
        arms && self.place == other.place && members
    }

    /// The values that it has in a table of its knob's values.
    pub(crate) fn pick<'a>(&self, values: &'a [Scalar]) -> Vec<&'a Scalar> {
        match self.members.is_empty() {
            true => values.iter().collect(),
            false => self.members.iter().map(|m| &values[*m]).collect(),
        }
    }

    /// Whether it has in every arm of a scenario the value that it has in another one.
    pub fn is_same(&self, scenario: &Scenario, other: &Scenario) -> bool {
        let key = &self.knob().key;
        let own = |values: &Values| -> Vec<Scalar> {
            let picked = self.pick(values.value(key).scalars());
            picked.into_iter().cloned().collect()
        };
        let wanted = own(&other.world);
        scenario.arms.iter().all(|arm| own(&arm.values) == wanted)
    }

    /// The number as the knob takes it: a knob of whole numbers takes the nearest.
    pub fn rounded(&self, x: f64) -> f64 {
        match self.knob().kind {
            Kind::Integer => x.round(),
            _ => x,
        }
    }

    /// The `--set` arguments that give it a value.
    pub fn settings(&self, x: f64) -> Vec<String> {
        let x = self.rounded(x);
        let value = match self.knob().kind {
            Kind::Integer => Scalar::Integer(x as i64),
            // Adding zero turns -0 into 0.
            _ => Scalar::Number(x + 0.0),
        };
        let arm = self.arm.iter().map(|arm| format!("{arm}:"));
        let head = arm.collect::<String>() + &self.knob().key;
        let value = value.to_toml();
        if self.members.is_empty() {
            return vec![format!("{head}={value}")];
        }
        let names = self.names();
        let one = |name: &&str| format!("{head}.{}={value}", toml_key(name));
        names.iter().map(one).collect()
    }

    /// Names of its members.
    fn names(&self) -> Vec<&'static str> {
        let all = self.knob().per.map(|v| v.members()).unwrap_or_default();
        self.members.iter().map(|place| all[*place]).collect()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(arm) = &self.arm {
            write!(f, "{arm}:")?;
        }
        f.write_str(&self.knob().key)?;
        if !self.members.is_empty() {
            write!(f, ".{}", self.names().join("+"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str) -> Result<Target, NoTarget> {
        Target::parse(name, &["base".to_owned(), "policy".to_owned()])
    }

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for name in [
            "signals.chat_weight",
            "policy:signals.chat_weight",
            "assistant.share_class.health",
            "sensitive.detector_recall.orientation+politics",
            "policy:sensitive.detector_recall.union",
        ] {
            assert_eq!(target(name).unwrap().to_string(), name);
        }
        let joint = target("policy:sensitive.detector_recall.politics+orientation").unwrap();
        assert_eq!(
            joint.settings(0.5),
            [
                "policy:sensitive.detector_recall.orientation=0.5",
                "policy:sensitive.detector_recall.politics=0.5"
            ]
        );
        let whole = target("notices.max_showings").unwrap();
        assert_eq!(whole.settings(3.6), ["notices.max_showings=4"]);
    }

    #[test]
    fn a_name_that_is_none_has_a_hint() {
        let check = |name: &str, message: &str, hint: &str| {
            let fault = target(name).unwrap_err();
            assert!(fault.message.contains(message), "{fault:?}");
            assert!(fault.hint.contains(hint), "{fault:?}");
        };
        check("signals.chat_wieght", "no knob", "signals.chat_weight");
        check("polcy:signals.chat_weight", "no arm", "did you mean policy");
        check("market.response", "not a number", "only numbers");
        check("assistant.share_class.helth", "no member", "health");
        check("signals.chat_weight.health", "one number", "itself");
    }

    #[test]
    fn what_sets_the_same_value_overlaps() {
        let overlap = |a: &str, b: &str| target(a).unwrap().overlaps(&target(b).unwrap());
        let recall = "sensitive.detector_recall";
        assert!(overlap(recall, &format!("{recall}.union")));
        assert!(overlap("policy:signals.chat_weight", "signals.chat_weight"));
        assert!(!overlap(
            "policy:signals.chat_weight",
            "base:signals.chat_weight"
        ));
        assert!(!overlap(
            &format!("{recall}.union"),
            &format!("{recall}.health")
        ));
        assert!(!overlap("signals.chat_weight", "ads.alpha"));
    }
}
