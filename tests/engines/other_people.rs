//! Other people under either engine: nothing is shared but the law. Two questions.
//!
//! *Do the differences look like noise?* Some 340 ratios, cut so that hardly any two are about the same people and the same
//! thing (strata are market × age), each against its own error. Such a cell is known to some 3 %, so a bias of two percent
//! would hide in it.
//!
//! *Would a bias be seen?* In the mean over markets of a ratio's logarithm, whose error is 0.15 % for prices and for what
//! behaviour chooses, 0.3 % for items per session, 0.4 % for clicks, 0.8 % for conversions per click. What is off by five
//! errors is nearly always found: 2 % in prices and clicks, 4 % in conversions per click.

use overheard_engine::{EngineKind, Path, simulate_on};
use overheard_model::ids::{App, Class, Market, Surface};
use overheard_outcomes::{Column, Estimate, Estimates, Key};
use overheard_scenario::Scenario;

use super::{dearer, scenario, summary};
use crate::support::{path_of, tune};

/// Seeds and people: the fast engine can afford an error that is small beside that of the judge.
const THINNED: (u64, u64) = (11, 60_000);
const EVENTS: (u64, u64) = (12, 40_000);
/// The arm with the policy.
const POLICY: usize = 1;
/// A cell that a few people make up is far from normal, and does not know its own error.
const COARSE: f64 = 0.2;

const BANDS: [&[&str]; 3] = [
    &["13-17", "18-24"],
    &["25-34", "35-44"],
    &["45-54", "55-64", "65+"],
];

/// A ratio: numerator and denominator, each a measure and a source.
struct Ratio {
    name: &'static str,
    over: (&'static str, &'static str),
    under: (&'static str, &'static str),
}

const fn ratio(
    name: &'static str,
    over: (&'static str, &'static str),
    under: (&'static str, &'static str),
) -> Ratio {
    Ratio { name, over, under }
}

/// By market and age: each is about another part of a day.
const MANY: [Ratio; 6] = [
    ratio("price", ("ad_spend_usd", ""), ("ad_impressions", "")),
    ratio("click rate", ("ad_clicks", ""), ("ad_impressions", "")),
    ratio("conversion rate", ("ad_conversions", ""), ("ad_clicks", "")),
    ratio(
        "ads by behaviour",
        ("ad_impressions", "behaviour"),
        ("ad_impressions", ""),
    ),
    ratio(
        "items by behaviour",
        ("organic_items", "behaviour"),
        ("organic_items", ""),
    ),
    ratio("items per session", ("organic_items", ""), ("sessions", "")),
];

/// By market: few people see many of these.
const FEW: [Ratio; 5] = [
    ratio(
        "ads by chats",
        ("ad_impressions", "chat"),
        ("ad_impressions", ""),
    ),
    ratio(
        "items by chats",
        ("organic_items", "chat"),
        ("organic_items", ""),
    ),
    ratio(
        "price of ads by chats",
        ("ad_spend_usd", "chat"),
        ("ad_impressions", "chat"),
    ),
    ratio(
        "displaced",
        ("displaced_impressions", ""),
        ("ad_impressions", ""),
    ),
    ratio(
        "vulnerable",
        ("vulnerable_category_impressions", ""),
        ("ad_impressions", ""),
    ),
];

/// Everybody uses the assistant: three quarters of the ad market would otherwise rest on the 32 people of each stratum of
/// others, and no error would be small.
fn everybody((seed, people): (u64, u64), more: &[String]) -> Scenario {
    let all = scenario(people, seed, &[])
        .world
        .per_market("population.family_people");
    let users = Market::ALL
        .iter()
        .map(|m| format!("population.assistant_users.{m}={}", all[m.index()]));
    let set: Vec<String> = users.chain(more.iter().cloned()).collect();
    let set: Vec<&str> = set.iter().map(String::as_str).collect();
    scenario(people, seed, &set)
}

