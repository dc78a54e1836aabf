//! What was typed, so that it can be typed again.

use std::ffi::{OsStr, OsString};

/// The command line as a shell would take it again, without `--resume`.
pub fn command_line(arguments: impl Iterator<Item = OsString>) -> String {
    let words = arguments
        .filter(|word| word != "--resume")
        .map(|word| quoted(&word));
    std::iter::once("overheard".to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A word in single quotes if a shell would not take it as it stands; byte by byte if it is no text.
fn quoted(word: &OsStr) -> String {
    let Some(word) = word.to_str() else {
        let bytes = word.as_encoded_bytes().iter();
        let shown = bytes.map(|byte| match byte {
            b'\'' | b'\\' | 0..0x20 | 0x7f.. => format!("\\x{byte:02x}"),
            plain => char::from(*plain).to_string(),
        });
        return format!("$'{}'", shown.collect::<String>());
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_can_be_typed_again() {
        let words = [
            "run",
            "my scenario.toml",
            "--resume",
            "--set",
            "policy.excluded_markets=[\"eu\"]",
            "it's",
        ];
        assert_eq!(
            command_line(words.into_iter().map(OsString::from)),
            r#"overheard run 'my scenario.toml' --set 'policy.excluded_markets=["eu"]' 'it'\''s'"#
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_word_that_is_no_text_can_be_typed_again() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(quoted(OsStr::from_bytes(b"caf\xe9's")), r"$'caf\xe9\x27s'");
    }
}
