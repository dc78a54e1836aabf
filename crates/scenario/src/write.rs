//! Writing a checked scenario back: as a file with every knob, and as the text that identifies its numbers.

use std::fmt::Write;

use crate::demand::DEMAND_CSV;
use crate::knob::Knob;
use crate::scenario::{Arm, Scenario};
use crate::topics::TOPICS_CSV;
use crate::value::{Scalar, Value, toml_key, toml_string};
use crate::values::Values;

/// Sections of knobs that say how many live, and what is told of it: what happens in a world does not depend on them.
pub const BESIDE: [&str; 4] = ["run", "report", "trace", "ensemble"];

impl Scenario {
    /// A scenario file with every knob, its meaning, unit, range and source beside it. Parsing it gives this scenario
    /// again; arms list what they have of their own.
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        header(&mut out, &self.name, &self.description);
        let mut section = "";
        // Keys without a section must stand before the first header.
        let mut knobs: Vec<(&Knob, &Value)> = self.world.iter().collect();
        knobs.sort_by_key(|(knob, _)| (knob.section(), knob.leaf()));
        for (knob, value) in knobs {
            if knob.section() != section {
                section = knob.section();
                line(&mut out, format_args!("\n[{section}]"));
            }
            comment(&mut out, knob);
            assign(&mut out, knob, value);
        }
        for arm in &self.arms {
            out.push_str("\n[[arm]]\n");
            header(&mut out, &arm.name, &arm.description);
            if !arm.imitates.is_empty() {
                let keys: Vec<_> = imitated(arm).map(toml_string).collect();
                line(&mut out, format_args!("imitates = [{}]", keys.join(", ")));
            }
            own(&mut out, arm, self);
        }
        out
    }

    /// A text that two scenarios share exactly when they give the same numbers for the same program: every knob of
    /// every arm, sorted by key, and the tables of data that are no knobs. Names of arms are in it, as they are in the
    /// numbers' tables; the scenario's name and all descriptions are not. Its form is stable; hash it.
    pub fn canonical(&self) -> String {
        self.canonical_but(&[])
    }

    /// The same without the knobs of some sections.
    pub fn canonical_but(&self, sections: &[&str]) -> String {
        let mut out = String::from("overheard scenario 1\n");
        for arm in &self.arms {
            line(&mut out, format_args!("arm {}", arm.name));
            for target in imitated(arm) {
                line(&mut out, format_args!("imitates {target}"));
            }
            let asked = |knob: &Knob| !sections.contains(&knob.section());
            for (knob, value) in arm.values.iter().filter(|(knob, _)| asked(knob)) {
                let cells: Vec<String> = value.scalars().iter().map(Scalar::to_toml).collect();
                line(&mut out, format_args!("{knob} = {}", cells.join(" ")));
            }
        }
        for table in [TOPICS_CSV, DEMAND_CSV] {
            line(&mut out, format_args!("data\n{table}"));
        }
        out
    }

    /// A text that two scenarios share exactly when they ask the same question: what each arm sets otherwise than the
    /// defaults, how many are simulated and what is reported apart. Unlike [`Scenario::canonical`] it stays as it is when
    /// a default changes or a knob is added: then the same question has other numbers, and that is to be seen.
    pub fn settings(&self) -> String {
        let defaults = Values::defaults();
        let mut out = String::new();
        for arm in &self.arms {
            line(&mut out, format_args!("arm {}", arm.name));
            for target in imitated(arm) {
                line(&mut out, format_args!("imitates {target}"));
            }
            for ((knob, value), (_, default)) in arm.values.iter().zip(defaults.iter()) {
                if value != default && !BESIDE.contains(&knob.section()) {
                    let cells: Vec<String> = value.scalars().iter().map(Scalar::to_toml).collect();
                    line(&mut out, format_args!("{knob} = {}", cells.join(" ")));
                }
            }
        }
        out
    }
}

fn imitated(arm: &Arm) -> impl Iterator<Item = &str> {
    arm.imitates.iter().map(|effect| effect.target.as_str())
}

/// What an arm has otherwise than the world, section by section.
fn own(out: &mut String, arm: &Arm, scenario: &Scenario) {
    let pairs = arm.values.iter().zip(&scenario.world.list);
    let mut differing: Vec<(&Knob, &Value)> = pairs
        .filter(|((_, own), world)| own != world)
        .map(|(pair, _)| pair)
        .collect();
    differing.sort_by_key(|(knob, _)| (knob.section(), knob.leaf()));
    let mut section = "";
    for (knob, value) in differing {
        if knob.section() != section {
            section = knob.section();
            line(out, format_args!("[arm.{section}]"));
        }
        assign(out, knob, value);
    }
}

fn header(out: &mut String, name: &str, description: &str) {
    line(out, format_args!("name = {}", toml_string(name)));
    if !description.is_empty() {
        line(
            out,
            format_args!("description = {}", toml_string(description)),
        );
    }
}

fn comment(out: &mut String, knob: &Knob) {
    let parts = [knob.unit.clone(), knob.range(), knob.source.clone()];
    let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    line(out, format_args!("# {} [{}]", knob.help, parts.join("; ")));
}

/// One line, or one per member where members differ.
fn assign(out: &mut String, knob: &Knob, value: &Value) {
    if let (Some(vocabulary), None) = (knob.per, value.uniform()) {
        for (member, scalar) in vocabulary.members().iter().zip(value.scalars()) {
            let member = toml_key(member);
            line(
                out,
                format_args!("{}.{member} = {}", knob.leaf(), scalar.to_toml()),
            );
        }
    } else if let Some(scalar) = value.uniform() {
        line(out, format_args!("{} = {}", knob.leaf(), scalar.to_toml()));
    }
}

/// A knob's value as `--set` takes it: one setting, or one per member.
pub(crate) fn settings(knob: &Knob, value: &Value) -> Vec<String> {
    let one = |key: &str, scalar: &Scalar| format!("{key}={}", scalar.to_toml());
    match knob.per {
        Some(vocabulary) => {
            let names = vocabulary.members();
            let members = names.iter().zip(value.scalars());
            members
                .map(|(member, scalar)| one(&format!("{}.{member}", knob.key), scalar))
                .collect()
        }
        None => value.scalars().iter().map(|s| one(&knob.key, s)).collect(),
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}
