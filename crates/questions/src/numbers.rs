//! Numbers in messages.

use overheard_formats::TERMINAL;

/// A count to the last, or from a million on in words: `12`, `1,234`, `31.4 million`.
pub fn count(x: f64) -> String {
    match x.abs() >= 1e6 {
        true => TERMINAL.prose(x),
        false => TERMINAL.whole(x),
    }
}
