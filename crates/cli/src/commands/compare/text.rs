//! A view as text: a table of 80 columns, or Markdown.

use std::io::Write;

use super::view::{COLUMNS, Line, View};

/// Columns of a terminal.
const WIDTH: usize = 80;
/// Where names of arms are broken, and spaces between columns: the first that leave enough room for what rows are about.
const LAYOUTS: [(usize, usize); 3] = [(14, 2), (8, 2), (8, 1)];
/// Enough room: few parts of a name are longer.
const ROOM: usize = 14;
/// Columns whose cells are words and may go on in the next line: the arm, and what the row is about.
const WORDS: usize = 2;

/// Writes the view for a terminal. Cells of words are broken so that no line is longer than 80 columns.
pub fn table(out: &mut dyn Write, view: &View) -> anyhow::Result<()> {
    let (widths, gap) = shared(widths(view));
    for text in wrapped(&view.title, WIDTH) {
        writeln!(out, "{text}")?;
    }
    for (name, lines) in &view.sections {
        writeln!(out, "\n{name}")?;
        let header = COLUMNS.map(str::to_owned);
        for line in std::iter::once(&header).chain(lines) {
            row(out, line, &widths, gap)?;
        }
    }
    writeln!(out)?;
    for text in view.notes.iter().flat_map(|note| wrapped(note, WIDTH)) {
        writeln!(out, "{text}")?;
    }
    Ok(())
}

/// Writes the view as tables of GitHub Flavored Markdown, aligned in the source too.
pub fn markdown(out: &mut dyn Write, view: &View) -> anyhow::Result<()> {
    let widths = widths(view).map(|width| width.max(MARK));
    writeln!(out, "### {}", view.title)?;
    for (name, lines) in &view.sections {
        writeln!(out, "\n**{name}**\n")?;
        let cells = |line: &Line| {
            let escaped = line.each_ref().map(|cell| cell.replace('|', "\\|"));
            let cell = |i: usize| aligned(&escaped[i], i, widths[i]);
            let cells: Vec<String> = (0..line.len()).map(cell).collect();
            format!("| {} |", cells.join(" | "))
        };
        writeln!(out, "{}", cells(&COLUMNS.map(str::to_owned)))?;
        let rule = |(i, width): (usize, &usize)| match i < WORDS {
            true => "-".repeat(*width),
            false => format!("{}:", "-".repeat(width - 1)),
        };
        let rules: Vec<String> = widths.iter().enumerate().map(rule).collect();
        writeln!(out, "| {} |", rules.join(" | "))?;
        for line in lines {
            writeln!(out, "{}", cells(line))?;
        }
    }
    writeln!(out)?;
    for note in &view.notes {
        // What opens a list or emphasis is taken as it is.
        writeln!(out, "{}  ", note.replace('*', "\\*"))?;
    }
    Ok(())
}

/// The least width of a column in Markdown: a rule is three signs.
const MARK: usize = 3;

fn length(text: &str) -> usize {
    text.chars().count()
}

/// The longest cell of each column, in all sections, so that they stand below each other.
fn widths(view: &View) -> [usize; COLUMNS.len()] {
    let mut widths = COLUMNS.map(length);
    for line in view.sections.iter().flat_map(|(_, lines)| lines) {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = length(cell).max(*width);
        }
    }
    widths
}

/// Widths that fit a terminal, and the gap between columns: numbers have what they need, words the rest.
fn shared(natural: [usize; COLUMNS.len()]) -> ([usize; COLUMNS.len()], usize) {
    let layout = |(longest, gap): (usize, usize)| {
        let mut widths = natural;
        widths[0] = natural[0].min(longest);
        let others = widths.iter().sum::<usize>() - natural[1];
        let room = WIDTH.saturating_sub(others + gap * (COLUMNS.len() - 1));
        widths[1] = natural[1].min(room).max(1);
        (widths, gap)
    };
    let [wide, narrow, tight] = LAYOUTS.map(layout);
    let fits = |widths: &[usize; COLUMNS.len()]| widths[1] >= natural[1].min(ROOM);
    match (fits(&wide.0), fits(&narrow.0)) {
        (true, _) => wide,
        (false, true) => narrow,
        (false, false) => tight,
    }
}

