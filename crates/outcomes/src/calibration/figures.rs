//! The simulated side: each figure from rows of the base arm, in the unit of `data/calibration.csv`.

use std::ops::RangeInclusive;

use overheard_formats::{Column, Key};
use overheard_model::ids::{App, Geography, Market};
use overheard_model::strata::Stratum;
use overheard_model::tally::{ITEMS, WEEKS};

use super::inputs::CalibrationInputs;
use crate::estimates::Estimates;
use crate::measures::USER;

/// People aged 13 to 17, and 18 or over, in the United States and Canada [million]: the age profile behind the
/// market's tilts, see data/README.md, "The assistant in the United States and Canada".
const TEENS: f64 = 23.8;
const ADULTS: f64 = 300.4;

/// Days of a window that shows monthly users.
const MONTH: RangeInclusive<usize> = 28..=35;

/// Categories that the survey of assistant chats counts as health, fitness, beauty and self-care.
const HEALTH: [&str; 3] = ["health", "fitness-wellness", "beauty"];

/// The figure as the base arm has it; `None` where the run has no such rows, or nothing to divide by.
pub(super) fn simulated(id: u32, inputs: &CalibrationInputs) -> Option<f64> {
    let base = Base(inputs.estimates);
    let users = base.get("people", &[(Column::Bucket, USER)])?;
    let people = |app: App, market: Option<Market>| {
        base.a_month(&[(Column::App, app.name()), (Column::Market, name(market))])
    };
    let stickiness = |app: App| ratio(base.a_day("people_active", Some(app))?, people(app, None)?);
    let sessions = |app: App| {
        let sessions = base.get("sessions", &[(Column::App, app.name())])?;
        ratio(sessions, base.over_days("people_active", Some(app))?)
    };
    match id {
        1 => Some(users / 1e6),
        2 => ratio(base.a_day("people_chatting", None)?, users),
        3 => ratio(base.a_week()?, users),
        5 => Some(base.a_day("people_active", None)? / 1e9),
        6 => Some(base.a_month(&[])? / 1e9),
        7 => Some(people(App::Instagram, None)? / 1e9),
        8 => Some(people(App::Whatsapp, None)? / 1e9),
        9 => Some(people(App::Messenger, None)? / 1e9),
        10 => stickiness(App::Facebook),
        11 => stickiness(App::Instagram),
        12 => stickiness(App::Whatsapp),
        13 => stickiness(App::Messenger),
        14 => Some(people(App::Facebook, Some(Market::Eu))? / 1e6),
        15 => Some(people(App::Instagram, Some(Market::Eu))? / 1e6),
        16 => Some(people(App::Facebook, Some(Market::Uk))? / 1e6),
        17 => Some(people(App::Instagram, Some(Market::Uk))? / 1e6),
        18 => Some(people(App::Facebook, Some(Market::SouthKorea))? / 1e6),
        19 => Some(people(App::Instagram, Some(Market::SouthKorea))? / 1e6),
        20 => sessions(App::Facebook),
        21 => sessions(App::Instagram),
        22 => ratio(
            base.get("ad_spend_usd", &[])?,
            base.over_days("people_active", None)?,
        ),
        23 => base.december_revenue(Geography::UsCanada),
        24 => base.december_revenue(Geography::Europe),
        25 => base.december_revenue(Geography::Apac),
        26 => base.december_revenue(Geography::RestOfWorld),
        27 => percent(
            base.get("ad_clicks", &[])?,
            base.get("ad_impressions", &[])?,
        ),
        28 => {
            let feed = [
                (Column::App, App::Facebook.name()),
                (Column::Market, Market::UsCanada.name()),
            ];
            let ads = base.get("ad_impressions", &feed)?;
            percent(ads, ads + base.get("organic_items", &feed)?)
        }
        29 => {
            let of = |topic: &&str| base.get("chats", &[(Column::Topic, *topic)]);
            percent(
                HEALTH.iter().map(of).sum::<Option<f64>>()?,
                base.get("chats", &[])?,
            )
        }
        30 => {
            let buying = base.get("chats_by_subject", &[(Column::Bucket, "passing")])?;
            percent(buying, base.get("chats", &[])?)
        }
        31 => percent(adopters(inputs, true), TEENS),
        32 => percent(adopters(inputs, false), ADULTS),
        33 => base.friends_share(App::Facebook),
        34 => base.friends_share(App::Instagram),
        35 => {
            let optimised = base.get("ad_spend_by_kind", &[(Column::Bucket, "optimised")])?;
            percent(optimised, base.get("ad_spend_usd", &[])?)
        }
        _ => None,
    }
}