fn lived(path: &Path, engine: EngineKind, who: (u64, u64), more: &[String]) -> Estimates {
    simulate_on(&everybody(who, more), path.clone(), engine, tune())
        .unwrap()
        .1
}

/// Sum of a measure over age bands (all of them if none is named) and whatever else the key says.
fn sum(e: &Estimates, key: &Key, ages: &[&'static str]) -> Option<Estimate> {
    let mut total = Estimate::ZERO;
    if ages.is_empty() {
        return e.get(POLICY, key).copied();
    }
    for age in ages {
        total.add(e.get(POLICY, &key.clone().with(Column::Age, *age))?);
    }
    Some(total)
}

fn value(
    e: &Estimates,
    r: &Ratio,
    market: &'static str,
    ages: &[&'static str],
) -> Option<Estimate> {
    let of = |(measure, source): (&'static str, &'static str)| {
        let key = Key::of(measure)
            .with(Column::Market, market)
            .with(Column::Source, source);
        sum(e, &key, ages)
    };
    Some(of(r.over)?.over(&of(r.under)?))
}

/// Every cell by name.
pub fn cells(e: &Estimates) -> Vec<(String, Estimate)> {
    let mut list = Vec::new();
    let mut put = |name: String, cell: Option<Estimate>| list.extend(cell.map(|c| (name, c)));
    let quotient = |over: Key, under: Key| {
        let (over, under) = (sum(e, &over, &[])?, sum(e, &under, &[])?);
        Some(over.over(&under))
    };
    for market in Market::names() {
        let at = |measure: &'static str| Key::of(measure).with(Column::Market, market);
        for ages in BANDS {
            for r in &MANY {
                put(
                    format!("{} {market} {ages:?}", r.name),
                    value(e, r, market, ages),
                );
            }
        }
        for r in &FEW {
            put(format!("{} {market}", r.name), value(e, r, market, &[]));
        }
        for app in App::names() {
            let on = |measure| at(measure).with(Column::App, app);
            put(
                format!("slots per session {market} {app}"),
                quotient(on("ad_slots"), on("sessions")),
            );
        }
        let reached = quotient(at("people_reached_by_chat_ads"), at("people_chatting"));
        put(format!("reached of those who chat {market}"), reached);
        for bucket in ["0", "1", "2", "3 to 6", "7 to 13"] {
            let first = at("days_to_first_ad").with(Column::Bucket, bucket);
            put(
                format!("first ad after {bucket} days {market}"),
                quotient(first, at("signals")),
            );
        }
    }
    for bucket in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10 or more"] {
        let seen = Key::of("chat_ad_frequency").with(Column::Bucket, bucket);
        put(
            format!("saw {bucket}"),
            quotient(seen, Key::of("people_chatting")),
        );
    }
    for surface in Surface::names() {
        for app in App::names() {
            let crossed = Key::of("cross_app_impressions")
                .with(Column::Surface, surface)
                .with(Column::App, app);
            let signals = Key::of("signals").with(Column::Surface, surface);
            put(format!("{surface} to {app}"), quotient(crossed, signals));
        }
    }
    for class in Class::names() {
        let of = |measure: &'static str| Key::of(measure).with(Column::Topic, class);
        put(
            format!("caught {class}"),
            quotient(of("sensitive_caught"), of("sensitive_chats")),
        );
        put(
            format!("ads from {class}"),
            quotient(of("sensitive_ad_impressions"), of("sensitive_chats")),
        );
        put(
            format!("items from {class}"),
            quotient(of("sensitive_content_items"), of("sensitive_chats")),
        );
    }
    list
}

/// Standardised differences of all cells that both engines know well enough.
fn differences(thinned: &Estimates, events: &Estimates) -> Vec<(String, f64)> {
    let known = |e: &Estimate, s: &f64| e.value != 0.0 && *s <= COARSE * e.value.abs();
    let error = |e: &Estimate| e.std_error().filter(|s| known(e, s));
    let pairs = cells(thinned).into_iter().zip(cells(events));
    let standardised = pairs.filter_map(|((name, x), (other, y))| {
        assert_eq!(name, other);
        let se = error(&x)?.hypot(error(&y)?);
        // Where an engine integrates what the other draws, only one has an error; where neither has, there is no question.
        (se > 1e-9 * x.value.abs()).then(|| (name, (y.value - x.value) / se))
    });
    standardised.collect()
}

/// Mean over markets, by their people, of the logarithm of a ratio.
fn level(e: &Estimates, r: &Ratio) -> Estimate {
    let (mut sum, mut weights) = (Estimate::ZERO, 0.0);
    for market in Market::names() {
        let weight = e
            .get(POLICY, &Key::of("people").with(Column::Market, market))
            .unwrap()
            .value;
        let log = value(e, r, market, &[])
            .unwrap()
            .zip_with(&Estimate::ZERO, |x, _| x.ln());
        sum.add(&log.scaled(weight));
        weights += weight;
    }
    sum.scaled(1.0 / weights)
}

/// By how much the engines' levels differ, in percent, and in standard errors.
fn off(thinned: &Estimates, events: &Estimates) -> Vec<(String, f64)> {
    let one = |r: &Ratio| {
        let (x, y) = (level(thinned, r), level(events, r));
        let se = x.std_error().unwrap().hypot(y.std_error().unwrap());
        let (off, z) = (y.value - x.value, (y.value - x.value) / se);
        println!(
            "    {}: {:+.2} % ± {:.2} %, {z:+.1} errors",
            r.name,
            100.0 * off,
            100.0 * se
        );
        (r.name.to_owned(), z)
    };
    MANY.iter().map(one).collect()
}

/// A level that is so many errors off is a fault: with 31 degrees of freedom one of the six is by chance with one pair of
/// seeds in 120.
const FAR: f64 = 3.5;

#[test]
fn other_people_differ_by_noise_and_a_bias_of_two_percent_shows() {
    let path = path_of(&everybody(EVENTS, &[]));
    let thinned = lived(&path, EngineKind::Thinned, THINNED, &[]);
    let events = lived(&path, EngineKind::Events, EVENTS, &[]);

    let z = differences(&thinned, &events);
    let (beyond, worst) = summary("other people (seeds 11, 12)", &z);
    assert!(z.len() >= 200, "only {} cells", z.len());
    // With 31 degrees of freedom 5.4 % lie beyond 2, give or take 1.2 % for so many independent cells, and the largest of
    // them exceeds 5.5 once in 500.
    assert!(beyond < 0.10, "{:.1} % beyond 2", 100.0 * beyond);
    assert!(worst < 5.5, "{worst}");

    println!("  levels:");
    for (name, z) in off(&thinned, &events) {
        assert!(z.abs() < FAR, "{name}: {z}");
    }

    // Prices and clicks 2 % too high in either engine: 13 and 4.6 errors are expected, so FAR misses the clicks with one pair
    // of seeds in seven, and the prices never.
    let biased = [dearer(1.02), vec![clickier(1.02)]].concat();
    println!("  levels, thinned with 2 % more:");
    let wrong_thinned = off(
        &lived(&path, EngineKind::Thinned, THINNED, &biased),
        &events,
    );
    println!("  levels, events with 2 % more:");
    let wrong_events = off(&thinned, &lived(&path, EngineKind::Events, EVENTS, &biased));
    for (engine, sign, levels) in [
        ("thinned", -1.0, wrong_thinned),
        ("events", 1.0, wrong_events),
    ] {
        for (name, z) in levels {
            if name == "price" || name == "click rate" {
                assert!(
                    sign * z > FAR,
                    "2 % in {engine} went unseen in the {name}: {z}"
                );
            }
        }
    }
}

fn clickier(factor: f64) -> String {
    let rate = scenario(1000, 1, &[]).world.number("ads.click_rate");
    format!("ads.click_rate={}", rate * factor)
}
