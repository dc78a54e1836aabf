//! Time in the model: integer days from the first day of the window; dates are labels that live elsewhere.

/// A day relative to the first reported day; warm-up days are negative.
pub type Day = i32;

/// "Never", later than any day of any window.
pub const NEVER: Day = i32::MAX / 4;

/// The days that are simulated and the days that are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Days of warm-up before day 0, simulated but not reported.
    pub warm_up: Day,
    /// Reported days: 0 up to, not including, this.
    pub days: Day,
}

impl Window {
    /// The first simulated day.
    pub const fn first(&self) -> Day {
        -self.warm_up
    }
    /// Whether a day is reported, and not warm-up.
    pub const fn reported(&self, day: Day) -> bool {
        day >= 0 && day < self.days
    }
    /// Simulated days, warm-up included.
    pub const fn simulated(&self) -> Day {
        self.warm_up + self.days
    }
}
