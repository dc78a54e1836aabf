//! How often people chat: the month of a monthly user, which has no beginning and no end.
//!
//! Over all people daily rates `r` are gamma distributed, with density `f`, and a day has chats with chance
//! `d = 1 - e^-r`, whatever happened before. Monthly users of a day are those with chats on any of the thirty days up to it:
//! a share `w = 1 - (1 - d)³⁰` of the people of rate `r`. Every day some lapse, after thirty days without, and as many come
//! (back): of rate `r`, both number `f d (1 - d)³⁰` a day. So an assistant user stands for the monthly users of one rate at
//! all times: one who lapses is followed, on the same day, by one of the same rate who comes. Days between chats then have
//! the law `d (1 - d)^(g-1)` for `g < 30`, and what is left of it, `(1 - d)²⁹`, for `g = 30`.
//!
//! This renewal process is stationary from any first day on, with as many monthly users on each day as are represented.
//! Their rates have the density `f w / ∫ f w`, and a mean gap is `Σ_{g ≤ 30} (1 - d)^(g-1) = w / d` days: on a day
//! `∫ f d / ∫ f w` of them chat, within a week `∫ f (1 - e^-7r) / ∫ f w`, which are the ratios of daily and of weekly over
//! monthly users among all people.

use crate::calendar::Day;
use crate::math::gamma_q;
use crate::samplers::Quantiles;

/// Days up to which people who chatted are monthly users.
pub const MONTH: Day = 30;

/// Chance that one who has chats at a daily rate has any within a month.
pub fn within_a_month(rate: f64) -> f64 {
    -libm::expm1(-f64::from(MONTH) * rate)
}

/// Days since the last one with chats, as of any morning, from a uniform: between 1 and [`MONTH`], in proportion to
/// `(1 - d)^(days - 1)`.
pub fn days_since_chats(rate: f64, u: f64) -> Day {
    let days = 1 + (-libm::log1p(-u * within_a_month(rate)) / rate) as Day;
    days.min(MONTH)
}

/// Chance that one who has chats at a daily rate has some on a given day, as one of the monthly users.
pub fn on_a_day(rate: f64) -> f64 {
    if rate > 0.0 {
        -libm::expm1(-rate) / within_a_month(rate)
    } else {
        1.0 / f64::from(MONTH)
    }
}

/// Chance of a day with chats at a daily rate, as people carry it.
pub fn chance(rate: f64) -> f32 {
    -libm::expm1(-rate) as f32
}

/// Parts of the assistant's users by how often they chat, all of the same size.
pub const FIFTHS: usize = 5;

/// Borders between the fifths of assistant users by habit, as chances of a day with chats: from the distribution that people
/// are drawn from, so whoever stands in which fifth does not depend on who else is simulated.
///
/// How many chats a person holds on average grows with this chance, and with nothing else of the person's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fifths([f32; FIFTHS - 1]);

impl Fifths {
    /// The fifth that a person's chance of a day with chats is in: 0 chats least.
    #[inline]
    pub fn of(&self, chance: f32) -> usize {
        self.0.iter().filter(|border| chance >= **border).count()
    }
}

/// The rates of monthly users.
#[derive(Clone, Debug)]
pub struct Habit {
    rates: Quantiles,
}

impl Habit {
    /// Rates over all people are gamma distributed with this shape and scale: among monthly users the density is
    /// multiplied by [`within_a_month`].
    pub fn new(shape: f64, scale: f64) -> Self {
        let mut high = scale;
        while gamma_q(shape, high / scale) > 1e-9 {
            high *= 1.25;
        }
        let rates = Quantiles::of_density(high, |r, _| {
            libm::exp((shape - 1.0) * libm::log(r) - r / scale) * within_a_month(r)
        });
        Habit { rates }
    }

    /// A person's daily rate, from a uniform.
    pub fn rate(&self, u: f64) -> f64 {
        f64::from(self.rates.at(u))
    }

