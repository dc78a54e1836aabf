//! The standard charts, one function each. A chart that the run has no rows for says why instead.

mod arms;
mod calibration;
mod carriers;
mod chats_own_topic;
mod cross_app;
mod dots;
mod exposure;
mod frequency;
mod funnel;
mod groups;
mod parts;
mod policies;
mod price;
mod sensitive;
#[cfg(test)]
mod tests;
mod waterfall;

use overheard_charts::Chart;

use crate::beside::policies;
use crate::run::Run;
use parts::Skipped;

pub(crate) type Figure = fn(&Run) -> Result<Chart, Skipped>;

/// Those that stand in the section of who carries it.
pub(crate) const CARRIERS: [&str; 3] = ["who-sees-them", "lorenz", "variety"];

/// Those that a run can have: what one policy does not have is not missing.
pub(crate) fn of(run: &Run) -> impl Iterator<Item = (&'static str, Figure)> + use<> {
    let several = policies(run).is_some();
    let all = all().into_iter();
    all.filter(move |(name, _)| several || *name != POLICIES)
}

/// The chart of several policies.
const POLICIES: &str = "policies";

/// File names and makers, in the order of the report.
pub(crate) fn all() -> [(&'static str, Figure); 15] {
    [
        (POLICIES, policies::chart),
        ("exposure-by-day", exposure::by_day),
        ("exposure-by-market", exposure::by_market),
        ("waterfall", waterfall::chart),
        ("of-a-thousand-ads", groups::chart),
        ("own-topic", chats_own_topic::chart),
        ("cross-app", cross_app::chart),
        ("frequency", frequency::chart),
        ("who-sees-them", carriers::per_person),
        ("lorenz", carriers::lorenz),
        ("variety", carriers::variety),
        ("notice-funnel", funnel::chart),
        ("sensitive-chats", sensitive::chart),
        ("price-by-market", price::chart),
        ("calibration", calibration::chart),
    ]
}
