//! Every measure: what it is, the tables it is read from, and the cuts it is reported by. The order here is the order of the
//! rows.

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

/// One measure, as a reader of `outcomes.csv` has to know it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub measure: &'static str,
    pub unit: &'static str,
    /// Columns whose members are apart from each other and make up the whole: their rows may be summed.
    pub adds_up_over: &'static [Column],
    pub meaning: &'static str,
}

/// One measure, and where its rows come from.
#[derive(Debug)]
pub(crate) struct Measure {
    pub entry: Entry,
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
const BUCKETS_APART: &[Cut] = &[
    (&[], &[Bucket]),
    (&[Market], &[Bucket]),
    (&[Age], &[Bucket]),
];

/// Over which columns rows add up.
mod sums {
    use overheard_formats::Column::{self, Age, App, Bucket, Day, Market, Source, Surface, Topic};

    /// Only people, market by market.
    pub const WHO: &[Column] = &[Market, Age];
    pub const WHO_BUCKET: &[Column] = &[Market, Age, Bucket];
    pub const FLOW: &[Column] = &[Day, Market, App, Age];
    pub const FLOW_SOURCE: &[Column] = &[Day, Market, App, Age, Source];
    pub const FLOW_TOPIC: &[Column] = &[Day, Market, App, Age, Topic, Source];
    pub const FLOW_BUCKET: &[Column] = &[Day, Market, App, Age, Bucket];
    pub const HELD_ON: &[Column] = &[Day, Market, Surface, Age];
    pub const CLASSES: &[Column] = &[Day, Market, Age, Topic];
    pub const ROUTES: &[Column] = &[Market, Age, Topic, Bucket];
    pub const CHATS: &[Column] = &[Day, Market, Surface, Age, Topic];
    pub const TYPES: &[Column] = &[Market, App, Age, Source, Bucket];
    pub const CROSS: &[Column] = &[Market, App, Surface, Age];
    pub const VULNERABLE: &[Column] = &[Market, Age, Topic, Source];
    pub const NOTHING: &[Column] = &[];
}

const fn entry(
    measure: &'static str,
    unit: &'static str,
    adds_up_over: &'static [Column],
    meaning: &'static str,
) -> Entry {
    Entry {
        measure,
        unit,
        adds_up_over,
        meaning,
    }
}

const fn measure(
    name: &'static str,
    unit: &'static str,
    adds_up_over: &'static [Column],
    meaning: &'static str,
    only: Only,
    tables: &'static [(TableId, &'static [Cut])],
) -> Measure {
    Measure {
        entry: entry(name, unit, adds_up_over, meaning),
        tables,
        only,
    }
}

