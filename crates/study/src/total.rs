//! A total as it is typed: `MEASURE`, or `MEASURE/SOURCE`.

use overheard_formats::{Column, Key};
use overheard_model::ids::Source;
use overheard_outcomes::measure_names;

/// Why what was typed is none of what a run has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Misread {
    /// What is wrong.
    pub message: String,
    /// What helps.
    pub hint: String,
}

impl Misread {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Misread {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// The key of a total of the window.
///
/// # Errors
/// There is no such measure, or no such source.
pub fn total(text: &str) -> Result<Key, Misread> {
    let (measure, source) = match text.split_once('/') {
        Some((measure, source)) => (measure, Some(source)),
        None => (text, None),
    };
    if !measure_names().any(|name| name == measure) {
        let message = format!("there is no measure `{measure}`");
        return Err(Misread::new(
            message,
            "docs/model.md and measures.csv list them",
        ));
    }
    let key = Key::of(measure.to_owned());
    let sources = Source::ALL.iter().map(|source| source.name());
    match source {
        None => Ok(key),
        Some(source) if sources.clone().any(|name| name == source) => {
            Ok(key.with(Column::Source, source.to_owned()))
        }
        Some(source) => {
            let list: Vec<&str> = sources.collect();
            let message = format!("there is no source `{source}`");
            Err(Misread::new(
                message,
                format!("there are {}", list.join(", ")),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_read_as_they_are_typed() {
        assert_eq!(total("ad_clicks"), Ok(Key::of("ad_clicks")));
        let chat = Key::of("ad_impressions").with(Column::Source, "chat");
        assert_eq!(total("ad_impressions/chat"), Ok(chat));
        for (text, message) in [
            ("ad_click", "there is no measure `ad_click`"),
            ("", "there is no measure ``"),
            ("ad_clicks/", "there is no source ``"),
            ("ad_clicks/eu", "there is no source `eu`"),
        ] {
            assert_eq!(total(text).unwrap_err().message, message);
        }
    }
}
