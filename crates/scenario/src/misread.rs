//! Names that readers of tables take for something else.
//!
//! The name of an arm stands in a column of every table. pandas takes `nan` and `null` there for missing, a spreadsheet
//! makes the third of April of `03-04` and 100,000 of `1e5`, R reads `0x1f` as 31.

/// What a reader of tables would take a name of letters a-z, digits, `-` and `_` for; nothing if for a name.
pub(crate) fn misread_as(name: &str) -> Option<&'static str> {
    if ["na", "nan", "null"].contains(&name) {
        Some("a missing value")
    } else if ["true", "false"].contains(&name) {
        Some("a truth value")
    } else if is_number(name) {
        Some("a number")
    } else if is_date(name) {
        Some("a date")
    } else {
        None
    }
}

/// Digits with an exponent or a separator in them, hexadecimals, infinities.
fn is_number(name: &str) -> bool {
    let plain = name.replace('_', "");
    let hex = plain.strip_prefix("0x");
    let hex = hex.is_some_and(|h| !h.is_empty() && h.bytes().all(|b| b.is_ascii_hexdigit()));
    // Fortran's exponents are R's, too.
    hex || plain.parse::<f64>().is_ok() || plain.replacen('d', "e", 1).parse::<f64>().is_ok()
}

/// Digits joined by hyphens (`03-04`, `2025-12-16`), or one month with digits (`16-dec`, `march-2026`, `sept2`).
fn is_date(name: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let mut months = 0;
    let mut numbers = 0;
    for part in name.split('-') {
        // `dec16` and `16dec` are as good as `dec-16` and `16-dec`.
        let letters = part.trim_matches(|c: char| c.is_ascii_digit());
        numbers += usize::from(letters.len() < part.len());
        if letters.is_empty() {
            continue;
        }
        if letters.len() < 3 || !MONTHS.iter().any(|month| month.starts_with(letters)) {
            return false;
        }
        months += 1;
    }
    numbers > 0 && months <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_reader_takes_for_something_else_are_known() {
        for (name, what) in [
            ("nan", "a missing value"),
            ("null", "a missing value"),
            ("true", "a truth value"),
            ("12", "a number"),
            ("1e5", "a number"),
            ("1e-5", "a number"),
            ("1d5", "a number"),
            ("1_000", "a number"),
            ("0x1f", "a number"),
            ("inf", "a number"),
            ("infinity", "a number"),
            ("03-04", "a date"),
            ("2025-12", "a date"),
            ("2025-12-16", "a date"),
            ("16-dec", "a date"),
            ("dec-16", "a date"),
            ("december-16", "a date"),
            ("sept2", "a date"),
            ("1mar", "a date"),
            ("16-december-2025", "a date"),
        ] {
            assert_eq!(misread_as(name), Some(what), "{name}");
        }
        for name in [
            "no-policy",
            "opt-out-25",
            "misses-20",
            "none",
            "base",
            "a",
            "a0",
            "may",
            "march",
            "may-june-2",
            "ma-1",
            "recall-25",
            "week-1",
            "arm-00-x",
            "half_life_7",
            "nano",
            "x1e5",
            "decoy-16",
            "true-2",
        ] {
            assert_eq!(misread_as(name), None, "{name}");
        }
    }
}
