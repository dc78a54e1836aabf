//! Inputs: a file, perhaps damaged, and settings.

use std::fmt;

use overheard_scenario::{Kind, Knob, Registry};

use crate::dice::Dice;

/// Names and texts.
pub type Files = Vec<(String, String)>;

/// What a user hands in.
pub struct Input {
    pub bytes: Vec<u8>,
    pub sets: Vec<String>,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = String::from_utf8_lossy(&self.bytes);
        writeln!(f, "--set {:?}\n--- file\n{text}\n--- end", self.sets)
    }
}

/// Values that fit nowhere, or only just.
const ODD: &[&str] = &[
    "0",
    "-0.0",
    "-1",
    "1",
    "0.5",
    "1.0000000001",
    "1e308",
    "-1e308",
    "1e400",
    "1e-320",
    "nan",
    "inf",
    "-inf",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "0x10",
    "1_000",
    "25%",
    "0,25",
    "true",
    "false",
    "yes",
    "never",
    "\"never\"",
    "2025-12-16",
    "2025-02-30",
    "0000-01-01",
    "9999-12-31",
    "-262143-01-01",
    "2025-12-16T10:00:00Z",
    "10:00",
    "\"\"",
    "\"x\"",
    "'",
    "\"",
    "\"\"\"",
    "\\",
    "\"\\u0000\"",
    "\"\\uD800\"",
    "[]",
    "[[]]",
    "[1, \"a\"]",
    "[",
    "]",
    "{}",
    "{a = 1}",
    "{facebook = 0.5, nobody = 1}",
    "{",
    "[\"eu\", \"uk\"]",
    "[\"eu\", \"eu\"]",
    "[eu, uk]",
    "eu uk",
    "[\"market*topic\"]",
    "\"market*market\"",
    "*",
    "**",
    "day*",
    "\"é\u{202e}漢\"",
    "\u{feff}",
    "\u{0}",
    "\u{7f}",
    "\r",
    "#",
    "=",
    ".",
    ",",
    "",
];

/// Pieces of files.
const PIECES: &[&str] = &[
    "[[arm]]",
    "[[arm]]\nname = \"policy\"",
    "[arm]",
    "[policy]",
    "[policy.market_start]",
    "[[policy]]",
    "[",
    "[]",
    "[[",
    "]]",
    "\n\n",
    "\r\n",
    "\r",
    "extends = \"december-16.toml\"",
    "extends = \"no-such.toml\"",
    "extends = \"\"",
    "name = \"\"",
    "name = \"a b/c\"",
    "description = 1",
    "[[arm]]\nname = \"\"",
    "#",
    "\"\"\"",
    "'''",
    "a.b.c.d = 1",
    "\u{feff}",
    "\u{0}",
    "\u{2028}",
    "é = 1",
    "policy = { enabled = false }",
    "policy.enabled = false",
    "[time]\nstart = 2025-12-31\nend = 2025-12-01",
    "[run]\npeople = 0",
    "[signals]\nhalf_life_chat = 7",
    "[[arm]]\nname = \"x\"\nrun.people = 5",
    "experiment = true",
    "= 1",
    "a =",
    "a = 1 b = 2",
];

/// The input of this number.
pub fn input(seed: u64, number: u64, files: &Files) -> Input {
    let mut dice = Dice::new(seed, number);
    let mut bytes = base(&mut dice, files).into_bytes();
    // A third of the files are as they are: their settings are what is tried.
    if !dice.once_in(3) {
        for _ in 0..=dice.below(3) {
            bytes = damaged(&mut dice, bytes, files);
        }
    }
    let sets = (0..dice.below(3))
        .map(|_| setting(&mut dice, files))
        .collect();
    Input { bytes, sets }
}

fn base(dice: &mut Dice, files: &Files) -> String {
    match dice.below(8) {
        0 => String::new(),
        1 => "name = \"x\"\n[[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n[[arm]]\nname = \"policy\"\n".to_owned(),
        2 => files[files.len() - 1].1.clone(),
        _ => files[dice.below(files.len() - 1)].1.clone(),
    }
}

