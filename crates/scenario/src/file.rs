//! A scenario as typed: each setting read against its knob, with the place it was typed at.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;

use crate::error::{Faults, ScenarioError, Source, visible};
use crate::evidence::{PublishedEffect, published_effects};
use crate::knob::Scope;
use crate::names;
use crate::nearest::{nearest_of, suggestion};
use crate::read::{Reader, Typed, describe};
use crate::registry::{PLAIN_KEYS, Registry};
use crate::syntax;
use crate::text::decode;

/// Most arms a scenario may have.
pub const MAX_ARMS: usize = 32;

/// One knob set at one place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Setting {
    /// Place of the knob in the registry.
    pub place: usize,
    pub typed: Typed,
    /// Where its key stands in `source`.
    pub span: Range<usize>,
    pub source: Arc<Source>,
}

/// One `[[arm]]` as typed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ArmFile {
    /// Where it says what it imitates.
    pub source: Arc<Source>,
    pub name: String,
    pub description: String,
    pub settings: Vec<Setting>,
    /// Experiments that the arm imitates, and where it says so.
    pub imitates: Vec<&'static PublishedEffect>,
    pub imitates_at: Range<usize>,
}

/// A file as far as it could be read, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Reading {
    pub file: ScenarioFile,
    pub faults: Faults,
    /// The file that it names as its base, until it is laid over that, and where it does.
    pub extends: Option<(String, Range<usize>)>,
}

/// A scenario file as typed: every key known, every single value of the right kind and within its range. Whether they
/// go together is seen in [`ScenarioFile::scenario`].
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioFile {
    pub(crate) source: Arc<Source>,
    pub(crate) name: Option<String>,
    pub(crate) description: String,
    pub(crate) settings: Vec<Setting>,
    pub(crate) arms: Vec<ArmFile>,
}

impl ScenarioFile {
    /// Reads what can be read of one file, whatever else is wrong with it.
    pub(crate) fn read_alone(file_name: &str, bytes: &[u8]) -> Result<Reading, ScenarioError> {
        let source = decode(file_name, bytes)?;
        let (tree, syntax) = syntax::parse(&source);
        let mut file = ScenarioFile {
            source: Arc::clone(&source),
            name: None,
            description: String::new(),
            settings: Vec::new(),
            arms: Vec::new(),
        };
        let mut reader = Reader::new(&source);
        reader.faults.whole = syntax.whole;
        let mut extends = None;
        for (key, value) in tree.get_ref() {
            match key.get_ref().as_ref() {
                "name" => file.name = reader.label("name", value),
                "description" => file.description = reader.text("description", value),
                "arm" => file.arms = reader.arms(value),
                "extends" => {
                    let base = reader.text("extends", value);
                    extends = (!base.is_empty()).then(|| (base, value.span()));
                }
                "imitates" => reader.complain(
                    key.span(),
                    "`imitates` is said of an arm",
                    "outside of any arm",
                    "write it below the [[arm]] that imitates the experiment",
                ),
                _ => reader.settings(Under::default(), key, value, &mut file.settings),
            }
        }
        // The tree is sorted by key; what was typed later counts as laid over what was typed before.
        file.settings.sort_by_key(|s| s.span.start);
        let mut faults = reader.faults;
        // A line that is no TOML was read as something else than what was meant.
        faults.complaints.retain(|c| !syntax.is_on_line_of(c));
        faults.complaints.extend(syntax.complaints);
        Ok(Reading {
            file,
            faults,
            extends,
        })
    }
}

/// What settings stand under.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Under<'a> {
    /// Dotted path of a section; empty at the top.
    pub section: &'a str,
    /// The arm, unless they are for all.
    pub arm: Option<&'a str>,
}

impl Reader {
    /// Reads whatever stands under `section.key`: a knob, or a section of knobs. In an arm, only what arms may set.
    pub fn settings(
        &mut self,
        under: Under<'_>,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        found: &mut Vec<Setting>,
    ) {
        let own = key.get_ref().as_ref();
        let path = match under.section {
            "" => own.to_owned(),
            section => format!("{section}.{own}"),
        };
        let before = self.faults.complaints.len();
        self.setting(&path, under, key, value, found);
        if self.faults.complaints.len() > before {
            self.faults.doubt(&path);
        }
    }

