//! A checked scenario: what every arm is run with.

use crate::consistency;
use crate::error::{Complaint, ScenarioError};
use crate::evidence::PublishedEffect;
use crate::file::{ArmFile, ScenarioFile, Setting, is_label};
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
    /// A malformed override, or values that do not go together.
    pub fn scenario<S: AsRef<str>>(&self, overrides: &[S]) -> Result<Scenario, ScenarioError> {
        let overrides: Vec<Override> = overrides
            .iter()
            .map(|argument| set::read(argument.as_ref(), self))
            .collect::<Result<_, _>>()?;
        let for_all: Vec<&Setting> = overrides
            .iter()
            .filter(|o| o.arm.is_none())
            .flat_map(|o| &o.settings)
            .collect();
        let mut layers: Vec<&Setting> = self.settings.iter().collect();
        layers.extend(&for_all);
        let world = self.resolve(None, &layers)?;
        let mut arms = Vec::new();
        for (i, name) in self.arm_names().into_iter().enumerate() {
            let own = self.arms.get(i);
            let mut layers: Vec<&Setting> = self.settings.iter().collect();
            layers.extend(own.iter().flat_map(|arm| &arm.settings));
            let applies = |o: &&Override| o.arm.as_ref().is_none_or(|arm| *arm == name);
            layers.extend(overrides.iter().filter(applies).flat_map(|o| &o.settings));
            let values = self.resolve(Some(&name), &layers)?;
            if let Some(own) = own {
                self.check_imitation(own, i == 0, &values)?;
            }
            let description = own.map_or_else(String::new, |arm| arm.description.clone());
            arms.push(Arm {
                name,
                description,
                values,
                imitates: own.map_or_else(Vec::new, |arm| arm.imitates.clone()),
            });
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
    fn check_imitation(
        &self,
        arm: &ArmFile,
        is_base: bool,
        values: &Values,
    ) -> Result<(), ScenarioError> {
        let share = values.number("policy.treated_share");
        let (message, hint) = if arm.imitates.is_empty() || (!is_base && 0.0 < share && share < 1.0)
        {
            return Ok(());
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
        Err(Complaint {
            source: self.source.clone(),
            span: Some(arm.imitates_at.clone()),
            message,
            label: String::new(),
            hint: Some(hint.to_owned()),
        }
        .into())
    }

    fn resolve(&self, arm: Option<&str>, layers: &[&Setting]) -> Result<Values, ScenarioError> {
        let mut values = Values::defaults();
        for setting in layers {
            setting.apply(&mut values.list);
        }
        let Some(conflict) = consistency::first_conflict(&values) else {
            return Ok(values);
        };
        // The last setting of a knob involved is the one to blame.
        let blamed = layers
            .iter()
            .rev()
            .find(|s| conflict.places().contains(&s.place))
            .map(|s| (s.source.clone(), Some(s.span.clone())));
        let (source, span) = blamed.unwrap_or_else(|| (self.source.clone(), None));
        let label = arm.map_or_else(String::new, |arm| format!("in the arm `{arm}`"));
        let (message, hint) = (conflict.message, Some(conflict.hint));
        Err(Complaint {
            source,
            span,
            message,
            label,
            hint,
        }
        .into())
    }
}

/// A name for a file that does not name its scenario: its stem, with `-` for what a name cannot have.
fn label_of(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let stem = base.strip_suffix(".toml").unwrap_or(base).to_lowercase();
    let name: String = stem
        .chars()
        .map(|c| if is_label(&format!("a{c}")) { c } else { '-' })
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .take(60)
        .collect();
    if name.is_empty() {
        "scenario".to_owned()
    } else {
        name
    }
}
