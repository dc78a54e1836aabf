//! How many people a wanted precision takes.
//!
//! The sampling error of a total falls with the root of people, so one run says how large the next has to be. It says so with an
//! error of its own: a standard error from 32 groups is known to an eighth of itself, that of the next run no better. And
//! small strata do not grow at first, because they have 32 people at least. So sizes are taken with a margin, and whoever asks
//! looks again.

use std::fmt;

use overheard_formats::{Key, OutcomeRow, Z95, plain};

use crate::total::{Misread, total};

/// So many more people are taken than would do: an error that falls a seventh too little still fits.
const MARGIN: f64 = 1.3;

/// What a run's sampling error is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Precision {
    /// The arm that is looked at.
    pub arm: String,
    /// The total that is looked at.
    pub key: Key,
    /// Half of the 95 % interval, in percent of the value.
    pub percent: f64,
}

/// What is to be done after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The interval is narrow enough.
    Enough,
    /// A run of so many assistant users is expected to have it narrow enough.
    People(u64),
    /// It takes about so many, and that is too many.
    TooMany(u64),
}

impl Precision {
    /// Reads `[ARM:]MEASURE[/SOURCE]±X%`; `+-` stands for `±`. Without an arm it is the last one.
    ///
    /// # Errors
    /// What is none of these, and an arm, a measure or a source that is not there.
    pub fn typed(text: &str, arms: &[&str]) -> Result<Self, Misread> {
        let example = "write MEASURE±X%, as in ad_clicks±2% or policy:ad_impressions/chat+-5%";
        let halves = ["±", "+-", "+/-"]
            .iter()
            .find_map(|sign| text.split_once(sign));
        let Some((what, width)) = halves else {
            return Err(Misread::new("it does not say how close", example));
        };
        let width = width.trim();
        let number = width.strip_suffix('%').map(str::trim);
        let percent: Option<f64> = number.and_then(|number| number.parse().ok());
        let Some(percent) = percent.filter(|p| p.is_finite()) else {
            return Err(Misread::new(format!("`{width}` is no percentage"), example));
        };
        if percent <= 0.0 {
            let hint = "only everybody has no sampling error: ask for more than 0 %";
            return Err(Misread::new(
                format!("± {} % cannot be reached", plain(percent)),
                hint,
            ));
        }
        let (arm, what) = match what.trim().split_once(':') {
            Some((arm, what)) => (Some(arm), what),
            None => (None, what.trim()),
        };
        let arm = match (arm, arms.last()) {
            (None, Some(last)) => *last,
            (Some(arm), _) if arms.contains(&arm) => arm,
            (arm, _) => {
                let message = format!("there is no arm `{}`", arm.unwrap_or_default());
                return Err(Misread::new(
                    message,
                    format!("there are {}", arms.join(", ")),
                ));
            }
        };
        Ok(Precision {
            arm: arm.to_owned(),
            key: total(what)?,
            percent,
        })
    }

    /// Half of the 95 % interval that a run has, in percent of the value.
    ///
    /// # Errors
    /// The run has no such row, its value is 0 or undefined, or it was not sampled.
    pub fn half_width(&self, rows: &[OutcomeRow]) -> Result<f64, Misread> {
        let (arm, key) = (&self.arm, &self.key);
        let row = rows.iter().find(|row| row.arm == *arm && row.key == *key);
        let Some(row) = row else {
            let hint = "outcomes.csv has the rows that there are; a total is one without a day, a market, a topic";
            return Err(Misread::new(format!("`{arm}` has no row {key}"), hint));
        };
        if row.value == 0.0 || row.value.is_nan() {
            let what = if row.value == 0.0 { "0" } else { "undefined" };
            let message =
                format!("{key} is {what} under `{arm}`: no interval is a percentage of it");
            let others = rows
                .iter()
                .filter(|row| row.key == *key && row.value.abs() > 0.0);
            let others: Vec<String> = others.map(|row| format!("{}:", row.arm)).collect();
            let hint = match others.is_empty() {
                true => "take a measure that is not; measures.csv says what each counts".to_owned(),
                false => format!(
                    "it is not under other arms: put {} before it",
                    others.join(" or ")
                ),
            };
            return Err(Misread::new(message, hint));
        }
        match row.std_error {
            Some(error) => Ok(100.0 * Z95 * error / row.value.abs()),
            None => Err(Misread::new(
                format!("{key} is not sampled: it has no standard error"),
                "more people do not change it; take a measure with a std_error in outcomes.csv",
            )),
        }
    }