    fn setting(
        &mut self,
        path: &str,
        under: Under<'_>,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        found: &mut Vec<Setting>,
    ) {
        let registry = Registry::get();
        let own = key.get_ref().as_ref();
        if own.contains('.') {
            let message = format!("the key \"{}\" has dots inside quotes", visible(own));
            self.complain(
                key.span(),
                message,
                "quoted as one key",
                "remove the quotes",
            );
        } else if let Some(place) = registry.place(path) {
            let knob = &registry.knobs()[place];
            if let (Some(arm), Scope::World) = (under.arm, knob.scope) {
                let message = format!("`{knob}` must be the same in every arm");
                let label = format!("set in the arm `{}`", visible(arm));
                let hint = match self.source.is_option() {
                    true => "leave out the arm and its colon to set it in all arms",
                    false => "set it for all arms, above the first [[arm]]",
                };
                return self.complain(key.span(), message, label, hint);
            }
            if let Some(typed) = self.typed(knob, value) {
                let source = Arc::clone(&self.source);
                found.push(Setting {
                    place,
                    typed,
                    span: key.span(),
                    source,
                });
            }
        } else if !registry.is_section(path) {
            self.unknown(path, under.section, key.span());
        } else if let DeValue::Table(table) = value.get_ref() {
            let under = Under {
                section: path,
                ..under
            };
            for (key, value) in table {
                self.settings(under, key, value, found);
            }
        } else {
            let message = format!("`{path}` is a section, not a knob");
            let hint = format!("write [{path}] on a line of its own, and its knobs below");
            self.complain(value.span(), message, describe(value.get_ref()), hint);
        }
    }

    fn unknown(&mut self, path: &str, section: &str, span: Range<usize>) {
        let registry = Registry::get();
        let own = path.rsplit('.').next().unwrap_or(path);
        let near = registry.nearest(path);
        let message = format!("unknown key `{}`", visible(path));
        let hint = if section.is_empty() && near.is_empty() {
            "`overheard knobs` lists all keys".to_owned()
        } else if section.is_empty() {
            suggestion(&near, "")
        } else if registry.is_section(own) {
            format!(
                "`{own}` is a table of its own, not a part of [{section}]: it must stand before or after [{section}] \
                 and all its keys, with [{own}] on a line of its own"
            )
        } else if own == "arm" {
            format!(
                "begin each arm with [[arm]] on a line of its own, after [{section}] and all its keys"
            )
        } else if PLAIN_KEYS.contains(&own) {
            format!(
                "`{own}` is no part of [{section}]: write it above the first table, or below an [[arm]]"
            )
        } else if near.is_empty() {
            let inside = registry.knobs().iter().filter(|k| k.section() == section);
            let leaves: Vec<_> = inside.take(12).map(|k| k.leaf()).collect();
            format!("[{section}] has: {}", leaves.join(", "))
        } else {
            suggestion(&near, "")
        };
        for meant in near {
            self.faults.doubt(meant);
        }
        self.complain(span, message, "unknown key", hint);
    }

    fn text(&mut self, what: &str, value: &Spanned<DeValue<'_>>) -> String {
        if let DeValue::String(text) = value.get_ref() {
            return text.to_string();
        }
        let message = format!("`{what}` must be a text in quotes");
        self.complain(value.span(), message, describe(value.get_ref()), "");
        String::new()
    }

    /// A name that can stand in file names and tables.
    fn label(&mut self, what: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let before = self.faults.complaints.len();
        let name = self.text(what, value);
        if self.faults.complaints.len() > before {
            return None;
        }
        if let Err(fault) = names::check(&name) {
            self.complain(value.span(), fault.message, fault.label, fault.hint);
            return None;
        }
        Some(name)
    }

