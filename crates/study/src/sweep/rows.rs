//! Which rows of a point's outcomes are kept, and which of them are headlines.

use overheard_formats::{Column, Key};

/// What of a row is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The number itself.
    Value,
    /// Its difference from the first arm.
    Difference,
}

impl Of {
    /// As tables have it.
    pub const fn name(self) -> &'static str {
        match self {
            Of::Value => "value",
            Of::Difference => "difference",
        }
    }
}

/// A number that people ask for first: measure, source, and what of it.
pub type Headline = (&'static str, &'static str, Of);

/// The ten headlines: what goes back to chats, whom it reaches, and what it changes.
pub const HEADLINES: [Headline; 10] = [
    ("ad_impressions", "chat", Of::Value),
    ("displaced_impressions", "", Of::Value),
    ("people_reached_by_chat_ads", "", Of::Value),
    ("people_with_displaced_ads", "", Of::Value),
    ("organic_items", "chat", Of::Value),
    ("sensitive_ad_impressions", "", Of::Value),
    ("people_reached_from_sensitive_chats", "", Of::Value),
    ("ad_clicks", "", Of::Difference),
    ("incremental_conversions", "", Of::Difference),
    ("ad_spend_usd", "", Of::Difference),
];

/// The key of a headline's total.
pub fn headline_key((measure, source, _): Headline) -> Key {
    let key = Key::of(measure);
    match source {
        "" => key,
        source => key.with(Column::Source, source),
    }
}

/// Whether a row is kept: every total of the window, by source and bucket too; of headlines also the days and the markets. A whole
/// `outcomes.csv` of each point would take hundreds of times as much.
pub fn is_kept(row: &Key) -> bool {
    let told = Column::ALL.into_iter();
    let told: Vec<Column> = told.filter(|column| !row.get(*column).is_empty()).collect();
    let of_headline = |(measure, source, _): &Headline| {
        row.measure() == *measure && row.get(Column::Source) == *source
    };
    is_kept_cut(row.measure(), &told) && (row.is_total() || HEADLINES.iter().any(of_headline))
}

/// Whether rows are kept of a cut whose columns these are.
pub fn is_kept_cut(measure: &str, columns: &[Column]) -> bool {
    let of = |column| columns.contains(&column);
    let beside = |column: &Column| matches!(column, Column::Source | Column::Bucket);
    match columns.iter().filter(|column| !beside(column)).count() {
        0 => true,
        1 if of(Column::Day) || of(Column::Market) => {
            !of(Column::Bucket) && HEADLINES.iter().any(|(own, ..)| measure == *own)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_and_the_headlines_days_and_markets_are_kept() {
        let chat = Key::of("ad_impressions").with(Column::Source, "chat");
        let day = |key: &Key| key.clone().with(Column::Day, "2025-12-01");
        assert!(is_kept(&chat) && is_kept(&day(&chat)));
        assert!(is_kept(&chat.clone().with(Column::Market, "eu")));
        assert!(!is_kept(&day(&chat).with(Column::Market, "eu")));
        assert!(!is_kept(&chat.clone().with(Column::App, "facebook")));
        assert!(is_kept(&Key::of("chats")) && !is_kept(&day(&Key::of("chats"))));
        assert!(!is_kept(&day(&Key::of("ad_impressions"))));
        assert!(
            HEADLINES
                .into_iter()
                .all(|headline| is_kept(&headline_key(headline)))
        );
    }
}
