//! Optimised ads whose topic is drawn as if nothing were known about topics, spread over the categories.
//!
//! They are tallied by day; each day's shares of the categories follow from the demand of that day, the same for all
//! people of a market, so the spreading is done once per shard, on the integers.

use overheard_model::ids::Source;
use overheard_model::tally::{TableId, Tally};
use overheard_model::world::World;

use crate::params::Params;

/// Adds the spread flows of one arm's tally to its topic tables, and clears them.
pub fn spread_over_topics(p: &Params, world: &World, arm: usize, market: usize, tally: &mut Tally) {
    let layout = &world.layout;
    let vulnerable = vulnerable_share(world);
    for day in 0..layout.days {
        let demand = p.demand_of(arm, market, day as i32);
        for source in 0..Source::COUNT {
            let ds = day * Source::COUNT + source;
            let counts = layout.offset(TableId::SpreadCounts) + ds * 2;
            let spend_cell = layout.offset(TableId::SpreadSpend) + ds;
            let impressions = std::mem::take(&mut tally.cells[counts]);
            let clicks = std::mem::take(&mut tally.cells[counts + 1]);
            let spend = std::mem::take(&mut tally.cells[spend_cell]);
            if impressions == 0 {
                continue;
            }
            let part = |whole: i64, share: f64| (whole as f64 * share).round_ties_even() as i64;
            for (category, share) in demand.category_share.iter().enumerate() {
                let cell = category * Source::COUNT + source;
                let mut add =
                    |table: TableId, value: i64| tally.cells[layout.offset(table) + cell] += value;
                add(TableId::ImpressionsTopic, part(impressions, *share));
                add(TableId::SpendTopic, part(spend, *share));
                add(TableId::ClicksTopic, part(clicks, *share));
                // Whoever sees an ad on a topic of no interest has z = 0.
                add(
                    TableId::ConversionsTopic,
                    part(clicks, share * p.purchase.attributed[0]),
                );
                add(
                    TableId::IncrementalTopic,
                    part(clicks, share * p.purchase.incremental[0]),
                );
                add(
                    TableId::Vulnerable,
                    part(impressions, share * vulnerable[category]),
                );
            }
        }
    }
}

/// Share of each category's demand that is for topics flagged as vulnerable.
fn vulnerable_share(world: &World) -> Vec<f64> {
    let categories = world.taxonomy.categories.len();
    let (mut all, mut flagged) = (vec![0.0; categories], vec![0.0; categories]);
    for topic in &world.taxonomy.topics {
        all[topic.category as usize] += topic.ad_value;
        if topic.vulnerability != overheard_model::ids::Vulnerability::None {
            flagged[topic.category as usize] += topic.ad_value;
        }
    }
    flagged
        .iter()
        .zip(&all)
        .map(|(f, a)| if *a > 0.0 { f / a } else { 0.0 })
        .collect()
}
