//! The one way numbers are written in tables.

/// A number as text: rounded to 10 significant digits, then the shortest decimal that reads back as the same double.
///
/// Always plain decimal (`0.00000012`, never `1.2e-7`) with a decimal point (`12.0`), never `-0.0`; a value that is
/// undefined (a ratio over nothing, an infinity) is the empty text. Rounding moves a number by at most 5·10⁻¹⁰ of itself.
///
/// The point tells readers that guess a column's type from its first rows what the later ones hold: without it, polars
/// takes the counts of people that a table begins with for integers, and fails at the first share.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    // The largest doubles round up to infinity: they are written as they are.
    let rounded = format!("{value:.9e}")
        .parse()
        .ok()
        .filter(|r: &f64| r.is_finite());
    let rounded = rounded.unwrap_or(value);
    if rounded == 0.0 {
        return "0.0".to_owned();
    }
    let mut text = rounded.to_string();
    if !text.contains('.') {
        text.push_str(".0");
    }
    text
}

/// [`number`], or the empty text.
pub fn number_or_empty(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

/// A number as people read it: as [`number`], without a point where nothing is behind it.
pub fn plain(value: f64) -> String {
    if !value.is_finite() {
        return "undefined".to_owned();
    }
    let text = number(value);
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn readers_meet_no_surprise() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (12.0, "12.0"),
            (1e9, "1000000000.0"),
            (0.1 + 0.2, "0.3"),
            (1.2e-7, "0.00000012"),
            (-2.5, "-2.5"),
            (1234567890123.0, "1234567890000.0"),
            (1e21, "1000000000000000000000.0"),
            (f64::NAN, ""),
            (f64::NEG_INFINITY, ""),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn people_meet_no_point_that_nothing_follows() {
        let told = [12.0, 0.5, f64::NAN].map(plain);
        assert_eq!(told, ["12", "0.5", "undefined"]);
    }

    proptest! {
        #[test]
        fn reads_back_and_is_plain(value in proptest::num::f64::ANY) {
            let text = number(value);
            if value.is_finite() {
                let back: f64 = text.parse().unwrap();
                prop_assert!((back - value).abs() <= 5.0e-10 * value.abs() + f64::MIN_POSITIVE);
                prop_assert_eq!(number(back), text.clone(), "writing what was read changes nothing");
            }
            prop_assert!(!text.contains(['e', 'E', 'N', 'i']));
            prop_assert!(text != "-0.0");
            prop_assert_eq!(text.contains('.'), value.is_finite(), "no reader takes it for an integer");
        }
    }
}
