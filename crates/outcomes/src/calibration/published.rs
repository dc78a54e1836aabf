//! The published side: `data/calibration.csv`, with what `derived.csv`, `adoption.csv` and `facts.csv` add to it.

use overheard_formats::{DataError, DataRow, DataTable};

const CALIBRATION: &str = include_str!("../../../../data/calibration.csv");
const DERIVED: &str = include_str!("../../../../data/derived.csv");
const ADOPTION: &str = include_str!("../../../../data/adoption.csv");
const FACTS: &str = include_str!("../../../../data/facts.csv");

/// A figure that nobody has published: `calibration.csv` holds a judgement, and its note says so.
const JUDGED: u32 = 35;

/// One row of `calibration.csv`; where that says `derive`, value and note come from `derived.csv`.
pub(super) struct Figure {
    pub id: u32,
    pub figure: String,
    pub value: f64,
    pub unit: String,
    pub tolerance_percent: f64,
    pub source: String,
    pub note: String,
}

/// Key, region and period in `facts.csv` of the publication behind each figure.
const SOURCES: [(u32, &str, &str, &str); 34] = [
    (1, "meta_ai.users", "world", "2025-05-28"),
    (2, "meta_ai.dau_over_mau", "world", "2024-08"),
    (3, "meta_ai.wau_over_mau", "world", "2024-08"),
    (4, "meta_ai.users", "world", "2024-08"),
    (5, "family.dap", "world", "Q4 2025"),
    (6, "family.map", "world", "Q4 2023"),
    (7, "instagram.mau", "world", "2025-09"),
    (8, "whatsapp.mau", "world", "2025-04"),
    (9, "messenger.mau", "world", "2024"),
    (10, "facebook.dau_over_mau", "world", "Q2 2023"),
    (
        11,
        "instagram.stickiness_dau_mau",
        "world (Android)",
        "2025-06",
    ),
    (
        12,
        "whatsapp.stickiness_dau_mau",
        "world (Android)",
        "2025-06",
    ),
    (
        13,
        "messenger.stickiness_dau_mau",
        "world (Android)",
        "2025-06",
    ),
    (14, "facebook.mau_dsa", "EU27", "2025-01..06"),
    (15, "instagram.mau_dsa", "EU27", "2025-01..06"),
    (16, "facebook.ad_reach", "UK", "2025-01"),
    (17, "instagram.ad_reach", "UK", "2025-01"),
    (18, "facebook.ad_reach", "South Korea", "2025-01"),
    (19, "instagram.ad_reach", "South Korea", "2025-01"),
    (
        20,
        "facebook.sessions_per_active_day",
        "world (Android)",
        "2025-06",
    ),
    (
        21,
        "instagram.sessions_per_active_day",
        "world (Android)",
        "2025-06",
    ),
    (22, "ad_revenue_per_dap_day", "world", "Q4 2025"),
    (23, "ad_revenue_by_user_geo", "US&Canada", "Q3 2025"),
    (24, "ad_revenue_by_user_geo", "Europe", "Q3 2025"),
    (25, "ad_revenue_by_user_geo", "Asia-Pacific", "Q3 2025"),
    (26, "ad_revenue_by_user_geo", "Rest of World", "Q3 2025"),
    (27, "ctr.all_median", "world", "2025"),
    (28, "ad_load.facebook", "US", "2020"),
    (
        29,
        "chatgpt.share.health_fitness_beauty_selfcare",
        "world",
        "2024-05..2025-06",
    ),
    (
        30,
        "chatgpt.share.purchasable_products",
        "world",
        "2024-05..2025-06",
    ),
    (31, "us_teens.use_meta_ai", "US 13-17", "2025-12"),
    (32, "us_adults.use_meta_ai", "US", "2026"),
    (33, "facebook.time_on_friend_content", "US", "2025"),
    (34, "instagram.time_on_friend_content", "US", "2025"),
];

/// Every figure, in the order of `calibration.csv`.
pub(super) fn figures() -> Result<Vec<Figure>, DataError> {
    let calibration = DataTable::parse("data/calibration.csv", CALIBRATION)?;
    let derived = DataTable::parse("data/derived.csv", DERIVED)?;
    let facts = DataTable::parse("data/facts.csv", FACTS)?;
    let figure = |row: Result<DataRow<'_>, DataError>| {
        let row = row?;
        let id = row.number("id")? as u32;
        let mut note = row.text("note")?.to_owned();
        let value = match row.text("value")? {
            "derive" => {
                let derived = derived.find(&[("id", row.text("id")?)])?;
                note = derived.text("derivation")?.to_owned();
                derived.number("value")?
            }
            // The only figure that is several numbers: its counts stand in `adoption.csv`.
            _ if id == 4 => 1.0,
            _ => row.number("value")?,
        };
        Ok(Figure {
            id,
            figure: row.text("figure")?.to_owned(),
            value,
            unit: row.text("unit")?.to_owned(),
            tolerance_percent: row.number("tolerance_percent")?,
            source: match id {
                JUDGED => "data/calibration.csv".to_owned(),
                _ => published_in(id, &facts)?,
            },
            note,
        })
    };
    calibration.rows().map(figure).collect()
}

/// Title and address.
fn published_in(id: u32, facts: &DataTable) -> Result<String, DataError> {
    let known = SOURCES.iter().find(|s| s.0 == id);
    let unknown = || facts.fault(0, format!("no source of figure {id}"));
    let (_, key, region, period) = known.ok_or_else(unknown)?;
    let fact = facts.find(&[("key", key), ("region", region), ("period", period)])?;
    Ok(format!(
        "{}, {}",
        fact.text("source_title")?,
        fact.text("source_url")?
    ))
}

/// Date and users (million) of the five counts that row 4 names, the launch-year ones.
pub(super) fn adoption() -> Result<Vec<(String, f64)>, DataError> {
    let table = DataTable::parse("data/adoption.csv", ADOPTION)?;
    let point = |row: Result<DataRow<'_>, DataError>| {
        let row = row?;
        Ok((row.text("date")?.to_owned(), row.number("users_million")?))
    };
    table.rows().take(5).map(point).collect()
}