const fn hidden(name: &'static str, tables: &'static [(TableId, &'static [Cut])]) -> Measure {
    measure(name, "", &[], "", Hidden, tables)
}

/// In the order of the rows; those that are worked out of others and the market path follow after these.
#[rustfmt::skip]
pub(crate) const MEASURES: &[Measure] = &[
    measure("people", "people", sums::WHO_BUCKET, "people represented",
        Always, &[(T::People, PEOPLE)]),
    measure("people_active", "people", sums::WHO, "opened an app at least once",
        Always, &[(T::ActiveTotal, WHO), (T::ActiveDay, WHO_DAY), (T::ActiveApp, WHO_APP), (T::ActiveDayApp, DAY_APP)]),
    measure("sessions", "sessions", sums::FLOW, "times an app was opened",
        Always, &[(T::Sessions, FLOW)]),
    measure("chats", "chats", sums::CHATS, "chats held, used or not; topic none: about nothing that sells",
        Always, &[(T::Chats, CHATS), (T::ChatsTopic, TOPIC)]),
    measure("chats_by_subject", "chats", sums::WHO_BUCKET, "chats held, by what they are about",
        Always, &[(T::ChatsSubject, BUCKETS)]),
    measure("people_chatting", "people", sums::WHO, "chatted at least once in 30 days, on a day, in a week",
        Always, &[(T::ChattingMonth, WHO), (T::ChattingDay, WHO_DAY), (T::ChattingWeek, BUCKETS_BY_MARKET)]),
    measure("sensitive_chats", "chats", sums::CLASSES, "chats on a sensitive matter",
        Always, &[(T::SensitiveChats, CLASSES)]),
    measure("sensitive_caught", "chats", sums::CLASSES, "sensitive chats that the detector flagged: ordinary ones are none",
        Always, &[(T::SensitiveCaught, CLASSES)]),
    measure("sensitive_missed", "chats", sums::CLASSES, "sensitive chats that it looked at and did not flag",
        Always, &[(T::SensitiveMissed, CLASSES)]),
    measure("signals", "signals", sums::HELD_ON, "signals that chats placed in profiles",
        Always, &[(T::Signals, CHATS)]),
    measure("ad_slots", "slots", sums::FLOW, "places for an ad",
        Always, &[(T::Slots, FLOW)]),
    measure("ad_impressions", "impressions", sums::FLOW_TOPIC, "ads shown",
        Always, &[(T::Impressions, FLOW), (T::ImpressionsTopic, TOPIC)]),
    measure("ad_spend_usd", "USD", sums::FLOW_TOPIC, "paid for ads",
        Always, &[(T::Spend, FLOW), (T::SpendTopic, TOPIC)]),
    measure("ad_clicks", "clicks", sums::FLOW_TOPIC, "clicks on ads",
        Always, &[(T::Clicks, FLOW), (T::ClicksTopic, TOPIC)]),
    measure("ad_conversions", "conversions", sums::FLOW_TOPIC, "purchases attributed to an ad",
        Always, &[(T::Conversions, FLOW), (T::ConversionsTopic, TOPIC)]),
    measure("incremental_conversions", "conversions", sums::FLOW_TOPIC, "purchases that an ad caused",
        Always, &[(T::Incremental, FLOW), (T::IncrementalTopic, TOPIC)]),
    measure("predicted_clicks", "clicks", sums::FLOW, "clicks as the platform predicts them",
        Always, &[(T::Predicted, FLOW)]),
    measure("displaced_impressions", "impressions", sums::FLOW, "ads that would have been others in the base arm",
        Always, &[(T::Displaced, FLOW)]),
    measure("ad_impressions_by_kind", "impressions", sums::WHO_BUCKET, "ads shown, by how they are bought",
        Always, &[(T::ImpressionsKind, BUCKETS)]),
    measure("ad_spend_by_kind", "USD", sums::WHO_BUCKET, "paid for ads, by how they are bought",
        Always, &[(T::SpendKind, BUCKETS)]),
    measure("ad_clicks_by_kind", "clicks", sums::WHO_BUCKET, "clicks on ads, by how they are bought",
        Always, &[(T::ClicksKind, BUCKETS)]),
    measure("ad_conversions_by_kind", "conversions", sums::WHO_BUCKET, "purchases attributed to an ad, by how it is bought",
        Always, &[(T::ConversionsKind, BUCKETS)]),
    measure("ad_impressions_from_chats", "impressions", sums::FLOW_BUCKET, "chat-derived ads, on the topic of their chat or elsewhere",
        Always, &[(T::ImpressionsFromChats, FROM_CHATS)]),
    measure("ad_spend_from_chats", "USD", sums::FLOW_BUCKET, "paid for chat-derived ads, on the topic of their chat or elsewhere",
        Always, &[(T::SpendFromChats, FROM_CHATS)]),
    measure("ad_clicks_from_chats", "clicks", sums::FLOW_BUCKET, "clicks on chat-derived ads, on the topic of their chat or elsewhere",
        Always, &[(T::ClicksFromChats, FROM_CHATS)]),
    measure("ad_impressions_by_group", "impressions", sums::FLOW_SOURCE, "ads shown to assistant users, other people, and those of the former whom a live signal reaches",
        Always, &[(T::Impressions, USERS_OR_NOT), (T::HeldImpressions, HELD)]),
    measure("ad_spend_by_group", "USD", sums::FLOW_SOURCE, "paid for ads, by the same groups",
        Always, &[(T::Spend, USERS_OR_NOT), (T::HeldSpend, HELD)]),
    measure("ad_clicks_by_group", "clicks", sums::FLOW_SOURCE, "clicks on ads, by the same groups",
        Always, &[(T::Clicks, USERS_OR_NOT), (T::HeldClicks, HELD)]),
    measure("displaced_by_group", "impressions", sums::FLOW, "displaced ads, by the same groups",
        Always, &[(T::Displaced, USERS_OR_NOT), (T::HeldDisplaced, HELD)]),
    measure("people_with_displaced_ads", "people", sums::WHO, "saw at least one displaced ad",
        Always, &[(T::WithDisplaced, WHO)]),
    measure("organic_items", "items", sums::FLOW_TOPIC, "posts and reels shown; topic none: for no interest of anybody",
        Always, &[(T::Organic, FLOW), (T::OrganicTopic, TOPIC)]),
    measure("organic_items_by_type", "items", sums::TYPES, "posts and reels shown, by type",
        Always, &[(T::ItemsByType, TYPES)]),
    measure("people_reached_by_chat_ads", "people", sums::WHO, "saw at least one chat-derived ad",
        Always, &[(T::Reached, WHO), (T::ReachedDay, WHO_DAY), (T::ReachedApp, WHO_APP)]),
    measure("chat_ad_frequency", "people", sums::WHO_BUCKET, "assistant users, by how many chat-derived ads they saw",
        Always, &[(T::Frequency, BUCKETS)]),
    measure("people_reached_from_sensitive_chats", "people", sums::WHO, "saw at least one ad that goes back to a sensitive chat",
        Always, &[(T::ReachedSensitiveAny, WHO), (T::ReachedSensitiveClass, BY_CLASS), (T::ReachedSensitiveRoute, BUCKETS), (T::ReachedSensitive, ROUTES)]),
    measure("sensitive_content_items", "items", sums::ROUTES, "posts and reels that go back to a sensitive chat",
        Always, &[(T::SensitiveContent, ROUTE_ITEMS)]),
    measure("sensitive_ad_impressions", "impressions", sums::ROUTES, "ads that go back to a sensitive chat",
        Always, &[(T::SensitiveAds, ROUTE_ITEMS)]),
    measure("cross_app_impressions", "impressions", sums::CROSS, "chat-derived ads, by surface of the chat and app of the ad",
        Always, &[(T::CrossApp, CROSS)]),
    measure("days_to_first_ad", "signals", sums::WHO_BUCKET, "signals of the window that may choose ads, by their age at their first ad",
        Always, &[(T::FirstAd, BUCKETS)]),
    measure("chat_ads_after_leaving", "impressions", sums::WHO_BUCKET, "chat-derived ads to people who quit or unjoined, by days since",
        Always, &[(T::AfterLeaving, BUCKETS_BY_MARKET)]),
    measure("minors_reached", "people", sums::WHO, "minors with an adult's age who saw a chat-derived ad",
        Always, &[(T::MinorsReached, WHO)]),
    measure("notice_funnel", "people", sums::WHO, "each stage is part of the one before; only users of the assistant act",
        Always, &[(T::Funnel, BUCKETS)]),
    measure("informed_before_first_signal", "people", sums::WHO, "each bucket is part of the one before",
        Always, &[(T::Informed, BUCKETS)]),
    measure("people_quit_assistant", "people", sums::WHO, "gave the assistant up",
        Always, &[(T::Quit, WHO)]),
    measure("controls_used", "people", sums::WHO, "used a control; one person can use several; incognito: everybody who may, as it is chosen chat by chat",
        Always, &[(T::Controls, BUCKETS)]),
    measure("vulnerable_category_impressions", "impressions", sums::VULNERABLE, "ads on topics flagged as hard on vulnerable people",
        Always, &[(T::Vulnerable, VULNERABLE)]),
    measure("profile_evictions", "topics", sums::WHO, "topics pushed out of a profile",
        Always, &[(T::Evictions, WHO)]),
    measure(PEOPLE_BY_HABIT, "people", sums::WHO_BUCKET, "assistant users in five equal parts by how often they chat, the least first",
        Always, &[(T::PeopleHabit, BUCKETS_APART)]),
    measure(CHAT_ADS_BY_HABIT, "impressions", sums::WHO_BUCKET, "chat-derived ads that they are expected to see",
        Always, &[(T::ChatAdsHabit, BUCKETS_APART)]),
    measure("people_reached_by_habit", "people", sums::WHO_BUCKET, "those of them who saw at least one",
        Always, &[(T::ReachedHabit, BUCKETS_APART)]),
    measure("displaced_by_habit", "impressions", sums::WHO_BUCKET, "displaced ads, by the same parts",
        Always, &[(T::DisplacedHabit, BUCKETS_APART)]),
    measure("people_with_displaced_by_habit", "people", sums::WHO_BUCKET, "those of them who saw at least one displaced ad",
        Always, &[(T::WithDisplacedHabit, BUCKETS_APART)]),
    measure("sensitive_ads_by_habit", "impressions", sums::WHO_BUCKET, "ads that go back to a sensitive chat, by the same parts",
        Always, &[(T::SensitiveAdsHabit, BUCKETS_APART)]),
    measure("people_reached_from_sensitive_by_habit", "people", sums::WHO_BUCKET, "those of them who saw at least one ad that goes back to a sensitive chat",
        Always, &[(T::ReachedSensitiveHabit, BUCKETS_APART)]),
    measure("split_ad_slots", "slots", sums::WHO_BUCKET, "as ad_slots, of treated and untreated people",
        Split, &[(T::SplitSlots, BUCKETS_BY_MARKET)]),
    measure("split_ad_impressions", "impressions", sums::WHO_BUCKET, "as ad_impressions, of treated and untreated people",
        Split, &[(T::SplitImpressions, BUCKETS_BY_MARKET)]),
    measure("split_ad_spend_usd", "USD", sums::WHO_BUCKET, "as ad_spend_usd, of treated and untreated people",
        Split, &[(T::SplitSpend, BUCKETS_BY_MARKET)]),
    measure("split_ad_clicks", "clicks", sums::WHO_BUCKET, "as ad_clicks, of treated and untreated people",
        Split, &[(T::SplitClicks, BUCKETS_BY_MARKET)]),
    measure("split_ad_conversions", "conversions", sums::WHO_BUCKET, "as ad_conversions, of treated and untreated people",
        Split, &[(T::SplitConversions, BUCKETS_BY_MARKET)]),
    measure("split_incremental_conversions", "conversions", sums::WHO_BUCKET, "as incremental_conversions, of treated and untreated people",
        Split, &[(T::SplitIncremental, BUCKETS_BY_MARKET)]),
    measure("split_ad_impressions_by_kind", "impressions", sums::WHO_BUCKET, "as ad_impressions_by_kind, of treated and untreated people",
        Split, &[(T::SplitImpressionsKind, BUCKETS_BY_MARKET)]),
    measure("split_ad_spend_usd_by_kind", "USD", sums::WHO_BUCKET, "as ad_spend_by_kind, of treated and untreated people",
        Split, &[(T::SplitSpendKind, BUCKETS_BY_MARKET)]),
    measure("split_ad_clicks_by_kind", "clicks", sums::WHO_BUCKET, "as ad_clicks_by_kind, of treated and untreated people",
        Split, &[(T::SplitClicksKind, BUCKETS_BY_MARKET)]),
    measure("split_ad_conversions_by_kind", "conversions", sums::WHO_BUCKET, "as ad_conversions_by_kind, of treated and untreated people",
        Split, &[(T::SplitConversionsKind, BUCKETS_BY_MARKET)]),
    hidden(TOPICS_ADS, &[(T::TopicsAds, USERS)]),
    hidden(TOPICS_CONTENT, &[(T::TopicsContent, USERS)]),
    hidden(SPREAD_PEOPLE, &[(T::SpreadPeople, BUCKETS_APART)]),
    hidden(SPREAD_ADS, &[(T::SpreadAds, BUCKETS_APART)]),
    hidden(DIVERSITY, &[(T::Diversity, BUCKETS_APART)]),
    hidden(DIVERSITY_PEOPLE, &[(T::DiversityPeople, BUCKETS_APART)]),
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
pub(crate) const PEOPLE_BY_HABIT: &str = "people_by_habit";
pub(crate) const CHAT_ADS_BY_HABIT: &str = "chat_ads_by_habit";
pub(crate) const DIVERSITY: &str = "diversity";
pub(crate) const DIVERSITY_PEOPLE: &str = "diversity_people";
pub(crate) const SPREAD_PEOPLE: &str = "spread_people";
pub(crate) const SPREAD_ADS: &str = "spread_ads";

/// Members of [`Who::User`].
pub(crate) const USER: &str = "assistant";
pub(crate) const OTHER: &str = "other";

/// Measures computed from others.
#[rustfmt::skip]
pub(crate) const DERIVED: &[Entry] = &[
    entry("price_per_mille_usd", "USD per thousand impressions", sums::NOTHING, "spend over impressions"),
    entry("topics_per_person_ads", "slots per person", sums::NOTHING, "topics with more than half a like in what chooses a person's ads"),
    entry("topics_per_person_content", "slots per person", sums::NOTHING, "the same in what chooses posts and reels"),
    entry("gini_chat_ads", "0 to 1", sums::NOTHING, "how unequally chat-derived ads fall on assistant users"),
    entry("chat_ads_held_by_top", "0 to 1", sums::NOTHING, "share of all chat-derived ads that fall on the assistant users with the most of them"),
    entry("chat_ads_per_person", "impressions per person", sums::NOTHING, "chat-derived ads that an assistant user is expected to see"),
    entry("ad_categories_per_person", "categories per person", sums::NOTHING, "effective number of categories among the ads of an assistant user: as many equally frequent ones would be as diverse"),
];
/// Measures of the market path: handed in ready, without error.
#[rustfmt::skip]
pub(crate) const PATH: &[Entry] = &[
    entry("pacing", "0 to 1", sums::NOTHING, "what share of their bids buyers bid, weighed by spend"),
    entry("budget_bound_share", "0 to 1", sums::NOTHING, "share of budgets that hold their buyers back"),
    entry("paid_price_per_mille_usd", "USD per thousand impressions", sums::NOTHING, "what single slots are sold for, at quantiles"),
];

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

/// What a reader has to know of every measure, in the order of the rows.
pub fn dictionary() -> impl Iterator<Item = &'static Entry> {
    let shown = MEASURES.iter().filter(|m| m.only != Hidden);
    shown.map(|m| &m.entry).chain(DERIVED).chain(PATH)
}

/// Names of all measures in the order of their rows.
pub fn measure_names() -> impl Iterator<Item = &'static str> {
    dictionary().map(|entry| entry.measure)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// README sends readers to docs/model.md for what a measure is.
    #[test]
    fn every_measure_is_defined_in_the_model() {
        let text = include_str!("../../../docs/model.md");
        let (_, from) = text.split_once("\n# Measures\n").unwrap();
        let (defined, _) = from.split_once("\n# ").unwrap();
        let cells = defined.lines().filter(|line| line.starts_with("| `"));
        let names: Vec<&str> = cells
            .flat_map(|line| line.split('`').skip(1).step_by(2))
            .collect();
        let is_defined = |measure: &str| {
            let ends = |name: &&str| name.starts_with('_') && measure.ends_with(*name);
            let of_group = measure.starts_with("split_") && names.contains(&"split_*");
            names.contains(&measure) || names.iter().any(ends) || of_group
        };
        for measure in measure_names() {
            assert!(
                is_defined(measure),
                "docs/model.md does not define `{measure}`"
            );
        }
        assert!(!is_defined("sessions_of_nobody"));
    }

    #[test]
    fn columns_stand_in_their_order_and_everything_is_said() {
        for entry in dictionary() {
            assert!(entry.adds_up_over.is_sorted(), "{entry:?}");
            assert!(
                !entry.unit.is_empty() && !entry.meaning.is_empty(),
                "{entry:?}"
            );
            let people =
                entry.measure.starts_with("people_") || entry.measure.ends_with("_reached");
            assert!(!people || entry.unit == "people", "{entry:?}");
        }
    }
}