    /// Where the fifths of monthly users by their rate meet.
    pub fn fifths(&self) -> Fifths {
        let place = |k: usize| (k + 1) as f64 / FIFTHS as f64;
        Fifths(std::array::from_fn(|k| chance(self.rate(place(k)))))
    }

    /// Mean over days with chats of something that depends on the rate of who chats.
    pub fn mean_over_chats(&self, of: impl Fn(f64) -> f64) -> f64 {
        let (mut sum, mut days) = (0.0, 0.0);
        for rate in self.rates.nodes() {
            sum += on_a_day(rate) * of(rate);
            days += on_a_day(rate);
        }
        sum / days
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Daily and weekly over monthly users of the published kind: the closed forms of a gamma mixture over everybody.
    #[test]
    fn the_ratios_are_those_of_the_whole_population() {
        for (shape, scale) in [(0.3184, 0.1334), (1.0, 0.05)] {
            let habit = Habit::new(shape, scale);
            let within = |days: f64| -libm::expm1(-shape * libm::log1p(days * scale));
            let rates = || habit.rates.nodes();
            let n = rates().count() as f64;
            let daily = rates().map(on_a_day).sum::<f64>() / n;
            let weekly = |r: f64| -libm::expm1(-7.0 * r) / within_a_month(r);
            let weekly = rates().map(weekly).sum::<f64>() / n;
            for (got, want) in [(daily, within(1.0)), (weekly, within(7.0))] {
                let want = want / within(30.0);
                assert!((got / want - 1.0).abs() < 3e-3, "{shape}: {got} for {want}");
            }
        }
    }

    /// People are drawn by their place in the distribution: each fifth of places is a fifth of people.
    #[test]
    fn fifths_are_fifths_of_the_people_drawn() {
        const N: u32 = 100_000;
        for (shape, scale) in [(0.3184, 0.1334), (1.0, 0.05), (3.0, 2.0)] {
            let habit = Habit::new(shape, scale);
            let fifths = habit.fifths();
            let mut people = [0; FIFTHS];
            let mut before = 0;
            for i in 0..N {
                let u = (f64::from(i) + 0.5) / f64::from(N);
                let fifth = fifths.of(chance(habit.rate(u)));
                assert!(
                    fifth >= before,
                    "{shape}: who chats more is in no lower one"
                );
                people[fifth] += 1;
                before = fifth;
            }
            for n in people {
                assert!((n - 20_000i32).abs() <= 2, "{shape}: {people:?}");
            }
        }
    }

    /// Shares of days since the last chats, by counting equally spaced uniforms.
    fn shares(rate: f64) -> [f64; MONTH as usize] {
        const N: u32 = 200_000;
        let mut shares = [0.0; MONTH as usize];
        for i in 0..N {
            let days = days_since_chats(rate, (f64::from(i) + 0.5) / f64::from(N));
            shares[days as usize - 1] += 1.0 / f64::from(N);
        }
        shares
    }

    /// Whoever chats today, by chance or since a month is over, has chatted a day ago tomorrow; the others grow a day older.
    #[test]
    fn days_since_chats_are_stationary() {
        for rate in [1e-6, 0.003, 0.03, 0.3, 3.0] {
            let today = shares(rate);
            let chance = -libm::expm1(-rate);
            let mut tomorrow = [0.0; MONTH as usize];
            for (k, share) in today.iter().enumerate() {
                let chats = if k + 1 == MONTH as usize { 1.0 } else { chance };
                tomorrow[0] += chats * share;
                if k + 1 < MONTH as usize {
                    tomorrow[k + 1] += (1.0 - chats) * share;
                }
            }
            for (before, after) in today.iter().zip(tomorrow) {
                assert!((before - after).abs() < 1e-4, "{rate}: {before} {after}");
            }
            // A day has chats as often as a mean gap of w / d days says.
            let daily = chance / within_a_month(rate);
            assert!((tomorrow[0] - daily).abs() < 1e-4, "{rate}");
        }
    }
}