/// What has to be known to read a figure; empty where it speaks for itself.
pub(super) fn remark(id: u32) -> &'static str {
    match id {
        4 => "simulated over published users at the worst of the five dates",
        6..=9 | 14..=19 => "people active in the window",
        22 => "mean of the window; the published figure is the quarter's",
        29 => "chats on health, fitness and wellness, beauty",
        30 => "chats about a passing intent that was there before",
        31 | 32 => "represented users over people of that age in the United States and Canada",
        33 | 34 => "share of organic items shown, for want of time spent",
        _ => "",
    }
}

/// Simulated over published users, at the date where they differ most; `None` unless there is one count per date.
pub(super) fn worst_adoption(published: &[(String, f64)], simulated: &[f64]) -> Option<f64> {
    if published.len() != simulated.len() {
        return None;
    }
    let ratios = published
        .iter()
        .zip(simulated)
        .map(|((_, count), curve)| curve / count);
    ratios.max_by(|a, b| (a - 1.0).abs().total_cmp(&(b - 1.0).abs()))
}

/// Represented assistant users of the United States and Canada, minors or adults by true age (million).
fn adopters(inputs: &CalibrationInputs, minors: bool) -> f64 {
    let share = |i: usize, s: &Stratum| match inputs.undeclared_minors.get(i) {
        _ if s.age.is_minor() => 1.0,
        share => share.copied().unwrap_or(0.0),
    };
    let of = |(i, s): (usize, &Stratum)| {
        let share = share(i, s);
        s.represented * if minors { share } else { 1.0 - share }
    };
    let users = |s: &Stratum| s.market == Market::UsCanada && s.assistant;
    let strata = inputs.strata.iter().enumerate();
    strata.filter(|(_, s)| users(s)).map(of).sum::<f64>() / 1e6
}

fn name(market: Option<Market>) -> &'static str {
    market.map_or("", Market::name)
}

fn ratio(above: f64, below: f64) -> Option<f64> {
    (below > 0.0).then(|| above / below)
}

fn percent(part: f64, whole: f64) -> Option<f64> {
    ratio(100.0 * part, whole)
}

/// Values of the base arm.
struct Base<'a>(&'a Estimates);

impl Base<'_> {
    fn get(&self, measure: &'static str, members: &[(Column, &str)]) -> Option<f64> {
        let key = members
            .iter()
            .fold(Key::of(measure), |key, (column, member)| {
                key.with(*column, (*member).to_owned())
            });
        self.0.get(0, &key).map(|e| e.value)
    }

    /// Sum of the rows of all days.
    fn over_days(&self, measure: &'static str, app: Option<App>) -> Option<f64> {
        let app = app.map_or("", App::name);
        let day = |day: &String| self.get(measure, &[(Column::Day, day), (Column::App, app)]);
        self.0.days().iter().map(day).sum()
    }

    /// Mean of the rows of all days.
    fn a_day(&self, measure: &'static str, app: Option<App>) -> Option<f64> {
        ratio(self.over_days(measure, app)?, self.0.days().len() as f64)
    }

    /// People active in the window, if it is a month, or more by a few days.
    fn a_month(&self, cut: &[(Column, &'static str)]) -> Option<f64> {
        let is_month = MONTH.contains(&self.0.days().len());
        is_month.then(|| self.get("people_active", cut)).flatten()
    }

    /// People chatting in a week: mean of those that are complete.
    fn a_week(&self) -> Option<f64> {
        let weeks = WEEKS.get(..(self.0.days().len() / 7).min(WEEKS.len()))?;
        let week = |week: &&str| self.get("people_chatting", &[(Column::Bucket, *week)]);
        ratio(
            weeks.iter().map(week).sum::<Option<f64>>()?,
            weeks.len() as f64,
        )
    }

    /// Revenue of a whole December 2025 [USD million]; `None` if the window lacks part of it.
    fn december_revenue(&self, geography: Geography) -> Option<f64> {
        let december: Vec<&String> = self
            .0
            .days()
            .iter()
            .filter(|d| d.starts_with("2025-12-"))
            .collect();
        if december.len() != 31 {
            return None;
        }
        let markets = Market::ALL.iter().filter(|m| m.geography() == geography);
        let of = |market: &Market| -> Option<f64> {
            let day = |day: &&String| {
                let cut = [(Column::Market, market.name()), (Column::Day, day.as_str())];
                self.get("ad_spend_usd", &cut)
            };
            december.iter().map(day).sum()
        };
        Some(markets.map(of).sum::<Option<f64>>()? / 1e6)
    }

    /// Friends' posts among organic items of an app in the United States and Canada (%).
    fn friends_share(&self, app: App) -> Option<f64> {
        let feed = [
            (Column::App, app.name()),
            (Column::Market, Market::UsCanada.name()),
        ];
        let items = |of: &'static str| {
            self.get(
                "organic_items_by_type",
                &[feed[0], feed[1], (Column::Bucket, of)],
            )
        };
        let all = ITEMS.iter().map(|t| items(t)).sum::<Option<f64>>()?;
        percent(items("friends")?, all)
    }
}
