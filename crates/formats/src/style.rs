//! Numbers where people read them: on a page, in a chart, at a terminal.

/// The signs that numbers are written with in one place. The digits are the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// In front of what is below zero.
    pub minus: char,
    /// Between thousands.
    pub between: char,
    /// Between a number and its percent sign.
    pub space: char,
}

/// Running text and tables of a page: a percent sign stays on the line of its number.
pub const PAGE: Style = Style {
    minus: '−',
    between: ',',
    space: '\u{a0}',
};

/// Labels of a chart.
pub const CHART: Style = Style {
    minus: '−',
    between: '\u{202f}',
    space: '\u{202f}',
};

/// What a terminal shows, and what may be typed again.
pub const TERMINAL: Style = Style {
    minus: '-',
    between: ',',
    space: ' ',
};

/// Percentages below it are not written out: `0.00000333 %` is no number to read.
const LEAST_PERCENT: f64 = 0.001;

/// Whether a percentage is too small to be written out.
pub fn is_tiny(percent: f64) -> bool {
    percent != 0.0 && percent.abs() < LEAST_PERCENT
}

impl Style {
    /// A count to the last digit: `2,464`.
    pub fn exact(self, count: u64) -> String {
        grouped(&count.to_string(), self.between)
    }

    /// A number to the last whole: `1,234`.
    pub fn whole(self, value: f64) -> String {
        self.signed(value, grouped(&format!("{:.0}", value.abs()), self.between))
    }

    /// A number of any size with three significant digits: `1.23 billion`, `456 million`, `12,300`, `0.0456`.
    pub fn prose(self, value: f64) -> String {
        let size = value.abs();
        let (divisor, word) = match size {
            s if s >= 999.5e9 => (1e12, " trillion"),
            s if s >= 999.5e6 => (1e9, " billion"),
            s if s >= 999.5e3 => (1e6, " million"),
            _ => (1.0, ""),
        };
        self.signed(value, self.digits(size / divisor, 3) + word)
    }

    /// So many significant digits, without zeros at the end of decimals: `8,734`, `0.1775`, `1.86`.
    pub fn figure(self, value: f64, significant: usize) -> String {
        let text = self.digits(value.abs(), significant);
        self.signed(value, trimmed(&text).to_owned())
    }

    /// A percentage with three significant digits; of one below a thousandth only that is said.
    pub fn percent(self, value: f64) -> String {
        let space = self.space;
        if is_tiny(value) {
            return format!("less than {LEAST_PERCENT}{space}%");
        }
        format!("{}{space}%", self.figure(value, 3))
    }

    /// A change in percent: as [`Style::percent`], with a sign in front of what is above zero.
    pub fn change(self, value: f64) -> String {
        if is_tiny(value) {
            let way = if value < 0.0 { "down" } else { "up" };
            return format!("{} {way}", self.percent(value));
        }
        let sign = if value > 0.0 { "+" } else { "" };
        format!("{sign}{}", self.percent(value))
    }

    /// So many significant digits, thousands apart; wholes below a thousand as they are.
    fn digits(self, size: f64, significant: usize) -> String {
        if size < 1000.0 && size == size.round() {
            return format!("{size}");
        }
        grouped(&rounded(size, significant), self.between)
    }

    /// The text of a size behind the sign of its value; zero has none.
    fn signed(self, value: f64, size: String) -> String {
        match value < 0.0 && size != "0" {
            true => format!("{}{size}", self.minus),
            false => size,
        }
    }
}

/// A whole number with something between its thousands: `1,234`.
pub fn thousands(number: f64, between: char) -> String {
    Style {
        between,
        ..TERMINAL
    }
    .whole(number)
}

/// The text of a number above zero with something between the thousands of its whole part.
pub fn grouped(decimal: &str, between: char) -> String {
    let whole = decimal.split('.').next().unwrap_or_default().len();
    let mut text = String::with_capacity(decimal.len() + decimal.len() / 3);
    for (i, c) in decimal.chars().enumerate() {
        if i > 0 && i < whole && (whole - i).is_multiple_of(3) {
            text.push(between);
        }
        text.push(c);
    }
    text
}

/// A number above zero rounded to so many significant digits, as a plain decimal: zeros at its end are kept.
pub fn rounded(size: f64, significant: usize) -> String {
    let text = format!("{size:.*e}", significant.saturating_sub(1));
    // 0.99996 counts as 1.00: the power of ten is that of the rounded number.
    let exponent: i32 = text
        .split_once('e')
        .and_then(|(_, e)| e.parse().ok())
        .unwrap_or(0);
    let rounded: f64 = text.parse().unwrap_or(size);
    let decimals = (significant as i32 - 1 - exponent).clamp(0, 12) as usize;
    format!("{rounded:.decimals$}")
}

/// A decimal without the zeros at its end, and without a point that nothing follows.
pub fn trimmed(decimal: &str) -> &str {
    match decimal.contains('.') {
        true => decimal.trim_end_matches('0').trim_end_matches('.'),
        false => decimal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_prose() {
        let check = |value: f64, expected: &str| assert_eq!(PAGE.prose(value), expected);
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
    fn counts_are_told_to_the_last() {
        let counted = [0, 32, 2464, 1_000_032].map(|n| PAGE.exact(n));
        assert_eq!(counted, ["0", "32", "2,464", "1,000,032"]);
        assert_eq!(TERMINAL.whole(-45_000.0), "-45,000");
        assert_eq!(TERMINAL.whole(-0.2), "0");
        assert_eq!(thousands(1_234_567.0, '_'), "1_234_567");
    }

    #[test]
    fn no_percentage_is_written_that_nobody_can_read() {
        for (value, expected) in [
            (-3.33e-6, "less than 0.001 % down"),
            (3.33e-6, "less than 0.001 % up"),
            (0.0, "0 %"),
            (-0.001, "−0.001 %"),
            (-9.0909, "−9.09 %"),
            (10.0, "+10 %"),
            (12.34, "+12.3 %"),
            (0.012_345, "+0.0123 %"),
            (1234.5, "+1,230 %"),
        ] {
            assert_eq!(PAGE.change(value).replace('\u{a0}', " "), expected);
            assert_eq!(TERMINAL.change(value), expected.replace('−', "-"));
        }
        assert_eq!(PAGE.percent(9e-4), "less than 0.001\u{a0}%");
    }

    #[test]
    fn numbers_in_tables() {
        let check = |value: f64, expected: &str| assert_eq!(PAGE.figure(value, 4), expected);
        check(8734.4, "8,734");
        check(0.1775, "0.1775");
        check(1.860_004, "1.86");
        check(58_140.0, "58,140");
        check(-100.0, "−100");
    }
}
