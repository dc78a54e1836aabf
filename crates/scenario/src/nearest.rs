//! What somebody meant who typed a name that does not exist.

/// The candidates that `typed` was most likely meant to be, at most three and equally close. Distances are
/// Damerau-Levenshtein; a candidate whose last part is nearly right counts even when the section is missing or wrong,
/// one step further away.
pub fn nearest_of<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    const MOST: usize = 3;
    let typed = typed.chars().take(100).collect::<String>().to_lowercase();
    let last = |s: &str| s.rsplit('.').next().unwrap_or(s).to_owned();
    let typed_last = last(&typed);
    let reach = |n: usize| (n / 3).clamp(1, 4);
    let mut close: Vec<(usize, &str)> = candidates
        .filter_map(|candidate| {
            let whole = strsim::damerau_levenshtein(&typed, candidate);
            let leaf = strsim::damerau_levenshtein(&typed_last, &last(candidate));
            let whole = (whole <= reach(candidate.len())).then_some(whole);
            let leaf =
                (leaf <= reach(typed_last.len()) && typed_last.len() > 2).then_some(leaf + 1);
            let best = [whole, leaf].into_iter().flatten().min()?;
            Some((best, candidate))
        })
        .collect();
    let least = close
        .iter()
        .map(|(distance, _)| *distance)
        .min()
        .unwrap_or(0);
    close.retain(|(distance, _)| *distance == least);
    close
        .into_iter()
        .take(MOST)
        .map(|(_, candidate)| candidate)
        .collect()
}

/// `did you mean X? …`, or only what follows when there is no X.
pub fn suggestion(near: &[&str], otherwise: &str) -> String {
    match near {
        [] => otherwise.to_owned(),
        _ => format!("did you mean {}? {otherwise}", near.join(" or "))
            .trim_end()
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_and_what_is_not() {
        let known = [
            "apps.ad_load",
            "apps.open_rate",
            "time.start",
            "policy.start",
            "name",
            "eu",
            "uk",
        ];
        let check = |typed: &str, expected: &[&str]| {
            assert_eq!(nearest_of(typed, known.into_iter()), expected, "{typed}");
        };
        check("apps.ad_laod", &["apps.ad_load"]);
        check("adload", &["apps.ad_load"]);
        check("APPS.OPEN_RATE", &["apps.open_rate"]);
        check("start", &["time.start", "policy.start"]);
        check("nam", &["name"]);
        check("ue", &["eu", "uk"]);
        check("zebra", &[]);
        check("", &[]);
        check(&"x".repeat(100_000), &[]);
    }
}
