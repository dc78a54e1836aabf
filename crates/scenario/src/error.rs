//! Errors in what a user typed: what is wrong, where, and what to do about it.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};

use crate::nearest::{nearest_of, suggestion};

/// A text that a user wrote, and where it came from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// File name, or the option of the command line.
    pub name: String,
    pub text: String,
}

/// One fault. Without a span it concerns the text as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub source: Arc<Source>,
    pub span: Option<Range<usize>>,
    pub message: String,
    /// Words beside the caret.
    pub label: String,
    pub hint: Option<String>,
}

/// A scenario that cannot be used. It is fatal: nothing has been run or written.
///
/// `Display` gives every fault, each with `file:line:column`, the line itself, a caret, and a hint, over several lines:
/// those of the file in the order of the file, then those of the command line. There is no final newline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// At least one.
    all: Vec<Complaint>,
    /// The scenario's own file is not there.
    missing: bool,
}

/// One of the faults of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault<'a> {
    /// The file it is in, or the option of the command line.
    pub source: &'a str,
    /// As [`ScenarioError::position`].
    pub position: Option<(usize, usize)>,
    /// What is wrong, in one line.
    pub message: &'a str,
}

/// A fault told twice is told again within so many others: there are thousands only in what is no scenario at all.
const NEIGHBOURS: usize = 500;

/// So many faults are shown; of the others it is said how many there are.
const MOST_SHOWN: usize = 20;

/// What is wrong with a text, collected while it is read.
#[derive(Debug)]
pub(crate) struct Faults {
    pub complaints: Vec<Complaint>,
    /// Tables in which something could not be read: what is resolved from them is not what was meant.
    doubts: BTreeSet<String>,
    /// Whether the text could be read to its end.
    pub whole: bool,
}

impl Faults {
    /// No fault in a text that was read to its end.
    pub fn none() -> Self {
        Faults {
            complaints: Vec::new(),
            doubts: BTreeSet::new(),
            whole: true,
        }
    }

    /// Doubts the table of a key.
    pub fn doubt(&mut self, path: &str) {
        self.doubts.insert(table_of(path).to_owned());
    }

    /// Whether something in the tables of these keys could not be read.
    pub fn is_doubtful(&self, keys: &[&str]) -> bool {
        !self.whole || keys.iter().any(|key| self.doubts.contains(table_of(key)))
    }

    /// Adds the faults of another text.
    pub fn extend(&mut self, other: Faults) {
        self.complaints.extend(other.complaints);
        self.doubts.extend(other.doubts);
        self.whole &= other.whole;
    }
}

/// The first part of a key.
fn table_of(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

impl std::error::Error for ScenarioError {}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl From<Complaint> for ScenarioError {
    fn from(complaint: Complaint) -> Self {
        ScenarioError {
            all: vec![complaint],
            missing: false,
        }
    }
}

impl ScenarioError {
    /// The error for a file that could not be read; `known` are names that could have been meant.
    pub fn unreadable(file: &str, cause: &std::io::Error, known: &[&str]) -> Self {
        let words = match cause.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            std::io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
            _ => cause.to_string(),
        };
        let stem = |path: &str| {
            let base = path.rsplit(['/', '\\']).next().unwrap_or(path);
            base.strip_suffix(".toml").unwrap_or(base).to_owned()
        };
        let stems: Vec<String> = known.iter().map(|k| stem(k)).collect();
        let near = nearest_of(&stem(file), stems.iter().map(String::as_str));
        let near: Vec<&str> = known
            .iter()
            .copied()
            .filter(|k| near.contains(&stem(k).as_str()))
            .collect();
        // What is there, and cannot be read, is what was meant.
        let near = match cause.kind() {
            std::io::ErrorKind::NotFound => &near[..],
            _ => &[],
        };
        let hint = suggestion(near, "`overheard list` shows the scenarios at hand");
        let complaint = Complaint {
            source: Arc::new(Source {
                name: file.to_owned(),
                text: String::new(),
            }),
            span: None,
            message: format!("cannot read the scenario: {words}"),
            label: String::new(),
            hint: Some(hint),
        };
        ScenarioError {
            missing: cause.kind() == std::io::ErrorKind::NotFound,
            ..complaint.into()
        }
    }

    /// Complaints in the order in which they are read: the file's by position, then the command line's as typed. `None`
    /// for an empty list.
    pub(crate) fn from_all(mut all: Vec<Complaint>) -> Option<Self> {
        // Of several files in the order in which they are laid over each other.
        let mut files: Vec<*const Source> = Vec::new();
        for complaint in &all {
            let file = Arc::as_ptr(&complaint.source);
            if !files.contains(&file) {
                files.push(file);
            }
        }
        all.sort_by_key(|c| {
            let start = c.span.as_ref().map_or(0, |s| s.start);
            let file = files.iter().position(|f| *f == Arc::as_ptr(&c.source));
            match c.source.is_option() {
                true => (true, None, 0),
                false => (false, file, start),
            }
        });
        // What is wrong in every arm is wrong once.
        let mut told: Vec<Complaint> = Vec::new();
        for complaint in all {
            let mut before = told.iter().rev().take(NEIGHBOURS);
            if !before.any(|c| c.is_like(&complaint)) {
                told.push(complaint);
            }
        }
        (!told.is_empty()).then_some(ScenarioError {
            all: told,
            missing: false,
        })
    }

    fn first(&self) -> &Complaint {
        &self.all[0]
    }

    /// What is wrong first, in one line.
    pub fn message(&self) -> &str {
        &self.first().message
    }

    /// What to do about it, if anything is known to help.
    pub fn hint(&self) -> Option<&str> {
        self.first().hint.as_deref()
    }

    /// Whether there is no such scenario; of one that is there, a base may be missing.
    pub const fn is_missing(&self) -> bool {
        self.missing
    }

    /// How many faults there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Line and column of the first fault, both counted from 1, columns in characters. `None` if it concerns the text as
    /// a whole.
    pub fn position(&self) -> Option<(usize, usize)> {
        self.first().position()
    }

    /// Every fault, and where it is.
    pub fn faults(&self) -> impl Iterator<Item = Fault<'_>> {
        self.all.iter().map(|complaint| Fault {
            source: &complaint.source.name,
            position: complaint.position(),
            message: &complaint.message,
        })
    }

    /// The whole message, with or without terminal colours.
    pub fn render(&self, colours: bool) -> String {
        let shown = self.all.iter().take(MOST_SHOWN);
        let mut parts: Vec<String> = shown.map(|c| c.render(colours)).collect();
        let more = self.all.len().saturating_sub(MOST_SHOWN);
        if more > 0 {
            let plural = if more == 1 { "" } else { "s" };
            parts.push(format!("and {more} more mistake{plural}"));
        }
        parts.join("\n\n")
    }
}

