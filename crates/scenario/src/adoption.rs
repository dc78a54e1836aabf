//! How many people use the assistant on the dates of a scenario.

use jiff::civil::Date;
use overheard_model::adoption;
use overheard_model::calendar::Day;
use overheard_model::ids::Market;

use crate::values::Values;

/// The assistant's launch, from which its adoption is counted.
const LAUNCH: Date = jiff::civil::date(2023, 9, 27);
/// The month that the users in `data/markets.csv` are of.
const COUNTED: Date = jiff::civil::date(2025, 12, 1);

/// Days from the assistant's launch to a date.
pub fn days_since_launch(date: Date) -> Day {
    (LAUNCH.duration_until(date).as_hours() / 24) as Day
}

/// Users of the assistant on a date over those of December 2025, after which the curve is flat.
fn adopted(date: Date) -> f64 {
    if date >= COUNTED {
        return 1.0;
    }
    let users = |date| adoption::users(days_since_launch(date));
    users(date) / users(COUNTED)
}

impl Values {
    /// Users of the assistant per market when the window begins (million people).
    pub fn adopted_users(&self) -> [f64; Market::COUNT] {
        let adopted = adopted(self.date("time.start"));
        self.per_market("population.assistant_users")
            .map(|users| users * adopted)
    }

    /// Users of the assistant that a run stands for: whole people.
    pub fn assistant_users(&self) -> f64 {
        self.adopted_users()
            .iter()
            .map(|users| (users * 1e6).round())
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_launch() {
        assert_eq!(days_since_launch(jiff::civil::date(2024, 8, 29)), 337);
        assert_eq!(days_since_launch(jiff::civil::date(2026, 3, 31)), 916);
    }
}
