//! What readers of tables make of every cell: pandas, polars, R, spreadsheets.

use std::process::Command;
use std::sync::LazyLock;

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
