//! Words, numbers and lines of at most 80 columns.

use jiff::civil::Date;
use overheard_formats::thousands;
use overheard_scenario::{taxonomy, topic_titles};

const WIDTH: usize = 80;

/// A page that grows downwards.
#[derive(Debug, Default)]
pub struct Page {
    lines: Vec<String>,
}

impl Page {
    pub fn heading(&mut self, text: &str) {
        self.gap();
        self.lines.push(text.to_owned());
        self.lines.push("-".repeat(text.chars().count()));
    }

    pub fn gap(&mut self) {
        if self.lines.last().is_some_and(|l| !l.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A line of a table or a list; what is too long goes on below, set in.
    pub fn line(&mut self, text: &str) {
        let inset = text.len() - text.trim_start().len() + 2;
        self.wrap(text, inset);
    }

    /// A row of a table, as it is.
    pub fn row(&mut self, text: &str) {
        self.lines.push(text.trim_end().to_owned());
    }

    /// A paragraph's sentence: goes on where the last one ended only if a gap or heading stands between.
    pub fn text_of(&mut self, text: &str) {
        self.wrap(text, 0);
    }

    fn wrap(&mut self, text: &str, inset: usize) {
        let indent = text.len() - text.trim_start().len();
        let mut line = " ".repeat(indent);
        let mut empty = true;
        for word in text.split_whitespace() {
            let long = line.chars().count() + 1 + word.chars().count() > WIDTH;
            if long && !empty {
                self.lines
                    .push(std::mem::replace(&mut line, " ".repeat(inset)));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.lines.push(line);
    }

    pub fn text(mut self) -> String {
        self.lines.push(String::new());
        self.lines.join("\n")
    }
}

/// `a`, `a and b`, `a, b and c`; nothing is `none`.
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => "none".to_owned(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// A topic's title.
pub fn title(topic: &str) -> &str {
    match taxonomy().find(topic) {
        Some(id) => &topic_titles()[id as usize],
        None => topic,
    }
}

/// The same within a sentence.
pub fn quoted(topic: &str) -> String {
    format!("\"{}\"", title(topic))
}

/// `18 December` of an ISO date.
pub fn date(iso: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    match iso.parse::<Date>() {
        Ok(date) => format!("{} {}", date.day(), MONTHS[(date.month() - 1) as usize]),
        Err(_) => iso.to_owned(),
    }
}

/// A whole number with groups of three.
pub fn count(x: f64) -> String {
    thousands(x, ',')
}

/// `1 ad`, `2 ads`.
pub fn many(n: u32, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}
