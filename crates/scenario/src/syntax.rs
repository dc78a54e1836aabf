//! From text to TOML: as much of it as can be trusted, and everything that is no TOML.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, Error};

use crate::error::{Complaint, Source, floor_boundary, visible};

/// So many lines before a fault are given up, one after the other, until what is left is sound: a list that was never
/// closed began somewhere above.
const MOST_GIVEN_UP: usize = 100;

/// What is no TOML.
#[derive(Debug)]
pub struct Syntax {
    pub complaints: Vec<Complaint>,
    /// Whether the table holds the whole text, but for single values.
    pub whole: bool,
    /// Begin and end of every line with a fault.
    lines: Vec<(usize, usize)>,
}

impl Syntax {
    /// Whether a complaint is about a line that is no TOML.
    pub fn is_on_line_of(&self, complaint: &Complaint) -> bool {
        let Some(span) = &complaint.span else {
            return false;
        };
        let before = self
            .lines
            .partition_point(|(begin, _)| *begin <= span.start);
        before
            .checked_sub(1)
            .is_some_and(|line| span.start < self.lines[line].1)
    }
}

/// Parses a text. Values that are no TOML cost their line; anything else ends the table before it.
pub fn parse(source: &Arc<Source>) -> (Spanned<DeTable<'_>>, Syntax) {
    let text = source.text.as_str();
    let (table, errors) = DeTable::parse_recoverable(text);
    let broken = errors.iter().find(|e| !is_of_a_value(e));
    let mut syntax = Syntax {
        complaints: Vec::new(),
        whole: broken.is_none(),
        lines: Vec::new(),
    };
    let (table, end) = match broken {
        Some(error) => sound(text, place(text, error)),
        None => (table, text.len()),
    };
    // Where more than the line of the fault had to be given up, what begins there is the fault.
    let open = broken.filter(|error| line_of(text, place(text, error)).0 > end);
    for error in &errors {
        let at = place(text, error);
        if open.is_some() && at >= end {
            break;
        }
        // The second fault of a line follows from the first.
        let line = line_of(text, at);
        if syntax.lines.last() != Some(&line) {
            syntax.lines.push(line);
            syntax.complaints.push(complaint(source, error));
        }
    }
    if open.is_some() {
        let line = line_of(text, end);
        syntax.lines.push(line);
        syntax.complaints.push(Complaint {
            source: Arc::clone(source),
            span: Some(line.0..line.1),
            message: "this is not TOML: what begins here does not end".to_owned(),
            label: String::new(),
            hint: Some("end a list with ], a table with }, a text with its quotes".to_owned()),
        });
    }
    syntax.lines.sort_unstable();
    (table, syntax)
}

/// The table of the lines before a place, of as many as make one, and where they end.
fn sound(text: &str, place: usize) -> (Spanned<DeTable<'_>>, usize) {
    let mut end = place;
    for _ in 0..MOST_GIVEN_UP {
        end = line_of(text, end).0;
        let (table, errors) = DeTable::parse_recoverable(&text[..end]);
        if errors.iter().all(is_of_a_value) {
            return (table, end);
        }
        end = end.saturating_sub(1);
    }
    // Of what is this far from sound nothing is known but its faults.
    (DeTable::parse_recoverable("").0, text.len())
}

/// Whether the fault is in one value only, and everything around it is read as it was meant.
fn is_of_a_value(error: &Error) -> bool {
    [
        "string values must be quoted",
        "invalid date",
        "duplicate key",
    ]
    .iter()
    .any(|words| error.message().contains(words))
}

fn place(text: &str, error: &Error) -> usize {
    floor_boundary(text, error.span().map_or(0, |span| span.start))
}

/// Begin and end of the line that a place is on.
fn line_of(text: &str, place: usize) -> (usize, usize) {
    let place = floor_boundary(text, place);
    let begin = text[..place].rfind('\n').map_or(0, |i| i + 1);
    let end = text[place..]
        .find('\n')
        .map_or(text.len(), |i| place + i + 1);
    (begin, end)
}

/// What the parser says, and what helps against it.
pub fn complaint(source: &Arc<Source>, error: &Error) -> Complaint {
    let (text, message) = (source.text.as_str(), error.message());
    let (begin, end) = line_of(text, place(text, error));
    let value = text[begin..end].split_once('=');
    let value = value.map_or("", |(_, value)| value.trim());
    let hint = if let Some(percent) = percent(value) {
        Some(format!(
            "for {value} write {}, without a unit",
            percent / 100.0
        ))
    } else if message.contains("duplicate") {
        Some("a key can be set once only: remove one of the two".to_owned())
    } else if message.contains("key with no value") || message.contains("missing value") {
        Some("a setting is written: key = value".to_owned())
    } else if message.contains("string values must be quoted") {
        Some(in_quotes(value))
    } else if message.contains("invalid date") || is_day_written_otherwise(value) {
        Some("days are written 2025-12-16 and must be in the calendar".to_owned())
    } else {
        None
    };
    Complaint {
        source: Arc::clone(source),
        span: Some(error.span().unwrap_or(0..0)),
        message: format!("this is not TOML: {}", visible(message)),
        label: String::new(),
        hint,
    }
}

/// The number in a text like `25%`.
pub fn percent(value: &str) -> Option<f64> {
    let number: f64 = value.strip_suffix('%')?.trim_end().parse().ok()?;
    number.is_finite().then_some(number)
}

/// Three numbers between points or strokes: `16.12.2025`.
fn is_day_written_otherwise(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['.', '/']).collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(number)
}

/// A list is shown with its own words in quotes.
fn in_quotes(value: &str) -> String {
    let inside = value.strip_prefix('[').and_then(|v| v.strip_suffix(']'));
    let words: Vec<&str> = inside
        .into_iter()
        .flat_map(|list| list.split(','))
        .map(|word| word.trim().trim_matches('"'))
        .filter(|word| !word.is_empty())
        .collect();
    match words.is_empty() || words.iter().any(|w| w.contains(['"', '\'', '['])) {
        true => "put texts and names in \"quotes\"; dates are written 2025-12-16".to_owned(),
        false => visible(&format!(
            "put each name in quotes: [\"{}\"]",
            words.join("\", \"")
        )),
    }
}
