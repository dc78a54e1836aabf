//! What scenarios and arms may be called.

use crate::error::visible;
use crate::misread::misread_as;

/// Longest name.
const LONGEST: usize = 60;

/// Why a name is refused.
#[derive(Debug)]
pub struct Refused {
    pub message: String,
    /// Words beside the caret.
    pub label: String,
    pub hint: String,
}

/// Whether a text can name an arm or a scenario: it becomes part of file names and of `ARM:KEY=VALUE`.
pub fn is_label(name: &str) -> bool {
    (1..=LONGEST).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
}

/// The name that comes nearest to a text; empty if nothing of it is left.
pub fn label_like(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| if is_label(&format!("a{c}")) { c } else { '-' })
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .take(LONGEST)
        .collect()
}

/// What any name must hold to.
///
/// # Errors
/// It has other characters, or none, or too many.
pub fn check(name: &str) -> Result<(), Refused> {
    if is_label(name) {
        return Ok(());
    }
    let near = label_like(name);
    let near = match near.is_empty() || misread_as(&near).is_some() {
        true => "no-policy",
        false => &near,
    };
    Err(Refused {
        message: format!("\"{}\" cannot be a name", visible(name)),
        label: "not a name".to_owned(),
        hint: format!(
            "names have up to {LONGEST} small letters a-z, digits, - and _, and begin with a letter or a digit, as in \
             \"{near}\""
        ),
    })
}

/// What the name of an arm must hold to besides. It fills a column of every table, and whatever opens these tables must
/// take it for a name.
///
/// # Errors
/// It is no name, or would be taken for something else.
pub fn check_arm(name: &str) -> Result<(), Refused> {
    check(name)?;
    let Some(what) = misread_as(name) else {
        return Ok(());
    };
    Err(Refused {
        message: format!("\"{name}\" cannot be the name of an arm"),
        label: format!("pandas, R or a spreadsheet takes it for {what}"),
        hint: "the tables have it in a column of text: say in words what the arm does".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proposed_instead_of_a_name_is_taken() {
        for name in [
            "",
            "  ",
            "NaN",
            "NULL",
            "Policy",
            "no policy",
            "gr\u{fc}n",
            "_a",
            "a.b",
            "=1+1",
            "+more",
            "-1",
            "3/4",
            "16-December",
        ] {
            let refused = check_arm(name).unwrap_err();
            assert!(refused.message.contains("cannot be a name"), "{refused:?}");
            let near = refused.hint.rsplit('"').nth(1).unwrap();
            assert!(check_arm(near).is_ok(), "{name}: {near}");
        }
        assert!(check_arm(&"a".repeat(60)).is_ok());
        assert!(check_arm(&"a".repeat(61)).is_err());
        assert!(check("december-16").is_ok() && check_arm("december-16").is_err());
    }
}
