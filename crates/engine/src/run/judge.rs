//! What a run has to say against itself: spend off the market path, and effects too large to be true.

use overheard_market::TOLERANCE;
use overheard_model::calendar::NEVER;
use overheard_model::ids::{App, Market};
use overheard_outcomes::{Column, Estimates, Key};
use overheard_scenario::Arm;
use serde::Serialize;

use crate::frame::more_than_asked;
use crate::simulate::Prepared;

/// How far one arm's spend in one market is from what the pilot solved the market for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Discrepancy {
    pub arm: String,
    pub market: &'static str,
    /// `100 (spend of the run / spend of the path - 1)`; 100 where the path has none and the run has.
    pub discrepancy_percent: f64,
    /// What sampling alone explains: standard errors of the run's spend, and of the pilot's people.
    pub run_error_percent: f64,
    pub pilot_error_percent: f64,
    /// What is left when sampling has explained what it can.
    pub unexplained_percent: f64,
    pub tolerance_percent: f64,
}

/// What is left of a discrepancy when sampling has explained what it can [%]: 0 where that is all of it.
fn unexplained(discrepancy_percent: f64, run_error_percent: f64, pilot_error_percent: f64) -> f64 {
    let sampling = run_error_percent.hypot(pilot_error_percent);
    (discrepancy_percent.abs() - EXPLAINED * sampling).max(0.0)
}

/// Standard errors that sampling explains: of a hundred pairs of arm and market one in 3,000 runs has one beyond.
const EXPLAINED: f64 = 4.5;

/// The discrepancy of every arm and market.
pub fn discrepancies(prepared: &Prepared, estimates: &Estimates) -> Vec<Discrepancy> {
    let tolerance_percent = prepared.scenario.world.number("pilot.tolerance");
    let mut list = Vec::new();
    for (arm, (name, solved)) in estimates
        .arms()
        .iter()
        .zip(&prepared.path.spend)
        .enumerate()
    {
        for market in Market::ALL {
            let key = Key::of("ad_spend_usd").with(Column::Market, market.name());
            let estimate = estimates.get(arm, &key);
            let spent = estimate.as_ref().map_or(0.0, |e| e.value);
            let error = estimate.and_then(|e| e.std_error()).unwrap_or(0.0);
            let solved = solved[market.index()];
            let discrepancy_percent = match (spent > 0.0, solved > 0.0) {
                (_, true) => 100.0 * (spent / solved - 1.0),
                (true, false) => 100.0,
                (false, false) => 0.0,
            };
            let run_error_percent = if spent > 0.0 {
                100.0 * error / spent
            } else {
                0.0
            };
            let pilot_error_percent = 100.0 * prepared.path.spend_error[market.index()];
            list.push(Discrepancy {
                arm: name.clone(),
                market: market.name(),
                discrepancy_percent,
                run_error_percent,
                pilot_error_percent,
                unexplained_percent: unexplained(
                    discrepancy_percent,
                    run_error_percent,
                    pilot_error_percent,
                ),
                tolerance_percent,
            });
        }
    }
    list
}

/// Everything a reader of the outcomes should be warned of, one sentence each.
pub fn warnings(prepared: &Prepared, estimates: &Estimates, path: &[Discrepancy]) -> Vec<String> {
    let mut list = Vec::new();
    list.extend(more_than_asked(&prepared.scenario));
    list.extend(too_late(prepared));
    list.extend(unsettled(prepared.path.residual));
    list.extend(off_path(path));
    list.extend(
        (1..estimates.arms().len())
            // An experiment takes away far more than chats can add.
            .filter(|arm| prepared.scenario.arms[*arm].imitates.is_empty())
            .flat_map(|arm| {
                let large = conversions(prepared, estimates, arm);
                large.into_iter().chain(drowned(prepared, estimates, arm))
            }),
    );
    list
}

/// Arms whose policy begins after the window, so that nothing of it can show.
fn too_late(prepared: &Prepared) -> Vec<String> {
    let days = prepared.world().window.days;
    let arms = prepared.scenario.arms.iter();
    let is_late = |arm: &&Arm| {
        let from = arm.values.policy_days();
        let begins = from.iter().any(|day| *day < NEVER);
        begins && from.iter().all(|day| *day >= days)
    };
    arms.filter(is_late)
        .map(|arm| {
            format!(
                "under `{}` the policy begins after the window's last day: nothing of it shows",
                arm.name
            )
        })
        .collect()
}

