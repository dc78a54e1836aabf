//! The bundled font: widths, line breaks, and its style sheet.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, ScaleFont};
use base64::Engine;

const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.subset.otf");
const SEMIBOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.subset.otf");

/// Family list of every text mark: the bundled font, or what comes closest where it was not embedded.
pub(crate) const FAMILY: &str = "Inter, system-ui, sans-serif";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

#[expect(
    clippy::expect_used,
    reason = "the bytes are compiled in, and a test parses them"
)]
fn parse(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("bundled font")
}

pub(crate) fn face(weight: Weight) -> &'static FontRef<'static> {
    static FACES: LazyLock<[FontRef<'static>; 2]> =
        LazyLock::new(|| [parse(REGULAR), parse(SEMIBOLD)]);
    match weight {
        Weight::Regular => &FACES[0],
        Weight::SemiBold => &FACES[1],
    }
}

/// The scale at which a face's em square is `em` px.
pub(crate) fn em_scale(face: &FontRef<'_>, em: f64) -> ab_glyph::PxScale {
    let units = face.units_per_em().unwrap_or(1000.0);
    ab_glyph::PxScale::from(em as f32 * face.height_unscaled() / units)
}

/// Advance width of `text` [px]. Kerning is left out: it only brings letters closer together.
pub(crate) fn width(text: &str, em: f64, weight: Weight) -> f64 {
    let face = face(weight);
    let scaled = face.as_scaled(em_scale(face, em));
    text.chars()
        .map(|c| f64::from(scaled.h_advance(scaled.glyph_id(c))))
        .sum()
}

/// `text` cut to `room` px, with an ellipsis where something was cut.
pub(crate) fn shorten(text: &str, em: f64, weight: Weight, room: f64) -> String {
    if width(text, em, weight) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept, em, weight) + width("…", em, weight) > room {
            kept.pop();
            break;
        }
    }
    format!("{}…", kept.trim_end())
}

/// `text` in lines of at most `room` px, broken between words; in words too long for a line after hyphens, and only then inside.
/// At most `most` lines.
pub(crate) fn wrap(text: &str, em: f64, weight: Weight, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    // No-break spaces are white space to `char`, but hold a number and its unit together.
    let gaps = |c: char| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}');
    for word in text.split(gaps).filter(|word| !word.is_empty()) {
        let candidate = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if width(&candidate, em, weight) <= room {
            line = candidate;
            continue;
        }
        if width(word, em, weight) <= room {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
            continue;
        }
        // Too long for any line: broken after its hyphens, and inside a part only if that is too long, too.
        let mut glue = if line.is_empty() { "" } else { " " };
        for part in word.split_inclusive(['-', '_', '/']) {
            let candidate = format!("{line}{glue}{part}");
            glue = "";
            if width(&candidate, em, weight) <= room {
                line = candidate;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in part.chars() {
                line.push(c);
                if width(&line, em, weight) > room && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, c.to_string()));
                }
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            // An ellipsis in place of whole words, of letters only where there is but one word.
            let mut kept = last.as_str();
            while width(&format!("{kept} …"), em, weight) > room {
                let Some((before, _)) = kept.rsplit_once(' ') else {
                    break;
                };
                kept = before;
            }
            *last = shorten(&format!("{kept} …"), em, weight, room);
        }
    }
    lines
}

/// Whether the bundled font can draw `character`; others appear as an empty box.
pub fn covers(character: char) -> bool {
    [Weight::Regular, Weight::SemiBold]
        .iter()
        .all(|w| face(*w).glyph_id(character).0 != 0)
}

/// `@font-face` rules with the bundled font inside, for a page that holds [`crate::Chart::svg_fragment`]s.
pub fn font_face_css() -> String {
    let rule = |bytes: &[u8], weight: u32| {
        let data = base64::engine::general_purpose::STANDARD.encode(bytes);
        format!(
            "@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/otf;base64,{data}) format('opentype')}}\n"
        )
    };
    rule(REGULAR, 400) + &rule(SEMIBOLD, 700)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_a_chart_may_need_has_a_glyph() {
        for c in "ABCxyz0189 %–—×½≥≤±−→…·•“”‘’€$°²³⁻⁰⁹‰α≈ÄéñçßøŁğ\u{202f}\u{a0}".chars()
        {
            assert!(covers(c), "{c:?} (U+{:04X})", u32::from(c));
        }
        assert!(!covers('漢'));
    }

    #[test]
    fn no_wrapped_line_is_wider_than_its_room() {
        let text =
            "A supercalifragilisticexpialidociousandevenlongerword and — some 1 000 000 000 people";
        for room in [40.0, 120.0, 333.0, 2000.0] {
            let lines = wrap(text, 20.0, Weight::Regular, room, 99);
            assert!(
                lines
                    .iter()
                    .all(|l| width(l, 20.0, Weight::Regular) <= room)
            );
            let letters = |s: &str| s.split_whitespace().collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text), "nothing is lost");
        }
        assert_eq!(wrap(text, 20.0, Weight::Regular, 120.0, 2).len(), 2);
        let name = "arm-00-with-a-name-of-many-parts";
        let parts = wrap(name, 20.0, Weight::Regular, 120.0, 9);
        assert_eq!(parts.concat(), name);
        assert!(
            parts.len() > 1 && parts[..parts.len() - 1].iter().all(|p| p.ends_with('-')),
            "{parts:?}"
        );
        let cut = wrap("one two three four five", 20.0, Weight::Regular, 100.0, 1);
        assert_eq!(cut, ["one two …"], "cut between words");
        let share = wrap("about 95\u{a0}%", 20.0, Weight::Regular, 70.0, 9);
        assert_eq!(share, ["about", "95\u{a0}%"], "a number keeps its unit");
    }

    #[test]
    fn shortening_fits_and_says_so() {
        let text = "other Asia-Pacific";
        assert_eq!(shorten(text, 18.0, Weight::Regular, 500.0), text);
        let short = shorten(text, 18.0, Weight::Regular, 90.0);
        assert!(short.ends_with('…') && width(&short, 18.0, Weight::Regular) <= 90.0);
    }
}
