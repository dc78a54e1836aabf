//! What the measures of a run are: their units, and over which columns their rows add up.

use std::io::Write;

use overheard_formats::Column;

use crate::error::OutcomeError;

/// One measure, as a reader of `outcomes.csv` has to know it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub measure: &'static str,
    pub unit: &'static str,
    /// Columns whose members are apart from each other and make up the whole: their rows may be summed.
    pub adds_up_over: &'static [Column],
    pub meaning: &'static str,
}

use Column::{Age, App, Bucket, Day, Market, Source, Surface, Topic};

/// Only people, market by market.
const WHO: &[Column] = &[Market, Age];
const WHO_BUCKET: &[Column] = &[Market, Age, Bucket];
const FLOW: &[Column] = &[Day, Market, App, Age];
const FLOW_SOURCE: &[Column] = &[Day, Market, App, Age, Source];
const FLOW_TOPIC: &[Column] = &[Day, Market, App, Age, Topic, Source];
const FLOW_BUCKET: &[Column] = &[Day, Market, App, Age, Bucket];
const HELD_ON: &[Column] = &[Day, Market, Surface, Age];
const CLASSES: &[Column] = &[Day, Market, Age, Topic];
const ROUTES: &[Column] = &[Market, Age, Topic, Bucket];
const NOTHING: &[Column] = &[];

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

