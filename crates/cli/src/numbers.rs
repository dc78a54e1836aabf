//! Numbers as people write and read them.

use std::num::NonZeroUsize;

use overheard_formats::TERMINAL;

pub use overheard_questions::count;

/// Most people that a run may simulate: the upper end of `run.people`.
const MOST: u64 = 10_000_000_000;

/// Reads 1000000, 1_000_000, 10k, 2.5M, 1B.
///
/// # Errors
/// No such number, or no whole number of people, or too many.
pub fn people(text: &str) -> Result<u64, String> {
    let plain = text.trim().replace('_', "");
    if plain.starts_with('-') {
        return Err("there must be one at least".to_owned());
    }
    if let Some(digits) = with_separators(&plain) {
        return Err(format!(
            "a point or a comma could stand before a fraction or between thousands: write {digits}{}",
            shorter(&digits)
        ));
    }
    let (digits, exponent) = match plain.chars().last() {
        Some('k' | 'K') => (&plain[..plain.len() - 1], 3),
        Some('m' | 'M') => (&plain[..plain.len() - 1], 6),
        Some('b' | 'B' | 'g' | 'G') => (&plain[..plain.len() - 1], 9),
        _ => (plain.as_str(), 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let bare = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !bare(whole) || !bare(fraction) || digits.ends_with('.') {
        return Err("write it as 1000000, 1_000_000, 10k, 2.5M or 1B".to_owned());
    }
    let fraction = fraction.trim_end_matches('0');
    let Some(zeros) = usize::checked_sub(exponent, fraction.len()) else {
        return Err("people come in whole numbers".to_owned());
    };
    let number = format!("{whole}{fraction}{}", "0".repeat(zeros));
    match number.parse() {
        Ok(0) => Err("there must be one at least".to_owned()),
        Ok(people) if people <= MOST => Ok(people),
        _ => Err("there are not so many people".to_owned()),
    }
}

/// The digits of groups of three between points or commas: a number to some, a fraction to others.
fn with_separators(text: &str) -> Option<String> {
    let mut groups = text.split(['.', ',']);
    let first = groups.next()?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut all = first.to_owned();
    let mut some = false;
    for group in groups {
        if group.len() != 3 || !digits(group) {
            return None;
        }
        all.push_str(group);
        some = true;
    }
    (some && digits(first)).then_some(all)
}

/// Other ways to write a number of people, each after an `or`.
fn shorter(digits: &str) -> String {
    let mut ways = String::new();
    let (head, tail) = digits.split_at(digits.len() - 3);
    ways += &format!(" or {head}_{tail}");
    if tail == "000" {
        ways += &format!(" or {head}k");
    }
    ways
}

/// Most threads: more than any machine has cores.
const MOST_THREADS: usize = 1024;

/// Reads a number of threads.
///
/// # Errors
/// No such number, none, or too many.
pub fn threads(text: &str) -> Result<NonZeroUsize, String> {
    match text.trim().parse::<NonZeroUsize>() {
        Ok(threads) if threads.get() <= MOST_THREADS => Ok(threads),
        _ => Err(format!(
            "write a number from 1 to {MOST_THREADS}, or leave --threads out for one per core"
        )),
    }
}

/// Reads how many draws of something there are to be: 64, 1_000.
///
/// # Errors
/// No whole number, or too many.
pub fn draws(text: &str) -> Result<u32, String> {
    let plain = text.trim().replace('_', "");
    plain.parse().map_err(|_| {
        "write a whole number, as in 64; 0 leaves draws out where they can be left out".to_owned()
    })
}

/// Reads a seed.
///
/// # Errors
/// No whole number that a scenario can hold.
pub fn seed(text: &str) -> Result<u64, String> {
    let plain = text.trim().replace('_', "");
    let seed = plain.parse().ok().filter(|seed| *seed <= i64::MAX as u64);
    seed.ok_or_else(|| format!("write a whole number from 0 to {}", i64::MAX))
}

/// A count where there is little room, as it may be typed: `950`, `12.3k`, `531M`, `1.06B`.
pub fn short(x: f64) -> String {
    let (scale, letter) = match x.abs() {
        size if size >= 999.5e6 => (1e9, "B"),
        size if size >= 999.5e3 => (1e6, "M"),
        size if size >= 9_999.5 => (1e3, "k"),
        _ => return TERMINAL.whole(x),
    };
    format!("{}{letter}", TERMINAL.figure(x / scale, 3))
}

/// A number of any size: `0.0123`, `12.3`, `1,234`, `31.4 million`.
pub fn figure(x: f64) -> String {
    if x.is_nan() {
        return "undefined".to_owned();
    }
    match x.abs() >= 100.0 {
        true => count(x),
        false => TERMINAL.figure(x, 3),
    }
}

/// A duration: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..10 => format!("{seconds:.1} s"),
        10..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// Bytes in MiB or GiB.
pub fn bytes(n: u64) -> String {
    let mib = n as f64 / (1024.0 * 1024.0);
    if mib < 1000.0 {
        format!("{mib:.0} MiB")
    } else {
        format!("{:.1} GiB", mib / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_as_they_are_written() {
        for (text, number) in [
            ("1", 1),
            ("1000000", 1_000_000),
            ("1_000_000", 1_000_000),
            ("10k", 10_000),
            ("1M", 1_000_000),
            ("2.5M", 2_500_000),
            ("2.50M", 2_500_000),
            ("0.001k", 1),
            ("1B", 1_000_000_000),
            ("10b", 10_000_000_000),
            ("1.500M", 1_500_000),
            ("7.0", 7),
        ] {
            assert_eq!(people(text), Ok(number), "{text}");
        }
        for text in [
            "",
            "0",
            "-1",
            "1.5",
            "M",
            "1e6",
            "1MM",
            ".5M",
            "1.M",
            "1,000",
            "0.0001k",
            "11B",
            "ten",
            "+5",
            "١",
            "99999999999999999999999",
        ] {
            assert!(people(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for (text, ways) in [
            ("1.000", "write 1000 or 1_000 or 1k"),
            ("1,000", "write 1000 or 1_000 or 1k"),
            ("12.345", "write 12345 or 12_345"),
            ("1.000.000", "write 1000000 or 1000_000 or 1000k"),
        ] {
            let said = people(text).unwrap_err();
            assert!(said.ends_with(ways), "{said}");
        }
        assert!(people("-5").unwrap_err().contains("one at least"));
    }

    #[test]
    fn there_is_one_thread_at_least() {
        assert_eq!(threads("8").map(NonZeroUsize::get), Ok(8));
        for text in ["0", "-1", "many", "1.5", "100000"] {
            assert!(
                threads(text).unwrap_err().contains("from 1 to 1024"),
                "{text}"
            );
        }
    }

    #[test]
    fn short_counts_can_be_typed() {
        for (number, text) in [
            (950, "950"),
            (12_340, "12.3k"),
            (999_499, "999k"),
            (999_500, "1M"),
            (2_500_000, "2.5M"),
            (531_000_000, "531M"),
            (1_062_500_000, "1.06B"),
        ] {
            assert_eq!(short(number as f64), text);
            let typed = people(text).unwrap() as f64;
            assert!((typed / number as f64 - 1.0).abs() < 0.005, "{text}");
        }
        assert_eq!(short(4_900.0), "4,900");
    }

    #[test]
    fn numbers_are_told_with_units() {
        assert_eq!(count(0.0), "0");
        assert_eq!(count(1234.0), "1,234");
        assert_eq!(count(999_999.0), "999,999");
        assert_eq!(count(31_400_000.0), "31.4 million");
        assert_eq!(count(33e9), "33 billion");
        assert_eq!(count(-45_000.0), "-45,000");
        assert_eq!(figure(0.012_345), "0.0123");
        assert_eq!(figure(-12.34), "-12.3");
        assert_eq!(figure(1234.5), "1,234");
        assert_eq!(figure(2.0), "2");
        assert_eq!(figure(f64::NAN), "undefined");
        assert_eq!(duration(0.42), "0.4 s");
        assert_eq!(duration(12.4), "12 s");
        assert_eq!(duration(200.0), "3 min 20 s");
        assert_eq!(duration(7500.0), "2 h 5 min");
        assert_eq!(bytes(180 << 20), "180 MiB");
        assert_eq!(bytes(3 << 29), "1.5 GiB");
    }
}
