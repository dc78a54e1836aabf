//! What a person is shown of a comparison: the headlines and the largest changes, cell by cell.

use overheard_formats::{Key, TERMINAL, is_tiny};
use overheard_outcomes::{
    Chance, DEGREES, DifferenceRow, FALSE_DISCOVERY_RATE, is_rounding, telling,
};
use overheard_study::{HEADLINES, headline_key};

use super::compared::Compared;
use crate::numbers::{count, short};

/// Changes that are shown.
const LARGEST: usize = 10;

/// Columns of a line.
pub const COLUMNS: [&str; 8] = [
    "arm",
    "what",
    "base",
    "value",
    "difference",
    "± 95 %",
    "change",
    "",
];

/// The cells of a row, in the order of [`COLUMNS`].
pub type Line = [String; COLUMNS.len()];

/// A comparison as it is shown.
pub struct View {
    pub title: String,
    /// Each with what it is called.
    pub sections: Vec<(&'static str, Vec<Line>)>,
    /// What is to know about the lines.
    pub notes: Vec<String>,
}

impl View {
    /// The view of a comparison.
    pub fn of(compared: &Compared) -> Self {
        let lines = |places: &[usize]| {
            let line = |place: &usize| line(&compared.rows[*place], compared.chances[*place]);
            places.iter().map(line).collect::<Vec<_>>()
        };
        let headlines = headlines(&compared.rows);
        let largest = telling(&compared.rows, &compared.chances, LARGEST);
        let mut sections = vec![("headlines", lines(&headlines))];
        if !largest.is_empty() {
            sections.push(("largest changes that are more than chance", lines(&largest)));
        }
        View {
            title: compared.title.clone(),
            sections,
            notes: notes(compared, largest.len()),
        }
    }
}

/// Places of the headlines' rows, arm by arm.
fn headlines(rows: &[DifferenceRow]) -> Vec<usize> {
    let mut arms: Vec<&str> = rows.iter().map(|row| &*row.arm).collect();
    arms.dedup();
    let keys = HEADLINES.map(headline_key);
    let place = |arm: &str, key: &Key| {
        rows.iter()
            .position(|row| row.arm == arm && row.key == *key)
    };
    arms.iter()
        .flat_map(|arm| keys.iter().filter_map(|key| place(arm, key)))
        .collect()
}

fn notes(compared: &Compared, largest: usize) -> Vec<String> {
    let rows = compared.rows.len() as f64;
    let differing = |row: &&DifferenceRow| !is_rounding(row) && row.difference.is_finite();
    let differing = compared.rows.iter().filter(differing).count() as f64;
    let tested = count(compared.tested() as f64);
    let mut notes = vec![
        format!(
            "± is half of the 95 % interval of sampling, {}",
            match compared.paired {
                true => "of paired differences.",
                false => "of independent runs.",
            }
        ),
        format!(
            "* is more than chance: false discovery rate {} % (Benjamini and Hochberg) over \
             the {tested} rows that have an error, t with {DEGREES} degrees of freedom.",
            100.0 * FALSE_DISCOVERY_RATE
        ),
    ];
    if largest == 0 {
        notes.push("No total differs by more than chance.".to_owned());
    }
    notes.push(format!(
        "{} of {} rows differ at all; --format csv has every row, json its q-value too.",
        count(differing),
        count(rows)
    ));
    notes
}

fn line(row: &DifferenceRow, chance: Chance) -> Line {
    let equal = is_rounding(row);
    let (difference, change) = match equal {
        true => ("no difference".to_owned(), String::new()),
        false => (signed(row.difference), change(row)),
    };
    let interval = row.half_width().filter(|half| *half > 0.0);
    let mark = match chance.is_more() {
        _ if equal => "",
        Some(true) => "*",
        Some(false) => "",
        None => "?",
    };
    [
        row.arm.clone(),
        row.key.to_string(),
        amount(row.base_value),
        amount(row.value),
        difference,
        interval.map_or_else(String::new, |half| format!("± {}", amount(half))),
        change,
        mark.to_owned(),
    ]
}

fn signed(x: f64) -> String {
    match x > 0.0 {
        true => format!("+{}", amount(x)),
        false => amount(x),
    }
}

/// A number in little room: `1.23M`, `123`, `0.0456`, `1.23e-7`.
fn amount(x: f64) -> String {
    match x.abs() {
        size if size.is_nan() => "undefined".to_owned(),
        0.0 => "0".to_owned(),
        size if size < 1e-3 => format!("{x:.2e}"),
        size if size < 99.95 => TERMINAL.figure(x, 3),
        _ => short(x),
    }
}

fn change(row: &DifferenceRow) -> String {
    /// Above it [%] a change is a power of ten.
    const LARGE: f64 = 99_950.0;
    match row.change_percent() {
        None if row.base_value == 0.0 => "from 0".to_owned(),
        None => String::new(),
        Some(percent) if is_tiny(percent) => TERMINAL.percent(percent).replace("less than", "<"),
        Some(percent) if percent.abs() >= LARGE => format!("{percent:+.1e} %"),
        Some(percent) => TERMINAL.change(percent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overheard_outcomes::Column;

    fn row(base_value: f64, value: f64, std_error: Option<f64>) -> DifferenceRow {
        DifferenceRow {
            arm: "policy".to_owned(),
            key: Key::of("ad_clicks"),
            base_value,
            value,
            difference: value - base_value,
            std_error,
        }
    }

    #[test]
    fn a_row_is_told_in_cells() {
        let check = |row: DifferenceRow, expected: [&str; 6]| {
            let compared = Compared::new(String::new(), true, vec![row]);
            let cells = line(&compared.rows[0], compared.chances[0]);
            assert_eq!(cells[..2], ["policy", "ad_clicks"]);
            assert_eq!(cells[2..], expected);
        };
        check(
            row(5200.0, 5675.5, Some(12.34)),
            ["5,200", "5,676", "+476", "± 24.2", "+9.14 %", "*"],
        );
        check(
            row(2e9, 1.9e9, Some(1e9)),
            ["2B", "1.9B", "-100M", "± 1.96B", "-5 %", ""],
        );
        check(
            row(0.0, 0.5, Some(0.0)),
            ["0", "0.5", "+0.5", "", "from 0", "*"],
        );
        check(
            row(0.5, 0.25, None),
            ["0.5", "0.25", "-0.25", "", "-50 %", "?"],
        );
        check(
            row(4.0, 4.0, Some(0.0)),
            ["4", "4", "no difference", "", "", ""],
        );
        check(
            row(1e6, 1e6 + 1.0, Some(0.125)),
            ["1M", "1M", "+1", "± 0.245", "< 0.001 %", "*"],
        );
        check(
            row(f64::NAN, 3e-5, None),
            ["undefined", "3.00e-5", "undefined", "", "", "?"],
        );
        check(
            row(1e-6, 10.0, None),
            ["1.00e-6", "10", "+10", "", "+1.0e9 %", "?"],
        );
    }

    #[test]
    fn headlines_stand_in_their_order_arm_by_arm() {
        let keyed = |arm: &str, key: Key| DifferenceRow {
            arm: arm.to_owned(),
            key,
            ..row(1.0, 1.0, Some(0.0))
        };
        let chat = Key::of("ad_impressions").with(Column::Source, "chat");
        let rows = vec![
            keyed("policy", Key::of("ad_clicks")),
            keyed("policy", Key::of("chats")),
            keyed("policy", chat),
            keyed("opt-in", Key::of("ad_clicks")),
        ];
        assert_eq!(headlines(&rows), [2, 0, 3]);
        let view = View::of(&Compared::new("a".to_owned(), true, rows));
        assert_eq!(view.sections.len(), 1);
        assert!(view.notes.iter().any(|note| note.starts_with("No total")));
    }
}
