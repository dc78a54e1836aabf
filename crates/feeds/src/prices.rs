//! The prices of a day: how much demand each kind of advertiser has for each topic, after pacing.

use overheard_model::calendar::{Day, Window};
use overheard_model::ids::{AdKind, Market};
use overheard_model::topics::Taxonomy;

/// Pacing of one arm: for each market, day, kind and category a factor on bids, at most 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Pacing {
    days: usize,
    categories: usize,
    first: Day,
    values: Vec<f32>,
}

impl Pacing {
    /// The same value for everybody and every day.
    pub fn new(window: Window, categories: usize, value: f32) -> Self {
        let days = window.simulated() as usize;
        let values = vec![value; Market::COUNT * days * AdKind::COUNT * categories];
        Pacing {
            days,
            categories,
            first: window.first(),
            values,
        }
    }

    /// Pacing of all categories of a kind.
    pub fn of(&self, market: usize, day: Day, kind: AdKind) -> &[f32] {
        let at = self.at(market, day, kind);
        &self.values[at..at + self.categories]
    }

    /// The same, to be written.
    pub fn of_mut(&mut self, market: usize, day: Day, kind: AdKind) -> &mut [f32] {
        let at = self.at(market, day, kind);
        &mut self.values[at..at + self.categories]
    }

    fn at(&self, market: usize, day: Day, kind: AdKind) -> usize {
        let d = (day - self.first) as usize;
        ((market * self.days + d) * AdKind::COUNT + kind.index()) * self.categories
    }
}

/// Relative demand by topic on one day in one market: what the race weights are made of.
#[derive(Clone, Debug, PartialEq)]
pub struct DayDemand {
    /// Per topic: manual, custom, optimised.
    pub by_topic: Vec<[f32; 3]>,
    /// The same by the topic's number, and its share of all optimised demand; 0 for those that are none. Looked up for every slot of
    /// every person.
    pub lanes: Box<[[f32; 4]; 256]>,
    /// Sum of the optimised demand over topics: the weight of optimised ads at zero information.
    pub optimised: f32,
    /// Share of each category in it.
    pub category_share: Vec<f64>,
    /// Whether it is known to be the demand of the day before.
    pub as_before: bool,
}

impl DayDemand {
    /// Demand at the pacing of a day: `D = D0 λ^α`. Optimised demand sums to 1 at λ = 1; manual and custom demand are
    /// relative to it, an average topic having `manual` and `custom`.
    pub fn new(
        taxonomy: &Taxonomy,
        alpha: f64,
        manual: f64,
        custom: f64,
        pacing: [&[f32]; 3],
    ) -> Self {
        let total: f64 = taxonomy.topics.iter().map(|t| t.ad_value).sum();
        let mean = total / taxonomy.topics.len() as f64;
        let mut category_share = vec![0.0; taxonomy.categories.len()];
        let mut optimised = 0.0;
        let paced = pacing.map(|kind| -> Vec<f64> {
            let of = |pacing: &f32| libm::pow(f64::from(*pacing), alpha);
            kind.iter().map(of).collect()
        });
        let by_topic: Vec<[f32; 3]> = taxonomy
            .topics
            .iter()
            .map(|t| {
                let c = t.category as usize;
                let paced = |kind: AdKind| paced[kind.index()][c];
                let own = t.ad_value / total * paced(AdKind::Optimised);
                optimised += own;
                category_share[c] += own;
                [
                    (manual * t.ad_value / mean * paced(AdKind::Manual)) as f32,
                    (custom * t.ad_value / mean * paced(AdKind::Custom)) as f32,
                    own as f32,
                ]
            })
            .collect();
        category_share.iter_mut().for_each(|s| *s /= optimised);
        let (mut lanes, whole) = (Box::new([[0.0; 4]; 256]), optimised as f32);
        for (row, [manual, custom, optimised]) in lanes.iter_mut().zip(&by_topic) {
            *row = [*manual, *custom, *optimised, *optimised / whole];
        }
        DayDemand {
            by_topic,
            lanes,
            optimised: whole,
            category_share,
            as_before: false,
        }
    }
}
