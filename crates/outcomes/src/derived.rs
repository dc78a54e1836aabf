//! Measures that are functions of others: prices, topics per person, the Gini coefficient.

use indexmap::IndexMap;
use overheard_formats::{Column, Key};

use overheard_model::ids::{Age, Market};
use overheard_model::strata::REPLICATES;
use overheard_model::tally::SPREAD_BINS;

use crate::estimate::Estimate;
use crate::gini::gini;
use crate::measures::{DERIVED, SPREAD_ADS, SPREAD_PEOPLE, TOPICS_ADS, TOPICS_CONTENT, USER};

/// The sums of one arm by key.
pub(crate) struct Sums<'a> {
    keys: &'a [Key],
    by_key: IndexMap<&'a Key, &'a Estimate>,
}

impl<'a> Sums<'a> {
    /// Sums in the order of their keys.
    pub fn new(keys: &'a [Key], sums: &'a [Estimate]) -> Self {
        Sums {
            keys,
            by_key: keys.iter().zip(sums).collect(),
        }
    }

    fn has(&self, key: &Key) -> bool {
        self.by_key.contains_key(key)
    }

    fn get(&self, key: &Key) -> Estimate {
        self.by_key
            .get(key)
            .copied()
            .copied()
            .unwrap_or(Estimate::ZERO)
    }
}

/// The derived rows of one arm, in their order: those whose sums are there.
pub(crate) fn rows(sums: &Sums) -> Vec<(Key, Estimate)> {
    let [price, topics_ads, topics_content, spread] = DERIVED else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    // 1000 × spend / impressions, in every cut of impressions that is not about sources or topics.
    let whole = |k: &&Key| {
        k.measure() == "ad_impressions"
            && k.get(Column::Source).is_empty()
            && k.get(Column::Topic).is_empty()
    };
    for key in sums.keys.iter().filter(whole) {
        let spend = key.renamed("ad_spend_usd");
        if !sums.has(&spend) {
            continue;
        }
        let spend = sums.get(&spend);
        rows.push((
            key.renamed(price.measure),
            spend.over(&sums.get(key)).scaled(1000.0),
        ));
    }
    for (entry, topics) in [(topics_ads, TOPICS_ADS), (topics_content, TOPICS_CONTENT)] {
        for cut in cuts() {
            let users = cut.renamed("people").with(Column::Bucket, USER);
            let topics = cut.renamed(topics).with(Column::Bucket, USER);
            if sums.has(&users) && sums.has(&topics) {
                let mean = sums.get(&topics).over(&sums.get(&users));
                rows.push((cut.renamed(entry.measure), mean));
            }
        }
    }
    let has =
        |cut: &Key, bucket| sums.has(&cut.renamed(SPREAD_PEOPLE).with(Column::Bucket, bucket));
    for cut in cuts().filter(|cut| has(cut, "00")) {
        rows.push((cut.renamed(spread.measure), gini_of(sums, &cut)));
    }
    rows
}

/// Everybody, each market, each age.
fn cuts() -> impl Iterator<Item = Key> {
    let markets = Market::ALL
        .iter()
        .map(|m| Key::of("").with(Column::Market, m.name()));
    let ages = Age::ALL
        .iter()
        .map(|a| Key::of("").with(Column::Age, a.name()));
    std::iter::once(Key::of("")).chain(markets).chain(ages)
}

/// Gini of chat-derived ads over the assistant users of a cut; those outside the histogram have none.
fn gini_of(sums: &Sums, cut: &Key) -> Estimate {
    let users = sums.get(&cut.renamed("people").with(Column::Bucket, USER));
    let bin = |measure: &'static str, b: usize| {
        sums.get(&cut.renamed(measure).with(Column::Bucket, format!("{b:02}")))
    };
    let bins: Vec<(Estimate, Estimate)> = (0..SPREAD_BINS)
        .map(|b| (bin(SPREAD_PEOPLE, b), bin(SPREAD_ADS, b)))
        .collect();
    let of = |pick: &dyn Fn(&Estimate) -> f64| {
        let spread = bins.iter().map(|(people, ads)| (pick(people), pick(ads)));
        let inside: f64 = spread.clone().map(|(people, _)| people).sum();
        gini((pick(&users) - inside).max(0.0), spread)
    };
    Estimate {
        value: of(&|e| e.value),
        replicates: std::array::from_fn::<_, REPLICATES, _>(|g| of(&|e| e.replicates[g])),
    }
}
