//! What readers of tables make of every cell: pandas, polars, R, spreadsheets.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::LazyLock;

use overheard_outcomes::{Column, Key, OutcomeRow, dictionary, read_outcomes};

use crate::support::{Place, SMALL};

/// A run that writes every table: one of its arms imitates an experiment.
static RUN: LazyLock<Place> = LazyLock::new(|| {
    let place = Place::new();
    let cuts = "[report]\ncuts = [\"market*topic\"]\n[[arm]]\nname = \"no-policy\"";
    let text = SMALL.replacen("[[arm]]\nname = \"no-policy\"", cuts, 1);
    let split = "[[arm]]\nname = \"known-by-context\"\npolicy.enabled = false\npolicy.treated_share = 0.5\n\
                 signals.use_behaviour = false\nimitates = [\"effect.google2019.revenue_mean\", \"effect.alibaba.ctr\"]\n";
    place.write("all.toml", format!("{text}{split}"));
    place
        .overheard(&["run", "all.toml", "--out", "run"])
        .expect(0);
    place
});

/// Columns of numbers that may be fractions.
const NUMBERS: [&str; 10] = [
    "value",
    "std_error",
    "base_value",
    "difference",
    "published",
    "simulated",
    "tolerance_percent",
    "deviation_percent",
    "published_low",
    "published_high",
];
const INTEGERS: [&str; 1] = ["id"];

fn tables() -> Vec<String> {
    let names = RUN.names("run").into_iter();
    let tables: Vec<String> = names.filter(|name| name.ends_with(".csv")).collect();
    assert_eq!(
        tables,
        [
            "calibration.csv",
            "differences.csv",
            "effects.csv",
            "measures.csv",
            "outcomes.csv"
        ]
    );
    tables
}

/// What is wrong with a cell of a column; nothing if every reader takes it for what it is.
fn misread(column: &str, cell: &str) -> Option<&'static str> {
    if cell.is_empty() {
        // Summed over, undefined, or not applicable: missing is what it is.
        return None;
    }
    if NUMBERS.contains(&column) {
        // polars reads as many rows as it guesses types from, and integers there make the column one of integers.
        let float = cell.contains(['.', 'e', 'E']) && cell.parse::<f64>().is_ok_and(f64::is_finite);
        return (!float).then_some("a number that could be an integer, or none");
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if INTEGERS.contains(&column) {
        return (!digits(cell)).then_some("not a whole number");
    }
    let lower = cell.to_lowercase();
    let parts: Vec<&str> = cell.split(['-', '/', '.']).collect();
    if column == "day" {
        let iso = matches!(parts[..], [y, m, d] if [y.len(), m.len(), d.len()] == [4, 2, 2]);
        return (!iso || !parts.iter().all(|p| digits(p))).then_some("not a date");
    }
    /// Of pandas' `STR_NA_VALUES`, R's `na.strings`, and others' that are no word of English, in lower case.
    const MISSING: [&str; 17] = [
        "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>",
        "n/a", "na", "nan", "null", "nil", "nat", "#null!", "#value!",
    ];
    /// pandas has this one with a capital only.
    const NONE: &str = "None";
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    // Day and month, or month and day, or with a year. `13-17` and `18-24` are neither.
    let number = |text: &str| digits(text).then(|| text.parse::<u32>().unwrap_or(u32::MAX));
    let date_of_numbers = match parts.iter().map(|p| number(p)).collect::<Option<Vec<_>>>() {
        Some(n) if n.len() == 2 => {
            let month = |m: u32| (1..=12).contains(&m);
            (month(n[0]) && (n[1] <= 31 || n[1] >= 1900)) || (month(n[1]) && n[0] <= 31)
        }
        Some(n) => n.len() == 3,
        None => false,
    };
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let month = |w: &&str| MONTHS.iter().any(|m| w.starts_with(m));
    let date_of_words = (2..=3).contains(&words.len())
        && words.iter().filter(|w| month(w)).count() == 1
        && words.iter().filter(|w| !month(w)).all(|w| digits(w));
    if MISSING.contains(&lower.as_str()) || cell == NONE {
        Some("a missing value")
    } else if ["true", "false", "t", "f"].contains(&lower.as_str()) {
        Some("a truth value")
    } else if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
        Some("a formula, or a number with a sign")
    } else if cell.trim() != cell {
        Some("blanks that readers strip")
    } else if date_of_numbers || date_of_words {
        Some("a date")
    } else if cell.ends_with(['+', '%']) && digits(&cell[..cell.len() - 1]) && column != "age" {
        Some("a number")
    } else if column != "bucket" && cell.parse::<f64>().is_ok() {
        // How many ads a person saw is a number, where it is one.
        Some("a number")
    } else {
        None
    }
}

