//! How members of the vocabulary are written for readers. A member without an entry is shown as it is.

/// A market, app, surface, class, bucket or route in words.
pub(crate) fn readable(member: &str) -> &str {
    match member {
        "us-canada" => "US & Canada",
        "eu" => "European Union",
        "uk" => "United Kingdom",
        "south-korea" => "South Korea",
        "other-europe" => "other Europe",
        "india" => "India",
        "indonesia" => "Indonesia",
        "other-apac" => "other Asia-Pacific",
        "brazil" => "Brazil",
        "other-latam" => "other Latin America",
        "mea" => "Middle East & Africa",
        "facebook" => "Facebook",
        "instagram" => "Instagram",
        "whatsapp" => "WhatsApp",
        "messenger" => "Messenger",
        "meta-ai-app" => "Meta AI app",
        "ai-glasses" => "AI glasses",
        "religion" => "religious views",
        "orientation" => "sexual orientation",
        "politics" => "political views",
        "ethnicity" => "racial or ethnic origin",
        "philosophy" => "philosophical beliefs",
        "union" => "union membership",
        "sex-life" => "sex life",
        "gender-identity" => "gender identity",
        "missed" => "missed by the detector",
        "neighbour" => "by a neighbouring topic",
        "unprotected" => "class not protected",
        other => other,
    }
}

/// The seven classes that the announcement of 1 October 2025 excludes from ads.
pub(crate) fn is_promised(class: &str) -> bool {
    matches!(
        class,
        "religion" | "orientation" | "politics" | "health" | "ethnicity" | "philosophy" | "union"
    )
}

/// `2025-12-16` as `16 Dec`; anything else as it is.
pub(crate) fn short_date(iso: &str) -> String {
    match iso.parse::<jiff::civil::Date>() {
        Ok(date) => date.strftime("%-d %b").to_string(),
        Err(_) => iso.to_owned(),
    }
}

/// Days below an axis: `16 Dec`, and the year on a second line, which a chart shows where it changes.
pub(crate) fn axis_dates(days: &[String]) -> Vec<String> {
    let year = |day: &str| match day.parse::<jiff::civil::Date>() {
        Ok(date) => format!("\n{}", date.year()),
        Err(_) => String::new(),
    };
    days.iter()
        .map(|day| short_date(day) + &year(day))
        .collect()
}

/// `2025-12-16` as `16 December 2025`; anything else as it is.
pub(crate) fn long_date(iso: &str) -> String {
    match iso.parse::<jiff::civil::Date>() {
        Ok(date) => date.strftime("%-d %B %Y").to_string(),
        Err(_) => iso.to_owned(),
    }
}

/// A number in running text with three significant digits: `1.23 billion`, `456 million`, `12,300`, `0.0456`.
pub(crate) fn prose(value: f64) -> String {
    let size = value.abs();
    let (divisor, word) = match size {
        s if s >= 999.5e9 => (1e12, " trillion"),
        s if s >= 999.5e6 => (1e9, " billion"),
        s if s >= 999.5e3 => (1e6, " million"),
        _ => (1.0, ""),
    };
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}{word}", digits(size / divisor, 3))
}

/// A count to the last digit: `2,464`.
pub(crate) fn exact(count: u64) -> String {
    grouped(&count.to_string())
}

/// Percentages below it are not written out: `0.00000333 %` is no number to read.
const LEAST_PERCENT: f64 = 0.001;

/// Whether a percentage is too small to be written out.
pub(crate) fn is_tiny(percent: f64) -> bool {
    percent != 0.0 && percent.abs() < LEAST_PERCENT
}

/// A percentage in running text; the sign stays on the line of its number.
pub(crate) fn percent(value: f64) -> String {
    if is_tiny(value) {
        return format!("less than {LEAST_PERCENT}\u{a0}%");
    }
    format!("{}\u{a0}%", trimmed(value, 3))
}

/// As [`percent`], with a sign in front of what is above zero.
pub(crate) fn signed_percent(value: f64) -> String {
    if is_tiny(value) {
        let way = if value < 0.0 { "down" } else { "up" };
        return format!("{} {way}", percent(value));
    }
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", percent(value))
}

/// A number of a table with four significant digits: `8,734`, `0.1775`, `1.86`.
pub(crate) fn figure(value: f64) -> String {
    trimmed(value, 4)
}

/// Significant digits without zeros at the end of decimals.
fn trimmed(value: f64, significant: usize) -> String {
    let text = digits(value.abs(), significant);
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    let sign = if value < 0.0 && text != "0" {
        "−"
    } else {
        ""
    };
    format!("{sign}{text}")
}

/// So many significant digits, thousands grouped.
fn digits(size: f64, significant: usize) -> String {
    if size < 1000.0 && size == size.round() {
        return format!("{size}");
    }
    let text = format!("{size:.*e}", significant - 1);
    let exponent: i32 = text
        .split_once('e')
        .and_then(|(_, e)| e.parse().ok())
        .unwrap_or(0);
    let rounded: f64 = text.parse().unwrap_or(size);
    let decimals = (significant as i32 - 1 - exponent).clamp(0, 12) as usize;
    grouped(&format!("{rounded:.decimals$}"))
}

/// Thousands apart.
fn grouped(text: &str) -> String {
    let whole = text.split('.').next().unwrap_or_default().len();
    let mut grouped = String::new();
    for (i, c) in text.chars().enumerate() {
        if i > 0 && i < whole && (whole - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_prose() {
        let check = |value: f64, expected: &str| assert_eq!(prose(value), expected);
        check(0.0, "0");
        check(1_234_567_890.0, "1.23 billion");
        check(999_960.0, "1.00 million");
        check(12_345.0, "12,300");
        check(-456.7e6, "−457 million");
        check(0.045_61, "0.0456");
        check(3.0, "3");
        check(3.001, "3.00");
        check(8.1e15, "8,100 trillion");
    }

    #[test]
    fn people_who_are_simulated_are_counted_to_the_last() {
        let counted = [0, 32, 2464, 1_000_032].map(exact);
        assert_eq!(counted, ["0", "32", "2,464", "1,000,032"]);
    }

    #[test]
    fn no_percentage_is_written_that_nobody_can_read() {
        let check = |value: f64, expected: &str| {
            assert_eq!(signed_percent(value).replace('\u{a0}', " "), expected);
        };
        check(-3.33e-6, "less than 0.001 % down");
        check(3.33e-6, "less than 0.001 % up");
        check(0.0, "0 %");
        check(-0.001, "−0.001 %");
        check(12.34, "+12.3 %");
        assert_eq!(percent(9e-4), "less than 0.001\u{a0}%");
    }

    #[test]
    fn numbers_in_tables() {
        let check = |value: f64, expected: &str| assert_eq!(figure(value), expected);
        check(8734.4, "8,734");
        check(0.1775, "0.1775");
        check(1.860_004, "1.86");
        check(58_140.0, "58,140");
        check(-100.0, "−100");
    }

    #[test]
    fn dates() {
        assert_eq!(short_date("2025-12-06"), "6 Dec");
        assert_eq!(long_date("2025-12-06"), "6 December 2025");
        assert_eq!(long_date("later"), "later");
        let days = ["2025-12-31", "2026-01-01", "later"].map(str::to_owned);
        assert_eq!(axis_dates(&days), ["31 Dec\n2025", "1 Jan\n2026", "later"]);
    }
}
