//! A checked scenario: what every arm is run with.

use crate::consistency::{self, Conflict};
use crate::error::{Complaint, Faults, ScenarioError};
use crate::evidence::PublishedEffect;
use crate::extends::{Load, nothing};
use crate::file::{ArmFile, Reading, ScenarioFile, Setting};
use crate::idle::idle_settings;
use crate::names::label_like;
use crate::set::{self, Override};
use crate::values::Values;

/// A scenario ready to run. Nothing downstream checks it again.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Names the run's folder: letters, digits, `-` and `_`.
    pub name: String,
    /// For people; may be empty.
    pub description: String,
    /// At least one; the first is the base of all differences.
    pub arms: Vec<Arm>,
    /// What holds unless an arm says otherwise; knobs of scope `world` are the same in every arm.
    pub world: Values,
}

/// One policy, lived through by the same people in the same month.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Unique in the scenario; the `arm` column of the tables.
    pub name: String,
    /// For people; may be empty.
    pub description: String,
    /// Every knob as this arm has it, the world's included.
    pub values: Values,
    /// Published experiments that it imitates: then it treats a share of the people inside each market.
    pub imitates: Vec<&'static PublishedEffect>,
}

impl Scenario {
    /// The scenario of an empty file: every knob at its default, one arm called `base`.
    pub fn defaults() -> Self {
        let world = Values::defaults();
        let arms = vec![Arm {
            name: "base".to_owned(),
            description: String::new(),
            values: world.clone(),
            imitates: Vec::new(),
        }];
        Scenario {
            name: "defaults".to_owned(),
            description: String::new(),
            arms,
            world,
        }
    }

    /// Reads and checks the bytes of a scenario file under overrides, each with the option it was typed with: `("--set",
    /// "signals.half_life_chat=7")`.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the file.
    pub fn read(
        file_name: &str,
        bytes: &[u8],
        overrides: &[(&str, &str)],
    ) -> Result<Self, ScenarioError> {
        Self::read_with(file_name, bytes, overrides, &mut nothing)
    }

    /// The same of a file that may extend others, which `load` reads.
    ///
    /// # Errors
    /// Everything that is wrong, base by base.
    pub fn read_with(
        file_name: &str,
        bytes: &[u8],
        overrides: &[(&str, &str)],
        load: &mut Load<'_>,
    ) -> Result<Self, ScenarioError> {
        let Reading { file, faults, .. } = ScenarioFile::read(file_name, bytes, load)?;
        file.check(overrides, faults)
    }

    /// The base of all differences.
    pub fn base(&self) -> &Arm {
        &self.arms[0]
    }
}

impl ScenarioFile {
    /// Names of the arms that the scenario will have, the base first.
    pub fn arm_names(&self) -> Vec<String> {
        match self.arms.as_slice() {
            [] => vec!["base".to_owned()],
            arms => arms.iter().map(|a| a.name.clone()).collect(),
        }
    }

    /// Resolves every knob: the default, over it the file, over that the arm, over all the `--set` arguments in
    /// their order. `KEY=VALUE` holds in every arm, even in one that says otherwise; `ARM:KEY=VALUE` in one.
    ///
    /// # Errors
    /// Malformed overrides, values that do not go together, and settings that cannot have an effect.
    pub fn scenario<S: AsRef<str>>(&self, overrides: &[S]) -> Result<Scenario, ScenarioError> {
        let overrides: Vec<(&str, &str)> =
            overrides.iter().map(|o| ("--set", o.as_ref())).collect();
        self.check(&overrides, Faults::none())
    }

