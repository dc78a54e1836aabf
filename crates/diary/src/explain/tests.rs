use super::words::{Page, count, date, list, quoted};
use super::*;

#[test]
fn lines_are_at_most_eighty_columns_and_lose_no_word() {
    let text = "word ".repeat(200);
    let mut page = Page::default();
    page.text_of(&text);
    page.line(&format!("  {text}"));
    let out = page.text();
    assert!(out.lines().all(|l| l.chars().count() <= 80), "{out}");
    assert_eq!(out.split_whitespace().count(), 400);
}

#[test]
fn words() {
    assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    assert_eq!(list(&["a"]), "a");
    assert_eq!(list::<&str>(&[]), "none");
    assert_eq!(date("2025-12-18"), "18 December");
    assert_eq!(count(1_234_567.0), "1,234,567");
    assert_eq!(quoted("hiking"), "\"Hiking and trail walking\"");
}

#[test]
fn nobody_and_strangers_are_told_apart() {
    assert_eq!(explain(&[], None), Err(ExplainError::Nobody));
    let error = explain(&[], Some("eu/25-34/assistant/1")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`eu/25-34/assistant/1` was not traced"),
        "{error}"
    );
}