fn damaged(dice: &mut Dice, bytes: Vec<u8>, files: &Files) -> Vec<u8> {
    if dice.once_in(4) {
        return damaged_bytes(dice, bytes);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let at = dice.below(lines.len());
    match dice.below(9) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => {
            let other = dice.below(lines.len());
            lines.swap(at, other);
        }
        3 => lines.insert(at, dice.one_of(PIECES).to_owned()),
        4 | 5 => {
            let (key, value) = assignment(dice);
            lines.insert(at, format!("{key} = {value}"));
        }
        6 => {
            // Another value, after the next sign of equality there is.
            if let Some(line) = lines[at..].iter_mut().find(|line| line.contains('=')) {
                let key = line.split('=').next().unwrap_or("").to_owned();
                *line = format!("{key}= {}", dice.one_of(ODD));
            }
        }
        7 => lines[at] = misspelt(dice, &lines[at]),
        _ => {
            let other = &files[dice.below(files.len())].1;
            let from: Vec<&str> = other.split('\n').collect();
            let begin = dice.below(from.len());
            let piece = from[begin..].iter().take(1 + dice.below(12));
            let piece: Vec<String> = piece.map(|line| (*line).to_owned()).collect();
            lines.splice(at..at, piece);
        }
    }
    lines.join("\n").into_bytes()
}

fn damaged_bytes(dice: &mut Dice, mut bytes: Vec<u8>) -> Vec<u8> {
    let at = dice.below(bytes.len() + 1);
    let end = (at + dice.below(30)).min(bytes.len());
    match dice.below(6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => bytes.insert(at, dice.next() as u8),
        3 => drop(bytes.splice(at..end, dice.one_of(ODD).bytes())),
        4 => {
            let piece = bytes[at..end].repeat(1 + dice.below(40));
            bytes.splice(at..at, piece);
        }
        _ => bytes[at..end]
            .iter_mut()
            .for_each(|byte| *byte ^= 1 << dice.below(8)),
    }
    bytes
}

/// A knob, or nearly one, and a value that it takes, or not.
fn assignment(dice: &mut Dice) -> (String, String) {
    let knobs = Registry::get().knobs();
    let knob = &knobs[dice.below(knobs.len())];
    let mut key = knob.key.clone();
    if let Some(per) = &knob.per
        && dice.once_in(2)
    {
        let members = per.members();
        key = format!("{key}.{}", dice.one_of(&members));
    }
    if dice.once_in(6) {
        key = misspelt(dice, &key);
    }
    let value = if dice.once_in(3) {
        dice.one_of(ODD).to_owned()
    } else {
        plausible(dice, knob)
    };
    (key, value)
}

/// A value of the right kind, which may still go with nothing else.
fn plausible(dice: &mut Dice, knob: &Knob) -> String {
    let (low, high) = knob.limits();
    let part = dice.below(101) as f64 / 100.0;
    let between = if low.is_finite() && high.is_finite() {
        low + part * (high - low)
    } else {
        10.0 * part
    };
    match &knob.kind {
        Kind::Number => format!("{between}"),
        Kind::Integer => format!("{}", between.round()),
        Kind::Flag => dice.one_of(&["true", "false"]).to_owned(),
        Kind::Date => format!("2025-{:02}-{:02}", 11 + dice.below(2), 1 + dice.below(31)),
        Kind::Choice(all) => format!("\"{}\"", all[dice.below(all.len())]),
        Kind::Markets => dice
            .one_of(&["[]", "[\"eu\"]", "[\"eu\", \"brazil\"]", "\"india\""])
            .to_owned(),
        Kind::Cuts => dice
            .one_of(&["[]", "[\"market*age\"]", "[\"topic\", \"day\"]"])
            .to_owned(),
        Kind::Text => dice.one_of(&["\"a\"", "\"\"", "\"two words\""]).to_owned(),
    }
}

fn setting(dice: &mut Dice, files: &Files) -> String {
    if dice.once_in(12) {
        return dice.one_of(ODD).to_owned();
    }
    let (key, value) = assignment(dice);
    let arm = match dice.below(6) {
        0 => "policy:",
        1 => "no-policy:",
        2 => dice.one_of(&["nobody:", ":", "a:b:", "é:", " policy :"]),
        _ => "",
    };
    let mut text = format!("{arm}{key}={value}");
    if dice.once_in(8) {
        text = misspelt(dice, &text);
    }
    if dice.once_in(60) {
        text = files[dice.below(files.len())].1.clone();
    }
    text
}

/// A letter left out, doubled, exchanged, or another.
fn misspelt(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return dice.one_of(PIECES).to_owned();
    }
    let at = dice.below(letters.len());
    match dice.below(5) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => {
            let other = (at + 1).min(letters.len() - 1);
            letters.swap(at, other);
        }
        3 => {
            letters[at] = dice
                .one_of(&[
                    &'é', &'.', &'"', &'=', &'[', &' ', &'\t', &'Ω', &'0', &'_', &'-', &'😀',
                ])
                .to_owned()
        }
        _ => letters.insert(
            at,
            *dice.one_of(&[
                &'é', &'.', &'"', &'=', &'[', &' ', &'x', &'#', &'\'', &'\u{301}',
            ]),
        ),
    }
    letters.into_iter().collect()
}
