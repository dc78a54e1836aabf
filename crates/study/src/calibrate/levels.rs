//! Levels: what outcomes are proportional to, or nearly so, is corrected in proportion.

use overheard_engine::Tune;
use overheard_model::ids::{App, Market};
use overheard_outcomes::{Column, Key};
use overheard_scenario::{Scenario, Set, market_column};

use super::fit::{CalibrateError, Effort, Fitted, Step, outcomes, round, settings};

/// December 2025 without the policy: what the published figures are about.
const SCENARIO: &str = r#"
name = "levels"
time.start = 2025-12-01
time.end = 2025-12-31
[[arm]]
name = "no-policy"
policy.enabled = false
"#;

/// Levels ask for more people than effects: a market's revenue is a sum over very unequal people.
const LEVELS_PEOPLE: u64 = 400_000;

/// Published all-click rate, calibration row 27.
const CLICKS_PER_IMPRESSION: f64 = 0.0186;
/// Time spent on friends' content in the US, calibration rows 33 and 34.
const FRIENDS: [(App, f64); 2] = [(App::Facebook, 0.17), (App::Instagram, 0.07)];

/// Fits values by market to the December revenue of data/markets.csv, the base click rate, and friends' weights.
///
/// # Errors
/// A run failed.
pub fn fit(
    set: Set,
    before: &[Fitted],
    effort: Effort,
    tune: Tune,
    watch: &mut impl FnMut(Step),
) -> Result<Vec<Fitted>, CalibrateError> {
    let target = market_column("dec_revenue_musd");
    let defaults = Scenario::defaults().under(set);
    let mut value = defaults.world.per_market("ads.value_per_mille");
    let mut click_rate = defaults.world.number("ads.click_rate");
    let mut friends = defaults.world.per_app("content.friends_share");
    for round_number in 1..=effort.rounds {
        let first = [format!("run.people={}", effort.people.max(LEVELS_PEOPLE))];
        let mut more = settings(before);
        more.extend(settings(&fitted(&value, click_rate, &friends)));
        let scenario = super::fit::scenario(SCENARIO, set, &first, &more)?;
        let (_, estimates) = outcomes(&scenario, tune)?;
        let get = |key: Key| {
            estimates
                .get(0, &key)
                .map(|e| e.value)
                .ok_or_else(|| CalibrateError::Missing(format!("{key:?}")))
        };
        let mut worst = 0.0f64;
        for m in Market::ALL {
            let revenue = get(Key::of("ad_spend_usd").with(Column::Market, m.name()))? / 1e6;
            let ratio = target[m.index()] / revenue;
            worst = worst.max((ratio - 1.0).abs());
            value[m.index()] *= ratio;
        }
        let rate = get(Key::of("ad_clicks"))? / get(Key::of("ad_impressions"))?;
        worst = worst.max((CLICKS_PER_IMPRESSION / rate - 1.0).abs());
        click_rate *= CLICKS_PER_IMPRESSION / rate;
        for (app, share) in FRIENDS {
            let of = |kind: Option<&'static str>| {
                let mut key = Key::of("organic_items_by_type").with(Column::App, app.name());
                if let Some(kind) = kind {
                    key = key.with(Column::Bucket, kind);
                }
                get(key)
            };
            let kinds = ["friends", "reels", "groups", "pages"];
            let mut all = 0.0;
            for kind in kinds {
                all += of(Some(kind))?;
            }
            let now = of(Some("friends"))? / all;
            worst = worst.max((share / now - 1.0).abs());
            // Odds, since the weight competes with the others'.
            let odds = share / (1.0 - share) * (1.0 - now) / now;
            friends[app.index()] = (friends[app.index()] * odds).min(1.0);
        }
        watch(Step::Levels {
            round: round_number,
            worst_percent: 100.0 * worst,
        });
        if worst < 0.003 {
            break;
        }
    }
    Ok(fitted(&value, click_rate, &friends))
}

fn fitted(
    value: &[f64; Market::COUNT],
    click_rate: f64,
    friends: &[f64; App::COUNT],
) -> Vec<Fitted> {
    let mut list: Vec<Fitted> = Market::ALL
        .iter()
        .map(|m| Fitted {
            key: format!("ads.value_per_mille.{m}"),
            value: round(value[m.index()]),
        })
        .collect();
    list.push(Fitted {
        key: "ads.click_rate".to_owned(),
        value: round(click_rate),
    });
    for (app, _) in FRIENDS {
        list.push(Fitted {
            key: format!("content.friends_share.{app}"),
            value: round(friends[app.index()]),
        });
    }
    list
}
