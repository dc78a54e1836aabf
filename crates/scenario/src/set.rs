//! Settings from the command line: `--set KEY=VALUE` and `--set ARM:KEY=VALUE`.

use std::sync::Arc;

use toml::de::DeTable;

use crate::error::{Complaint, ScenarioError, Source, visible};
use crate::file::{ORIGIN, ScenarioFile, Setting, is_label, syntax_error};
use crate::nearest::nearest_of;
use crate::read::{Reader, Typed, suggestion};
use crate::registry::{PLAIN_KEYS, Registry};

/// One `--set`, read.
#[derive(Debug)]
pub(crate) struct Override {
    /// Only this arm; every arm and the world if `None`.
    pub arm: Option<String>,
    pub settings: Vec<Setting>,
}

/// Reads one override. The value is TOML; a bare word stands for itself in quotes. A member of a table can be named
/// as a last part of the key: `apps.open_rate.facebook=0.7`.
///
/// # Errors
/// As for a file, shown with the argument in its place.
pub(crate) fn read(argument: &str, file: &ScenarioFile) -> Result<Override, ScenarioError> {
    let (arm, assignment) = split_arm(argument);
    if let Some(arm) = arm {
        check_arm(argument, arm, file)?;
    }
    let Some((key, value)) = assignment.split_once('=') else {
        return Err(fault(
            argument,
            "there is no `=` in it",
            "write --set KEY=VALUE",
        ));
    };
    let key = key.trim();
    if key.is_empty() {
        return Err(fault(
            argument,
            "there is no key before the `=`",
            "write --set KEY=VALUE",
        ));
    }
    if value.trim().is_empty() {
        return Err(fault(
            argument,
            "there is no value after the `=`",
            "write --set KEY=VALUE",
        ));
    }
    if PLAIN_KEYS.contains(&key) {
        let message = format!("`{key}` is no knob and can only be set in the file");
        return Err(fault(
            argument,
            &message,
            "`overheard knobs` lists what can be set",
        ));
    }
    let text = |text: String| {
        Arc::new(Source {
            name: ORIGIN.to_owned(),
            text,
        })
    };
    let mut source = text(assignment.to_owned());
    // A word that is no TOML is meant as a text; what was quoted or bracketed was meant as TOML.
    let bare = !value.contains(['"', '\'', '[', ']', '{', '}', '\\', '\n', '\r', '#', '=']);
    let error = match DeTable::parse(&source.text) {
        Ok(_) => None,
        Err(_) if bare => {
            let quoted = text(format!("{key}=\"{}\"", value.trim()));
            // If even this fails the key is at fault, and the argument as typed shows it better.
            let error = DeTable::parse(&quoted.text)
                .err()
                .map(|e| syntax_error(&quoted, &e));
            source = quoted;
            error
        }
        Err(e) => Some(syntax_error(&source, &e)),
    };
    if let Some(error) = error {
        return Err(error);
    }
    let tree = DeTable::parse(&source.text).map_err(|e| syntax_error(&source, &e))?;
    let mut reader = Reader::new(&source);
    let mut settings = Vec::new();
    for (key, value) in tree.get_ref() {
        reader.settings("", key, value, arm, &mut settings);
    }
    for setting in &mut settings {
        setting.span = 0..source.text.len();
    }
    match ScenarioError::from_all(reader.complaints) {
        Some(error) => Err(error),
        None => Ok(Override {
            arm: arm.map(str::to_owned),
            settings,
        }),
    }
}

/// The arm before the first colon, if the text there could be an arm's name and is followed by an assignment.
fn split_arm(argument: &str) -> (Option<&str>, &str) {
    match argument.split_once(':') {
        Some((arm, rest)) if !arm.contains('=') && is_label(arm.trim()) => (Some(arm.trim()), rest),
        _ => (None, argument),
    }
}

fn check_arm(argument: &str, arm: &str, file: &ScenarioFile) -> Result<(), ScenarioError> {
    let names = file.arm_names();
    if names.iter().any(|n| n == arm) {
        return Ok(());
    }
    let near = nearest_of(arm, names.iter().map(String::as_str));
    let known = format!("arms: {}", names.join(", "));
    Err(fault(
        argument,
        &format!("there is no arm `{}`", visible(arm)),
        &suggestion(&near, &known),
    ))
}

fn fault(argument: &str, message: &str, hint: &str) -> ScenarioError {
    let source = Arc::new(Source {
        name: ORIGIN.to_owned(),
        text: argument.to_owned(),
    });
    let span = Some(0..argument.len());
    let (message, hint) = (message.to_owned(), Some(hint.to_owned()));
    Complaint {
        source,
        span,
        message,
        label: String::new(),
        hint,
    }
    .into()
}

impl Setting {
    /// Lays this setting over the values so far.
    pub fn apply(&self, values: &mut [crate::value::Value]) {
        use crate::value::Value;
        match (&mut values[self.place], &self.typed) {
            (Value::One(old), Typed::All(new)) => *old = new.clone(),
            (Value::Table(old), Typed::All(new)) => old.fill(new.clone()),
            (Value::Table(old), Typed::Members(some)) => {
                for (place, new) in some {
                    old[*place] = new.clone();
                }
            }
            (Value::One(_), Typed::Members(_)) => {
                let key = &Registry::get().knobs()[self.place].key;
                unreachable!("members were read for `{key}`, which has none")
            }
        }
    }
}