#[test]
fn no_cell_is_taken_for_something_else() {
    let mut cells = 0;
    for table in tables() {
        let mut reader = csv::Reader::from_path(RUN.path(&format!("run/{table}"))).unwrap();
        let header = reader.headers().unwrap().clone();
        assert!(header.iter().all(|h| misread("bucket", h).is_none()));
        for row in reader.records() {
            let row = row.unwrap();
            for (column, cell) in header.iter().zip(&row) {
                cells += 1;
                let wrong = misread(column, cell);
                assert_eq!(wrong, None, "{table}, {column}: `{cell}` in {row:?}");
            }
        }
    }
    assert!(cells > 100_000, "{cells}");
}

#[test]
fn the_rules_know_what_went_wrong_before() {
    for (column, cell) in [
        ("bucket", "3-6"),
        ("bucket", "7-13"),
        ("bucket", "10+"),
        ("arm", "nan"),
        ("arm", "null"),
        ("arm", "1e5"),
        ("arm", "03-04"),
        ("arm", "dec-16"),
        ("note", "=1+1"),
        ("note", "-0.5"),
        ("value", "1000"),
        ("value", "-0"),
        ("value", "inf"),
        ("day", "16/12/2025"),
    ] {
        assert!(misread(column, cell).is_some(), "{column}: {cell}");
    }
    for (column, cell) in [
        ("bucket", "3 to 6"),
        ("bucket", "10 or more"),
        ("bucket", "9"),
        ("bucket", "none"),
        ("age", "13-17"),
        ("age", "65+"),
        ("day", "2025-12-16"),
        ("value", "-0.5"),
        ("value", "1000.0"),
    ] {
        assert_eq!(misread(column, cell), None, "{column}: {cell}");
    }
}

/// By the readers themselves, where they are installed. `OVERHEARD_PYTHON` names a Python that has them.
#[test]
fn pandas_and_polars_read_what_is_written() {
    let python = std::env::var("OVERHEARD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = format!("{}/tests/tables/read.py", env!("CARGO_MANIFEST_DIR"));
    let paths = tables()
        .into_iter()
        .map(|table| RUN.path(&format!("run/{table}")));
    match Command::new(&python).arg(script).args(paths).output() {
        Err(error) => println!("skipped: no Python to read tables with: {python}: {error}"),
        Ok(output) => {
            let said = [output.stdout, output.stderr].map(|b| String::from_utf8(b).unwrap());
            println!("{}", said.concat());
            assert!(output.status.success(), "{}", said.concat());
        }
    }
}

/// Rows of a measure that are cut by these columns alone, of one arm.
fn cut<'a>(
    rows: &'a [OutcomeRow],
    arm: &'a str,
    measure: &'a str,
    by: &'a [Column],
) -> impl Iterator<Item = &'a OutcomeRow> {
    rows.iter().filter(move |r| {
        let has = |c: &Column| !r.key.get(*c).is_empty();
        r.arm == arm
            && r.key.measure() == measure
            && Column::ALL.iter().all(|c| has(c) == by.contains(c))
    })
}

fn outcomes() -> Vec<OutcomeRow> {
    read_outcomes(&RUN.read("run/outcomes.csv")[..]).unwrap()
}

#[test]
fn nothing_that_is_counted_is_below_zero() {
    for row in outcomes() {
        let below = row.value < 0.0;
        assert!(!below, "{}: {}: {}", row.arm, row.key, row.value);
    }
}

/// A sum over one column.
struct Sum<'a> {
    arm: &'a str,
    /// What the sum leaves of the key.
    rest: Key,
    /// Parts that are not nothing.
    parts: usize,
    sum: f64,
    whole: f64,
}

/// Every sum over one column that has a whole to be a part of.
fn sums<'a>(rows: &'a [OutcomeRow], measure: &str, over: Column) -> Vec<Sum<'a>> {
    let of_measure = || rows.iter().filter(|r| r.key.measure() == measure);
    let wholes: BTreeMap<(&str, &Key), f64> =
        of_measure().map(|r| ((&*r.arm, &r.key), r.value)).collect();
    let mut parts: BTreeMap<(&str, Key), (usize, f64)> = BTreeMap::new();
    for row in of_measure().filter(|r| !r.key.get(over).is_empty()) {
        let rest = row.key.clone().with(over, "");
        let (parts, sum) = parts.entry((&row.arm, rest)).or_default();
        *parts += usize::from(row.value != 0.0);
        *sum += row.value;
    }
    let whole = |((arm, rest), (parts, sum)): ((&'a str, Key), (usize, f64))| {
        let whole = *wholes.get(&(arm, &rest))?;
        Some(Sum {
            arm,
            rest,
            parts,
            sum,
            whole,
        })
    };
    parts.into_iter().filter_map(whole).collect()
}

/// Topics and sensitive classes are summed over the window in single precision, and every leaf is rounded once to 2^-32 of
/// a person who here stands for 400,000. Means over people are far below 1, and are not rounded so.
fn near(sum: f64, whole: f64) -> bool {
    (sum - whole).abs() <= 1e-5 * whole.abs() + 0.01 * whole.abs().min(1.0)
}