fn row(out: &mut dyn Write, line: &Line, widths: &[usize], gap: usize) -> anyhow::Result<()> {
    let words: Vec<Vec<String>> = (0..WORDS).map(|i| wrapped(&line[i], widths[i])).collect();
    let lines = words.iter().map(Vec::len).max().unwrap_or(1);
    for part in 0..lines {
        let cell = |i: usize| {
            let text = match words.get(i) {
                Some(words) => words.get(part).map_or("", String::as_str),
                // Numbers stand beside the last words.
                None if part + 1 == lines => &line[i],
                None => "",
            };
            aligned(text, i, widths[i])
        };
        let cells: Vec<String> = (0..line.len()).map(cell).collect();
        writeln!(out, "{}", cells.join(&" ".repeat(gap)).trim_end())?;
    }
    Ok(())
}

/// Words on the left, numbers on the right.
fn aligned(text: &str, column: usize, width: usize) -> String {
    match column < WORDS {
        true => format!("{text:<width$}"),
        false => format!("{text:>width$}"),
    }
}

/// A text in lines of a width: broken at spaces, behind an underscore or a hyphen, and where there is none, anywhere.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in text.split_inclusive([' ', '_', '-']) {
        let mut piece = piece.to_owned();
        let last = lines.last().map_or(0, |line| length(line));
        if last > 0 && last + length(piece.trim_end()) > width {
            lines.push(String::new());
        }
        while length(piece.trim_end()) > width {
            let rest = piece.split_off(piece.char_indices().nth(width).map_or(0, |(at, _)| at));
            lines.extend([piece, String::new()]);
            piece = rest;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&piece);
        }
    }
    let trimmed = lines.iter().map(|line| line.trim_end().to_owned());
    trimmed.filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> View {
        let line = |cells: [&str; 8]| cells.map(str::to_owned);
        View {
            title: "policy against no-policy".to_owned(),
            sections: vec![(
                "headlines",
                vec![
                    line([
                        "a-name-of-an-arm-that-is-long",
                        "people_reached_from_sensitive_chats",
                        "-1.23e-12",
                        "undefined",
                        "no difference",
                        "± 1.23e-12",
                        "+1.2e12 %",
                        "*",
                    ]),
                    line(["policy", "ad_clicks", "1", "2", "+1", "± 0.5", "+100 %", ""]),
                ],
            )],
            notes: vec!["words ".repeat(30)],
        }
    }

    fn written(write: fn(&mut dyn Write, &View) -> anyhow::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out, &view()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_line_is_longer_than_a_terminal_and_columns_stand() {
        let text = written(table);
        assert!(text.lines().all(|line| length(line) <= WIDTH), "{text}");
        let end = |what: &str| {
            let line = text.lines().find(|line| line.contains(what)).unwrap();
            length(&line[..line.find(what).unwrap() + what.len()])
        };
        assert_eq!(end("undefined"), end("value"), "{text}");
        assert_eq!(end("+1.2e12 %"), end("+100 %"), "{text}");
        // Names are broken where they may be.
        for part in [
            "people_",
            "reached_from_",
            "sensitive_",
            "chats\n",
            "a-name-",
        ] {
            assert!(text.contains(part), "`{part}` is not in\n{text}");
        }
    }

    #[test]
    fn markdown_is_a_table() {
        let text = written(markdown);
        let bars = |line: &str| line.matches('|').count();
        let table: Vec<&str> = text.lines().filter(|l| l.starts_with('|')).collect();
        assert_eq!(table.len(), 4, "{text}");
        assert!(table.iter().all(|l| bars(l) == 9), "{text}");
        assert!(
            table.iter().all(|l| length(l) == length(table[0])),
            "{text}"
        );
        assert!(table[1].starts_with("| ---") && table[1].ends_with(": |"));
    }

    #[test]
    fn words_are_broken_where_they_may_be() {
        let check = |text: &str, width, lines: &[&str]| assert_eq!(wrapped(text, width), lines);
        check(
            "ad_clicks (source chat)",
            12,
            &["ad_clicks", "(source", "chat)"],
        );
        check("people_reached", 8, &["people_", "reached"]);
        check("abcdefgh", 3, &["abc", "def", "gh"]);
        check("abc", 3, &["abc"]);
        check("±±±±", 2, &["±±", "±±"]);
    }
}