    /// Resolves what was read and adds what does not go together to what is wrong already.
    fn check(
        &self,
        overrides: &[(&str, &str)],
        mut faults: Faults,
    ) -> Result<Scenario, ScenarioError> {
        let mut read = Vec::new();
        for (option, argument) in overrides {
            let (found, wrong) = set::read(option, argument, self);
            read.push(found);
            faults.extend(wrong);
        }
        let mut conflicts = Vec::new();
        let everywhere = |o: &&Override| o.arm.is_none();
        let layers: Vec<&Setting> = self
            .settings
            .iter()
            .chain(read.iter().filter(everywhere).flat_map(|o| &o.settings))
            .collect();
        let world = resolve(&layers);
        for conflict in consistency::conflicts(&world) {
            conflicts.push(self.blame(None, &layers, conflict));
        }
        let mut arms: Vec<Arm> = Vec::new();
        let mut layers_of_arms = Vec::new();
        for (i, name) in self.arm_names().into_iter().enumerate() {
            let own = self.arms.get(i);
            let applies = |o: &&Override| o.arm.as_ref().is_none_or(|arm| *arm == name);
            let layers: Vec<&Setting> = self
                .settings
                .iter()
                .chain(own.iter().flat_map(|arm| &arm.settings))
                .chain(read.iter().filter(applies).flat_map(|o| &o.settings))
                .collect();
            let values = resolve(&layers);
            for conflict in consistency::conflicts(&values) {
                conflicts.push(self.blame(Some(&name), &layers, conflict));
            }
            if let Some(own) = own {
                let keys = vec!["policy.treated_share"];
                let complaint = self.check_imitation(own, i == 0, &values);
                conflicts.extend(complaint.map(|c| (keys, c)));
            }
            let description = own.map_or_else(String::new, |arm| arm.description.clone());
            arms.push(Arm {
                name,
                description,
                values,
                imitates: own.map_or_else(Vec::new, |arm| arm.imitates.clone()),
            });
            layers_of_arms.push(layers);
        }
        let values: Vec<&Values> = arms.iter().map(|arm| &arm.values).collect();
        for (arm, conflict) in idle_settings(&values) {
            conflicts.push(self.blame(Some(&arms[arm].name), &layers_of_arms[arm], conflict));
        }
        // What was not read may be what is missing.
        conflicts.retain(|(keys, _)| !faults.is_doubtful(keys));
        let mut complaints = faults.complaints;
        complaints.extend(conflicts.into_iter().map(|(_, complaint)| complaint));
        if let Some(error) = ScenarioError::from_all(complaints) {
            return Err(error);
        }
        let name = self
            .name
            .clone()
            .unwrap_or_else(|| label_of(&self.source.name));
        Ok(Scenario {
            name,
            description: self.description.clone(),
            arms,
            world,
        })
    }

    /// An experiment compares treated people with others inside a market, under arms that the base is compared with.
    fn check_imitation(&self, arm: &ArmFile, is_base: bool, values: &Values) -> Option<Complaint> {
        let share = values.number("policy.treated_share");
        let (message, hint) = if arm.imitates.is_empty() || (!is_base && 0.0 < share && share < 1.0)
        {
            return None;
        } else if is_base {
            (
                format!("the first arm, `{}`, can imitate no experiment", arm.name),
                "it is the base of all differences: give the experiment an arm of its own",
            )
        } else {
            let whom = if share < 1.0 { "nobody" } else { "everybody" };
            (
                format!("`{}` imitates an experiment but treats {whom}", arm.name),
                "treated people are compared with the others: set policy.treated_share = 0.5",
            )
        };
        Some(Complaint {
            source: arm.source.clone(),
            span: Some(arm.imitates_at.clone()),
            message,
            label: String::new(),
            hint: Some(hint.to_owned()),
        })
    }

    /// A conflict at the setting to blame: the last of a knob involved.
    fn blame(
        &self,
        arm: Option<&str>,
        layers: &[&Setting],
        conflict: Conflict,
    ) -> (Vec<&'static str>, Complaint) {
        let places = conflict.places();
        let blamed = layers
            .iter()
            .rev()
            .filter(|s| places.contains(&s.place))
            .find_map(|s| Some((s.source.clone(), s.place_of(conflict.member)?)));
        let (source, span) = match blamed {
            Some((source, span)) => (source, Some(span)),
            None => (self.source.clone(), None),
        };
        let complaint = Complaint {
            source,
            span,
            message: conflict.message,
            label: arm.map_or_else(String::new, |arm| format!("in the arm `{arm}`")),
            hint: Some(conflict.hint),
        };
        (conflict.keys, complaint)
    }
}

/// Settings laid over the defaults, one after the other.
fn resolve(layers: &[&Setting]) -> Values {
    let mut values = Values::defaults();
    for setting in layers {
        setting.apply(&mut values.list);
    }
    values
}

/// A name for a file that does not name its scenario: its stem, with `-` for what a name cannot have.
fn label_of(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let stem = base.strip_suffix(".toml").unwrap_or(base);
    match label_like(stem) {
        name if name.is_empty() => "scenario".to_owned(),
        name => name,
    }
}
