//! Optimised ads whose topic is drawn as if nothing were known about topics, spread over the categories.
//!
//! They are tallied by day; each day's shares of the categories follow from the demand of that day, the same for all
//! people of a market, so the spreading is done once per shard, on the integers.

use overheard_model::ids::Source;
use overheard_model::isa::Isa;
use overheard_model::tally::{TableId, Tally};
use overheard_model::world::World;

use crate::params::Params;

/// Topic tables that spread flows are added to: impressions, spend, clicks, what clicks come to, and the part of impressions
/// that is for vulnerable topics.
const TABLES: [TableId; 6] = [
    TableId::ImpressionsTopic,
    TableId::SpendTopic,
    TableId::ClicksTopic,
    TableId::ConversionsTopic,
    TableId::IncrementalTopic,
    TableId::Vulnerable,
];

/// Adds the spread flows of one arm's tally to its topic tables, and clears them.
pub fn spread_over_topics(
    p: &Params,
    world: &World,
    isa: Isa,
    arm: usize,
    market: usize,
    tally: &mut Tally,
) {
    let layout = &world.layout;
    let vulnerable = vulnerable_share(world);
    let mut sums = TABLES.map(|_| vec![0i64; layout.categories]);
    for source in 0..Source::COUNT {
        sums.iter_mut().for_each(|sums| sums.fill(0));
        for day in 0..layout.days {
            let flow = |k| layout.cell(TableId::BlindCounts, [day, source, k]);
            let [impressions, clicks, bought, caused] =
                std::array::from_fn(|k| std::mem::take(&mut tally[flow(k)]));
            let spend = layout.cell(TableId::BlindSpend, [day, source]);
            let spend = std::mem::take(&mut tally[spend]);
            if impressions == 0 {
                continue;
            }
            let shares = &p.demand_of(arm, market, day as i32).category_share;
            isa.run(
                #[inline(always)]
                || {
                    let [seen, spent, clicked, attributed, incremental, exposed] = &mut sums;
                    let plain = || shares.iter().copied();
                    let flagged = shares.iter().zip(&vulnerable).map(|(s, v)| s * v);
                    spread(impressions, plain(), seen);
                    spread(spend, plain(), spent);
                    spread(clicks, plain(), clicked);
                    spread(bought, plain(), attributed);
                    spread(caused, plain(), incremental);
                    spread(impressions, flagged, exposed);
                },
            );
        }
        for (table, sums) in TABLES.iter().zip(&sums) {
            for (category, sum) in sums.iter().enumerate() {
                tally[layout.cell(*table, [category, source])] += sum;
            }
        }
    }
}

/// Adds to every category its share of a whole, rounded half to even.
#[inline(always)]
fn spread(whole: i64, shares: impl Iterator<Item = f64>, sums: &mut [i64]) {
    for (sum, share) in sums.iter_mut().zip(shares) {
        *sum += to_integer((whole as f64 * share).round_ties_even());
    }
}

/// A whole number that an integer holds, as one. Rust's `as` asks of every one whether it fits, lane by lane; this is a half of 32
/// bits and what lies above it, each read off the last bits of what it and a large number come to, and a vector for all categories
/// at once.
#[inline(always)]
fn to_integer(whole: f64) -> i64 {
    const HALF: f64 = (1u64 << 32) as f64;
    // Between 2^52 and 2^53 doubles are the whole numbers; it stands in the middle, for those below 0.
    const LARGE: f64 = (3u64 << 51) as f64;
    let last_bits = |half: f64| ((half + LARGE).to_bits() as i64) - LARGE.to_bits() as i64;
    let high = (whole * (1.0 / HALF)).floor();
    (last_bits(high) << 32) + last_bits(whole - high * HALF)
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

#[cfg(test)]
mod tests {
    use super::to_integer;

    #[test]
    fn whole_numbers_become_integers() {
        let mut n: i64 = 1;
        while n > 0 {
            for n in [n - 1, n, n + n / 3, n + n / 2 + n / 5] {
                let whole = n as f64;
                if whole < i64::MAX as f64 {
                    assert_eq!(to_integer(whole), whole as i64, "{n}");
                    assert_eq!(to_integer(-whole), -whole as i64, "-{n}");
                }
            }
            n = n.wrapping_mul(2);
        }
    }
}