/// `measures.csv` says over which columns rows add up: there they do, and nowhere else.
#[test]
fn rows_add_up_where_the_dictionary_says_so() {
    let rows = outcomes();
    for entry in dictionary() {
        let measure = entry.measure;
        for over in Column::ALL {
            let (sums, name) = (sums(&rows, measure, over), over.name());
            let many = |s: &&Sum| s.parts > 1;
            if entry.adds_up_over.contains(&over) {
                // Strata are told apart in every table, though not every measure is cut by age unless it is asked for.
                let has =
                    |r: &OutcomeRow| r.key.measure() == measure && !r.key.get(over).is_empty();
                let by_strata = [Column::Market, Column::Age].contains(&over);
                assert!(by_strata || rows.iter().any(has), "{measure} has no {name}");
                for s in sums {
                    let (sum, whole) = (s.sum, s.whole);
                    assert!(
                        near(sum, whole),
                        "{}: {} by {name}: {sum} of {whole}",
                        s.arm,
                        s.rest
                    );
                }
            } else if sums.iter().any(|s| many(&s)) {
                let differs = |s: &Sum| !near(s.sum, s.whole);
                assert!(
                    sums.iter().any(differs),
                    "{measure} adds up over {name} and nobody says so"
                );
            }
        }
    }
    // What has no topic closes the sum.
    for measure in ["chats", "organic_items"] {
        let none = Key::of(measure).with(Column::Topic, "none");
        assert!(!sums(&rows, measure, Column::Topic).is_empty());
        assert!(
            rows.iter().any(|r| r.key == none && r.value > 0.0),
            "{measure}"
        );
    }
}

/// Measures that only exist by bucket, and what all of their buckets are: another measure, or a cut of one.
#[test]
fn buckets_make_up_a_measure() {
    let rows = outcomes();
    let chats = |measure: &'static str| Key::of(measure).with(Column::Source, "chat");
    let users = Key::of("people").with(Column::Bucket, "assistant");
    let kinds = ["ad_impressions", "ad_spend", "ad_clicks", "ad_conversions"];
    let flow = |kind: &str| match kind {
        "ad_spend" => "ad_spend_usd".to_owned(),
        other => other.to_owned(),
    };
    let mut wholes = vec![
        ("chats_by_subject".to_owned(), Key::of("chats")),
        ("organic_items_by_type".to_owned(), Key::of("organic_items")),
        ("chat_ad_frequency".to_owned(), users),
        (
            "ad_impressions_from_chats".to_owned(),
            chats("ad_impressions"),
        ),
        ("ad_spend_from_chats".to_owned(), chats("ad_spend_usd")),
        ("ad_clicks_from_chats".to_owned(), chats("ad_clicks")),
        ("cross_app_impressions".to_owned(), chats("ad_impressions")),
    ];
    wholes.extend(kinds.map(|k| (format!("{k}_by_kind"), Key::of(flow(k)))));
    wholes.extend(kinds.map(|k| (format!("split_{}_by_kind", flow(k)), Key::of(flow(k)))));
    wholes.extend(kinds.map(|k| (format!("split_{}", flow(k)), Key::of(flow(k)))));
    wholes.push(("split_ad_slots".to_owned(), Key::of("ad_slots")));
    let mut held = 0;
    for (measure, whole) in wholes {
        for whole in rows.iter().filter(|r| r.key == whole) {
            let parts = rows.iter().filter(|r| {
                let total = [Column::Day, Column::Market, Column::Age, Column::Source];
                let summed = total.iter().all(|c| r.key.get(*c).is_empty());
                let app =
                    r.key.get(Column::App).is_empty() == r.key.get(Column::Surface).is_empty();
                r.arm == whole.arm && r.key.measure() == measure && summed && app
            });
            let parts: Vec<f64> = parts.map(|r| r.value).collect();
            if !parts.is_empty() {
                let sum: f64 = parts.iter().sum();
                assert!(
                    near(sum, whole.value),
                    "{}: {measure}: {sum} of {}",
                    whole.arm,
                    whole.value
                );
                held += 1;
            }
        }
    }
    assert!(held > 3 * 11, "{held}");
}

/// People reached from sensitive chats: each sum counts people, and one of many ways is one.
#[test]
fn people_reached_in_many_ways_are_counted_once() {
    let rows = outcomes();
    let reached = |by: &[Column]| -> Vec<f64> {
        cut(&rows, "policy", "people_reached_from_sensitive_chats", by)
            .map(|r| r.value)
            .collect()
    };
    let [total] = reached(&[])[..] else {
        panic!("one row has the total")
    };
    assert!(total > 0.0);
    for by in [
        &[Column::Topic][..],
        &[Column::Bucket],
        &[Column::Topic, Column::Bucket],
    ] {
        let parts = reached(by);
        let (sum, most) = (
            parts.iter().sum::<f64>(),
            parts.iter().copied().fold(0.0, f64::max),
        );
        assert!(
            most <= total * (1.0 + 1e-9) && total <= sum * (1.0 + 1e-9),
            "{by:?}: {most} {total} {sum}"
        );
    }
    for by in [Column::Market, Column::Age] {
        let sum: f64 = reached(&[by]).iter().sum();
        assert!((sum - total).abs() <= 1e-6 * total, "{by:?}");
    }
}