/// Pacing that no day's solver may leave moving, as prices could be off by as much.
fn unsettled(residual: f64) -> Option<String> {
    (residual > TOLERANCE).then(|| {
        format!(
            "the market did not settle: on its worst day some pacing still moved by {residual:.1e} when the solver stopped, so \
             that spend and prices of all arms may be off by about as much"
        )
    })
}

fn off_path(all: &[Discrepancy]) -> Option<String> {
    let off = |d: &&Discrepancy| d.unexplained_percent > d.tolerance_percent;
    let size = |d: &Discrepancy| d.unexplained_percent;
    let count = all.iter().filter(off).count();
    let worst = all.iter().max_by(|a, b| size(a).total_cmp(&size(b)))?;
    (count > 0).then(|| {
        format!(
            "spend is off the solved market path by {} % more than sampling explains in {count} of {} pairs of arm and \
             market, most in {} under `{}`: {:+.1} % with a standard error of {:.1} % (run) and {:.1} % (pilot); this is a \
             fault of the path, not of the sample",
            worst.tolerance_percent,
            all.len(),
            worst.market,
            worst.arm,
            worst.discrepancy_percent,
            worst.run_error_percent,
            worst.pilot_error_percent,
        )
    })
}

/// Arms whose chats would sell more than a whole new ranking model did: a run with such an arm has failed its own test.
pub fn implausible(prepared: &Prepared, estimates: &Estimates) -> Vec<String> {
    let fail = prepared.scenario.world.number("pilot.fail_conversions");
    let is_beyond = |arm: &usize| {
        let chats = hears(prepared, *arm);
        changes(estimates, *arm).any(|(_, change)| is_implausible(chats, change, fail))
    };
    let arms = (1..estimates.arms().len()).filter(is_beyond);
    arms.map(|arm| estimates.arms()[arm].clone()).collect()
}

/// Whether an arm uses chats at all.
fn hears(prepared: &Prepared, arm: usize) -> bool {
    prepared.scenario.arms[arm].values.flag("policy.enabled")
}

/// Whether a change of conversions (%) is more than chats can add: what takes conversions away, or adds them without a chat,
/// may be any size.
fn is_implausible(chats: bool, change: f64, fail: f64) -> bool {
    chats && change > fail
}

/// The other side of the guard: what chats add to conversions may drown in what sampling alone does to them.
fn drowned(prepared: &Prepared, estimates: &Estimates, arm: usize) -> Option<String> {
    let key = Key::of("ad_conversions");
    let (own, base) = (estimates.get(arm, &key)?, estimates.get(0, &key)?);
    let (change, error) = own.difference(base);
    let percent = |x: f64| 100.0 * x / base.value;
    hears(prepared, arm)
        .then(|| too_small(&estimates.arms()[arm], percent(change), percent(error?)))?
}

/// Says so if a change (%) is less than two standard errors. Arms that are equal to the last bit have nothing to tell.
fn too_small(arm: &str, change: f64, error: f64) -> Option<String> {
    (change != 0.0 && change.abs() < 2.0 * error).then(|| {
        format!(
            "too small to tell from nothing: under `{arm}` conversions of all apps change by {change:+.5} % with a \
             standard error of {error:.5} %; simulate more people before anything is said of them"
        )
    })
}

/// What there is to say about an arm's conversions against the base arm's.
fn conversions(prepared: &Prepared, estimates: &Estimates, arm: usize) -> Option<String> {
    let world = &prepared.scenario.world;
    let limits = ["pilot.warn_conversions", "pilot.fail_conversions"].map(|k| world.number(k));
    let changes: Vec<_> = changes(estimates, arm).collect();
    told(
        &estimates.arms()[arm],
        hears(prepared, arm),
        &changes,
        limits,
    )
}

