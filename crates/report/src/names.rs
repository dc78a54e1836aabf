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
        "habit-1" => "least, 1st fifth",
        "habit-2" => "2nd fifth",
        "habit-3" => "3rd fifth",
        "habit-4" => "4th fifth",
        "habit-5" => "most, 5th fifth",
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

/// What a chart says of arms that it leaves out.
pub(crate) fn not_drawn(arms: &[&str]) -> Option<String> {
    let names = arms.join(", ");
    (!arms.is_empty())
        .then(|| format!("Not drawn, for want of room: {names}. Their numbers are in the tables."))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(short_date("2025-12-06"), "6 Dec");
        assert_eq!(long_date("2025-12-06"), "6 December 2025");
        assert_eq!(long_date("later"), "later");
        let days = ["2025-12-31", "2026-01-01", "later"].map(str::to_owned);
        assert_eq!(axis_dates(&days), ["31 Dec\n2025", "1 Jan\n2026", "later"]);
    }
}
