//! The taxonomy that the program loads from data: topics grouped into categories.

use crate::ids::{Age, Class, Vulnerability};

/// Index of a topic in the taxonomy.
pub type TopicId = u8;
/// Index of a category.
pub type CategoryId = u8;

/// No topic: an empty profile slot.
pub const NO_TOPIC: TopicId = u8::MAX;

/// One row of the taxonomy.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    pub name: String,
    pub category: CategoryId,
    /// Advertiser demand per interested person, relative (ordinary topics average about 1).
    pub ad_value: f64,
    /// Relative chance to be one of a person's standing interests, by age.
    pub prevalence: [f64; Age::COUNT],
    /// Relative chance to be a passing intent.
    pub intent: f64,
    pub vulnerability: Vulnerability,
    pub class: Class,
    /// Ordinary topics that a chat on this one may be taken for, or may also mention; with relative weights.
    pub neighbours: Vec<(TopicId, f64)>,
}

/// All topics and the names of their categories, in file order.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Taxonomy {
    pub topics: Vec<Topic>,
    pub categories: Vec<String>,
}

impl Taxonomy {
    /// The topic of that name.
    pub fn find(&self, name: &str) -> Option<TopicId> {
        self.topics
            .iter()
            .position(|t| t.name == name)
            .map(|i| i as TopicId)
    }
    /// A topic's row.
    pub fn topic(&self, id: TopicId) -> &Topic {
        &self.topics[id as usize]
    }
    /// The index of a topic's category.
    pub fn category_of(&self, id: TopicId) -> usize {
        self.topics[id as usize].category as usize
    }
    /// Topics of one sensitive class.
    pub fn of_class(&self, class: Class) -> Vec<TopicId> {
        (0..self.topics.len())
            .filter(|&i| self.topics[i].class == class)
            .map(|i| i as TopicId)
            .collect()
    }
}
