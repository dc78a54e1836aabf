//! Measures that are functions of others: prices, numbers per person, how unequally chat-derived ads fall on people.

use indexmap::{IndexMap, IndexSet};
use overheard_formats::{Column, Key};

use overheard_model::ids::{Age, Market};
use overheard_model::strata::REPLICATES;
use overheard_model::tally::{HABIT, SPREAD_BINS};

use crate::estimate::Estimate;
use crate::gini::{gini, held_by_top};
use crate::measures::{
    CHAT_ADS_BY_HABIT, DERIVED, DIVERSITY, DIVERSITY_PEOPLE, PEOPLE_BY_HABIT, SPREAD_ADS,
    SPREAD_PEOPLE, TOPICS_ADS, TOPICS_CONTENT, USER,
};

/// The parts of people [%] of whom `chat_ads_held_by_top` tells: half of all ads may fall on the upper two percent.
fn tops() -> impl Iterator<Item = u32> {
    std::iter::once(1).chain((2..100).step_by(2))
}

/// The sums of one arm by key.
pub(crate) struct Sums<'a> {
    /// Keys of the rows that are shown, in their order, and whatever follows them; the places of their sums.
    pub shown: &'a IndexSet<Key>,
    pub shown_rows: &'a [usize],
    /// Those of the others.
    pub hidden: &'a IndexMap<Key, usize>,
    pub at: &'a dyn Fn(usize) -> Estimate,
}

impl Sums<'_> {
    fn row(&self, key: &Key) -> Option<usize> {
        let row = match self.shown.get_index_of(key) {
            Some(place) => self.shown_rows.get(place),
            None => self.hidden.get(key),
        };
        row.copied()
    }

    fn has(&self, key: &Key) -> bool {
        self.row(key).is_some()
    }

    fn get(&self, key: &Key) -> Estimate {
        self.row(key).map_or(Estimate::ZERO, |row| (self.at)(row))
    }
}

/// The derived rows of one arm, in their order: those whose sums are there.
pub(crate) fn rows(sums: &Sums) -> Vec<(Key, Estimate)> {
    let [
        price,
        topics_ads,
        topics_content,
        spread,
        held,
        chat_ads,
        categories,
    ] = DERIVED
    else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    // 1000 × spend / impressions, in every cut of impressions that is not about sources or topics.
    let whole = |k: &&Key| {
        k.measure() == "ad_impressions"
            && k.get(Column::Source).is_empty()
            && k.get(Column::Topic).is_empty()
    };
    for key in sums.shown.iter().filter(whole) {
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
    let of = |cut: &Key, measure, bucket| cut.renamed(measure).with(Column::Bucket, bucket);
    for cut in cuts().filter(|cut| sums.has(&of(cut, SPREAD_PEOPLE, "00"))) {
        let spread_over = Spread::of(sums, &cut);
        rows.push((cut.renamed(spread.measure), spread_over.map(gini)));
    }
    let all = Key::of("");
    let everybody = Spread::of(sums, &all);
    let is_told = sums.has(&of(&all, SPREAD_PEOPLE, "00"));
    for top in tops().filter(|_| is_told) {
        let key = Key::of(held.measure).with(Column::Bucket, format!("top {top} %"));
        let part = f64::from(top) / 100.0;
        let share = everybody.map(|nobody, bins| held_by_top(nobody, bins, part));
        rows.push((key, share));
    }
    for (entry, amount, people) in [
        (chat_ads, CHAT_ADS_BY_HABIT, PEOPLE_BY_HABIT),
        (categories, DIVERSITY, DIVERSITY_PEOPLE),
    ] {
        for cut in cuts().filter(|cut| sums.has(&of(cut, people, HABIT[0]))) {
            let [amount, people] = [amount, people].map(|m| over_habits(sums, &cut.renamed(m)));
            rows.push((cut.renamed(entry.measure), amount.over(&people)));
        }
        let is_told = sums.has(&of(&all, people, HABIT[0]));
        for habit in HABIT.iter().filter(|_| is_told) {
            let of = |measure| sums.get(&Key::of(measure).with(Column::Bucket, *habit));
            let key = Key::of(entry.measure).with(Column::Bucket, *habit);
            rows.push((key, of(amount).over(&of(people))));
        }
    }
    rows
}

/// The sum of what is counted by chat habit.
fn over_habits(sums: &Sums, key: &Key) -> Estimate {
    let mut all = Estimate::ZERO;
    for habit in HABIT {
        all.add(&sums.get(&key.clone().with(Column::Bucket, *habit)));
    }
    all
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

/// How chat-derived ads fall on the assistant users of a cut: a histogram, and all users; those outside it have none.
struct Spread {
    users: Estimate,
    bins: Vec<(Estimate, Estimate)>,
}

impl Spread {
    fn of(sums: &Sums, cut: &Key) -> Self {
        let bin = |measure: &'static str, b: usize| {
            sums.get(&cut.renamed(measure).with(Column::Bucket, format!("{b:02}")))
        };
        Spread {
            users: sums.get(&cut.renamed("people").with(Column::Bucket, USER)),
            bins: (0..SPREAD_BINS)
                .map(|b| (bin(SPREAD_PEOPLE, b), bin(SPREAD_ADS, b)))
                .collect(),
        }
    }

    /// Applies a function of those who have none and of the histogram to the value and to each replicate.
    fn map(&self, f: impl Fn(f64, std::vec::IntoIter<(f64, f64)>) -> f64) -> Estimate {
        let of = |pick: &dyn Fn(&Estimate) -> f64| {
            let bins = self
                .bins
                .iter()
                .map(|(people, ads)| (pick(people), pick(ads)));
            let bins: Vec<(f64, f64)> = bins.collect();
            let inside: f64 = bins.iter().map(|(people, _)| people).sum();
            f((pick(&self.users) - inside).max(0.0), bins.into_iter())
        };
        Estimate {
            value: of(&|e| e.value),
            replicates: std::array::from_fn::<_, REPLICATES, _>(|g| of(&|e| e.replicates[g])),
        }
    }
}
