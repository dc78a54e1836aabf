//! What every stage needs to know and none may change: the seed, the window, the strata, the taxonomy.

use crate::calendar::{Day, Window};
use crate::ids::{Age, Market};
use crate::strata::Stratum;
use crate::streams::Draws;
use crate::tally::Layout;
use crate::topics::Taxonomy;

/// The frame of one run, shared read-only by all stages.
#[derive(Clone, Debug)]
pub struct World {
    pub draws: Draws,
    pub window: Window,
    pub layout: Layout,
    pub strata: Vec<Stratum>,
    /// Per stratum: share of its people, all of one declared age, who are minors that declared an adult's.
    pub minors: Vec<f64>,
    pub taxonomy: Taxonomy,
    /// Number of arms; the first is the base of all differences.
    pub arms: usize,
    /// Per stratum and arm: the first day on which the arm may differ from the base arm there.
    pub diverges: Vec<Vec<Day>>,
}

impl World {
    /// Where the people of a stratum live.
    pub fn market(&self, stratum: u16) -> Market {
        self.strata[stratum as usize].market
    }
    /// Their declared age.
    pub fn age(&self, stratum: u16) -> Age {
        self.strata[stratum as usize].age
    }
    /// Whether they use the assistant.
    pub fn assistant(&self, stratum: u16) -> bool {
        self.strata[stratum as usize].assistant
    }
}