/// Changes of conversions against the base arm [percent], of the whole and of each app.
fn changes(
    estimates: &Estimates,
    arm: usize,
) -> impl Iterator<Item = (&'static str, f64)> + use<'_> {
    let whole = ("all apps", Key::of("ad_conversions"));
    let apps = App::ALL.iter().map(|app| {
        let key = Key::of("ad_conversions").with(Column::App, app.name());
        (app.name(), key)
    });
    let both = std::iter::once(whole).chain(apps);
    both.filter_map(move |(place, key)| {
        let base = total(estimates, 0, &key);
        (base > 0.0).then(|| (place, 100.0 * (total(estimates, arm, &key) / base - 1.0)))
    })
}

/// The largest of these changes, if it is beyond a limit. `chats`: whether the arm uses any.
fn told(arm: &str, chats: bool, changes: &[(&str, f64)], [warn, fail]: [f64; 2]) -> Option<String> {
    let said = |(place, change): &(&str, f64)| {
        format!("under `{arm}` conversions of {place} change by {change:+.2} %")
    };
    let highest = changes.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    if is_implausible(chats, highest.1, fail) {
        let said = said(highest);
        return Some(format!(
            "implausible: {said}, more than the {fail} % of a whole new ranking model; do not publish this arm"
        ));
    }
    let largest = changes
        .iter()
        .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
    (largest.1.abs() > warn).then(|| format!("{}, more than {warn} %: look twice", said(largest)))
}

/// A measure over all sources.
fn total(estimates: &Estimates, arm: usize, key: &Key) -> f64 {
    estimates.get(arm, key).map_or(0.0, |e| e.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn discrepancy(percent: f64) -> Discrepancy {
        Discrepancy {
            arm: "policy".to_owned(),
            market: "uk",
            discrepancy_percent: percent,
            run_error_percent: 0.3,
            pilot_error_percent: 0.4,
            unexplained_percent: unexplained(percent, 0.3, 0.4),
            tolerance_percent: 2.0,
        }
    }

    #[test]
    fn conversions_are_doubted_above_one_percent_and_refused_above_three() {
        let of = |chats, change| {
            let changes = [("all apps", 0.2), ("whatsapp", change)];
            told("policy", chats, &changes, [1.0, 3.0])
        };
        let told = |change| of(true, change);
        for small in [0.0, 0.99, -0.99] {
            assert_eq!(told(small), None);
        }
        // Chats explain no fall, and where none is used, no rise either.
        for (chats, doubtful) in [
            (true, 1.01),
            (true, 2.99),
            (true, -1.01),
            (true, -3.01),
            (false, 3.01),
        ] {
            let told = of(chats, doubtful).unwrap();
            assert!(told.ends_with("more than 1 %: look twice"), "{told}");
        }
        for refused in [3.01, 40.0] {
            let told = told(refused).unwrap();
            assert!(
                told.starts_with("implausible: under `policy` conversions of whatsapp"),
                "{told}"
            );
        }
    }

    #[test]
    fn a_market_that_has_not_settled_is_told() {
        assert_eq!(unsettled(0.0), None);
        assert_eq!(unsettled(TOLERANCE), None);
        let told = unsettled(2.5e-4).unwrap();
        assert!(told.contains("still moved by 2.5e-4"), "{told}");
    }

    #[test]
    fn what_sampling_alone_may_do_is_called_nothing() {
        for (change, error) in [(0.0, 0.0), (0.004, 0.0019), (-0.004, 0.0019), (2.0, 0.5)] {
            assert_eq!(too_small("policy", change, error), None, "{change}");
        }
        for change in [0.00037, -0.00037] {
            let told = too_small("policy", change, 0.0002).unwrap();
            assert!(
                told.starts_with("too small to tell from nothing: under `policy`"),
                "{told}"
            );
            assert!(told.contains(&format!("{change:+} %")), "{told}");
        }
    }

    /// Errors of 0.3 and 0.4 percent explain 2.25; the tolerance is 2 beyond that.
    #[test]
    fn spend_off_the_path_is_told_once_where_sampling_does_not_explain_it() {
        assert_eq!(off_path(&[]), None);
        assert_eq!(off_path(&[4.2, -4.2, 0.0].map(discrepancy)), None);
        let told = off_path(&[4.2, -7.26, 4.3].map(discrepancy)).unwrap();
        assert!(
            told.contains("by 2 % more than sampling explains"),
            "{told}"
        );
        assert!(told.contains("in 2 of 3 pairs"), "{told}");
        assert!(told.contains("uk under `policy`: -7.3 %"), "{told}");
    }
}
