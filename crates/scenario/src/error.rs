//! Errors in what a user typed: what is wrong, where, and what to do about it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};

use crate::nearest::nearest_of;
use crate::read::suggestion;

/// A text that a user wrote, and where it came from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// File name, or `--set`.
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
/// `Display` gives the first fault of the text with `file:line:column`, the line itself, a caret, and a hint, over
/// several lines and without a final newline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    first: Box<Complaint>,
    others: usize,
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
            first: Box::new(complaint),
            others: 0,
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
        let hint = suggestion(&near, "`overheard list` shows the scenarios at hand");
        Complaint {
            source: Arc::new(Source {
                name: file.to_owned(),
                text: String::new(),
            }),
            span: None,
            message: format!("cannot read the scenario: {words}"),
            label: String::new(),
            hint: Some(hint),
        }
        .into()
    }

    /// The first complaint by position, and a count of the others. `None` for an empty list.
    pub(crate) fn from_all(mut all: Vec<Complaint>) -> Option<Self> {
        all.sort_by_key(|c| c.span.as_ref().map_or(0, |s| s.start));
        let others = all.len().checked_sub(1)?;
        let first = Box::new(all.into_iter().next()?);
        Some(ScenarioError { first, others })
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> &str {
        &self.first.message
    }

    /// What to do about it, if anything is known to help.
    pub fn hint(&self) -> Option<&str> {
        self.first.hint.as_deref()
    }

    /// Line and column of the fault, both counted from 1, columns in characters. `None` if it concerns the text as a
    /// whole.
    pub fn position(&self) -> Option<(usize, usize)> {
        let Line {
            number, text, span, ..
        } = self.first.line()?;
        Some((number, text[..span.start].chars().count() + 1))
    }

    /// The whole message, with or without terminal colours.
    pub fn render(&self, colours: bool) -> String {
        let Complaint {
            source,
            message,
            label,
            ..
        } = &*self.first;
        let path = visible(&source.name);
        let title = Level::ERROR.primary_title(message.as_str());
        let line = self.first.line();
        let mut group = match &line {
            Some(line) => title.element(
                Snippet::source(line.text.as_str())
                    .line_start(line.number)
                    .path(path.as_str())
                    .annotation(
                        AnnotationKind::Primary
                            .span(line.span.clone())
                            .label(label.as_str()),
                    ),
            ),
            None => title.element(annotate_snippets::Origin::path(path.as_str())),
        };
        if let Some(hint) = &self.first.hint {
            group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
        }
        if self.others > 0 {
            let plural = if self.others == 1 { "" } else { "s" };
            let note = format!("{} more error{plural} after this one", self.others);
            group = group.element(Level::NOTE.message(note));
        }
        let renderer = if colours {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
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
fn floor_boundary(text: &str, at: usize) -> usize {
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
