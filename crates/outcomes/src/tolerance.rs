//! How far an outcome may be from its golden value.

use std::fmt;
use std::str::FromStr;

use overheard_formats::plain;

/// In as many ways as are stated: the one that allows most counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// Percentage of the golden value (`tolerance_percent`).
    pub percent: Option<f64>,
    /// In the measure's unit (`tolerance_abs`).
    pub abs: Option<f64>,
    /// Standard errors of the difference (`tolerance_errors`).
    pub errors: Option<f64>,
}

impl Tolerance {
    /// Whether anything is stated.
    pub fn is_stated(&self) -> bool {
        *self != Tolerance::default()
    }

    /// The distance that is allowed from a golden value, given the standard error of the difference.
    pub fn distance(&self, golden: f64, std_error: f64) -> f64 {
        let ways = [
            self.percent.map(|p| p / 100.0 * golden.abs()),
            self.abs,
            self.errors.map(|n| n * std_error),
        ];
        ways.into_iter().flatten().fold(0.0, f64::max)
    }
}

impl fmt::Display for Tolerance {
    /// `1 %`, `1 % or 3 errors`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ways = [
            self.percent.map(|p| format!("{} %", plain(p))),
            self.abs.map(plain),
            self.errors.map(|n| format!("{} errors", plain(n))),
        ];
        let ways: Vec<String> = ways.into_iter().flatten().collect();
        f.write_str(&ways.join(" or "))
    }
}

impl FromStr for Tolerance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut tolerance = Tolerance::default();
        for way in text.split(" or ").map(str::trim) {
            let (number, place) = if let Some(number) = way.strip_suffix('%') {
                (number, &mut tolerance.percent)
            } else if let Some(number) = way.strip_suffix("errors") {
                (number, &mut tolerance.errors)
            } else {
                (way, &mut tolerance.abs)
            };
            let number = number.trim().parse().ok();
            *place = number.filter(|n: &f64| n.is_finite() && *n >= 0.0);
            if place.is_none() {
                return Err(format!(
                    "`{way}` is no tolerance; one is `1 %`, `0.5` or `3 errors`, several with `or` between them"
                ));
            }
        }
        Ok(tolerance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_is_written() {
        for text in ["1 %", "0.5", "3 errors", "0.1 % or 2 or 4 errors"] {
            let tolerance: Tolerance = text.parse().unwrap();
            assert_eq!(tolerance.to_string(), text);
        }
        for wrong in ["", "%", "-1 %", "many", "1 % or", "nan", "3 sigmas"] {
            let told = wrong.parse::<Tolerance>().unwrap_err();
            assert!(told.contains("is no tolerance"), "{told}");
        }
    }

    #[test]
    fn what_allows_most_counts() {
        let tolerance: Tolerance = "1 % or 3 or 2 errors".parse().unwrap();
        assert_eq!(tolerance.distance(-100.0, 0.1), 3.0);
        assert_eq!(tolerance.distance(1000.0, 0.1), 10.0);
        assert_eq!(tolerance.distance(1000.0, 7.0), 14.0);
        assert_eq!(Tolerance::default().distance(5.0, 1.0), 0.0);
    }
}
