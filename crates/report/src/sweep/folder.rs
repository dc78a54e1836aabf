//! A sweep's folder, read, and the headlines that its tables have.

use std::path::Path;

use overheard_formats::{BandRow, Column, Key, PAGE, read_bands};
use serde::Deserialize;

use crate::error::ReportError;
use crate::table::{read, read_rows};

/// What a chart needs of a sweep's manifest.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct SweepManifest {
    /// `sweep`; of a run's manifest nothing.
    pub kind: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Version of the program.
    pub version: String,
    /// Of the people.
    pub seed: u64,
    /// Simulated assistant users of each point.
    pub people: u64,
    /// The first is the base.
    pub arms: Vec<String>,
    /// First reported day, ISO.
    pub start: String,
    /// Last reported day, ISO.
    pub end: String,
    /// How the ad market answers.
    pub market_response: String,
    /// How the points were laid.
    pub design: String,
    /// Points that bands and correlations are from.
    pub draws: u64,
    /// All points.
    pub points: u64,
    /// Threads to draw with.
    pub threads: u64,
    /// What was varied.
    pub unknowns: Vec<Varied>,
    /// What was not, since the scenario or an arm sets it itself.
    pub fixed: Vec<String>,
}

/// What a chart needs of an unknown.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Varied {
    /// The knob.
    pub knob: String,
    /// Whether its law is of the logarithm.
    pub logarithmic: bool,
}

/// A row of `sensitivity.csv`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Pull {
    pub arm: String,
    pub measure: String,
    pub source: String,
    pub of: String,
    pub knob: String,
    pub draws: f64,
    pub rank_correlation: Option<f64>,
    pub partial_rank_correlation: Option<f64>,
    pub at_low: Option<f64>,
    pub at_high: Option<f64>,
    pub total: Option<f64>,
}

/// A sweep's folder, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    pub manifest: SweepManifest,
    pub bands: Vec<BandRow>,
    pub pulls: Vec<Pull>,
}

impl SweepManifest {
    /// How many draws, in words: `one draw`, `64 draws`.
    pub fn draws_told(&self) -> String {
        match self.draws {
            1 => "one draw".to_owned(),
            n => format!("{} draws", PAGE.exact(n)),
        }
    }
}

impl Sweep {
    /// Reads what charts are drawn from.
    ///
    /// # Errors
    /// [`ReportError`] that names the file and, in a table, the line.
    pub fn read(folder: &Path, manifest: SweepManifest) -> Result<Self, ReportError> {
        let mut bands = Vec::new();
        read(&folder.join("bands.csv"), |file| {
            bands = read_bands(file)?;
            Ok(())
        })?;
        let pulls = read_rows(&folder.join("sensitivity.csv"))?;
        Ok(Sweep {
            manifest,
            bands,
            pulls,
        })
    }

    /// Where the numbers come from; the same under every chart.
    pub fn caption(&self) -> String {
        let m = &self.manifest;
        format!(
            "Scenario {} · {} draws ({}) of {} simulated assistant users, the same in each · seed {} · market.response = {} · \
             Overheard {}",
            m.scenario,
            PAGE.exact(m.draws),
            m.design,
            PAGE.exact(m.people),
            m.seed,
            m.market_response,
            m.version
        )
    }

    /// The arm that differences are from.
    pub fn base(&self) -> &str {
        self.manifest.arms.first().map_or("", String::as_str)
    }

    /// The unknowns that were not drawn, since the scenario sets them: those of one family by its name.
    pub fn fixed(&self) -> Option<String> {
        let family = |knob: &String| {
            let (family, _) = knob.rsplit_once('.')?;
            let alike = |other: &&String| other.rsplit_once('.').is_some_and(|(f, _)| f == family);
            let several = self.manifest.fixed.iter().filter(alike).count() > 2;
            (several && family.contains('.')).then(|| format!("{family}.*"))
        };
        let mut names: Vec<String> = Vec::new();
        for knob in &self.manifest.fixed {
            let name = family(knob).unwrap_or_else(|| knob.clone());
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// The row of an arm and a key.
    pub fn band(&self, arm: &str, key: &Key) -> Option<&BandRow> {
        self.bands
            .iter()
            .find(|row| row.arm == arm && row.key == *key)
    }
}

/// A headline number: its key, whether its difference from the first arm is meant, and what it is called.
pub struct Headline {
    pub key: Key,
    pub difference: bool,
    pub name: &'static str,
    /// Of its chart's file.
    pub file: &'static str,
}

/// The key of the ads that go back to chats: the first headline's.
pub fn chat_ads() -> Key {
    Key::of("ad_impressions").with(Column::Source, "chat")
}

/// The headlines of a sweep, as its tables name them.
pub fn headlines() -> [Headline; 10] {
    let one = |measure: &'static str, source: &'static str, difference, name, file| Headline {
        key: match source {
            "" => Key::of(measure),
            source => Key::of(measure).with(Column::Source, source),
        },
        difference,
        name,
        file,
    };
    [
        one(
            "ad_impressions",
            "chat",
            false,
            "ads that go back to chats",
            "chat-ads",
        ),
        one(
            "displaced_impressions",
            "",
            false,
            "displaced ads",
            "displaced-ads",
        ),
        one(
            "people_reached_by_chat_ads",
            "",
            false,
            "people reached by such ads",
            "people-reached",
        ),
        one(
            "people_with_displaced_ads",
            "",
            false,
            "people with displaced ads",
            "people-displaced",
        ),
        one(
            "organic_items",
            "chat",
            false,
            "posts and reels that go back to chats",
            "chat-items",
        ),
        one(
            "sensitive_ad_impressions",
            "",
            false,
            "ads from sensitive chats",
            "sensitive-ads",
        ),
        one(
            "people_reached_from_sensitive_chats",
            "",
            false,
            "people reached from sensitive chats",
            "people-sensitive",
        ),
        one("ad_clicks", "", true, "clicks on ads, net", "net-clicks"),
        one(
            "incremental_conversions",
            "",
            true,
            "purchases caused by ads, net",
            "net-conversions",
        ),
        one(
            "ad_spend_usd",
            "",
            true,
            "spend on ads, net (USD)",
            "net-spend",
        ),
    ]
}
