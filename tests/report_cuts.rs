//! `[report] cuts`: rows that a scenario asks for beyond the default ones.

use std::collections::{BTreeMap, BTreeSet};

use overheard_outcomes::{Column, Key, OutcomeRow, read_outcomes};

use crate::support::{Place, SMALL, UNDISTURBED};

const CUTS: &str = "[report]\ncuts = [\"market * topic\", \"age*topic\", \"day*age\", \"age*app\", \"day*market*app\"]\n";

fn outcomes(place: &Place) -> Vec<OutcomeRow> {
    read_outcomes(&place.read("finished/outcomes.csv")[..]).unwrap()
}

/// Sums, by what is left of the key without a dimension, the rows that have it and the other given ones.
fn summed_over(
    rows: &[OutcomeRow],
    measure: &str,
    over: Column,
    others: &[Column],
) -> BTreeMap<(String, Key), f64> {
    let mut sums = BTreeMap::new();
    for row in rows.iter().filter(|r| r.key.measure() == measure) {
        let has = |c: &Column| !row.key.get(*c).is_empty();
        let wanted = |c: &Column| *c == over || others.contains(c);
        if Column::ALL
            .iter()
            .all(|c| *c == Column::Source || has(c) == wanted(c))
        {
            *sums
                .entry((row.arm.clone(), row.key.clone().with(over, "")))
                .or_default() += row.value;
        }
    }
    sums
}

#[test]
fn asked_for_rows_stand_beside_the_default_ones_and_add_up_to_them() {
    let place = Place::new();
    let asking = SMALL.replace(
        "[[arm]]\nname = \"no-policy\"",
        &format!("{CUTS}[[arm]]\nname = \"no-policy\""),
    );
    place.write("small.toml", asking);
    place
        .overheard(&["run", "small.toml", "--out", "finished"])
        .expect(0);
    let (default, asked) = (outcomes(&UNDISTURBED), outcomes(&place));

    let mut rest = asked.iter();
    for row in &default {
        let same = |other: &OutcomeRow| other.arm == row.arm && other.key == row.key;
        let found = rest
            .find(|other| same(other))
            .unwrap_or_else(|| panic!("{} is gone", row.key));
        assert!(
            found.value == row.value || row.value.is_nan(),
            "{}",
            row.key
        );
        assert_eq!(found.std_error, row.std_error, "{}", row.key);
    }
    let keys: BTreeSet<(&str, &Key)> = asked.iter().map(|r| (r.arm.as_str(), &r.key)).collect();
    assert_eq!(keys.len(), asked.len(), "no row twice");

    let value: BTreeMap<(String, Key), f64> = default
        .iter()
        .map(|r| ((r.arm.clone(), r.key.clone()), r.value))
        .collect();
    for (measure, over, others) in [
        ("ad_impressions", Column::Market, &[Column::Topic][..]),
        ("ad_spend_usd", Column::Age, &[Column::Topic]),
        ("ad_clicks", Column::Age, &[Column::Day]),
        ("organic_items", Column::Age, &[Column::App]),
        (
            "displaced_impressions",
            Column::Market,
            &[Column::Day, Column::App],
        ),
        ("people_active", Column::Market, &[Column::Day, Column::App]),
        ("people_reached_by_chat_ads", Column::Age, &[Column::Day]),
        ("signals", Column::Age, &[Column::Surface]),
        ("sensitive_chats", Column::Market, &[Column::Topic]),
    ] {
        let sums = summed_over(&asked, measure, over, others);
        assert!(!sums.is_empty(), "{measure} by {over:?}, {others:?}");
        for ((arm, key), sum) in sums {
            let whole = value[&(arm, key.clone())];
            assert!(
                (sum - whole).abs() <= 1e-6 * whole.abs() + 1e-6,
                "{key}: {sum} {whole}"
            );
        }
    }
    // Prices follow wherever spend and impressions do.
    assert!(asked.iter().any(|r| {
        let set = |c| !r.key.get(c).is_empty();
        r.key.measure() == "price_per_mille_usd"
            && set(Column::Day)
            && set(Column::Market)
            && set(Column::App)
    }));

    let resolved = String::from_utf8(place.read("finished/scenario.toml")).unwrap();
    let written =
        "cuts = [\"day*age\", \"day*market*app\", \"age*app\", \"market*topic\", \"age*topic\"]";
    assert!(resolved.contains(written), "{resolved}");
    let hash = |place: &Place| {
        let manifest: serde_json::Value =
            serde_json::from_slice(&place.read("finished/manifest.json")).unwrap();
        manifest["scenario_hash"].clone()
    };
    assert_ne!(hash(&place), hash(&UNDISTURBED));
}
