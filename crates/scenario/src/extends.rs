//! `extends = "other.toml"`: a scenario laid over another.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::error::{Complaint, ScenarioError, visible};
use crate::file::{ArmFile, Reading, ScenarioFile};

/// So many files one over the other; more are a mistake.
const DEEPEST: usize = 8;

/// Reads the file that another names: given the one that names it and what it says, a name for messages and the bytes.
pub type Load<'a> = dyn FnMut(&str, &str) -> io::Result<(String, Vec<u8>)> + 'a;

/// For texts that stand alone.
pub(crate) fn nothing(_: &str, _: &str) -> io::Result<(String, Vec<u8>)> {
    Err(io::Error::other("there is no folder to look for it in"))
}

impl ScenarioFile {
    /// Parses the bytes of a scenario file; `file_name` is used in messages and names the scenario if it does not
    /// name itself. Any bytes are safe to pass.
    ///
    /// # Errors
    /// Every fault that can be seen in it: no text, not TOML, an unknown key, a wrong kind, a value out of its range, an
    /// arm without a name or with a world's knob. [`Scenario::read`](crate::Scenario::read) also says what does not go
    /// together.
    pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Self, ScenarioError> {
        Self::parse_with(file_name, bytes, &mut nothing)
    }

    /// The same of a file that may extend others, which `load` reads.
    ///
    /// # Errors
    /// As [`ScenarioFile::parse`], of all of them.
    pub fn parse_with(
        file_name: &str,
        bytes: &[u8],
        load: &mut Load<'_>,
    ) -> Result<Self, ScenarioError> {
        let Reading { file, faults, .. } = Self::read(file_name, bytes, load)?;
        match ScenarioError::from_all(faults.complaints) {
            Some(error) => Err(error),
            None => Ok(file),
        }
    }

    /// Reads what can be read, whatever else is wrong with it, and what the file extends by `load`.
    pub(crate) fn read(
        file_name: &str,
        bytes: &[u8],
        load: &mut Load<'_>,
    ) -> Result<Reading, ScenarioError> {
        Self::read_over(file_name, bytes, load, &[])
    }

    /// The same of a file that those `above` extend.
    pub(crate) fn read_over(
        file_name: &str,
        bytes: &[u8],
        load: &mut Load<'_>,
        above: &[&str],
    ) -> Result<Reading, ScenarioError> {
        Self::read_alone(file_name, bytes)?.over_its_base(load, above)
    }
}

impl Reading {
    /// Lays this file over the one it names, and that over the one which it names.
    pub(crate) fn over_its_base(
        mut self,
        load: &mut Load<'_>,
        above: &[&str],
    ) -> Result<Self, ScenarioError> {
        let Some((base, span)) = self.extends.take() else {
            return Ok(self);
        };
        let own = self.file.source.name.clone();
        let above = [above, &[&own]].concat();
        match load(&own, &base) {
            Ok((name, _)) if above.contains(&name.as_str()) => {
                self.complain(span, format!("`{}` extends itself", visible(&name)), "");
            }
            Ok((name, _)) if above.len() >= DEEPEST => {
                let message = format!(
                    "`{}` is the base of more than {DEEPEST} files",
                    visible(&name)
                );
                self.complain(span, message, "copy what is needed into one file");
            }
            Ok((name, bytes)) => {
                let base = ScenarioFile::read_over(&name, &bytes, load, &above)?;
                return Ok(self.over(base));
            }
            Err(cause) => {
                let why = match cause.kind() {
                    io::ErrorKind::NotFound => "there is no such file".to_owned(),
                    _ => cause.to_string(),
                };
                let message = format!("cannot read `{}`: {why}", visible(&base));
                self.complain(
                    span,
                    message,
                    "a base is found from the folder of the file that extends it",
                );
            }
        }
        // Without it, what the file leaves out is not known.
        self.faults.whole = false;
        Ok(self)
    }

    fn complain(&mut self, span: Range<usize>, message: String, hint: &str) {
        self.faults.complaints.push(Complaint {
            source: Arc::clone(&self.file.source),
            span: Some(span),
            message,
            label: String::new(),
            hint: (!hint.is_empty()).then(|| hint.to_owned()),
        });
    }

    /// What a file says, after what its base says. An arm of the same name goes on with the base's; new arms come last.
    fn over(self, base: Reading) -> Reading {
        let Reading { file, faults, .. } = self;
        let Reading {
            file: below,
            faults: mut all,
            ..
        } = base;
        all.extend(faults);
        let mut arms = below.arms;
        for own in file.arms {
            match arms.iter_mut().find(|arm| arm.name == own.name) {
                Some(arm) => arm.lay_over(own),
                None => arms.push(own),
            }
        }
        let described = !file.description.is_empty();
        let mut settings = below.settings;
        settings.extend(file.settings);
        Reading {
            file: ScenarioFile {
                description: if described {
                    file.description
                } else {
                    below.description
                },
                settings,
                arms,
                ..file
            },
            faults: all,
            extends: None,
        }
    }
}

impl ArmFile {
    fn lay_over(&mut self, own: ArmFile) {
        self.settings.extend(own.settings);
        if !own.description.is_empty() {
            self.description = own.description;
        }
        if !own.imitates.is_empty() {
            (self.imitates, self.imitates_at) = (own.imitates, own.imitates_at);
            self.source = own.source;
        }
    }
}