impl Source {
    /// Whether it was typed on the command line.
    pub fn is_option(&self) -> bool {
        self.name.starts_with("--")
    }
}

/// The one line of a text that a complaint is about.
struct Line {
    /// Counted from 1.
    number: usize,
    text: String,
    /// Bytes of `text`, on character boundaries.
    span: Range<usize>,
}

impl Complaint {
    /// Line and column, both counted from 1, columns in characters.
    fn position(&self) -> Option<(usize, usize)> {
        let Line {
            number, text, span, ..
        } = self.line()?;
        Some((number, text[..span.start].chars().count() + 1))
    }

    /// Whether it says the same of the same place, as two arms or two markets may.
    fn is_like(&self, other: &Complaint) -> bool {
        let place = |c: &Complaint| (Arc::as_ptr(&c.source), c.span.clone());
        let same_hint = self.hint.is_some() && self.hint == other.hint;
        place(self) == place(other) && (self.message == other.message || same_hint)
    }

    fn render(&self, colours: bool) -> String {
        let path = visible(&self.source.name);
        let title = Level::ERROR.primary_title(self.message.as_str());
        let line = self.line();
        let mut group = match &line {
            Some(line) => title.element(
                Snippet::source(line.text.as_str())
                    .line_start(line.number)
                    .path(path.as_str())
                    .annotation(
                        AnnotationKind::Primary
                            .span(line.span.clone())
                            .label(self.label.as_str()),
                    ),
            ),
            None => title.element(annotate_snippets::Origin::path(path.as_str())),
        };
        if let Some(hint) = &self.hint {
            group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
        }
        let renderer = if colours {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }

    /// Only one line is shown, cut out here: spans from a parser may run over lines or past the end.
    fn line(&self) -> Option<Line> {
        let span = self.span.clone()?;
        let text = self.source.text.as_str();
        let start = floor_boundary(text, span.start);
        let begin = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let line = text[begin..end].trim_end_matches('\r');
        let from = (start - begin).min(line.len());
        let to = floor_boundary(text, span.end.max(start)).min(begin + line.len());
        Some(Line {
            number: text[..begin].matches('\n').count() + 1,
            // A bare carriage return would be taken for a line end and shift everything after it.
            text: line.replace('\r', " "),
            span: from..to.saturating_sub(begin).max(from),
        })
    }
}

/// The last character boundary at or before `at`.
pub(crate) fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|i| text.is_char_boundary(*i))
        .unwrap_or(0)
}

/// Text of a user made safe to print: control characters escaped, and cut where it gets long.
pub(crate) fn visible(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == LONGEST {
            out.push('…');
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}
