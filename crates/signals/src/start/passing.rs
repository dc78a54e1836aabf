//! What is left of the past days of a passing intent.

use overheard_model::block::Passing;
use overheard_model::calendar::Day;
use overheard_model::math::Powers;

/// `Σ z r^age` and `Σ z r^(2 age)` over the past days of a passing intent: full strength while it lasted, then fading.
pub fn sums(
    fade: &Powers,
    [keep, keep_squared]: [&Powers; 2],
    passing: &Passing,
    lane: usize,
    first: Day,
) -> (f64, f64) {
    let (begin, end) = (passing.begin[lane], passing.end[lane]);
    let lived = (first.min(end) - begin).max(0);
    let dead = (first - end).max(0);
    let sum = |powers: &Powers| {
        let (r, fading) = (powers.base(), fade.base());
        let alive = r * (1.0 - powers.at(lived)) / (1.0 - r) / r;
        let decayed = alive * powers.at(dead);
        let after = if (r - fading).abs() > 1e-9 {
            fading * (powers.at(dead) - fade.at(dead)) / (r - fading)
        } else {
            f64::from(dead) * powers.at(dead)
        };
        decayed + after
    };
    (sum(keep), sum(keep_squared))
}
