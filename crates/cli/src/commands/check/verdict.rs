//! What a check found, for people, for forges and for whatever reads JUnit.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use overheard_engine::run::write_whole;
use overheard_formats::{TERMINAL, plain};
use overheard_outcomes::{Finding, Golden};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// Findings in a table that many write: so many are enough for people.
const MOST_IN_MARKDOWN: usize = 50;

/// A check that is done.
pub struct Verdict<'a> {
    /// The golden table, and where it is.
    pub golden: &'a Golden,
    pub path: &'a Path,
    /// What left its tolerance.
    pub findings: &'a [Finding],
}

impl Verdict<'_> {
    /// One line each, with the line of the golden table that says otherwise.
    pub fn lines(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        for finding in self.findings {
            writeln!(out, "{}:{}: {finding}", self.path.display(), finding.line)?;
        }
        Ok(())
    }

    /// One annotation each (GitHub Docs, *Workflow commands*, "Setting an error message").
    pub fn annotations(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        for finding in self.findings {
            let file = property(&self.path.display().to_string());
            let title = property(&format!("{}: {}", finding.arm, finding.key));
            let told = message(&finding.to_string());
            writeln!(
                out,
                "::error file={file},line={},title={title}::{told}",
                finding.line
            )?;
        }
        Ok(())
    }

    /// All golden rows as test cases, those that left their tolerance as failures.
    pub fn junit(&self, file: &Path) -> anyhow::Result<()> {
        let name = self.path.display().to_string();
        let mut suite = TestSuite::new(&name);
        for row in &self.golden.rows {
            let finding = self.findings.iter().find(|f| f.line == row.line);
            let status = match finding {
                None => TestCaseStatus::success(),
                Some(finding) => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    status.set_message(finding.to_string());
                    status.set_type("tolerance");
                    status
                }
            };
            let mut case = TestCase::new(row.outcome.key.to_string(), status);
            case.set_classname(&row.outcome.arm);
            case.extra
                .insert("line".into(), row.line.to_string().into());
            suite.add_test_case(case);
        }
        let mut report = Report::new("overheard check");
        report.add_test_suite(suite);
        put(file, &report.to_string()?)
    }

    /// The findings as a table for a comment or a summary.
    pub fn markdown(&self, file: &Path) -> anyhow::Result<()> {
        let (wrong, all) = (self.findings.len(), self.golden.rows.len());
        let mut text =
            format!("### overheard check: {wrong} of {all} outcomes left their tolerance\n");
        if wrong > 0 {
            text.push_str("\n| line | arm | outcome | golden | got | change | tolerance |\n");
            text.push_str("|---:|---|---|---:|---:|---:|---|\n");
        }
        for finding in self.findings.iter().take(MOST_IN_MARKDOWN) {
            let got = finding.got.map_or("no such row".to_owned(), plain);
            let change = finding
                .change_percent()
                .map_or("".to_owned(), |p| TERMINAL.change(p));
            let (golden, tolerance) = (plain(finding.golden), plain(finding.tolerance));
            let cells = [
                finding.line.to_string(),
                finding.arm.clone(),
                finding.key.to_string(),
                golden,
                got,
                change,
                format!("{tolerance} ({})", finding.rule),
            ];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            writeln!(text, "| {} |", cells.join(" | "))?;
        }
        if wrong > MOST_IN_MARKDOWN {
            writeln!(text, "\nand {} more", wrong - MOST_IN_MARKDOWN)?;
        }
        put(file, &text)
    }
}

fn put(file: &Path, text: &str) -> anyhow::Result<()> {
    let written = write_whole::<std::io::Error>(file, |out| out.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot write {}", file.display()))
}

/// A message of an annotation: what ends a line is escaped.
fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of an annotation: what ends it, too.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_one_line_whatever_is_in_them() {
        assert_eq!(message("50 %\nmore"), "50 %25%0Amore");
        assert_eq!(property("a: b, c"), "a%3A b%2C c");
    }
}
