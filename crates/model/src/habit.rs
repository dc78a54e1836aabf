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

#[cfg(test)]
mod tests {
    use super::*;

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
