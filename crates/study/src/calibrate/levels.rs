//! Levels: what outcomes are proportional to, or nearly so, is corrected in proportion.

use overheard_engine::Tune;
use overheard_model::ids::{App, Market};
use overheard_outcomes::{Column, Estimates, Key};
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
/// Kinds of posts that share a feed.
const KINDS: [&str; 4] = ["friends", "reels", "groups", "pages"];

/// Knobs that set levels, or the outcomes that they set, each in its own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Value per mille by market, or the market's revenue [USD million].
    value: [f64; Market::COUNT],
    /// Base click rate, or clicks per impression.
    click_rate: f64,
    /// Weights of friends' posts on the apps of [`FRIENDS`], or their share of what is shown.
    friends: [f64; FRIENDS.len()],
}

impl Levels {
    /// So many numbers.
    pub const COUNT: usize = Market::COUNT + 1 + FRIENDS.len();

    /// The knobs of a set.
    pub fn knobs(set: Set) -> Self {
        let defaults = Scenario::defaults().under(set);
        let friends = defaults.world.per_app("content.friends_share");
        Levels {
            value: defaults.world.per_market("ads.value_per_mille"),
            click_rate: defaults.world.number("ads.click_rate"),
            friends: FRIENDS.map(|(app, _)| friends[app.index()]),
        }
    }

    /// December's published outcomes.
    fn published() -> Self {
        Levels {
            value: market_column("dec_revenue_musd"),
            click_rate: CLICKS_PER_IMPRESSION,
            friends: FRIENDS.map(|(_, share)| share),
        }
    }

    /// Outcomes of a base arm.
    ///
    /// # Errors
    /// One of them is not there.
    pub fn outcomes(estimates: &Estimates) -> Result<Self, CalibrateError> {
        let get = |key: Key| {
            let found = estimates.get(0, &key).map(|e| e.value);
            found.ok_or_else(|| CalibrateError::Missing(format!("{key:?}")))
        };
        let mut value = [0.0; Market::COUNT];
        for m in Market::ALL {
            let key = Key::of("ad_spend_usd").with(Column::Market, m.name());
            value[m.index()] = get(key)? / 1e6;
        }
        let mut friends = [0.0; FRIENDS.len()];
        for (share, (app, _)) in friends.iter_mut().zip(FRIENDS) {
            let of = |kind: &'static str| {
                let key = Key::of("organic_items_by_type").with(Column::App, app.name());
                get(key.with(Column::Bucket, kind))
            };
            let all = KINDS.into_iter().map(of).sum::<Result<f64, _>>()?;
            *share = of(KINDS[0])? / all;
        }
        Ok(Levels {
            value,
            click_rate: get(Key::of("ad_clicks"))? / get(Key::of("ad_impressions"))?,
            friends,
        })
    }

    /// Knobs under which outcomes that are `now` become those `wanted`, as far as they are proportional. Friends' posts compete
    /// with the others: their odds are.
    pub fn corrected(&self, now: &Levels, wanted: &Levels) -> Self {
        let odds = |share: f64| share / (1.0 - share);
        let friend = |i: usize| {
            let grown = self.friends[i] * odds(wanted.friends[i]) / odds(now.friends[i]);
            grown.min(1.0)
        };
        Levels {
            value: std::array::from_fn(|m| self.value[m] * wanted.value[m] / now.value[m]),
            click_rate: self.click_rate * wanted.click_rate / now.click_rate,
            friends: std::array::from_fn(friend),
        }
    }

    /// The largest relative difference of outcomes from others.
    fn worst(&self, wanted: &Levels) -> f64 {
        let [now, wanted] = [self, wanted].map(|levels| levels.numbers());
        let off = now.iter().zip(wanted).map(|(a, b)| (b / a - 1.0).abs());
        off.fold(0.0, f64::max)
    }

    /// All of them in a row.
    pub fn numbers(&self) -> [f64; Self::COUNT] {
        let mut all = [0.0; Self::COUNT];
        all[..Market::COUNT].copy_from_slice(&self.value);
        all[Market::COUNT] = self.click_rate;
        all[Market::COUNT + 1..].copy_from_slice(&self.friends);
        all
    }

    /// From [`Levels::numbers`].
    pub fn of_numbers(all: [f64; Self::COUNT]) -> Self {
        Levels {
            value: std::array::from_fn(|m| all[m]),
            click_rate: all[Market::COUNT],
            friends: std::array::from_fn(|i| all[Market::COUNT + 1 + i]),
        }
    }

    /// The names of the knobs.
    pub fn names() -> Vec<String> {
        let value = Market::ALL
            .iter()
            .map(|m| format!("ads.value_per_mille.{m}"));
        let friends = FRIENDS.iter();
        let friends = friends.map(|(app, _)| format!("content.friends_share.{app}"));
        let rate = std::iter::once("ads.click_rate".to_owned());
        value.chain(rate).chain(friends).collect()
    }

    /// As knobs.
    pub fn fitted(&self) -> Vec<Fitted> {
        let pair = |(key, value)| Fitted {
            key,
            value: round(value),
        };
        Levels::names()
            .into_iter()
            .zip(self.numbers())
            .map(pair)
            .collect()
    }
}

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
    let wanted = Levels::published();
    let mut knobs = Levels::knobs(set);
    for round_number in 1..=effort.rounds {
        let first = [format!("run.people={}", effort.people.max(LEVELS_PEOPLE))];
        let mut more = settings(before);
        more.extend(settings(&knobs.fitted()));
        let scenario = super::fit::scenario(SCENARIO, set, &first, &more)?;
        let (_, estimates) = outcomes(&scenario, tune)?;
        let now = Levels::outcomes(&estimates)?;
        let worst = now.worst(&wanted);
        knobs = knobs.corrected(&now, &wanted);
        watch(Step::Levels {
            round: round_number,
            worst_percent: 100.0 * worst,
        });
        if worst < 0.003 {
            break;
        }
    }
    Ok(knobs.fitted())
}
