//! The reference of all knobs, for terminals and for the documentation.

use crate::knob::Knob;
use crate::law::Law;
use crate::priors::{Prior, priors_of};
use crate::registry::Registry;

/// Columns of a terminal that the table keeps within.
const WIDTH: usize = 80;

/// All knobs by section, as text no wider than 80 columns: key, default and range, then what it does.
pub fn knobs_table() -> String {
    let mut out = String::new();
    for section in filled_sections() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("[{section}]\n"));
        for knob in in_section(section) {
            let mut head = format!("  {} = {}", knob.leaf(), knob.default);
            // Long tables of defaults go by their ends; the file of a run has all of them.
            if head.chars().count() > WIDTH {
                head = format!("  {} = {}", knob.leaf(), ends(knob));
            }
            out.push_str(&head);
            out.push('\n');
            wrap(&mut out, &knob.help, 6);
            wrap(&mut out, &format!("[{}]", facts(knob).join("; ")), 6);
            for prior in priors_of(knob) {
                let words = prior.law.words();
                let members = of_members(prior).replace('+', " + ");
                let text = format!("prior{members}: {words}; {}", prior.reason);
                wrap(&mut out, &text, 6);
            }
        }
    }
    out
}

/// All knobs by section, as Markdown tables.
pub fn knobs_markdown() -> String {
    let mut out = String::from(
        "# Knobs\n\nMade by `overheard knobs` from `crates/scenario/data/knobs.csv`; edit that file, not this one.\n\
         Every key is optional in a scenario. Keys of scope *arm* may differ between arms; *world* is the same in all.\n\n\
         A *prior* is what is plausible of a knob that nobody knows, from `data/priors.csv`: least, most plausible and largest \
         value, between them a triangular distribution, over the logarithm where they span a decade. Members of a table that \
         are joined by + share one value. `overheard sweep` draws from it.\n",
    );
    for section in filled_sections() {
        out.push_str(&format!("\n## {section}\n\n"));
        out.push_str(
            "| key | default | allowed | prior | unit | scope | source | what it does |\n",
        );
        out.push_str("|---|---|---|---|---|---|---|---|\n");
        for knob in in_section(section) {
            let key = match knob.per {
                Some(vocabulary) => format!("`{}` per {}", knob.leaf(), vocabulary.name()),
                None => format!("`{}`", knob.leaf()),
            };
            let cells = [
                key,
                knob.default.to_string(),
                allowed(knob),
                prior_cell(knob),
                knob.unit.clone(),
                knob.scope.name().to_owned(),
                knob.source.clone(),
                knob.help.clone(),
            ];
            let cells: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    out
}

/// Sections that hold knobs themselves, sorted; knobs without one come first, under an empty name.
fn filled_sections() -> Vec<&'static str> {
    let mut sections: Vec<&str> = Registry::get().knobs().iter().map(Knob::section).collect();
    sections.sort_unstable();
    sections.dedup();
    sections
}

fn in_section(section: &str) -> impl Iterator<Item = &'static Knob> {
    Registry::get()
        .knobs()
        .iter()
        .filter(move |k| k.section() == section)
}

fn ends(knob: &Knob) -> String {
    match knob.default.scalars() {
        [first, .., last] => format!("{first} … {last}"),
        _ => knob.default.to_string(),
    }
}

fn allowed(knob: &Knob) -> String {
    match knob.range() {
        range if range.is_empty() => knob.kind.words(),
        range => range,
    }
}

/// Every prior of a knob in short: `0.5 … 3 … 10, log`.
fn prior_cell(knob: &Knob) -> String {
    let one = |prior: &Prior| {
        let Law { low, mode, high } = prior.law;
        let middle = mode.map_or_else(String::new, |mode| format!("{mode} … "));
        let log = match prior.law.is_logarithmic() {
            true => ", log",
            false => "",
        };
        let members = of_members(prior);
        format!("{} {low} … {middle}{high}{log}", members.trim())
            .trim()
            .to_owned()
    };
    let all: Vec<String> = priors_of(knob).map(one).collect();
    all.join("; ")
}

/// The members that a prior is about, behind a space; nothing where it is about all of the knob.
fn of_members(prior: &Prior) -> String {
    let name = prior.target.to_string();
    let members = name.strip_prefix(&prior.target.knob().key).unwrap_or("");
    members.replacen('.', " ", 1)
}

fn facts(knob: &Knob) -> Vec<String> {
    let per = knob
        .per
        .map_or_else(String::new, |v| format!("per {}", v.name()));
    let unit = if knob.unit == "date" {
        String::new()
    } else {
        knob.unit.clone()
    };
    let parts = [
        per,
        allowed(knob),
        unit,
        knob.scope.name().to_owned(),
        knob.source.clone(),
    ];
    parts.into_iter().filter(|p| !p.is_empty()).collect()
}

/// Appends `text` in lines of at most [`WIDTH`] columns, each behind `indent` spaces.
fn wrap(out: &mut String, text: &str, indent: usize) {
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            out.push('\n');
            column = 0;
        }
        if column == 0 {
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_knob_and_fits_a_terminal() {
        let table = knobs_table();
        for line in table.lines() {
            assert!(line.chars().count() <= WIDTH, "too wide: {line}");
        }
        for knob in Registry::get().knobs() {
            assert!(
                table.contains(&format!("\n  {} = ", knob.leaf())),
                "{knob} is missing"
            );
        }
    }

    #[test]
    fn markdown_rows_have_as_many_cells_as_the_head() {
        let text = knobs_markdown();
        let rows = text.lines().filter(|l| l.starts_with('|'));
        for row in rows {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 9, "{row}");
        }
        let knobs = Registry::get().knobs().len();
        assert_eq!(text.lines().filter(|l| l.starts_with("| `")).count(), knobs);
    }
}