/// Every measure, in the order of the rows.
#[rustfmt::skip]
const DICTIONARY: &[Entry] = &[
    entry("people", "people", WHO_BUCKET, "people represented"),
    entry("people_active", "people", WHO, "opened an app at least once"),
    entry("sessions", "sessions", FLOW, "times an app was opened"),
    entry("chats", "chats", &[Day, Market, Surface, Age, Topic], "chats held, used or not; topic none: about nothing that sells"),
    entry("chats_by_subject", "chats", WHO_BUCKET, "chats held, by what they are about"),
    entry("people_chatting", "people", WHO, "chatted at least once in 30 days, on a day, in a week"),
    entry("sensitive_chats", "chats", CLASSES, "chats on a sensitive matter"),
    entry("sensitive_caught", "chats", CLASSES, "chats that the detector flagged"),
    entry("sensitive_missed", "chats", CLASSES, "sensitive chats that the detector did not flag"),
    entry("signals", "signals", HELD_ON, "signals that chats placed in profiles"),
    entry("ad_slots", "slots", FLOW, "places for an ad"),
    entry("ad_impressions", "impressions", FLOW_TOPIC, "ads shown"),
    entry("ad_spend_usd", "USD", FLOW_TOPIC, "paid for ads"),
    entry("ad_clicks", "clicks", FLOW_TOPIC, "clicks on ads"),
    entry("ad_conversions", "conversions", FLOW_TOPIC, "purchases attributed to an ad"),
    entry("incremental_conversions", "conversions", FLOW_TOPIC, "purchases that an ad caused"),
    entry("predicted_clicks", "clicks", FLOW, "clicks as the platform predicts them"),
    entry("displaced_impressions", "impressions", FLOW, "ads that would have been others in the base arm"),
    entry("ad_impressions_by_kind", "impressions", WHO_BUCKET, "ads shown, by how they are bought"),
    entry("ad_spend_by_kind", "USD", WHO_BUCKET, "paid for ads, by how they are bought"),
    entry("ad_clicks_by_kind", "clicks", WHO_BUCKET, "clicks on ads, by how they are bought"),
    entry("ad_conversions_by_kind", "conversions", WHO_BUCKET, "purchases attributed to an ad, by how it is bought"),
    entry("ad_impressions_from_chats", "impressions", FLOW_BUCKET, "chat-derived ads, on the topic of their chat or elsewhere"),
    entry("ad_spend_from_chats", "USD", FLOW_BUCKET, "paid for chat-derived ads, on the topic of their chat or elsewhere"),
    entry("ad_clicks_from_chats", "clicks", FLOW_BUCKET, "clicks on chat-derived ads, on the topic of their chat or elsewhere"),
    entry("ad_impressions_by_group", "impressions", FLOW_SOURCE, "ads shown to assistant users, other people, and those of the former whom a live signal reaches"),
    entry("ad_spend_by_group", "USD", FLOW_SOURCE, "paid for ads, by the same groups"),
    entry("ad_clicks_by_group", "clicks", FLOW_SOURCE, "clicks on ads, by the same groups"),
    entry("displaced_by_group", "impressions", FLOW, "displaced ads, by the same groups"),
    entry("people_with_displaced_ads", "people", WHO, "saw at least one displaced ad"),
    entry("organic_items", "items", FLOW_TOPIC, "posts and reels shown; topic none: for no interest of anybody"),
    entry("organic_items_by_type", "items", &[Market, App, Age, Source, Bucket], "posts and reels shown, by type"),
    entry("people_reached_by_chat_ads", "people", WHO, "saw at least one chat-derived ad"),
    entry("chat_ad_frequency", "people", WHO_BUCKET, "assistant users, by how many chat-derived ads they saw"),
    entry("people_reached_from_sensitive_chats", "people", WHO, "saw at least one ad that goes back to a sensitive chat"),
    entry("sensitive_content_items", "items", ROUTES, "posts and reels that go back to a sensitive chat"),
    entry("sensitive_ad_impressions", "impressions", ROUTES, "ads that go back to a sensitive chat"),
    entry("cross_app_impressions", "impressions", &[Market, App, Surface, Age], "chat-derived ads, by surface of the chat and app of the ad"),
    entry("days_to_first_ad", "signals", WHO_BUCKET, "signals born in the window, by their age at their first ad"),
    entry("chat_ads_after_leaving", "impressions", WHO_BUCKET, "chat-derived ads to people who quit or unjoined, by days since"),
    entry("minors_reached", "people", WHO, "minors with an adult's age who saw a chat-derived ad"),
    entry("notice_funnel", "people", WHO, "each stage is part of the one before"),
    entry("informed_before_first_signal", "people", WHO, "each bucket is part of the one before"),
    entry("people_quit_assistant", "people", WHO, "gave the assistant up"),
    entry("controls_used", "people", WHO, "used a control; one person can use several"),
    entry("vulnerable_category_impressions", "impressions", &[Market, Age, Topic, Source], "ads on topics flagged as hard on vulnerable people"),
    entry("profile_evictions", "topics", WHO, "topics pushed out of a profile"),
    entry("split_ad_slots", "slots", WHO_BUCKET, "as ad_slots, of treated and untreated people"),
    entry("split_ad_impressions", "impressions", WHO_BUCKET, "as ad_impressions, of treated and untreated people"),
    entry("split_ad_spend_usd", "USD", WHO_BUCKET, "as ad_spend_usd, of treated and untreated people"),
    entry("split_ad_clicks", "clicks", WHO_BUCKET, "as ad_clicks, of treated and untreated people"),
    entry("split_ad_conversions", "conversions", WHO_BUCKET, "as ad_conversions, of treated and untreated people"),
    entry("split_incremental_conversions", "conversions", WHO_BUCKET, "as incremental_conversions, of treated and untreated people"),
    entry("split_ad_impressions_by_kind", "impressions", WHO_BUCKET, "as ad_impressions_by_kind, of treated and untreated people"),
    entry("split_ad_spend_usd_by_kind", "USD", WHO_BUCKET, "as ad_spend_by_kind, of treated and untreated people"),
    entry("split_ad_clicks_by_kind", "clicks", WHO_BUCKET, "as ad_clicks_by_kind, of treated and untreated people"),
    entry("split_ad_conversions_by_kind", "conversions", WHO_BUCKET, "as ad_conversions_by_kind, of treated and untreated people"),
    entry("price_per_mille_usd", "USD per thousand impressions", NOTHING, "spend over impressions"),
    entry("topics_per_person_ads", "slots per person", NOTHING, "topics with more than half a like in what chooses a person's ads"),
    entry("topics_per_person_content", "slots per person", NOTHING, "the same in what chooses posts and reels"),
    entry("gini_chat_ads", "0 to 1", NOTHING, "how unequally chat-derived ads fall on assistant users"),
    entry("pacing", "0 to 1", NOTHING, "what share of their bids buyers bid, weighed by spend"),
    entry("budget_bound_share", "0 to 1", NOTHING, "share of budgets that hold their buyers back"),
    entry("paid_price_per_mille_usd", "USD per thousand impressions", NOTHING, "what single slots are sold for, at quantiles"),
];

/// The dictionary, in the order of the rows.
pub fn dictionary() -> &'static [Entry] {
    DICTIONARY
}

/// Writes `measures.csv`: `measure`, `unit`, `adds_up_over`, `meaning`.
///
/// # Errors
/// Whatever the writer says.
pub fn write_dictionary(out: impl Write) -> Result<(), OutcomeError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["measure", "unit", "adds_up_over", "meaning"])?;
    for entry in DICTIONARY {
        let columns: Vec<&str> = entry.adds_up_over.iter().map(|c| c.name()).collect();
        table.write_record([entry.measure, entry.unit, &columns.join(" "), entry.meaning])?;
    }
    table.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure_names;

    #[test]
    fn every_measure_is_in_the_dictionary_in_the_order_of_its_rows() {
        let entries: Vec<&str> = DICTIONARY.iter().map(|e| e.measure).collect();
        assert_eq!(entries, measure_names().collect::<Vec<_>>());
    }

    #[test]
    fn columns_stand_in_their_order_and_everything_is_said() {
        for entry in DICTIONARY {
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
