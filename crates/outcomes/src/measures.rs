//! Every measure, the tables it is read from, and the cuts it is reported by: the order here is the order of the rows.

use overheard_formats::Column;
use overheard_model::cut::{self, By};
use overheard_model::tally::TableId;

/// What a stratum can be told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Market,
    /// The band of the stratum.
    Age,
    /// Assistant user or not, reported as `bucket`.
    User,
}

/// One cut: dimensions of strata, then dimensions of the table, that are kept; the rest is summed over.
///
/// Where a table has sources, each cut is reported summed over them (empty `source`) and by source.
pub(crate) type Cut = (&'static [Who], &'static [Column]);

/// One measure.
#[derive(Debug)]
pub(crate) struct Measure {
    pub name: &'static str,
    pub tables: &'static [(TableId, &'static [Cut])],
    pub only: Only,
}

/// Where a measure is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Only {
    /// Everywhere.
    Always,
    /// In arms that treat a share of a market.
    Split,
    /// Nowhere: others are derived from it.
    Hidden,
}

use Column::{App, Bucket, Day, Surface, Topic};
use Only::{Always, Hidden, Split};
use TableId as T;
use Who::{Age, Market, User};

/// Slots, impressions, money: the default cuts of additive measures.
const FLOW: &[Cut] = &[
    (&[], &[]),
    (&[], &[Day]),
    (&[Market], &[]),
    (&[Age], &[]),
    (&[], &[App]),
    (&[Market], &[Day]),
    (&[], &[Day, App]),
    (&[Market], &[App]),
    (&[Market, Age], &[]),
];
const TOPIC: &[Cut] = &[(&[], &[Topic])];
/// Chats and signals have a surface where others have an app.
const CHATS: &[Cut] = &[
    (&[], &[]),
    (&[], &[Day]),
    (&[Market], &[]),
    (&[Age], &[]),
    (&[], &[Surface]),
    (&[Market], &[Day]),
    (&[Market], &[Surface]),
    (&[Market, Age], &[]),
];
const CLASSES: &[Cut] = &[
    (&[], &[]),
    (&[], &[Day]),
    (&[Market], &[]),
    (&[Age], &[]),
    (&[], &[Topic]),
];
/// Numbers of people: nothing is summed but strata.
const WHO: &[Cut] = &[
    (&[], &[]),
    (&[Market], &[]),
    (&[Age], &[]),
    (&[Market, Age], &[]),
];
const PEOPLE: &[Cut] = &[
    (&[], &[]),
    (&[User], &[]),
    (&[Market], &[]),
    (&[Market, User], &[]),
    (&[Age], &[]),
    (&[Age, User], &[]),
    (&[Market, Age], &[]),
    (&[Market, Age, User], &[]),
];
const USERS: &[Cut] = &[(&[User], &[]), (&[Market, User], &[]), (&[Age, User], &[])];
const WHO_DAY: &[Cut] = &[(&[], &[Day]), (&[Market], &[Day])];
const WHO_APP: &[Cut] = &[(&[], &[App]), (&[Market], &[App])];
const DAY_APP: &[Cut] = &[(&[], &[Day, App])];
const BUCKETS: &[Cut] = &[
    (&[], &[Bucket]),
    (&[Market], &[Bucket]),
    (&[Age], &[Bucket]),
    (&[Market, Age], &[Bucket]),
];
const BUCKETS_BY_MARKET: &[Cut] = &[(&[], &[Bucket]), (&[Market], &[Bucket])];
const ROUTES: &[Cut] = &[
    (&[], &[Topic, Bucket]),
    (&[Market], &[Topic, Bucket]),
    (&[Age], &[Topic, Bucket]),
];
const BY_CLASS: &[Cut] = &[(&[], &[Topic]), (&[Market], &[Topic]), (&[Age], &[Topic])];
/// Things shown add up over classes and routes; people reached do not.
const ROUTE_ITEMS: &[Cut] = &[
    (&[], &[]),
    (&[Market], &[]),
    (&[Age], &[]),
    (&[], &[Topic]),
    (&[], &[Bucket]),
    (&[], &[Topic, Bucket]),
];
const TYPES: &[Cut] = &[
    (&[], &[Bucket]),
    (&[], &[App, Bucket]),
    (&[Market], &[App, Bucket]),
];
const FROM_CHATS: &[Cut] = &[
    (&[], &[Bucket]),
    (&[Market], &[Bucket]),
    (&[Age], &[Bucket]),
    (&[], &[Day, Bucket]),
    (&[], &[App, Bucket]),
];
/// Assistant users and others; people with a live signal, in the apps that it reaches, are some of the former.
const USERS_OR_NOT: &[Cut] = &[
    (&[User], &[]),
    (&[Market, User], &[]),
    (&[Age, User], &[]),
    (&[User], &[Day]),
    (&[User], &[App]),
];
const HELD: &[Cut] = FROM_CHATS;
const CROSS: &[Cut] = &[(&[], &[Surface, App]), (&[Market], &[Surface, App])];
const VULNERABLE: &[Cut] = &[
    (&[], &[]),
    (&[Market], &[]),
    (&[Age], &[]),
    (&[], &[Topic]),
    (&[Market, Age], &[]),
];
const SPREAD: &[Cut] = &[
    (&[], &[Bucket]),
    (&[Market], &[Bucket]),
    (&[Age], &[Bucket]),
];

