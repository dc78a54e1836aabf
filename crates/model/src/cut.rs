//! Cuts: what the numbers of a run are told apart by.

use std::fmt;

vocabulary! {
    /// A dimension that additive outcomes can be cut by; topics by category.
    By { Day = "day", Market = "market", Age = "age", App = "app", Topic = "topic" }
}

/// A set of dimensions, written `market*topic`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut(u8);

impl Cut {
    /// The set of some dimensions.
    pub fn of(dimensions: impl IntoIterator<Item = By>) -> Self {
        Cut(dimensions
            .into_iter()
            .fold(0, |set, by| set | 1 << by.index()))
    }

    /// Whether a dimension is in the set.
    pub const fn has(self, by: By) -> bool {
        self.0 >> by.index() & 1 == 1
    }

    /// Whether tallies can tell these apart. Market and age come with every table; topics are counted over the whole
    /// window and all apps at once.
    pub const fn is_counted(self) -> bool {
        !(self.has(By::Topic) && (self.has(By::Day) || self.has(By::App)))
    }

    /// Reads names joined by `*`; blanks beside them do not matter, nor does their order. The error is the first that
    /// is no dimension.
    ///
    /// ```
    /// use overheard_model::cut::{By, Cut};
    ///
    /// assert_eq!(Cut::parse("topic * market"), Ok(Cut::of([By::Market, By::Topic])));
    /// assert_eq!(Cut::parse("market*planet"), Err("planet"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, &str> {
        let names = text.split('*').map(str::trim);
        let dimensions: Result<Vec<By>, &str> =
            names.map(|name| By::from_name(name).ok_or(name)).collect();
        dimensions.map(Cut::of)
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = By::ALL.iter().filter(|by| self.has(**by));
        let names: Vec<&str> = kept.map(|by| by.name()).collect();
        f.pad(&names.join("*"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_reads_its_own_name() {
        for set in 1..1 << By::COUNT {
            let cut = Cut(set);
            assert_eq!(Cut::parse(&cut.to_string()), Ok(cut));
        }
        assert_eq!(Cut::parse("app*day*day"), Cut::parse("day * app"));
        for (text, fault) in [("", ""), ("market*", ""), ("day x age", "day x age")] {
            assert_eq!(Cut::parse(text), Err(fault));
        }
    }

    #[test]
    fn topics_go_with_people_only() {
        let counted = |text| Cut::parse(text).is_ok_and(Cut::is_counted);
        assert!(counted("market*age*topic") && counted("day*market*age*app"));
        assert!(!counted("day*topic") && !counted("market*app*topic"));
    }
}
