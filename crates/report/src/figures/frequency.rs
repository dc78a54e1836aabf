//! How often people meet ads that go back to their chats.

use overheard_charts::{Chart, Columns, Panel, Plot, Series, Unit, palette};

use super::{Skipped, titled};
use crate::estimate::Estimate;
use crate::names::percent;
use crate::run::Run;
use crate::table::{Cut, Dimension};

const NONE: &str = "0";

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let cut = Cut::of("chat_ad_frequency");
    let mut buckets: Vec<String> = Vec::new();
    let mut series = Vec::new();
    let mut none = Vec::new();
    for arm in &run.manifest.arms {
        let people = run.outcomes.along(arm, &cut, Dimension::Bucket);
        if people
            .iter()
            .all(|(bucket, e)| bucket == NONE || e.value == 0.0)
        {
            continue;
        }
        // How many people there are is not random.
        let whole = Estimate::new(run.assistant_users(arm), 0.0);
        if buckets.is_empty() {
            buckets = people.iter().map(|(bucket, _)| bucket.clone()).collect();
            buckets.retain(|bucket| bucket != NONE);
        }
        let find = |bucket: &str| people.iter().find(|(b, _)| b == bucket).map(|(_, e)| e);
        let values = buckets
            .iter()
            .map(|bucket| Some(find(bucket)?.share_of(whole)?.plotted(100.0)))
            .collect();
        let colour = palette::series(series.len());
        series.push(Series::solid(format!("arm “{arm}”"), colour, values));
        let some: f64 = buckets
            .iter()
            .filter_map(|b| find(b))
            .map(|e| e.value)
            .sum();
        if whole.value > 0.0 {
            let without = percent(100.0 * (1.0 - some / whole.value));
            none.push(format!("{without} in arm “{arm}”"));
        }
    }
    if series.is_empty() {
        return Err(Skipped("nobody saw an ad attributed to a chat"));
    }
    let mut subtitle = "Share of assistant users by the number of ads attributed to their chats in the window. Whiskers: 95\u{a0}% intervals.".to_owned();
    if !none.is_empty() {
        subtitle.push_str(&format!(
            " Not drawn: those who saw none, {}.",
            none.join(", ")
        ));
    }
    let mut chart = titled(run, "How many chat-derived ads one person sees", subtitle);
    chart.panels.push(Panel::of(Plot::Columns(Columns {
        categories: buckets,
        x_title: "chat-derived ads seen by one person in the window".into(),
        y_title: "share of assistant users [%]".into(),
        unit: Unit::Percent,
        series,
        stacked: false,
        reach: 0.0,
    })));
    Ok(chart)
}