const fn measure(
    name: &'static str,
    only: Only,
    tables: &'static [(TableId, &'static [Cut])],
) -> Measure {
    Measure { name, tables, only }
}

/// In the order of the rows; ratios, the Gini coefficient and the market path follow after these.
pub(crate) const MEASURES: &[Measure] = &[
    measure("people", Always, &[(T::People, PEOPLE)]),
    measure(
        "people_active",
        Always,
        &[
            (T::ActiveTotal, WHO),
            (T::ActiveDay, WHO_DAY),
            (T::ActiveApp, WHO_APP),
            (T::ActiveDayApp, DAY_APP),
        ],
    ),
    measure("sessions", Always, &[(T::Sessions, FLOW)]),
    measure(
        "chats",
        Always,
        &[(T::Chats, CHATS), (T::ChatsTopic, TOPIC)],
    ),
    measure("chats_by_subject", Always, &[(T::ChatsSubject, BUCKETS)]),
    measure(
        "people_chatting",
        Always,
        &[
            (T::ChattingMonth, WHO),
            (T::ChattingDay, WHO_DAY),
            (T::ChattingWeek, BUCKETS_BY_MARKET),
        ],
    ),
    measure("sensitive_chats", Always, &[(T::SensitiveChats, CLASSES)]),
    measure("sensitive_caught", Always, &[(T::SensitiveCaught, CLASSES)]),
    measure("sensitive_missed", Always, &[(T::SensitiveMissed, CLASSES)]),
    measure("signals", Always, &[(T::Signals, CHATS)]),
    measure("ad_slots", Always, &[(T::Slots, FLOW)]),
    measure(
        "ad_impressions",
        Always,
        &[(T::Impressions, FLOW), (T::ImpressionsTopic, TOPIC)],
    ),
    measure(
        "ad_spend_usd",
        Always,
        &[(T::Spend, FLOW), (T::SpendTopic, TOPIC)],
    ),
    measure(
        "ad_clicks",
        Always,
        &[(T::Clicks, FLOW), (T::ClicksTopic, TOPIC)],
    ),
    measure(
        "ad_conversions",
        Always,
        &[(T::Conversions, FLOW), (T::ConversionsTopic, TOPIC)],
    ),
    measure(
        "incremental_conversions",
        Always,
        &[(T::Incremental, FLOW), (T::IncrementalTopic, TOPIC)],
    ),
    measure("predicted_clicks", Always, &[(T::Predicted, FLOW)]),
    measure("displaced_impressions", Always, &[(T::Displaced, FLOW)]),
    measure(
        "ad_impressions_by_kind",
        Always,
        &[(T::ImpressionsKind, BUCKETS)],
    ),
    measure("ad_spend_by_kind", Always, &[(T::SpendKind, BUCKETS)]),
    measure("ad_clicks_by_kind", Always, &[(T::ClicksKind, BUCKETS)]),
    measure(
        "ad_conversions_by_kind",
        Always,
        &[(T::ConversionsKind, BUCKETS)],
    ),
    measure(
        "ad_impressions_from_chats",
        Always,
        &[(T::ImpressionsFromChats, FROM_CHATS)],
    ),
    measure(
        "ad_spend_from_chats",
        Always,
        &[(T::SpendFromChats, FROM_CHATS)],
    ),
    measure(
        "ad_clicks_from_chats",
        Always,
        &[(T::ClicksFromChats, FROM_CHATS)],
    ),
    measure(
        "ad_impressions_by_group",
        Always,
        &[(T::Impressions, USERS_OR_NOT), (T::HeldImpressions, HELD)],
    ),
    measure(
        "ad_spend_by_group",
        Always,
        &[(T::Spend, USERS_OR_NOT), (T::HeldSpend, HELD)],
    ),
    measure(
        "ad_clicks_by_group",
        Always,
        &[(T::Clicks, USERS_OR_NOT), (T::HeldClicks, HELD)],
    ),
    measure(
        "displaced_by_group",
        Always,
        &[(T::Displaced, USERS_OR_NOT), (T::HeldDisplaced, HELD)],
    ),
    measure(
        "people_with_displaced_ads",
        Always,
        &[(T::WithDisplaced, WHO)],
    ),
    measure(
        "organic_items",
        Always,
        &[(T::Organic, FLOW), (T::OrganicTopic, TOPIC)],
    ),
    measure("organic_items_by_type", Always, &[(T::ItemsByType, TYPES)]),
    measure(
        "people_reached_by_chat_ads",
        Always,
        &[
            (T::Reached, WHO),
            (T::ReachedDay, WHO_DAY),
            (T::ReachedApp, WHO_APP),
        ],
    ),
    measure("chat_ad_frequency", Always, &[(T::Frequency, BUCKETS)]),
    measure(
        "people_reached_from_sensitive_chats",
        Always,
        &[
            (T::ReachedSensitiveAny, WHO),
            (T::ReachedSensitiveClass, BY_CLASS),
            (T::ReachedSensitiveRoute, BUCKETS),
            (T::ReachedSensitive, ROUTES),
        ],
    ),
    measure(
        "sensitive_content_items",
        Always,
        &[(T::SensitiveContent, ROUTE_ITEMS)],
    ),
    measure(
        "sensitive_ad_impressions",
        Always,
        &[(T::SensitiveAds, ROUTE_ITEMS)],
    ),
    measure("cross_app_impressions", Always, &[(T::CrossApp, CROSS)]),
    measure("days_to_first_ad", Always, &[(T::FirstAd, BUCKETS)]),
    measure(
        "chat_ads_after_leaving",
        Always,
        &[(T::AfterLeaving, BUCKETS_BY_MARKET)],
    ),
    measure("minors_reached", Always, &[(T::MinorsReached, WHO)]),
    measure("notice_funnel", Always, &[(T::Funnel, BUCKETS)]),
    measure(
        "informed_before_first_signal",
        Always,
        &[(T::Informed, BUCKETS)],
    ),
    measure("people_quit_assistant", Always, &[(T::Quit, WHO)]),
    measure("controls_used", Always, &[(T::Controls, BUCKETS)]),
    measure(
        "vulnerable_category_impressions",
        Always,
        &[(T::Vulnerable, VULNERABLE)],
    ),
    measure("profile_evictions", Always, &[(T::Evictions, WHO)]),
    measure(
        "split_ad_slots",
        Split,
        &[(T::SplitSlots, BUCKETS_BY_MARKET)],
    ),
    measure(
        "split_ad_impressions",
        Split,
        &[(T::SplitImpressions, BUCKETS_BY_MARKET)],
    ),
    measure(
        "split_ad_spend_usd",
        Split,
        &[(T::SplitSpend, BUCKETS_BY_MARKET)],
    ),
    measure(
        "split_ad_clicks",
        Split,
        &[(T::SplitClicks, BUCKETS_BY_MARKET)],
    ),
    measure(
        "split_ad_conversions",
        Split,
        &[(T::SplitConversions, BUCKETS_BY_MARKET)],
    ),
    measure(
        "split_incremental_conversions",
        Split,
        &[(T::SplitIncremental, BUCKETS_BY_MARKET)],
    ),
    measure(
        "split_ad_impressions_by_kind",
        Split,
        &[(T::SplitImpressionsKind, BUCKETS_BY_MARKET)],
    ),
    measure(
        "split_ad_spend_usd_by_kind",
        Split,
        &[(T::SplitSpendKind, BUCKETS_BY_MARKET)],
    ),
    measure(
        "split_ad_clicks_by_kind",
        Split,
        &[(T::SplitClicksKind, BUCKETS_BY_MARKET)],
    ),
    measure(
        "split_ad_conversions_by_kind",
        Split,
        &[(T::SplitConversionsKind, BUCKETS_BY_MARKET)],
    ),
    measure(TOPICS_ADS, Hidden, &[(T::TopicsAds, USERS)]),
    measure(TOPICS_CONTENT, Hidden, &[(T::TopicsContent, USERS)]),
    measure(SPREAD_PEOPLE, Hidden, &[(T::SpreadPeople, SPREAD)]),
    measure(SPREAD_ADS, Hidden, &[(T::SpreadAds, SPREAD)]),
];

