//! Settings from the command line: `--set KEY=VALUE` and `--set ARM:KEY=VALUE`.

use std::sync::Arc;

use toml::de::DeTable;

use crate::error::{Complaint, Faults, Source, visible};
use crate::file::{ScenarioFile, Setting, Under};
use crate::nearest::{nearest_of, suggestion};
use crate::read::{Reader, Typed};
use crate::registry::{PLAIN_KEYS, Registry};
use crate::syntax;

/// One `--set`, read.
#[derive(Debug)]
pub(crate) struct Override {
    /// Only this arm; every arm and the world if `None`.
    pub arm: Option<String>,
    pub settings: Vec<Setting>,
}

/// Reads one override, and what is wrong with it. The value is TOML; a bare word stands for itself in quotes, and so do
/// bare words in brackets, since a shell takes the quotes away. A member of a table can be named as a last part of the
/// key: `apps.open_rate.facebook=0.7`.
pub(crate) fn read(option: &str, argument: &str, file: &ScenarioFile) -> (Override, Faults) {
    let mut faults = Faults::none();
    let mut found = Override {
        arm: None,
        settings: Vec::new(),
    };
    let (arm, assignment) = split_arm(argument);
    found.arm = arm.map(str::to_owned);
    let mut fail = |message: &str, hint: &str| {
        let complaint = fault(option, argument, message, hint);
        faults.complaints.push(complaint);
    };
    let write = format!("write {option} KEY=VALUE");
    let Some((key, value)) = assignment.split_once('=') else {
        fail("there is no `=` in it", &write);
        return (found, faults);
    };
    let (key, value) = (key.trim(), value.trim());
    if let Some(arm) = arm {
        let names = file.arm_names();
        if !names.iter().any(|n| n == arm) {
            let near = nearest_of(arm, names.iter().map(String::as_str));
            let known = format!("arms: {}", names.join(", "));
            let message = format!("there is no arm `{}`", visible(arm));
            fail(&message, &suggestion(&near, &known));
        }
    }
    if key.is_empty() {
        fail("there is no key before the `=`", &write);
    } else if value.is_empty() {
        fail("there is no value after the `=`", &write);
    } else if PLAIN_KEYS.contains(&key) {
        let message = format!("`{key}` is no knob and can only be set in the file");
        fail(&message, "`overheard knobs` lists what can be set");
    } else {
        let before = argument.len() - assignment.len();
        let read = assigned(option, argument, before, key, value, arm);
        found.settings = read.0;
        faults.extend(read.1);
    }
    (found, faults)
}

/// Reads `KEY=VALUE` behind the first bytes of an argument, which name the arm.
fn assigned(
    option: &str,
    argument: &str,
    before: usize,
    key: &str,
    value: &str,
    arm: Option<&str>,
) -> (Vec<Setting>, Faults) {
    let text = |text: String| {
        Arc::new(Source {
            name: option.to_owned(),
            text,
        })
    };
    let typed = text(argument.to_owned());
    // As many spaces as the arm has bytes: places in the one are places in the other.
    let mut source = text(" ".repeat(before) + &argument[before..]);
    let mut in_quotes = false;
    if DeTable::parse(&source.text).is_err()
        && let Some(words) = bare_words(value)
    {
        let quoted = text(format!("{key}=\"{words}\""));
        // If even this fails the key is at fault, and the argument as typed shows it better.
        if DeTable::parse(&quoted.text).is_ok() {
            (source, in_quotes) = (quoted, true);
        }
    }
    let mut reader = Reader::new(&source);
    let mut settings = Vec::new();
    match DeTable::parse(&source.text) {
        Ok(tree) => {
            let under = Under {
                arm,
                ..Under::default()
            };
            for (key, value) in tree.get_ref() {
                reader.settings(under, key, value, &mut settings);
            }
        }
        Err(error) => {
            let complaint = syntax::complaint(&source, &error);
            reader.faults.complaints.push(complaint);
        }
    }
    let whole = 0..typed.text.len();
    for setting in &mut settings {
        setting.source = typed.clone();
        setting.span = whole.clone();
        if let Typed::Members(members) = &mut setting.typed {
            members.iter_mut().for_each(|(.., at)| *at = whole.clone());
        }
    }
    for complaint in &mut reader.faults.complaints {
        if in_quotes {
            as_typed(complaint, &typed, before, key.len());
        }
        complaint.source = typed.clone();
    }
    (settings, reader.faults)
}

/// What stands for a text of words: a value without quotes, as it stands or in brackets.
fn bare_words(value: &str) -> Option<&str> {
    let inside = value.strip_prefix('[').and_then(|v| v.strip_suffix(']'));
    let words = inside.unwrap_or(value).trim();
    let marks = ['"', '\'', '[', ']', '{', '}', '\\', '\n', '\r', '#', '='];
    (!words.contains(marks)).then_some(words)
}

/// Shows a complaint about a value that was put in quotes in the argument as it was typed.
fn as_typed(complaint: &mut Complaint, typed: &Source, before: usize, key: usize) {
    let equals = typed.text.find('=').unwrap_or(0);
    let value = &typed.text[equals + 1..];
    let begin = equals + 1 + (value.len() - value.trim_start().len());
    complaint.span = match &complaint.span {
        Some(span) if span.start > key => Some(begin..begin + value.trim().len()),
        Some(_) => Some(before..equals),
        None => None,
    };
    if complaint.label == "this is a text in quotes" {
        complaint.label = "this is a word".to_owned();
    }
}

/// The arm before the first colon of the key. No key has a colon.
fn split_arm(argument: &str) -> (Option<&str>, &str) {
    let key = argument.split('=').next().unwrap_or(argument);
    match key.split_once(':') {
        Some((arm, _)) if !arm.contains(['"', '\'']) => {
            (Some(arm.trim()), &argument[arm.len() + 1..])
        }
        _ => (None, argument),
    }
}

fn fault(option: &str, argument: &str, message: &str, hint: &str) -> Complaint {
    Complaint {
        source: Arc::new(Source {
            name: option.to_owned(),
            text: argument.to_owned(),
        }),
        span: Some(0..argument.len()),
        message: message.to_owned(),
        label: String::new(),
        hint: Some(hint.to_owned()),
    }
}

impl Setting {
    /// Lays this setting over the values so far.
    pub fn apply(&self, values: &mut [crate::value::Value]) {
        use crate::value::Value;
        match (&mut values[self.place], &self.typed) {
            (Value::One(old), Typed::All(new)) => *old = new.clone(),
            (Value::Table(old), Typed::All(new)) => old.fill(new.clone()),
            (Value::Table(old), Typed::Members(some)) => {
                for (place, new, _) in some {
                    old[*place] = new.clone();
                }
            }
            (Value::One(_), Typed::Members(_)) => {
                let key = &Registry::get().knobs()[self.place].key;
                unreachable!("members were read for `{key}`, which has none")
            }
        }
    }

    /// Where it sets a member of its table, or all of them. A setting of another member only is none.
    pub fn place_of(&self, member: Option<usize>) -> Option<std::ops::Range<usize>> {
        match (&self.typed, member) {
            (Typed::Members(some), Some(member)) => some
                .iter()
                .find(|(place, ..)| *place == member)
                .map(|(.., at)| at.clone()),
            _ => Some(self.span.clone()),
        }
    }
}