    /// What is to be done after a run of so many assistant users that has half of an interval of so many percent, if there may
    /// be `most`.
    pub fn next(&self, people: u64, half_width: f64, most: u64) -> Next {
        if half_width <= self.percent {
            return Next::Enough;
        }
        let times = (half_width / self.percent) * (half_width / self.percent);
        let least = round(people as f64 * times);
        if least > most || people >= most {
            return Next::TooMany(least.max(people + 1));
        }
        Next::People(round(people as f64 * times * MARGIN).min(most))
    }
}

impl fmt::Display for Precision {
    /// `policy: ad_clicks`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.arm, self.key)
    }
}

/// Up to two digits and zeros, so that numbers can be read and typed.
fn round(people: f64) -> u64 {
    let mut unit = 1.0;
    while people / unit > 99.0 {
        unit *= 10.0;
    }
    ((people / unit).ceil() * unit) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use overheard_formats::Column;

    const ARMS: [&str; 2] = ["no-policy", "policy"];

    #[test]
    fn a_precision_is_read_as_typed() {
        let check = |text: &str, arm: &str, key: Key, percent: f64| {
            let read = Precision::typed(text, &ARMS).unwrap();
            assert_eq!((&*read.arm, &read.key, read.percent), (arm, &key, percent));
        };
        let clicks = || Key::of("ad_clicks");
        check("ad_clicks±2%", "policy", clicks(), 2.0);
        check("no-policy:ad_clicks+-0.5%", "no-policy", clicks(), 0.5);
        check(" ad_clicks +/- 5 % ", "policy", clicks(), 5.0);
        let chat = Key::of("ad_impressions").with(Column::Source, "chat");
        check("policy:ad_impressions/chat±1e1%", "policy", chat, 10.0);
    }

    #[test]
    fn what_cannot_be_wanted_is_told() {
        for (text, message) in [
            ("ad_clicks", "it does not say how close"),
            ("ad_clicks±2", "`2` is no percentage"),
            ("ad_clicks±two%", "`two%` is no percentage"),
            ("ad_clicks±inf%", "`inf%` is no percentage"),
            ("ad_clicks±0%", "± 0 % cannot be reached"),
            ("ad_clicks±-1%", "± -1 % cannot be reached"),
            ("clicks±1%", "there is no measure `clicks`"),
            ("rule:ad_clicks±1%", "there is no arm `rule`"),
            ("ad_clicks/eu±1%", "there is no source `eu`"),
        ] {
            let told = Precision::typed(text, &ARMS).unwrap_err().message;
            assert_eq!(told, message);
        }
    }

    fn row(arm: &str, value: f64, std_error: Option<f64>) -> OutcomeRow {
        OutcomeRow {
            arm: arm.to_owned(),
            key: Key::of("ad_clicks"),
            value,
            std_error,
        }
    }

    #[test]
    fn half_of_an_interval_is_a_percentage_of_the_value() {
        let wanted = Precision::typed("ad_clicks±2%", &ARMS).unwrap();
        let rows = |value, error| {
            [
                row("no-policy", 3.0, Some(0.1)),
                row("policy", value, error),
            ]
        };
        let width = wanted.half_width(&rows(-200.0, Some(1.0))).unwrap();
        assert!((width - Z95 / 2.0).abs() < 1e-12);
        for (value, error, message, hint) in [
            (0.0, Some(0.0), "is 0 under `policy`", "no-policy:"),
            (f64::NAN, None, "is undefined under `policy`", "no-policy:"),
            (1.0, None, "is not sampled", "std_error"),
        ] {
            let told = wanted.half_width(&rows(value, error)).unwrap_err();
            assert!(told.message.contains(message), "{told:?}");
            assert!(told.hint.contains(hint), "{told:?}");
        }
        let told = wanted.half_width(&[]).unwrap_err();
        assert_eq!(told.message, "`policy` has no row ad_clicks");
    }

    #[test]
    fn people_grow_with_the_square_of_what_is_missing() {
        let wanted = Precision::typed("ad_clicks±2%", &ARMS).unwrap();
        assert_eq!(wanted.next(2500, 2.0, 1 << 40), Next::Enough);
        assert_eq!(wanted.next(2500, 8.0, 1 << 40), Next::People(52_000));
        // It would do, but for the margin.
        assert_eq!(wanted.next(2500, 8.0, 41_000), Next::People(41_000));
        assert_eq!(wanted.next(2500, 8.0, 39_000), Next::TooMany(40_000));
        assert_eq!(wanted.next(2500, 2.001, 2500), Next::TooMany(2600));
        // However little is missing, the next run is larger.
        for people in [32u64, 2500, 99_999_999, 1_000_000_000] {
            match wanted.next(people, 2.0 + 1e-9, u64::MAX) {
                Next::People(more) => assert!(more >= people + people / 4, "{people}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
