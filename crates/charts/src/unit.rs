//! Numbers as a chart shows them.

use overheard_formats::{CHART, grouped, rounded, trimmed};

/// What a number counts, and so how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// People, chats, impressions: `950`, `12.3k`, `4.56M`, `7.8bn`.
    #[default]
    Count,
    /// Already a percentage: `1.23 %`.
    Percent,
    /// Already in thousandths: `1.23 ‰`.
    PerMille,
    /// US dollars: `$0.52`, `$12.31`, `$4.5M`.
    Usd,
    /// A bare number: `1.23`.
    Plain,
}

impl Unit {
    /// `value` with three significant digits.
    pub fn format(self, value: f64) -> String {
        if !value.is_finite() {
            return "–".into();
        }
        let size = value.abs();
        let (scaled, suffix) = self.compact(size);
        self.dress(value < 0.0, &significant(scaled, size), suffix)
    }

    /// `value` with as many decimals as ticks `step` apart need; `largest` fixes the suffix all ticks of an axis share.
    pub(crate) fn format_tick(self, value: f64, step: f64, largest: f64) -> String {
        let (_, suffix) = self.compact(largest);
        let scaled = value.abs() / power(suffix);
        let Some(decimals) = decimals(step / power(suffix)) else {
            return self.format(value);
        };
        let text = format!("{scaled:.decimals$}");
        if is_zero(&text) {
            // Zero needs neither decimals nor an "M" behind it.
            return self.dress(false, "0", "");
        }
        self.dress(value < 0.0, &text, suffix)
    }

    /// `value` in a column of numbers beside an axis with ticks `step` apart: the same decimals in all rows, two more than the
    /// step's leading digit. Counts, zero, and what would be rounded away are written as ever.
    pub(crate) fn format_beside(self, value: f64, step: f64) -> String {
        let lost = value.abs() < step / 20.0;
        let leading = libm::log10(step).floor();
        if self == Self::Count || lost || value.abs() >= 1e3 || !(-9.0..9.0).contains(&leading) {
            return self.format(value);
        }
        let decimals = (2.0 - leading).max(0.0) as usize;
        self.dress(value < 0.0, &format!("{:.decimals$}", value.abs()), "")
    }

    fn compact(self, size: f64) -> (f64, &'static str) {
        // 999 950 and more would read "1000k".
        let suffix = match self {
            Self::Percent | Self::PerMille | Self::Plain => "",
            _ if size >= 999.5e12 => "",
            _ if size >= 999.5e9 => "tn",
            _ if size >= 999.5e6 => "bn",
            _ if size >= 999.5e3 => "M",
            _ if size >= 9_999.5 => "k",
            _ => "",
        };
        (size / power(suffix), suffix)
    }

    fn dress(self, negative: bool, digits: &str, suffix: &str) -> String {
        let sign = match negative && !is_zero(digits) {
            true => CHART.minus.to_string(),
            false => String::new(),
        };
        let space = CHART.space;
        match self {
            Self::Percent => format!("{sign}{digits}{space}%"),
            Self::PerMille => format!("{sign}{digits}{space}‰"),
            Self::Usd => format!("{sign}${digits}{suffix}"),
            Self::Count | Self::Plain => format!("{sign}{digits}{suffix}"),
        }
    }
}

fn is_zero(digits: &str) -> bool {
    digits.bytes().all(|b| b == b'0' || b == b'.')
}

/// How many decimals it takes to write `step` exactly; `None` if that is not sensible.
fn decimals(step: f64) -> Option<usize> {
    if !(1e-9..1e15).contains(&step) {
        return None;
    }
    (0..10usize).find(|d| {
        let shifted = step * 10f64.powi(*d as i32);
        (shifted - shifted.round()).abs() < 1e-6 * shifted
    })
}

fn power(suffix: &str) -> f64 {
    match suffix {
        "tn" => 1e12,
        "bn" => 1e9,
        "M" => 1e6,
        "k" => 1e3,
        _ => 1.0,
    }
}

/// Three significant digits; whole below a thousand as they are, thousands grouped, the very small and very large in powers of ten.
fn significant(scaled: f64, size: f64) -> String {
    if scaled == 0.0 {
        return "0".into();
    }
    if !(1e-6..1e15).contains(&scaled) {
        let exponent = libm::log10(scaled).floor();
        let mantissa = scaled / libm::pow(10.0, exponent);
        return format!("{mantissa:.1}×10{}", superscript(exponent as i32));
    }
    if scaled >= 999.5 {
        return grouped(&format!("{:.0}", scaled.round()), CHART.between);
    }
    if size < 1000.0 && scaled == scaled.round() {
        return format!("{scaled:.0}");
    }
    let text = rounded(scaled, 3);
    let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
    match decimals > 2 {
        true => trimmed(&text).to_owned(),
        false => text,
    }
}

fn superscript(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    exponent
        .to_string()
        .bytes()
        .map(|b| match b {
            b'-' => '⁻',
            digit => DIGITS[usize::from(digit - b'0') % 10],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Unit::{Count, Percent, Plain, Usd};
    use super::*;

    #[test]
    fn numbers_read_naturally() {
        let check = |unit: Unit, value: f64, expected: &str| {
            assert_eq!(
                unit.format(value).replace(CHART.space, " "),
                expected,
                "{value}"
            );
        };
        check(Count, 0.0, "0");
        check(Count, 7.0, "7");
        check(Count, 950.0, "950");
        check(Count, 1_234.0, "1 234");
        check(Count, 12_345.0, "12.3k");
        check(Count, 999_960.0, "1.00M");
        check(Count, 1_000_000_000.0, "1.00bn");
        check(Count, -2_500_000.0, "−2.50M");
        check(Count, 3e20, "3.0×10²⁰");
        check(Percent, 1.234, "1.23 %");
        check(Percent, 0.01234, "0.0123 %");
        check(Percent, 25.0, "25 %");
        check(Percent, -0.0, "0 %");
        check(Usd, 12.309, "$12.3");
        check(Usd, 0.52, "$0.52");
        check(Plain, f64::NAN, "–");
        check(Plain, 4e-9, "4.0×10⁻⁹");
    }

    #[test]
    fn ticks_share_decimals_and_suffix() {
        let ticks: Vec<String> = [0.0, 0.5e6, 1e6]
            .iter()
            .map(|v| Count.format_tick(*v, 0.5e6, 1e6))
            .collect();
        assert_eq!(ticks, ["0", "0.5M", "1.0M"]);
        assert_eq!(Plain.format_tick(-2.0, 1.0, 3.0), "−2");
        assert_eq!(Percent.format_tick(0.25, 0.05, 0.3), "0.25\u{202f}%");
    }

    #[test]
    fn a_column_of_numbers_shares_decimals() {
        assert_eq!(Plain.format_beside(4.2, 1.0), "4.20");
        assert_eq!(Plain.format_beside(-0.867, 1.0), "−0.87");
        assert_eq!(
            Plain.format_beside(0.0012, 1.0),
            "0.0012",
            "not rounded away"
        );
        assert_eq!(Count.format_beside(12_345.0, 1e4), "12.3k");
    }
}
