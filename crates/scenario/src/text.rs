//! From bytes to text, with a clear word on what is not text.

use std::sync::Arc;

use crate::error::{Complaint, ScenarioError, Source};

/// Largest scenario file taken, in bytes. Callers need read no more than one byte beyond it.
pub const MAX_BYTES: usize = 256 * 1024;

/// The text of a scenario file, without a byte order mark.
pub(crate) fn decode(file_name: &str, bytes: &[u8]) -> Result<Arc<Source>, ScenarioError> {
    let fail = |text: &str, at: Option<usize>, message: &str, hint: &str| {
        let source = Source {
            name: file_name.to_owned(),
            text: text.to_owned(),
        };
        ScenarioError::from(Complaint {
            source: Arc::new(source),
            span: at.map(|at| at..at + 1),
            message: message.to_owned(),
            label: String::new(),
            hint: Some(hint.to_owned()),
        })
    };
    if bytes.len() > MAX_BYTES {
        let message = format!("the file has more than {} KiB", MAX_BYTES / 1024);
        return Err(fail(
            "",
            None,
            &message,
            "a scenario has some hundred lines; is it another file?",
        ));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(fail(
            "",
            None,
            "the file is UTF-16 text",
            "save it as UTF-8",
        ));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let hint = "for a run with every default write one line: name = \"defaults\"";
        return Err(fail("", None, "the file is empty", hint));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            // Up to the bad byte the lossy text is the same as the bytes, so the position holds.
            let lossy = String::from_utf8_lossy(bytes);
            let at = Some(error.valid_up_to());
            return Err(fail(
                &lossy,
                at,
                "the file is not UTF-8 text",
                "save it as UTF-8",
            ));
        }
    };
    if let Some(at) = text.find('\0') {
        let hint = "a scenario is a text file; is it another file?";
        return Err(fail(text, Some(at), "the file is binary, not text", hint));
    }
    Ok(Arc::new(Source {
        name: file_name.to_owned(),
        text: text.to_owned(),
    }))
}