    /// A name that also stays a name wherever the tables are opened.
    fn arm_name(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        if let DeValue::String(name) = value.get_ref()
            && let Err(fault) = names::check_arm(name)
        {
            self.complain(value.span(), fault.message, fault.label, fault.hint);
            return None;
        }
        self.label("name", value)
    }

    /// Published effects by their keys; in file order, each once.
    fn imitated(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<&'static PublishedEffect> {
        let all = published_effects();
        let as_in = format!("as in imitates = [\"{}\"]", all[0].target);
        let DeValue::Array(list) = value.get_ref() else {
            let message = "`imitates` must be a list of published effects";
            self.complain(value.span(), message, describe(value.get_ref()), as_in);
            return Vec::new();
        };
        let mut places = Vec::new();
        for item in list.iter() {
            let DeValue::String(key) = item.get_ref() else {
                let message = "`imitates` must be a list of published effects";
                self.complain(item.span(), message, describe(item.get_ref()), &as_in);
                continue;
            };
            match all.iter().position(|e| e.target == *key) {
                Some(place) => places.push(place),
                None => {
                    let near = nearest_of(key, all.iter().map(|e| e.target.as_str()));
                    let hint = suggestion(&near, "data/evidence.csv lists what can be imitated");
                    let message = format!("there is no published effect `{}`", visible(key));
                    self.complain(item.span(), message, "unknown effect", hint);
                }
            }
        }
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| &all[place]).collect()
    }

    fn arms(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<ArmFile> {
        let DeValue::Array(list) = value.get_ref() else {
            let hint = "begin each arm with [[arm]], in two brackets";
            self.complain(
                value.span(),
                "`arm` must be a list",
                describe(value.get_ref()),
                hint,
            );
            return Vec::new();
        };
        if list.len() > MAX_ARMS {
            let message = format!("{} arms are more than {MAX_ARMS}", list.len());
            self.complain(
                value.span(),
                message,
                "",
                "split the question over several scenarios",
            );
            return Vec::new();
        }
        let mut arms: Vec<ArmFile> = Vec::new();
        for item in list.iter() {
            if let Some((arm, span)) = self.arm(item) {
                if !arm.name.is_empty() && arms.iter().any(|a| a.name == arm.name) {
                    let message = format!("two arms are called `{}`", arm.name);
                    self.complain(span, message, "the second", "every arm needs its own name");
                }
                arms.push(arm);
            }
        }
        arms
    }

    fn arm(&mut self, item: &Spanned<DeValue<'_>>) -> Option<(ArmFile, Range<usize>)> {
        let DeValue::Table(table) = item.get_ref() else {
            let hint = "begin each arm with [[arm]], in two brackets";
            self.complain(
                item.span(),
                "an arm must be a table",
                describe(item.get_ref()),
                hint,
            );
            return None;
        };
        let named = table.iter().find(|(key, _)| key.get_ref() == "name");
        let name = named.and_then(|(_, named)| self.arm_name(named));
        // Where the file could not be read to its end, the name may stand in what is left.
        if named.is_none() && self.faults.whole {
            let hint = "add a line such as: name = \"no-policy\"";
            self.complain(item.span(), "this arm has no name", "", hint);
        }
        let span = named.map_or_else(|| item.span(), |(_, named)| named.span());
        let mut arm = ArmFile {
            source: Arc::clone(&self.source),
            // Without a name it still has settings, and they may be wrong, too.
            name: name.unwrap_or_default(),
            description: String::new(),
            settings: Vec::new(),
            imitates: Vec::new(),
            imitates_at: 0..0,
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => {}
                "description" => arm.description = self.text("description", value),
                "imitates" => {
                    arm.imitates = self.imitated(value);
                    arm.imitates_at = key.span();
                }
                _ => {
                    let under = Under {
                        arm: Some(&arm.name),
                        ..Under::default()
                    };
                    self.settings(under, key, value, &mut arm.settings);
                }
            }
        }
        arm.settings.sort_by_key(|s| s.span.start);
        Some((arm, span))
    }
}