/// What has no topic, counted in another table: added to the rows of a table of topics, it closes their sum.
#[derive(Debug)]
pub(crate) struct Topicless {
    pub topics: TableId,
    /// The table, and the cells of it that count.
    pub table: TableId,
    pub only: (Column, &'static str),
}

/// The topic of [`Topicless`] rows.
pub(crate) const NONE: &str = "none";
pub(crate) const TOPICLESS: &[Topicless] = &[
    // Most chats are about nothing that sells.
    Topicless {
        topics: T::ChatsTopic,
        table: T::ChatsSubject,
        only: (Bucket, "nothing"),
    },
    // Most items are shown for no interest at all.
    Topicless {
        topics: T::OrganicTopic,
        table: T::Organic,
        only: (Column::Source, "broad"),
    },
];

pub(crate) const TOPICS_ADS: &str = "topics_ads";
pub(crate) const TOPICS_CONTENT: &str = "topics_content";
pub(crate) const SPREAD_PEOPLE: &str = "spread_people";
pub(crate) const SPREAD_ADS: &str = "spread_ads";

/// Members of [`Who::User`].
pub(crate) const USER: &str = "assistant";
pub(crate) const OTHER: &str = "other";

/// Measures computed from others.
pub(crate) const DERIVED: &[&str] = &[
    "price_per_mille_usd",
    "topics_per_person_ads",
    "topics_per_person_content",
    "gini_chat_ads",
];
/// Measures of the market path: handed in ready, without error.
pub(crate) const PATH: &[&str] = &["pacing", "budget_bound_share", "paid_price_per_mille_usd"];

/// The rows that a cut named in `report.cuts` adds to a measure.
///
/// Market and age are dimensions of strata, so any table can be cut by them. Which of its own dimensions a table can be
/// summed over is what its default cuts show: a person reached on two days is one person, so days of reach do not add up.
/// A further cut therefore combines columns that some default cut keeps with other dimensions of strata. Chats and signals
/// have a surface where others have an app, and buckets stay.
pub(crate) fn further(measure: &Measure, cut: cut::Cut) -> Vec<(TableId, Cut)> {
    if measure.only == Hidden {
        return Vec::new();
    }
    let who: &'static [Who] = match (cut.has(By::Market), cut.has(By::Age)) {
        (false, false) => &[],
        (true, false) => &[Market],
        (false, true) => &[Age],
        (true, true) => &[Market, Age],
    };
    let keeps = |columns: &[Column]| {
        let has = |column: Column| columns.contains(&column);
        has(Day) == cut.has(By::Day)
            && (has(App) || has(Surface)) == cut.has(By::App)
            && has(Topic) == cut.has(By::Topic)
    };
    let mut found: Vec<(TableId, Cut)> = Vec::new();
    for &(table, cuts) in measure.tables {
        for (_, columns) in cuts {
            let cut = (who, *columns);
            if keeps(columns) && !cuts.contains(&cut) && !found.contains(&(table, cut)) {
                found.push((table, cut));
            }
        }
    }
    found
}

/// Names of all measures in the order of their rows.
pub fn measure_names() -> impl Iterator<Item = &'static str> {
    MEASURES
        .iter()
        .filter(|m| m.only != Hidden)
        .map(|m| m.name)
        .chain(DERIVED.iter().copied())
        .chain(PATH.iter().copied())
}
